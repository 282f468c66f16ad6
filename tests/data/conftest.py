"""Fixtures that the tests of downloading share: archives, where they go, and mirrors."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from mirror import Mirror, make_archives, pin

from backprop_lab.data.archives import ARCHIVES
from backprop_lab.data.network import CERTIFICATE_VARIABLES


@pytest.fixture
def archives(tmp_path: Path) -> Path:
    return make_archives(tmp_path / "archives", seed=1)


@pytest.fixture
def fashion(tmp_path: Path) -> Path:
    return make_archives(tmp_path / "fashion", seed=2)


@pytest.fixture
def pinned(archives: Path, fashion: Path) -> dict:
    return {"mnist": pin(archives), "fashion_mnist": pin(fashion)}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "data" / "raw"


@pytest.fixture
def serve(monkeypatch) -> Iterator:
    for scheme in ("http", "https", "all"):
        for variable in (f"{scheme}_proxy", f"{scheme}_proxy".upper()):
            monkeypatch.delenv(variable, raising=False)
    for variable in CERTIFICATE_VARIABLES:
        monkeypatch.delenv(variable, raising=False)
    running: list[Mirror] = []

    def start(files: dict, certificate: Path | None = None) -> Mirror:
        running.append(Mirror(dict(files), certificate))
        return running[-1]

    yield start
    for mirror in running:
        mirror.close()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Make a key and a certificate for 127.0.0.1 that nobody signed, in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    command = "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -keyout - -out -"
    names = ["-addext", "subjectAltName=IP:127.0.0.1"]
    done = subprocess.run([*command.split(), *names], check=True, capture_output=True)
    path = tmp_path / "certificate.pem"
    path.write_bytes(done.stdout)
    return path


@pytest.fixture
def dead_mirror(serve) -> str:
    """Return the address of a port where no server listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    return f"http://127.0.0.1:{port}/data/"


@pytest.fixture
def contents(archives) -> dict[str, bytes]:
    return {name: (archives / name).read_bytes() for name in ARCHIVES}
