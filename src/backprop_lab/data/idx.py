"""IDX, the file format in which MNIST was published: read strictly, written reproducibly.

Layout, all integers big-endian (LeCun, Cortes & Burges, 1998):

    2 bytes  zero
    1 byte   type of the values: 0x08, unsigned byte
    1 byte   number of dimensions: 1 for labels, 3 for images
    4 bytes  the size of each dimension
    1 byte   for each value, the last dimension running fastest

A reader that trusts the header shows shifted images when a file is damaged, and
the network learns noise without any message; so everything is checked here.
"""

from __future__ import annotations

import gzip
import math
import struct
from pathlib import Path

import numpy as np

from backprop_lab.data.unpacking import CHUNK, open_unpacked
from backprop_lab.errors import LabError

SIDE = 28  # pixels, height and width of an image of MNIST
CLASSES = 10  # of MNIST

#: Height and width of an image, in pixels.
Shape = tuple[int, int]

_UNSIGNED_BYTE = 0x08
_MOST_VALUES = 10**9  # twenty times those of MNIST; a damaged header can declare any number


def read_images(path: Path, shape: Shape = (SIDE, SIDE)) -> np.ndarray:
    """Read a file of images.

    Args:
        path: the file.
        shape: height and width that the images must have.

    Returns:
        uint8 (n, pixels), one image a row, 0 background to 255 ink.

    Raises:
        LabError: as `read_idx`, or the images have another size, or there are none.
    """
    images = read_idx(path, dimensions=3)
    if images.shape[1:] != shape:
        found, wanted = ("x".join(map(str, size)) for size in (images.shape[1:], shape))
        raise LabError(f"{path}: holds images of {found} pixels, not {wanted}")
    if len(images) == 0:
        raise LabError(f"{path}: holds no image; fetch it again")
    return images.reshape(len(images), -1)


def read_labels(path: Path, n_classes: int = CLASSES) -> np.ndarray:
    """Read a file of labels.

    Returns:
        uint8 (n,), each 0 to `n_classes` - 1.

    Raises:
        LabError: as `read_idx`, or a label is larger.
    """
    labels = read_idx(path, dimensions=1)
    wrong = np.flatnonzero(labels >= n_classes)
    if len(wrong):
        raise LabError(
            f"{path}: label {labels[wrong[0]]} at position {wrong[0]} is not one of "
            f"0-{n_classes - 1}; the file is damaged, fetch it again"
        )
    return labels


def read_pair(
    images_path: Path,
    labels_path: Path,
    *,
    shape: Shape = (SIDE, SIDE),
    n_classes: int = CLASSES,
) -> tuple[np.ndarray, np.ndarray]:
    """Read images (n, pixels) and their labels (n,), both uint8.

    Raises:
        LabError: as `read_images` and `read_labels`, or their counts differ.
    """
    images = read_images(images_path, shape)
    labels = read_labels(labels_path, n_classes)
    check_as_many(images_path, images, labels_path, labels)
    return images, labels


def check_as_many(
    images_path: Path, images: np.ndarray, labels_path: Path, labels: np.ndarray
) -> None:
    """Raise a LabError unless there are as many labels as images."""
    if len(images) != len(labels):
        raise LabError(
            f"{labels_path}: holds {len(labels)} labels for the {len(images)} images of "
            f"{Path(images_path).name}; the two files do not belong together"
        )


def read_idx(path: Path, dimensions: int) -> np.ndarray:
    """Read an IDX file of unsigned bytes, compressed with gzip or not.

    Memory grows with the values that are really there, whatever the header promises.

    Args:
        path: the file.
        dimensions: how many the array must have.

    Returns:
        uint8 array, C-contiguous and writable, of the shape in the header.

    Raises:
        LabError: no such file, damaged gzip, truncated, another magic number, fewer or
            more values than the header says, or more than any data set here has.
    """
    path = Path(path)
    values = bytearray()
    with open_unpacked(path) as file:
        shape = _parse_header(path, file.read(4 + 4 * dimensions), dimensions)
        expected = math.prod(shape)
        while len(values) < expected:
            chunk = file.read(min(CHUNK, expected - len(values)))
            if not chunk:
                raise LabError(
                    f"{path}: holds {len(values):,} values of the {_times(shape)} in its header; "
                    "it is truncated, fetch it again"
                )
            values += chunk
        # Reading on to the end also makes gzip verify its checksum.
        if file.read(1):
            raise LabError(f"{path}: has bytes after its last value; fetch it again")
    return np.frombuffer(values, np.uint8).reshape(shape)


def _parse_header(path: Path, header: bytes, dimensions: int) -> tuple[int, ...]:
    """Return the shape that the first bytes of a file declare.

    Raises:
        LabError: they are not the header of an IDX file of so many dimensions, or declare
            more values than any data set here has.
    """
    expected = bytes([0, 0, _UNSIGNED_BYTE, dimensions])
    if header[:4] != expected:
        kind = {1: "labels", 3: "images"}.get(dimensions, f"{dimensions} dimensions")
        raise LabError(
            f"{path}: is not an IDX file of {kind}: it starts with "
            f"{header[:4].hex() or 'nothing'}, not {expected.hex()}; are two archives swapped?"
        )
    if len(header) < 4 + 4 * dimensions:
        raise LabError(f"{path}: ends within its header; it is truncated, fetch it again")
    shape = struct.unpack(f">{dimensions}I", header[4:])
    # A size of 0 would hide the others: NumPy refuses such shapes with an error of its own.
    if math.prod(max(size, 1) for size in shape) > _MOST_VALUES:
        raise LabError(
            f"{path}: its header says {_times(shape)} values, where no data set has more than "
            f"{_MOST_VALUES:,}; it is damaged, fetch it again"
        )
    return shape


def _times(shape: tuple[int, ...]) -> str:
    """Return a shape as text, such as "60,000 x 28 x 28"."""
    return " x ".join(f"{size:,}" for size in shape)


def write_idx(path: Path, values: np.ndarray, level: int = 9) -> None:
    """Write unsigned bytes as a gzipped IDX file; equal arrays give equal bytes.

    Args:
        path: where to.
        values: uint8 array of 1 to 255 dimensions.
        level: of compression, 1 to 9.
    """
    header = bytes([0, 0, _UNSIGNED_BYTE, values.ndim]) + struct.pack(
        f">{values.ndim}I", *values.shape
    )
    # gzip writes the time of day and the file's name into its header unless told otherwise.
    Path(path).write_bytes(gzip.compress(header + values.tobytes(), compresslevel=level, mtime=0))
