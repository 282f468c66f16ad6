"""The data sets by name: their titles, their classes, and the digests of their archives.

All of them come as the same four gzipped IDX files that MNIST was published in.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
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

#: Data set -> file -> "algorithm:hexadecimal digest".
Pinned = Mapping[str, Mapping[str, str]]

PINNED: Pinned = {
    # The files of 1998; their MD5 digests are those that torchvision pins.
    "mnist": {
        TRAIN_IMAGES: "sha256:440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        TRAIN_LABELS: "sha256:3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        TEST_IMAGES: "sha256:8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        TEST_LABELS: "sha256:f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    },
    # The next two as torchvision pins them (torchvision/datasets/mnist.py).
    "fashion_mnist": {
        TRAIN_IMAGES: "md5:8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        TRAIN_LABELS: "md5:25c81989df183df01b3e8a0aad5dffbe",
        TEST_IMAGES: "md5:bef4ecab320f06d8554ea6380940ec79",
        TEST_LABELS: "md5:bb300cfdad3c16e7a12a480ee83cd310",
    },
    "kmnist": {
        TRAIN_IMAGES: "md5:bdb82020997e1d708af4cf47b453dcf7",
        TRAIN_LABELS: "md5:e144d726b3acfaa3e44228e80efcd344",
        TEST_IMAGES: "md5:5c965bf0a639b31b8f53240b1b52f4d7",
        TEST_LABELS: "md5:7320c461ea6c1c855c0b718fb2a4b134",
    },
}


def file_digest(path: Path, algorithm: str) -> str:
    """Return the hexadecimal digest of a file's bytes.

    Args:
        path: the file.
        algorithm: as `hashlib` names it, such as "sha256" or "md5".
    """
    with open(path, "rb") as file:
        return hashlib.file_digest(file, algorithm).hexdigest()


def describe(path: Path) -> dict[str, str | int]:
    """Return a file's {"sha256": hexadecimal digest, "bytes": size}."""
    return {"sha256": file_digest(path, "sha256"), "bytes": path.stat().st_size}
