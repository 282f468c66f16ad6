"""What the tests of downloading share: small archives, and a server that may fail."""

from __future__ import annotations

import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np

from backprop_lab.data.archives import ARCHIVES, file_digest
from backprop_lab.data.idx import write_idx
from backprop_lab.data.mirrors import DownloadSettings

#: What fetch is told of the network here: short waits.
NETWORKED = DownloadSettings(connect=2.0, read=5.0, retries=1, pause=0.0, progress=False)


def make_archives(folder: Path, seed: int) -> Path:
    """Write four small archives: 60 training and 20 test images."""
    rng = np.random.default_rng(seed)
    folder.mkdir()
    for stem, n in (("train", 60), ("t10k", 20)):
        images = rng.integers(0, 256, (n, 28, 28), dtype=np.uint8)
        write_idx(folder / f"{stem}-images-idx3-ubyte.gz", images)
        write_idx(folder / f"{stem}-labels-idx1-ubyte.gz", (np.arange(n) % 10).astype(np.uint8))
    return folder


def pin(folder: Path, algorithm: str) -> dict[str, str]:
    return {name: f"{algorithm}:{file_digest(folder / name, algorithm)}" for name in ARCHIVES}


def files_in(folder: Path) -> list[str]:
    """Everything below a folder, hidden or not; [] when there is no folder."""
    return sorted(path.name for path in folder.rglob("*"))


class Mirror:
    """An HTTP server on this machine; counts what it is asked for.

    `files` says what it does for a name: bytes to send, a status to answer with, or
    ("break", bytes) to close the connection half-way, ("stall", bytes) to keep it open but
    send no more; a list is used up one a request.

    Args:
        certificate: a file with a key and its certificate, to serve by https.
    """

    def __init__(self, files: dict, certificate: Path | None = None) -> None:
        self.asked: list[str] = []
        self.closing = threading.Event()
        mirror = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.path.rpartition("/")[2]
                mirror.asked.append(name)
                action = files.get(name, 404)
                if isinstance(action, list):
                    action = action.pop(0)
                if isinstance(action, int):
                    self.send_error(action)
                    return
                broken = isinstance(action, tuple)
                body = action[1] if broken else action
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[: len(body) // 2] if broken else body)
                if broken and action[0] == "stall":
                    mirror.closing.wait(60)

            def log_message(self, *_: object) -> None:
                """Keep the tests' output quiet."""

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
