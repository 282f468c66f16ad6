"""Say in a few words why a file did not come, and whether asking again may help."""

from __future__ import annotations

import http.client
import os
import socket
import ssl
from dataclasses import dataclass
from typing import TypeVar

from backprop_lab.data.network import Certificates

E = TypeVar("E", bound=Exception)

_LONGEST = 200  # characters of a message that is not ours


class TransferError(Exception):
    """Why a file did not come.

    Attributes:
        reason: in a few words, on one line.
        may_pass: whether it may go well the next time.
    """

    def __init__(self, reason: str, may_pass: bool = False) -> None:
        """Note the reason as text, and whether asking again may help."""
        super().__init__(reason)
        self.reason = reason
        self.may_pass = may_pass


@dataclass(frozen=True)
class Circumstances:
    """What an error may have to do with.

    Attributes:
        connect: seconds after which a server that cannot be reached was given up.
        silence: the failure to report if the server kept silent.
        certificates: what it was checked against.
    """

    connect: float
    silence: TransferError
    certificates: Certificates


def explain(error: Exception, about: Circumstances) -> TransferError:
    """Translate any error of a transfer into a `TransferError`."""
    import requests
    from urllib3.exceptions import ReadTimeoutError
    from urllib3.exceptions import SSLError as LowerSSLError

    if isinstance(error, TransferError):
        return error
    if isinstance(error, requests.ConnectTimeout):
        # Each address of the host had its turn already: do not wait again.
        return TransferError(f"no connection within {about.connect:g} s")
    if isinstance(error, requests.ReadTimeout | ReadTimeoutError):
        return about.silence
    if isinstance(error, requests.exceptions.SSLError | LowerSSLError):
        return _without_tls(error, about.certificates)
    if isinstance(error, requests.exceptions.ProxyError):
        return TransferError("the proxy gave no connection")
    if _cause(error, socket.gaierror):
        return TransferError("no address is known for its name")
    if _cause(error, ConnectionResetError) or _cause(error, http.client.IncompleteRead):
        return TransferError("the connection broke half-way", may_pass=True)
    if strange := _cause(error, http.client.HTTPException):
        return TransferError(f"does not answer as HTTP wants ({_line(strange)})", may_pass=True)
    if local := _cause(error, FileNotFoundError) or _cause(error, PermissionError):
        return TransferError(f"failed ({_line(local)})")
    if isinstance(error, requests.ConnectionError):
        return TransferError("no answer", may_pass=True)
    if isinstance(error, requests.RequestException):
        return TransferError(f"not a usable address ({type(error).__name__})")
    return TransferError(f"failed ({_line(error)})")


def _without_tls(error: Exception, certificates: Certificates) -> TransferError:
    """Name the failure of an https mirror."""
    refused = _cause(error, ssl.SSLCertVerificationError)
    if refused:
        reasons = [refused.verify_message.rstrip("."), str(certificates)]
        because = "; ".join(filter(None, reasons))
        return TransferError(f"its certificate is not accepted ({because})")
    found = _cause(error, ssl.SSLError)
    reason = (found.reason or found.strerror) if found else None
    return TransferError(f"no secure connection ({reason or 'TLS failed'})", may_pass=True)


def _cause(error: Exception, kind: type[E]) -> E | None:
    """Find the error of this kind that `error` was raised for, if any."""
    # requests and urllib3 wrap it several times, as an argument, a reason or a context.
    seen: list[object] = []
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop()
        if isinstance(one, kind):
            return one
        if isinstance(one, BaseException) and one not in seen:
            seen.append(one)
            waiting += [one.__context__, getattr(one, "reason", None), *one.args]
    return None


def _line(error: Exception) -> str:
    """Return the kind and the text of an error on one line, and who named its file."""
    text = " ".join(str(error).split())
    line = f"{type(error).__name__}: {text}"[:_LONGEST].removesuffix(": ")
    # Such as SSLKEYLOGFILE, which the libraries read by themselves.
    path = getattr(error, "filename", None)
    variables = [name for name, value in os.environ.items() if path and value == path]
    return "; ".join([line, *(f"{name} names it: unset it" for name in variables)])
