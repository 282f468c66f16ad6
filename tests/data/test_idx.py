"""IDX files: written as published, and every damage noticed when they are read."""

from __future__ import annotations

import gzip
import os
import struct
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from backprop_lab.data.archives import TRAIN_LABELS
from backprop_lab.data.idx import read_idx, read_images, read_labels, read_pair, write_idx
from backprop_lab.errors import LabError


def write_raw(path: Path, data: bytes) -> Path:
    path.write_bytes(gzip.compress(data, mtime=0))
    return path


def labels_file(path: Path, labels: bytes, count: int | None = None) -> Path:
    count = len(labels) if count is None else count
    return write_raw(path, struct.pack(">II", 0x00000801, count) + labels)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(values=arrays(np.uint8, array_shapes(min_dims=1, max_dims=3, min_side=0, max_side=9)))
def test_idx_round_trip(tmp_path, values):
    path = tmp_path / "values.gz"
    write_idx(path, values)
    np.testing.assert_array_equal(read_idx(path, values.ndim), values)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_no_damage_goes_unnoticed(tmp_path, data):
    """A truncated file is always an error, an altered one never gives other values.

    (Six bytes of a gzip header, its time stamp and flags, do not touch the contents.)
    """
    values = np.arange(40, dtype=np.uint8) % 10
    path = tmp_path / "values.gz"
    write_idx(path, values)
    whole = path.read_bytes()
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    with pytest.raises(LabError):
        read_idx(path, 1)
    altered = bytearray(whole)
    altered[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(altered)
    with suppress(LabError):
        np.testing.assert_array_equal(read_idx(path, 1), values)


def test_idx_layout_is_the_published_one(tmp_path):
    path = tmp_path / "values.gz"
    write_idx(path, np.array([[[1, 2], [3, 4]]], np.uint8))
    expected = b"\x00\x00\x08\x03" + b"\x00\x00\x00\x01" + b"\x00\x00\x00\x02" * 2 + b"\1\2\3\4"
    assert gzip.decompress(path.read_bytes()) == expected


def test_equal_arrays_give_equal_bytes(tmp_path):
    values = np.arange(200, dtype=np.uint8)
    write_idx(tmp_path / "a.gz", values)
    write_idx(tmp_path / "b.gz", values)
    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()


def test_values_are_writable_and_contiguous(tmp_path):
    write_idx(tmp_path / "a.gz", np.zeros((3, 28, 28), np.uint8))
    images = read_images(tmp_path / "a.gz")
    assert images.shape == (3, 784)
    assert images.flags.c_contiguous
    assert images.flags.writeable


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "starts with nothing"),
        (struct.pack(">II", 0x00000803, 3) + b"\1\2\3", "starts with 00000803.*swapped"),
        (struct.pack(">II", 0x00000D01, 3) + b"\1\2\3", "starts with 00000d01"),
        (struct.pack(">I", 0x00000801), "ends within its header"),
        (struct.pack(">II", 0x00000801, 4) + b"\1\2\3", "holds 3 values of the 4"),
        (struct.pack(">II", 0x00000801, 2) + b"\1\2\3", "has bytes after its last value"),
        (
            struct.pack(">II", 0x00000801, 4_000_000_000) + b"\1",
            "4,000,000,000 values, where no data set",
        ),
        (struct.pack(">II", 0x00000801, 3) + b"\1\2\12", "label 10 at position 2 is not one of"),
    ],
)
def test_bad_labels_file(tmp_path, data, message):
    path = write_raw(tmp_path / TRAIN_LABELS, data)
    with pytest.raises(LabError, match=message) as error:
        read_labels(path)
    assert str(error.value).startswith(str(path))
    assert "\n" not in str(error.value)


def test_truncated_gzip(tmp_path):
    path = labels_file(tmp_path / "labels.gz", bytes(range(10)) * 50)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(LabError, match=r"labels\.gz: is truncated"):
        read_labels(path)


def test_corrupted_gzip(tmp_path):
    path = labels_file(tmp_path / "labels.gz", bytes(range(10)) * 50)
    data = bytearray(path.read_bytes())
    data[-8] ^= 0xFF  # the checksum
    path.write_bytes(data)
    with pytest.raises(LabError, match=r"labels\.gz: is not an intact gzip file"):
        read_labels(path)


def test_not_gzip_and_not_there(tmp_path):
    (tmp_path / "labels.gz").write_bytes(b"<html>")
    with pytest.raises(LabError, match="is not an IDX file of labels: it starts with 3c68746d"):
        read_labels(tmp_path / "labels.gz")
    with pytest.raises(LabError, match="cannot be read"):
        read_labels(tmp_path / "nowhere.gz")


def test_unpacked_file_reads_the_same(tmp_path):
    values = np.arange(90, dtype=np.uint8) % 10
    write_idx(tmp_path / "labels.gz", values)
    unpacked = gzip.decompress((tmp_path / "labels.gz").read_bytes())
    (tmp_path / "labels").write_bytes(unpacked)
    np.testing.assert_array_equal(read_labels(tmp_path / "labels"), values)
    (tmp_path / "labels").write_bytes(unpacked[:-1])
    with pytest.raises(LabError, match="labels: holds 89 values of the 90 in its header"):
        read_labels(tmp_path / "labels")


def test_a_pipe_is_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "labels")
    for path in (tmp_path / "labels", tmp_path):
        with pytest.raises(LabError, match=f"{path}: is not a file"):
            read_labels(path)


def test_images_of_another_size(tmp_path):
    write_idx(tmp_path / "images.gz", np.zeros((2, 28, 27), np.uint8))
    with pytest.raises(LabError, match="28x27 pixels, not 28x28"):
        read_images(tmp_path / "images.gz")
    write_idx(tmp_path / "images.gz", np.zeros((0, 28, 28), np.uint8))
    with pytest.raises(LabError, match="holds no image"):
        read_images(tmp_path / "images.gz")


def test_counts_differ(tmp_path):
    write_idx(tmp_path / "images.gz", np.zeros((3, 28, 28), np.uint8))
    labels_file(tmp_path / "labels.gz", b"\1\2")
    with pytest.raises(LabError, match=r"labels\.gz: holds 2 labels for the 3 images of images"):
        read_pair(tmp_path / "images.gz", tmp_path / "labels.gz")
