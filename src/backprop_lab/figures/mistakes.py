"""The most confident mistakes, as images."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from backprop_lab.data.image_shape import image_shape
from backprop_lab.errors import LabError
from backprop_lab.figures import style
from backprop_lab.figures.words import Words
from backprop_lab.files.arrays import read_arrays
from backprop_lab.files.documents import read_json
from backprop_lab.files.frames import read_csv

FIGURES = {
    "mistakes": {
        "function": "draw",
        "inputs": ("npz=dataset.npz", "dataset", "mistakes=tables/mistakes_task1"),
    },
}

COLUMNS = 8
#: Letters of a class's name that have room above an image.
_LONGEST = 11
#: Dots that the longer side of an image is drawn with, at least.
_DRAWN = 224


def draw(*, npz: Path, dataset: Path, mistakes: Path, words: Words, output: Path) -> None:
    """Draw each test image with its true class, the predicted class and its confidence.

    Args:
        npz: dataset.npz, for the images.
        dataset: dataset.json, for their size.
        mistakes: mistakes_task1.csv, which says which ones.
    """
    table = read_csv(mistakes, ("index", "confidence", "label_name", "predicted_name"))
    [images] = read_arrays(npz, ("test_images",))
    height, width = image_shape(read_json(dataset))
    if images.shape[1] != height * width:
        raise LabError(f"{npz}: its images are not {height} x {width} pixels; build it anew")
    images = images[table["index"]].reshape(-1, height, width)  # (n, pixels) -> (n, h, w)
    rows = max(math.ceil(len(table) / COLUMNS), 1)
    names = [*table["label_name"].map(str), *table["predicted_name"].map(str)]
    with style.figure(words, height=1.08 * rows, names=names) as fig:
        axes = fig.subplots(rows, COLUMNS, squeeze=False).ravel()
        for ax in axes:
            ax.axis("off")
        if table.empty:
            axes[0].text(0, 0.5, words("mistakes.none"))
        for i, (ax, image) in enumerate(zip(axes, images, strict=False)):
            _draw_one(ax, image, table.iloc[i], words, gid=f"mistake-{i}")
        style.save(fig, output)


def _draw_one(ax: Axes, image: np.ndarray, row: pd.Series, words: Words, gid: str) -> None:
    """Draw one image, (height, width), under its classes and the confidence."""
    # Enlarged here, so that no viewer blurs the pixels: (28, 28) -> (224, 224).
    times = math.ceil(_DRAWN / max(image.shape))
    large = np.kron(image, np.ones((times, times), dtype=image.dtype))
    ax.imshow(large, cmap="gray_r", vmin=0, vmax=255, interpolation="none", gid=gid)
    names = {
        "true": style.shortened(str(row["label_name"]), _LONGEST),
        "predicted": style.shortened(str(row["predicted_name"]), _LONGEST),
    }
    key = "mistakes.long" if max(map(len, names.values())) > 3 else "mistakes.short"
    title = words(key, **names, confidence=_percent(row["confidence"]))
    ax.set_title(title, fontsize=style.SMALL, loc="center", pad=2, parse_math=False)


def _percent(confidence: float) -> str:
    """Return a fraction in percent, rounded down, so that no mistake is shown as certain.

    >>> _percent(0.99999)
    '99.99'
    """
    return f"{min(math.floor(confidence * 1e4) / 1e2, 99.99):.2f}"
