"""Any bytes at all as an IDX file: an array or a `LabError`, soon, in little memory.

`BACKPROP_LAB_FUZZ=100 pytest tests/data/test_idx_fuzz.py` tries a hundred times as many files.
The examples are derived from the tests, so that the same number of them are the same files.
"""

from __future__ import annotations

import gzip
import struct
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from fuzzing import fuzzed
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_lab.data.idx import read_idx, read_images, read_labels
from backprop_lab.data.unpacking import CHUNK
from backprop_lab.errors import LabError

fuzz = settings(fuzzed(200), deadline=timedelta(seconds=5))  # no hang

#: Sizes of dimensions: small ones, those of images, and promises that no file keeps.
SIZES = st.one_of(
    st.integers(0, 40),
    st.sampled_from([28, 60_000, 60_001, 2**16, 2**31, 2**32 - 1]),
    st.integers(0, 2**32 - 1),
)


@st.composite
def idx_files(draw) -> bytes:
    """Unpacked files: right, nearly right, and arbitrary bytes."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=60))
    shape = draw(
        st.one_of(
            st.lists(SIZES, max_size=4),
            st.tuples(st.integers(0, 3), st.just(28), st.just(28)),
        )
    )
    kind = draw(st.sampled_from([0x08] * 6 + [0x09, 0x0D, 0x00]))
    dimensions = draw(st.sampled_from([len(shape)] * 6 + [0, 1, 3, 255]))
    header = bytes([0, 0, kind, dimensions]) + struct.pack(f">{len(shape)}I", *shape)
    wanted = min(int(np.prod(shape, dtype=object)), 4_000)
    length = max(0, wanted + draw(st.sampled_from([0] * 6 + [-1, 1, 100])))
    body = draw(st.binary(max_size=30)) or b"\0"
    return header + (body * (length // len(body) + 1))[:length]


@st.composite
def packed_files(draw) -> bytes:
    """Gzip files: in one part or several, with odd headers, damaged."""
    data = draw(idx_files())
    cut = draw(st.integers(0, len(data)))
    parts = draw(st.sampled_from([[data]] * 3 + [[data[:cut], data[cut:]], [data, b""]]))
    packed = b"".join(gzip.compress(part, draw(st.integers(0, 9)), mtime=0) for part in parts)
    return damaged(draw, packed)


def damaged(draw, data: bytes) -> bytes:
    kind = draw(st.sampled_from(["whole"] * 3 + ["cut", "flip", "insert", "append"]))
    place = draw(st.integers(0, max(0, len(data) - 1)))
    if kind == "cut":
        return data[:place]
    if kind == "flip" and data:
        flipped = bytearray(data)
        flipped[place] ^= draw(st.integers(1, 255))
        return bytes(flipped)
    if kind == "insert":
        return data[:place] + draw(st.binary(max_size=8)) + data[place:]
    return data + (draw(st.binary(max_size=12)) if kind == "append" else b"")


def unpacked_size(data: bytes) -> int:
    """Bytes of a file, or what comes out of its gzip parts before their end or a fault."""
    size, rest = 0, data
    while rest.startswith(b"\x1f\x8b"):
        part = zlib.decompressobj(wbits=31)
        try:
            size += len(part.decompress(rest))
        except zlib.error:
            break
        rest = part.unused_data.lstrip(b"\0")
    return max(size, len(data))


@contextmanager
def memory_within(size: int) -> Iterator[None]:
    """Fail if more than twice `size` bytes are in use at a time, beside the readers' buffers."""
    tracemalloc.start()
    try:
        yield
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= 2 * size + 2 * CHUNK


def check(path: Path, data: bytes) -> None:
    """Every reader gives an array that the file holds, or a `LabError` of one line."""
    path.write_bytes(data)
    size = unpacked_size(data)
    of_any = partial(read_idx, dimensions=data[3] % 4 if len(data) > 3 else 1)
    for reader in (read_images, read_labels, of_any):
        with memory_within(size):
            try:
                result = reader(path)
            except LabError as error:
                result = str(error)
        if isinstance(result, str):
            assert result.startswith(f"{path}: ")
            assert "\n" not in result
        else:
            assert result.dtype == np.uint8
            assert result.nbytes <= size


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "file"


@fuzz
@given(data=idx_files())
def test_unpacked_files(path, data):
    check(path, data)


@fuzz
@given(data=packed_files())
def test_packed_files(path, data):
    check(path, data)


@pytest.mark.fault("a file of images that promises too much")
@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["unpacked", "packed"])
@pytest.mark.parametrize("shape", [(10**9, 28, 28), (2**32 - 1,) * 3, (0, 2**32 - 1, 2**32 - 1)])
def test_a_header_that_promises_too_much_is_refused_at_once(tmp_path, pack, shape):
    data = b"\0\0\x08\3" + struct.pack(">3I", *shape)
    (tmp_path / "file").write_bytes(pack(data + bytes(1000)))
    with memory_within(2000), pytest.raises(LabError, match="no data set has more than"):
        read_images(tmp_path / "file")


@pytest.mark.fault("a file of images that promises too much")
def test_zeros_without_end_are_read_to_the_end_of_the_promise(tmp_path):
    """A small file that unpacks to 200 MB, where its header says one image."""
    data = b"\0\0\x08\3" + struct.pack(">3I", 1, 28, 28) + bytes(200_000_000)
    (tmp_path / "file").write_bytes(gzip.compress(data, compresslevel=1))
    with memory_within(2000), pytest.raises(LabError, match="bytes after its last value"):
        read_images(tmp_path / "file")
