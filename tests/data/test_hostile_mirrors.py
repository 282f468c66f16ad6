"""Mirrors that would wait, fill the disk or break the program: each is left for the next."""

from __future__ import annotations

import gzip
import os
import re
import time
import tracemalloc
from dataclasses import replace

import pytest
from mirror import NETWORKED, Action, Answer, files_in

from backprop_lab.data.archives import ARCHIVES, SOURCE, TRAIN_IMAGES
from backprop_lab.data.download import FALLBACK, fetch
from backprop_lab.errors import LabError

#: A mirror has a second and a half, and must send 2,500 bytes in each half second.
IMPATIENT = replace(NETWORKED, read=0.5, least_rate=5_000.0, total=1.5)


def slow_body(body: bytes) -> Action:
    """Send a byte at a time, never silent for long."""

    def answer(to: Answer) -> None:
        to.headers_of(Content_Length=len(body))
        to.trickle(body, 0.05)

    return answer


def slow_headers(body: bytes) -> Action:
    def answer(to: Answer) -> None:
        to.trickle(b"HTTP/1.0 200 OK\r\nContent-Length: " + str(len(body)).encode(), 0.05)

    return answer


def slow_chunk_size(body: bytes) -> Action:
    """Send the length of a chunk digit by digit."""

    def answer(to: Answer) -> None:
        to.protocol_version = "HTTP/1.1"
        to.headers_of(Transfer_Encoding="chunked")
        to.trickle(b"0" * 1000, 0.05)

    return answer


def hinting_for_ever(body: bytes) -> Action:
    """Send one "100 Continue" after another."""

    def answer(to: Answer) -> None:
        for _ in range(1000):
            to.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            if to.closing.wait(0.01):
                return

    return answer


def too_slow_for_its_time(body: bytes) -> Action:
    """Send fast enough at every look, but not enough for the whole time."""

    def answer(to: Answer) -> None:
        to.headers_of(Content_Length=len(body))
        for start in range(0, len(body), 400):
            to.wfile.write(body[start : start + 400])
            if to.closing.wait(0.02):
                return

    return answer


def endless(body: bytes) -> Action:
    def answer(to: Answer) -> None:
        to.headers_of()
        while not to.closing.is_set():
            to.wfile.write(b"\0" * 65536)

    return answer


def endless_redirect(body: bytes) -> Action:
    """Redirect to itself, with an endless body."""

    def answer(to: Answer) -> None:
        to.headers_of(302, Location=to.path)
        while not to.closing.is_set():
            to.wfile.write(b"\0" * 65536)

    return answer


def packed(body: bytes, encoding: str = "gzip") -> Action:
    """A body of 100 kB, said to be encoded, that unpacks to 100 MB."""
    bomb = gzip.compress(bytes(100_000_000), compresslevel=9)

    def answer(to: Answer) -> None:
        to.headers_of(Content_Encoding=encoding, Content_Length=len(bomb))
        to.wfile.write(bomb)

    return answer


def with_headers(**headers: object) -> object:
    def action(body: bytes) -> Action:
        def answer(to: Answer) -> None:
            to.headers_of(**headers)
            to.wfile.write(body)

        return answer

    return action


def saying(data: bytes) -> object:
    """Send these bytes and hang up."""
    return lambda body: lambda to: to.wfile.write(data)


