"""Images and labels, divided into training, validation and test sets.

`prepare` makes one file of the four raw archives; every run then `load`s that
file and turns the pixels `to_float`.  Rows are samples: an image is a row of
pixels, 784 of MNIST.  Pixels stay uint8 until a network needs them, a quarter of the memory.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from backprop_lab.data.archives import (
    ARCHIVES,
    CLASS_NAMES,
    SOURCE,
    TEST_IMAGES,
    TEST_LABELS,
    TRAIN_IMAGES,
    TRAIN_LABELS,
    describe,
)
from backprop_lab.data.idx import read_pair
from backprop_lab.data.image_shape import image_shape
from backprop_lab.data.pixels import scale
from backprop_lab.errors import LabError
from backprop_lab.files.arrays import read_arrays
from backprop_lab.files.atomic import replacing
from backprop_lab.files.documents import read_json
from backprop_lab.files.forms.table import REBUILD

PARTS = ("train", "validation", "test")
SPLITS = ("last_10000", "random")

#: Images that `to_float` turns at a time: few enough for a processor's cache.
_ROWS = 512

#: What dataset.json repeats of source.json, where that has it.
_BESIDES = ("forms", "licence", "inverted", "contents_sha256")

#: What dataset.json says, see `prepare`.
Metadata = dict[str, Any]


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images uint8 (n, pixels) and labels uint8 (n,) of three disjoint sets.

    The network learns from the training set; the validation set compares networks
    and epochs; the test set is touched once, for final figures.

    Attributes:
        metadata: what dataset.json says.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    validation_images: np.ndarray
    validation_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray
    metadata: Metadata

    @property
    def title(self) -> str:
        """Return the name of this data set in the report."""
        return str(self.metadata["title"])

    @property
    def embedded(self) -> bool:
        """Return True for the digits of scikit-learn that stand in for MNIST."""
        return bool(self.metadata["embedded"])

    @property
    def n_inputs(self) -> int:
        """Return how many pixels an image has."""
        return int(self.train_images.shape[1])

    @property
    def n_classes(self) -> int:
        """Return how many classes there are."""
        return len(self.metadata["class_names"])

    @property
    def sha256(self) -> str:
        """Return the digest over all images and labels as they were prepared."""
        return str(self.metadata["sha256"])


def prepare(
    raw_dir: Path,
    out_npz: Path,
    out_json: Path,
    *,
    split: str = "last_10000",
    split_seed: int | None = None,
    validation_size: int = 10_000,
) -> Metadata:
    """Read the raw archives, divide them, and write dataset.npz and dataset.json.

    Args:
        raw_dir: the folder that `download.fetch` filled.
        out_npz: {train,validation,test}_images uint8 (n, pixels), {...}_labels uint8 (n,).
        out_json: name, title, embedded, source, archives, split, split_seed, sizes,
            class_names, class_counts, sha256 (over all arrays), image_shape ([height, width]
            in pixels), and what source.json says besides: forms (in which the files were
            found), and of a data set of your own licence, inverted and contents_sha256.
        split: "last_10000": the training archive's last images are for validation, the
            usual convention; "random": `split_seed` draws which.  The embedded digits and
            data sets of your own come with a stratified split, whatever this says.
        split_seed: for "random" only.
        validation_size: how many images of the training archive are for validation.

    Returns:
        What out_json says.

    Raises:
        LabError: an archive is missing, damaged or not the one that was fetched; the
            split is unknown or impossible; a file cannot be written.
    """
    if split not in SPLITS:
        raise LabError(f"split: {split!r} is not one of {', '.join(SPLITS)}")
    if split != "random":
        split_seed = None
    elif split_seed is None:
        raise LabError("split_seed: a random split needs a whole number here")
    raw_dir = Path(raw_dir)
    source = read_source(raw_dir)
    names, shape = _class_names(source), image_shape(source)
    pairs = ((TRAIN_IMAGES, TRAIN_LABELS), (TEST_IMAGES, TEST_LABELS))
    (images, labels), (test_images, test_labels) = (
        read_pair(raw_dir / one, raw_dir / other, shape=shape, n_classes=len(names))
        for one, other in pairs
    )

    if source["split"] is not None:
        split, split_seed = source["split"]["kind"], source["split"]["seed"]
        validation_size = source["split"]["sizes"]["validation"]
    if not 0 < validation_size < len(images):
        raise LabError(
            f"{raw_dir / TRAIN_IMAGES}: cannot give {validation_size} of its {len(images)} images "
            "to validation and keep some for training"
        )
    train: slice | np.ndarray
    validation: slice | np.ndarray
    if split == "random" and split_seed is not None:
        train, validation = _draw(len(images), validation_size, split_seed)
    else:  # slices, so that nothing is copied
        train, validation = slice(0, -validation_size), slice(-validation_size, None)
    arrays = {
        "train_images": images[train],
        "train_labels": labels[train],
        "validation_images": images[validation],
        "validation_labels": labels[validation],
        "test_images": test_images,
        "test_labels": test_labels,
    }
    metadata = {
        "name": source["name"],
        "title": source["title"],
        "embedded": source["embedded"],
        "source": source["source"],
        "archives": source["archives"],
        "split": split,
        "split_seed": split_seed,
        "sizes": {part: len(arrays[f"{part}_labels"]) for part in PARTS},
        "class_names": names,
        "class_counts": {
            part: _class_counts(arrays[f"{part}_labels"], len(names)) for part in PARTS
        },
        "sha256": _digest(arrays),
        "image_shape": list(shape),
    }
    # Earlier versions did not write `forms`; the others are of data sets of one's own.
    metadata |= {key: source[key] for key in _BESIDES if key in source}
    with replacing(Path(out_npz)) as npz, replacing(Path(out_json)) as json_file:
        np.savez(npz, allow_pickle=False, **arrays)
        json_file.write((json.dumps(metadata, indent=1) + "\n").encode())
    return metadata


def load(npz: Path, json_file: Path) -> Dataset:
    """Read what `prepare` wrote.

    Raises:
        LabError: a file is missing, damaged or not what `prepare` writes.
    """
    metadata = read_json(json_file)
    names = tuple(f"{part}_{kind}" for part in PARTS for kind in ("images", "labels"))
    arrays = dict(zip(names, read_arrays(npz, names, REBUILD), strict=True))
    dataset = Dataset(**arrays, metadata=metadata)
    height, width = image_shape(metadata)
    for name, array in arrays.items():
        if array.ndim == 2 and array.shape[1] != height * width:
            wrong = f"{name} has images of {array.shape[1]} pixels, not {height} x {width}"
        elif array.ndim == 1 and array.max(initial=0) >= dataset.n_classes:
            wrong = f"{name} holds a label that is none of {dataset.n_classes} classes"
        else:
            continue
        raise LabError(f"{npz}: {wrong} as {json_file} says; {REBUILD}")
    return dataset


def to_float(
    images: np.ndarray,
    pixels: str,
    dtype: npt.DTypeLike = np.float32,
    *,
    columns: np.ndarray | None = None,
) -> np.ndarray:
    """Turn pixels into what a network takes.

    >>> to_float(np.array([[0, 51, 255]], np.uint8), "unit")
    array([[0. , 0.2, 1. ]], dtype=float32)

    Args:
        images: uint8 (n, pixels).
        pixels: how they are scaled, see `data.pixels.scale`.
        dtype: float32, or float64 for gradient checks.
        columns: (m,) int, the pixels to take, in this order; by default all.

    Returns:
        (n, m) of `dtype`, C-contiguous; the only large array that is allocated.

    Raises:
        LabError: `pixels` is no such scale.
    """
    subtract, divide = scale(pixels)
    width = images.shape[1] if columns is None else len(columns)
    result = np.empty((len(images), width), dtype)
    for start in range(0, len(images), _ROWS):
        rows = slice(start, start + _ROWS)
        block = images[rows] if columns is None else np.take(images[rows], columns, axis=1)
        if subtract:
            block = np.subtract(block, subtract, dtype=dtype)
        np.divide(block, divide, out=result[rows], dtype=dtype)
    return result


def resplit(dataset: Dataset, split_seed: int) -> Dataset:
    """Draw training and validation sets anew from their union, with the same sizes.

    The test set stays.  `sha256` stays too: it names the images, whichever set they
    are in.  With the default split, the result is what `prepare` gives for
    split="random" and this seed.
    """
    sizes = len(dataset.train_labels), len(dataset.validation_labels)
    train, validation = _draw(sum(sizes), sizes[1], split_seed)
    labels = np.concatenate([dataset.train_labels, dataset.validation_labels])
    images = np.concatenate([dataset.train_images, dataset.validation_images])
    counts = {
        "train": _class_counts(labels[train], dataset.n_classes),
        "validation": _class_counts(labels[validation], dataset.n_classes),
        "test": dataset.metadata["class_counts"]["test"],
    }
    return replace(
        dataset,
        train_images=images[train],
        train_labels=labels[train],
        validation_images=images[validation],
        validation_labels=labels[validation],
        metadata=dataset.metadata
        | {"split": "random", "split_seed": split_seed, "class_counts": counts},
    )


def read_source(raw_dir: Path) -> dict[str, Any]:
    """Read source.json, and make sure that the archives are still those it describes."""
    path = raw_dir / SOURCE
    source = read_json(path)
    if source["name"] not in CLASS_NAMES and "class_names" not in source:
        known = ", ".join(CLASS_NAMES)
        raise LabError(f"{path}: name is {source['name']!r}, not one of {known}; {REBUILD}")
    for archive in ARCHIVES:
        try:
            found = describe(raw_dir / archive)
        except OSError as error:
            reason = error.strerror or str(error)
            raise LabError(f"{raw_dir / archive}: cannot be read ({reason}); {REBUILD}") from error
        if found != source["archives"].get(archive):
            raise LabError(
                f"{raw_dir / archive}: has changed since it was fetched (sha256 "
                f"{found['sha256']}); delete {raw_dir} and fetch the data again"
            )
    return source


def _draw(n: int, validation_size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw which of n images are for validation; both index arrays keep the archive's order."""
    order = np.random.default_rng(seed).permutation(n)
    return np.sort(order[:-validation_size]), np.sort(order[-validation_size:])


def _class_names(source: Mapping[str, Any]) -> list[str]:
    """Return the names of the classes that source.json, or `archives`, gives a data set."""
    return list(source.get("class_names") or CLASS_NAMES[source["name"]])


def _class_counts(labels: np.ndarray, n_classes: int) -> list[int]:
    """Count the labels of each class."""
    return [int(count) for count in np.bincount(labels, minlength=n_classes)]


def _digest(arrays: dict[str, np.ndarray]) -> str:
    """Return the hexadecimal SHA-256 over names, shapes and bytes of arrays."""
    digest = hashlib.sha256()
    for name, array in arrays.items():
        digest.update(f"{name} {array.shape}\n".encode())
        digest.update(np.ascontiguousarray(array).data)  # no copy: rows of a C array are contiguous
    return digest.hexdigest()
