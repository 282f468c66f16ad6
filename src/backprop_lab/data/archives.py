"""The data sets by name: their titles, their classes, and the names of their files.

All of them come as the same four gzipped IDX files that MNIST was published in.
`pinned` says what each of these files is known by.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

TRAIN_IMAGES = "train-images-idx3-ubyte.gz"
TRAIN_LABELS = "train-labels-idx1-ubyte.gz"
TEST_IMAGES = "t10k-images-idx3-ubyte.gz"
TEST_LABELS = "t10k-labels-idx1-ubyte.gz"

#: The four files of every data set, in the order in which they are fetched.
ARCHIVES = (TRAIN_IMAGES, TRAIN_LABELS, TEST_IMAGES, TEST_LABELS)

#: Beside the archives: which data set they are, and where they came from.
SOURCE = "source.json"

#: What the report calls each data set.
TITLES = {
    "mnist": "MNIST",
    "fashion_mnist": "Fashion-MNIST",
    "kmnist": "Kuzushiji-MNIST",
    "digits": "scikit-learn digits",
}

_DIGITS = tuple(str(digit) for digit in range(10))

#: What the labels 0 to 9 stand for.
CLASS_NAMES = {
    "mnist": _DIGITS,
    "fashion_mnist": (
        "T-shirt/top",
        "Trouser",
        "Pullover",
        "Dress",
        "Coat",
        "Sandal",
        "Shirt",
        "Sneaker",
        "Bag",
        "Ankle boot",
    ),
    "kmnist": ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
    "digits": _DIGITS,
}


def file_digest(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file's bytes."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def describe(path: Path) -> dict[str, str | int]:
    """Return a file's {"sha256": hexadecimal digest, "bytes": size}."""
    return {"sha256": file_digest(path), "bytes": path.stat().st_size}