#: What a mirror does with the bytes of a file, and what is said of it.
SLOW = {
    "slow body": (slow_body, "sends less than 5,000 bytes a second"),
    "slow headers": (slow_headers, r"sent nothing of the file within 0\.5 s"),
    "slow chunk": (slow_chunk_size, r"sent nothing of the file within 0\.5 s"),
    "100 Continue": (hinting_for_ever, r"sent nothing of the file within 0\.5 s"),
    "total time": (too_slow_for_its_time, r"not done within 1\.5 s"),
}
HOSTILE = {
    "endless": (endless, r"sends more than the [\d,]+ bytes of the file"),
    "endless redirect": (endless_redirect, "redirects more than 5 times"),
    "packed": (packed, r"sends the file encoded \(gzip\), which was not asked for"),
    "brotli": (
        with_headers(Content_Encoding="br"),
        r"sends the file encoded \(br\), which was not asked for",
    ),
    "no number": (
        with_headers(Content_Length="abc"),
        r"its Content-Length is no number \('abc'\)",
    ),
    "negative": (with_headers(Content_Length="-1"), "its Content-Length is no number"),
    "superscript": (with_headers(Content_Length="\xb2"), "its Content-Length is no number"),
    "long number": (with_headers(Content_Length="9" * 5000), "its Content-Length is no number"),
    "10 GB": (with_headers(Content_Length=10**10), r"wrong bytes \(10,000,000,000 of them"),
    "to a file": (
        lambda body: lambda to: to.headers_of(302, Location="file:///etc/passwd"),
        "not a usable address",
    ),
    "garbage": (saying(b"\0\xff" * 100 + b"\r\n"), "does not answer as HTTP wants"),
    "long line": (
        saying(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 10**6),
        "does not answer as HTTP wants",
    ),
    "many headers": (
        saying(b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 1000 + b"\r\n"),
        "does not answer as HTTP wants",
    ),
    "hangs up": (saying(b""), "the connection broke half-way"),
    "bad chunk": (
        saying(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"),
        "does not answer as HTTP wants|the connection broke half-way",
    ),
    "part": (with_headers(status=206), "HTTP 206"),
}


@pytest.mark.parametrize("name", SLOW | HOSTILE)
def test_the_next_mirror_is_asked(contents, pinned, raw, serve, capsys, name):
    action, reason = (SLOW | HOSTILE)[name]
    bad = serve(contents | {TRAIN_IMAGES: action(contents[TRAIN_IMAGES])})
    good = serve(contents)
    settings = IMPATIENT if name in SLOW else NETWORKED
    started = time.monotonic()
    source = fetch("mnist", raw, mirrors=[bad.url, good.url], pinned=pinned, settings=settings)

    assert time.monotonic() - started < 5
    failed, succeeded = source["tried"]
    assert succeeded == f"{good.url}: ok"
    assert re.match(f"{bad.url}{TRAIN_IMAGES}: ({reason})", failed)
    assert failed in capsys.readouterr().err.splitlines()
    assert {name: (raw / name).read_bytes() for name in ARCHIVES} == contents


def test_all_hostile_mirrors_and_auto(contents, pinned, raw, serve, capsys):
    """Each has its line, and the embedded digits take over."""
    names = ["slow body", "no number", "endless", "packed", "slow headers"]
    cases = [(SLOW | HOSTILE)[name] for name in names]
    mirrors = [serve({TRAIN_IMAGES: act(contents[TRAIN_IMAGES])}).url for act, _ in cases]
    source = fetch("auto", raw, mirrors=mirrors, pinned=pinned, settings=IMPATIENT)

    assert source["name"] == "digits"
    for (_, reason), line in zip(cases, source["tried"], strict=True):
        assert re.search(reason, line)
    assert capsys.readouterr().err.splitlines() == [*source["tried"], FALLBACK]
    assert files_in(raw) == sorted([*ARCHIVES, SOURCE])


def test_nothing_encoded_is_asked_for(contents, pinned, raw, serve):
    mirror = serve(contents)
    fetch("mnist", raw, mirrors=[mirror.url], pinned=pinned, settings=NETWORKED)
    assert {request["Accept-Encoding"] for request in mirror.requests} == {"identity"}


@pytest.mark.parametrize("action", [endless, packed])
def test_memory_and_disk_are_bounded(contents, pinned, raw, serve, action):
    bad = serve({TRAIN_IMAGES: action(contents[TRAIN_IMAGES])})
    with pytest.raises(LabError):  # libraries are loaded
        fetch("mnist", raw, mirrors=[], pinned=pinned)
    tracemalloc.start()
    try:
        with pytest.raises(LabError):
            fetch("mnist", raw, mirrors=[bad.url], pinned=pinned, settings=IMPATIENT)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 20_000_000
    assert files_in(raw) == []


def test_redirects_are_followed(contents, pinned, raw, serve):
    good = serve(contents)
    moved = serve(
        {
            name: lambda to: to.headers_of(301, Location=f"{good.url}{to.path.rpartition('/')[2]}")
            for name in contents
        }
    )
    source = fetch("mnist", raw, mirrors=[moved.url], pinned=pinned, settings=NETWORKED)
    assert source["source"] == moved.url


def test_an_error_of_the_disk_is_no_error_of_a_mirror(contents, pinned, raw, serve, monkeypatch):
    mirror = serve(contents)
    second = serve(contents)

    def full(self, data):
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("backprop_lab.data.mirrors.Path.write_bytes", full)
    with pytest.raises(LabError, match=r"raw: cannot be written \(No space left on device\)"):
        fetch("auto", raw, mirrors=[mirror.url, second.url], pinned=pinned, settings=NETWORKED)
    assert second.asked == []
