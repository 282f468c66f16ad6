"""What the tests of downloading share: small archives, and a server that may fail."""

from __future__ import annotations

import gzip
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

from backprop_lab.data.archives import ARCHIVES, file_digest
from backprop_lab.data.idx import write_idx
from backprop_lab.data.pinned import Pin
from backprop_lab.data.transfer import DownloadSettings
from backprop_lab.data.unpacking import contents_digest

#: What fetch is told of the network here: short waits.
NETWORKED = DownloadSettings(
    connect=2.0, read=5.0, least_rate=1.0, retries=1, pause=0.0, progress=False
)


def make_archives(folder: Path, seed: int) -> Path:
    """Write four small archives: 60 training and 20 test images."""
    rng = np.random.default_rng(seed)
    folder.mkdir()
    for stem, n in (("train", 60), ("t10k", 20)):
        images = rng.integers(0, 256, (n, 28, 28), dtype=np.uint8)
        write_idx(folder / f"{stem}-images-idx3-ubyte.gz", images)
        write_idx(
            folder / f"{stem}-labels-idx1-ubyte.gz",
            rng.permutation(np.arange(n) % 10).astype(np.uint8),
        )
    return folder


def pin(folder: Path) -> dict[str, Pin]:
    """Return what the archives of a folder are known by."""
    pins = {}
    for name in ARCHIVES:
        path = folder / name
        size = len(gzip.decompress(path.read_bytes()))
        pins[name] = Pin(file_digest(path), path.stat().st_size, contents_digest(path, size), size)
    return pins


def files_in(folder: Path) -> list[str]:
    """Everything below a folder, hidden or not; [] when there is no folder."""
    return sorted(path.name for path in folder.rglob("*"))


class Answer(BaseHTTPRequestHandler):
    """An answer of a `Mirror`; `closing` is set when the test is over."""

    closing: threading.Event

    def headers_of(self, status: int = 200, **headers: object) -> None:
        """Send status and headers; an underscore in a name stands for a hyphen."""
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()

    def trickle(self, data: bytes, pause: float) -> None:
        """Send one byte every `pause` seconds."""
        for i in range(len(data)):
            if self.closing.wait(pause):
                return
            self.wfile.write(data[i : i + 1])

    def log_message(self, *_: object) -> None:
        """Keep the tests' output quiet."""


#: What a mirror does for a file: bytes to send, a status, or a function that answers.
Action = bytes | int | Callable[[Answer], None]


def breaking(body: bytes) -> Action:
    """Close the connection half-way."""

    def answer(to: Answer) -> None:
        to.headers_of(Content_Length=len(body))
        to.wfile.write(body[: len(body) // 2])

    return answer


def stalling(body: bytes) -> Action:
    """Keep the connection open half-way, but send no more."""

    def answer(to: Answer) -> None:
        to.headers_of(Content_Length=len(body))
        to.wfile.write(body[: len(body) // 2])
        to.closing.wait(60)

    return answer


class Mirror:
    """An HTTP server on this machine; counts what it is asked for.

    `files` says what it does for a name; a list of actions is used up one a request.

    Args:
        certificate: a file with a key and its certificate, to serve by https.
    """

    def __init__(
        self, files: dict[str, Action | list[Action]], certificate: Path | None = None
    ) -> None:
        self.asked: list[str] = []
        self.requests: list[dict[str, str]] = []
        self.closing = threading.Event()
        mirror = self

        class Handler(Answer):
            closing = self.closing

            def do_GET(self) -> None:
                name = self.path.rpartition("/")[2]
                mirror.asked.append(name)
                mirror.requests.append(dict(self.headers))
                action = files.get(name, 404)
                if isinstance(action, list):
                    action = action.pop(0)
                try:
                    if isinstance(action, int):
                        self.send_error(action)
                    elif isinstance(action, bytes):
                        self.headers_of(Content_Length=len(action))
                        self.wfile.write(action)
                    else:
                        action(self)
                except OSError:
                    self.close_connection = True  # the other side has hung up

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        scheme = "http" if certificate is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self.server.server_address[1]}/data/"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.closing.set()
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
