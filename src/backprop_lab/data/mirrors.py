"""Download archives from a list of mirrors that hold the same files."""

from __future__ import annotations

import os
import ssl
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from backprop_lab.data.archives import file_digest

E = TypeVar("E", bound=Exception)


@dataclass(frozen=True)
class DownloadSettings:
    """Settings of a download: how long to wait for a mirror, and what to show.

    Attributes:
        connect: seconds until it answers at all.
        read: seconds until its next bytes.
        retries: how often it is asked again for a file, after a failure that may pass
            (no answer, a dropped connection, wrong bytes, HTTP 5xx).
        pause: seconds before it is asked again.
        progress: draw a bar for each file on stderr, and say when it is there.
    """

    connect: float = 3.0
    read: float = 30.0
    retries: int = 2
    pause: float = 1.0
    progress: bool = True


def download_archives(
    digests: Mapping[str, str],
    mirrors: Sequence[str],
    folder: Path,
    settings: DownloadSettings,
) -> tuple[list[str], list[str]]:
    """Download files into a folder, each from the first mirror that has it.

    A mirror that fails is left for good, and the next one goes on where it stopped:
    the digests make sure that it does not matter who served what.

    Args:
        digests: file -> "algorithm:hexadecimal digest", in the order of download.
        mirrors: base URLs.
        folder: exists; a file in it has its final name only once its digest is right.
        settings: the same for every mirror.

    Returns:
        The mirrors that served, none when a file is missing in the end; and one line
        for each mirror that was asked, "<url>: <what was wrong, or ok>".
    """
    missing = list(digests)
    served, tried = [], []
    for mirror in mirrors:
        before = len(missing)
        while missing:
            url = f"{mirror.rstrip('/')}/{missing[0]}"
            problem = _download(url, folder / missing[0], digests[missing[0]], settings)
            if problem:
                tried.append(f"{url}: {problem}")
                print(tried[-1], file=sys.stderr)
                break
            missing.pop(0)
        if len(missing) < before:
            served.append(mirror)
        if not missing:
            tried.append(f"{mirror}: ok")
            return served, tried
    return [], tried


def _download(url: str, target: Path, digest: str, settings: DownloadSettings) -> str:
    """Download one file, with retries; return what went wrong, "" if nothing."""
    problem = ""
    for attempt in range(settings.retries + 1):
        if attempt:
            time.sleep(settings.pause)
        problem, may_pass = _ask(url, target, digest, settings)
        if not may_pass:
            break
    return problem


def _ask(url: str, target: Path, digest: str, settings: DownloadSettings) -> tuple[str, bool]:
    """Ask once for one file.

    Returns:
        What went wrong ("" if nothing), and whether it may go well the next time.
    """
    import requests  # slow to import, and not needed with a local folder
    from pooch import HTTPDownloader
    from tqdm import tqdm
    from urllib3.exceptions import ReadTimeoutError

    part = target.with_name(f"{target.name}.part")
    # A total of 1 until the server says more: a bar without one counts as no bar for pooch.
    bar = tqdm(
        desc=target.name,
        total=1,
        unit="B",
        unit_scale=True,
        leave=False,
        disable=not settings.progress,
    )
    # Without "identity" a server may unpack the .gz on its way, and its digest changes.
    download = HTTPDownloader(
        progressbar=bar,
        timeout=(settings.connect, settings.read),
        headers={"Accept-Encoding": "identity"},
    )
    try:
        with bar:
            download(url, str(part), None)
    except requests.HTTPError as error:
        status = error.response.status_code
        return f"HTTP {status}", status >= 500 or status == 429
    except requests.ConnectTimeout:
        # Each address of the host had its turn already: do not wait again.
        return f"no connection within {settings.connect:g} s", False
    except requests.ReadTimeout:
        return f"silent for {settings.read:g} s", True
    except requests.exceptions.ChunkedEncodingError:
        return "the connection broke half-way", True
    except requests.exceptions.SSLError as error:
        return _without_tls(error)
    except requests.ConnectionError as error:
        # Of a body that stops coming, requests makes this error and not ReadTimeout.
        if _cause(error, ReadTimeoutError):
            return f"stopped sending for {settings.read:g} s", True
        return "no answer", True
    except requests.RequestException as error:
        return f"not a usable address ({type(error).__name__})", False
    algorithm, _, expected = digest.partition(":")
    actual = file_digest(part, algorithm)
    if actual != expected:
        size = part.stat().st_size
        return f"wrong bytes ({size:,} of them, {algorithm} {actual[:12]}...)", True
    os.replace(part, target)
    if settings.progress:
        print(f"{url}: {target.stat().st_size:,} bytes", file=sys.stderr)
    return "", False


def _without_tls(error: Exception) -> tuple[str, bool]:
    """Name the failure of an https mirror, and whether it may go well the next time."""
    refused = _cause(error, ssl.SSLCertVerificationError)
    if refused:
        return f"its certificate is not accepted ({refused.verify_message.rstrip('.')})", False
    found = _cause(error, ssl.SSLError)
    reason = (found.reason or found.strerror) if found else None
    return f"no secure connection ({reason or 'TLS failed'})", True


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
