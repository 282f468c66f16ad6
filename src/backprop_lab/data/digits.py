"""The embedded data set: real handwritten digits that come with scikit-learn.

When no mirror answers, the report is built from these 1,797 images of 8x8 pixels
(the test part of "Optical Recognition of Handwritten Digits", Alpaydin & Kaynak,
1998, UCI Machine Learning Repository).  They are enlarged to MNIST's 28x28 pixels
and written as the same four archives, so later steps need not tell them apart.

They are not MNIST: they are 28 times fewer, and the same 13 people wrote the
images of all three parts, so the test accuracy says nothing about new writers.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from backprop_lab.data.archives import TEST_IMAGES, TEST_LABELS, TRAIN_IMAGES, TRAIN_LABELS
from backprop_lab.data.idx import SIDE, write_idx
from backprop_lab.data.stratified import stratified_split

SPLIT_SEED = 0

_MAX_INTENSITY = 16  # of the original images: a count of the inked pixels in a 4x4 block
_BOX = 20  # pixels


def write_digits(folder: Path) -> dict[str, Any]:
    """Write the embedded digits as four IDX archives.

    The training archive holds the training images followed by the validation
    images, the t10k archive the test images.

    Args:
        folder: where to; it exists.

    Returns:
        How they are split, {"kind": "stratified", "seed": int, "sizes": {"train",
        "validation", "test"}}.
    """
    from sklearn.datasets import load_digits  # a second to import, rarely needed

    bunch = load_digits()
    images = enlarge(bunch.images.astype(np.int64))
    labels = bunch.target.astype(np.uint8)
    train, validation, test = stratified_split(labels, SPLIT_SEED)
    learn = np.concatenate([train, validation])
    write_idx(folder / TRAIN_IMAGES, images[learn])
    write_idx(folder / TRAIN_LABELS, labels[learn])
    write_idx(folder / TEST_IMAGES, images[test])
    write_idx(folder / TEST_LABELS, labels[test])
    sizes = {"train": len(train), "validation": len(validation), "test": len(test)}
    return {"kind": "stratified", "seed": SPLIT_SEED, "sizes": sizes}


def enlarge(images: np.ndarray) -> np.ndarray:
    """Enlarge 8x8 images of 0-16 to 28x28 images of 0-255, laid out as MNIST's are.

    MNIST's digits fill a box of 20x20 pixels in the middle of 28x28, these fill
    their 8x8 pixels; so 8x8 becomes 20x20, and a margin of 4 is added.  Bilinear
    interpolation, because it never leaves the range of the original values and so
    draws no ripples around a stroke (a cubic would); beyond the border lies
    background, so strokes fade out there as they do inside.  In integers, so
    that the bytes are the same on every machine.

    Args:
        images: int (n, 8, 8), 0 background to 16 ink.

    Returns:
        uint8 (n, 28, 28), 0 background to 255 ink.
    """
    side = images.shape[1]
    # The middle of output pixel i lies at (i + 1/2) * 8/20 - 1/2 = 0.4 i - 0.3 of the
    # original.  In tenths: its distance to pixel j is |4 i - 3 - 10 j|, its weight 10 less that.
    distance = np.abs(4 * np.arange(_BOX)[:, None] - 3 - 10 * np.arange(side))
    weights = np.maximum(0, 10 - distance)  # (20, 8)
    sums = weights @ images @ weights.T  # (n, 20, 20), 0 to 1600
    full = 100 * _MAX_INTENSITY
    box = (sums * 255 + full // 2) // full  # rounded
    margin = (SIDE - _BOX) // 2
    return np.pad(box, ((0, 0), (margin, margin), (margin, margin))).astype(np.uint8)
