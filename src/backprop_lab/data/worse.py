"""Training sets that are worse than the one they are made of: smaller, repeated, mislabelled.

They show what a network loses by them, beside one that learns from the whole set.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from backprop_lab.data.datasets import Dataset
from backprop_lab.errors import LabError


def shorten(dataset: Dataset, size: int | None, repeats: int) -> Dataset:
    """Keep the first images of the training set, and repeat them.

    Args:
        size: how many are kept; None: all.
        repeats: how many copies the training set gets, one after the other.

    Returns:
        The data set with size * repeats training images; the other parts stay.

    Raises:
        LabError: the training set has fewer images.
    """
    available = len(dataset.train_labels)
    if size is not None and size > available:
        raise LabError(f"train_size: {size} is too large; the training set has {available} images")
    images, labels = dataset.train_images[:size], dataset.train_labels[:size]
    if repeats > 1:
        images, labels = np.tile(images, (repeats, 1)), np.tile(labels, repeats)
    return _with(dataset, train_images=images, train_labels=labels)


def mislabel(dataset: Dataset, share: float, rng: np.random.Generator) -> Dataset:
    """Make a share of the training labels wrong, and as large a share of the validation labels.

    A wrong label is any of the other classes, each as likely.  The test labels stay right.

    Args:
        share: the fraction of labels that change; of n labels round(share n), without
            replacement.
        rng: says which labels, and what they become.
    """
    classes = dataset.n_classes
    return _with(
        dataset,
        train_labels=_wrong(dataset.train_labels, share, classes, rng),
        validation_labels=_wrong(dataset.validation_labels, share, classes, rng),
    )


def _wrong(labels: np.ndarray, share: float, classes: int, rng: np.random.Generator) -> np.ndarray:
    """Return a copy of labels (n,) in which round(share n) say another class."""
    chosen = rng.choice(len(labels), round(share * len(labels)), replace=False)
    found = labels.copy()
    shift = rng.integers(1, classes, len(chosen))  # by 1 to classes - 1: never the same class
    found[chosen] = (labels[chosen].astype(np.int64) + shift) % classes
    return found


def _with(dataset: Dataset, **arrays: np.ndarray) -> Dataset:
    """Return a data set with other arrays, and with the sizes and class counts that they have."""
    found: Dataset = replace(dataset, **arrays)  # type: ignore[arg-type]
    parts = {part: getattr(found, f"{part}_labels") for part in dataset.metadata["class_counts"]}
    counts = {
        part: np.bincount(labels, minlength=dataset.n_classes).tolist()
        for part, labels in parts.items()
    }
    sizes = {part: len(labels) for part, labels in parts.items()}
    return replace(found, metadata=dataset.metadata | {"sizes": sizes, "class_counts": counts})
