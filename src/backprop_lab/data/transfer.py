"""Get one file over HTTP, bounded in time and in size whatever the server does.

A thread asks for the file, and the caller watches how many bytes it has.  So it does not
matter where a server keeps us waiting: in the address, the headers, the body or between two
chunks.  A thread that has been given up ends with the program.
"""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from backprop_lab.data.failures import Circumstances, TransferError, explain
from backprop_lab.data.network import Certificates, proxies

if TYPE_CHECKING:
    from requests import Response
    from tqdm import tqdm

_CHUNK = 1 << 16  # bytes a read, at most
_REDIRECTS = 5


@dataclass(frozen=True)
class DownloadSettings:
    """Settings of a download: how long to wait for a mirror, and what to show.

    Attributes:
        connect: seconds until it answers at all.
        read: seconds until its next bytes, and between two looks at how fast they come.
        least_rate: bytes a second that a mirror must send from one look to the next.
        total: seconds that a mirror has for all its files.
        retries: how often it is asked again for a file, after a failure that may pass
            (a dropped connection, wrong bytes, HTTP 5xx).
        pause: seconds before it is asked again.
        progress: draw a bar for each file on stderr, and say when it is there.
    """

    connect: float = 3.0
    read: float = 20.0
    least_rate: float = 20_000.0
    total: float = 900.0
    retries: int = 2
    pause: float = 1.0
    progress: bool = True


@dataclass(frozen=True)
class Request:
    """A file to get.

    Attributes:
        url: its address.
        size: bytes that it must have.
        deadline: when the mirror's time is over, as `time.monotonic` counts.
        certificates: what an https server is checked against.
    """

    url: str
    size: int
    deadline: float
    certificates: Certificates


def transfer(request: Request, settings: DownloadSettings) -> bytes:
    """Get one file, of exactly the size that it must have.

    Raises:
        TransferError: for every other outcome; it says which.
    """
    import requests  # noqa: F401  (takes a while: not while the thread is watched)
    from tqdm import tqdm

    bar = tqdm(
        desc=request.url.rpartition("/")[2],
        total=request.size,
        unit="B",
        unit_scale=True,
        leave=False,
        disable=not settings.progress,
    )
    thread = _Transfer(request, settings, bar)
    try:
        with bar:
            thread.start()
            _watch(thread, request, settings)
        if thread.error:
            about = Circumstances(
                settings.connect, _silence(thread, settings), request.certificates
            )
            raise explain(thread.error, about) from thread.error
    except TransferError as error:
        if not thread.proxy:
            raise
        reason = f"{error.reason}, through the proxy that {thread.proxy} names"
        raise TransferError(reason, error.may_pass) from error
    finally:
        thread.abandoned = True
    return bytes(thread.body)


def _watch(thread: _Transfer, request: Request, settings: DownloadSettings) -> None:
    """Wait for a thread to end, as long as it gets bytes fast enough.

    Raises:
        TransferError: it does not.
    """
    while True:
        before = len(thread.body)
        left = request.deadline - time.monotonic()
        thread.join(max(0.0, min(settings.read, left)))
        if not thread.is_alive():
            return
        received = len(thread.body) - before
        if time.monotonic() >= request.deadline:
            raise TransferError(f"not done within {settings.total:g} s")
        if not received:
            raise _silence(thread, settings)
        if received < settings.least_rate * settings.read:
            raise TransferError(f"sends less than {settings.least_rate:,.0f} bytes a second")


def _silence(thread: _Transfer, settings: DownloadSettings) -> TransferError:
    """Name the failure of a mirror from which no more bytes come."""
    if thread.body:
        return TransferError(f"stopped sending for {settings.read:g} s", may_pass=True)
    return TransferError(f"sent nothing of the file within {settings.read:g} s")


class _Transfer(threading.Thread):
    """A thread that gets one file.

    Attributes:
        body: what it has so far.
        error: why it ended without the whole file.
        proxy: the variable that names the proxy it goes through, "" without a proxy.
        abandoned: set from outside, to make it end at the next bytes.
    """

    def __init__(self, request: Request, settings: DownloadSettings, bar: tqdm) -> None:
        """Prepare the thread; `start` starts it."""
        super().__init__(daemon=True)
        self.body = bytearray()
        self.error: Exception | None = None
        self.proxy = ""
        self.abandoned = False
        self._request = request
        self._settings = settings
        self._bar = bar

    def run(self) -> None:
        """Get the file into `body`, or note the error."""
        try:
            for chunk in self._chunks():
                if self.abandoned:
                    return
                self.body += chunk
                self._bar.update(len(chunk))
        except Exception as error:  # of any kind: the caller goes on with another mirror
            self.error = error

    def _chunks(self) -> Iterator[bytes]:
        """Yield the body of the answer as it comes; raise an error unless it is whole."""
        size = self._request.size
        with closing(self._answer()) as answer:
            announced = _announced(answer, size)
            received = 0
            # Undecoded, and no more at a time than has come: a read that waits for more
            # would hide from the caller how slowly the bytes come.
            while chunk := answer.raw.read1(_CHUNK, decode_content=False):
                received += len(chunk)
                if received > size:
                    raise TransferError(f"sends more than the {size:,} bytes of the file")
                yield chunk
            if received < announced:
                raise TransferError("the connection broke half-way", may_pass=True)

    def _answer(self) -> Response:
        """Ask for the file and return the answer, its body still to be read."""
        url = self._request.url
        for _ in range(_REDIRECTS + 1):
            answer = self._send(url)
            if not answer.is_redirect:
                return answer
            answer.close()
            url = urljoin(url, answer.headers["Location"])
        raise TransferError(f"redirects more than {_REDIRECTS} times")

    def _send(self, url: str) -> Response:
        """Send one request and return the answer, be it a redirect."""
        import requests

        through, self.proxy = proxies(url, os.environ)
        # Without "identity" a server may pack the .gz once more on its way.
        headers = {
            "Accept-Encoding": "identity",
            "User-Agent": requests.utils.default_user_agent(),
        }
        # Not by requests.get: that reads ~/.netrc, and the bodies of redirects, of any length.
        return requests.adapters.HTTPAdapter().send(
            requests.Request("GET", url, headers=headers).prepare(),
            stream=True,
            timeout=(self._settings.connect, self._settings.read),
            verify=self._request.certificates.verify,
            proxies=through,
        )


def _announced(answer: Response, size: int) -> int:
    """Return how many bytes the headers of an answer announce, 0 if they do not say.

    Raises:
        TransferError: they announce another file, or one that is encoded.
    """
    status = answer.status_code
    if status != HTTPStatus.OK:
        passing = status >= 500 or status == HTTPStatus.TOO_MANY_REQUESTS
        raise TransferError(f"HTTP {status}", may_pass=passing)
    encoding = answer.headers.get("Content-Encoding", "identity")
    if encoding.strip().lower() not in ("", "identity"):
        raise TransferError(f"sends the file encoded ({encoding[:40]}), which was not asked for")
    length = answer.headers.get("Content-Length")
    if length is None:
        return 0
    # Not str.isdigit, to which a superscript is a digit.
    if not re.fullmatch("[0-9]{1,18}", length.strip()):
        raise TransferError(f"its Content-Length is no number ({length[:40]!r})")
    if int(length) != size:
        raise TransferError(f"wrong bytes ({int(length):,} of them, not {size:,})", may_pass=True)
    return size
