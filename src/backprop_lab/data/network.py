"""What of the environment counts for a download, and what does not.

Proxies count (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY, in capitals or not), and so do
certificates (the variables below): a network may not let anything out without them.  A
variable that names certificates which cannot be read is said to do so, and passed over.
Logins in ~/.netrc do not count: the archives are public.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

#: Variables that name a file or folder of certificates, the first that is usable counts.
CERTIFICATE_VARIABLES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE")


@dataclass(frozen=True)
class Certificates:
    """The certificates that https servers are checked against.

    Attributes:
        verify: as requests takes it: a file or folder, or True for those of certifi.
        used: the variable that named them, "" if none did.
        unusable: one line for each variable that names none that can be read.
    """

    verify: str | bool
    used: str
    unusable: tuple[str, ...]

    def __str__(self) -> str:
        """Return the variables that bear on a refused certificate, "" if none does."""
        used = (f"checked against those that {self.used} names",) if self.used else ()
        return "; ".join((*self.unusable, *used))


def certificates(environ: Mapping[str, str]) -> Certificates:
    """Choose the certificates to check https servers against.

    Args:
        environ: os.environ.
    """
    unusable: list[str] = []
    for variable in CERTIFICATE_VARIABLES:
        path = environ.get(variable)
        if not path:
            continue
        problem = _problem(path)
        if not problem:
            return Certificates(path, variable, tuple(unusable))
        unusable.append(f"{variable} names {path}, which is not usable ({problem}): unset it")
    return Certificates(True, "", tuple(unusable))


def _problem(path: str) -> str:
    """Say why no certificates can be read from a file or folder, "" if they can."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        if os.path.isdir(path):
            context.load_verify_locations(capath=path)
        else:
            context.load_verify_locations(cafile=path)
    except ssl.SSLError:
        return "it holds no certificate"
    except (OSError, ValueError) as error:
        return getattr(error, "strerror", None) or str(error)
    return ""


def proxies(url: str, environ: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Return the proxies for an address as requests takes them, and who names them.

    Args:
        url: the address.
        environ: os.environ.

    Returns:
        The proxies, none if the address is to be reached directly; and the variable that
        names them, "the system" when none does, "" without a proxy.
    """
    from requests.utils import get_environ_proxies

    found = get_environ_proxies(url)
    scheme = urlsplit(url).scheme
    if not found.keys() & {scheme, "all"}:
        return {}, ""
    names = [
        name for kind in (scheme, "all") for name in (f"{kind}_proxy", f"{kind}_PROXY".upper())
    ]
    return dict(found), next((name for name in names if environ.get(name)), "the system")
