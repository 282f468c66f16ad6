"""The most confident mistakes, as images."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from backprop_lab.figures import style
from backprop_lab.figures.words import Words
from backprop_lab.files.arrays import read_arrays
from backprop_lab.files.frames import read_csv

FIGURES = {
    "mistakes": {
        "function": "draw",
        "inputs": ("dataset=dataset.npz", "mistakes=tables/mistakes_task1"),
    },
}

COLUMNS = 8


def draw(*, dataset: Path, mistakes: Path, words: Words, output: Path) -> None:
    """Draw each test image with its true class, the predicted class and its confidence.

    Args:
        dataset: dataset.npz, for the images.
        mistakes: mistakes_task1.csv, which says which ones.
    """
    table = read_csv(mistakes, ("index", "confidence", "label_name", "predicted_name"))
    [images] = read_arrays(dataset, ("test_images",))
    images = images[table["index"]].reshape(-1, 28, 28)  # (n, 784) -> (n, 28, 28)
    rows = max(math.ceil(len(table) / COLUMNS), 1)
    with style.figure(words, height=1.08 * rows) as fig:
        axes = fig.subplots(rows, COLUMNS, squeeze=False).ravel()
        for ax in axes:
            ax.axis("off")
        if table.empty:
            axes[0].text(0, 0.5, words("mistakes.none"))
        for i, (ax, image) in enumerate(zip(axes, images, strict=False)):
            _draw_one(ax, image, table.iloc[i], words, gid=f"mistake-{i}")
        style.save(fig, output)


def _draw_one(ax: Axes, image: np.ndarray, row: pd.Series, words: Words, gid: str) -> None:
    """Draw one image, (28, 28), under its classes and the confidence."""
    # Enlarged here, so that no viewer blurs the pixels: (28, 28) -> (224, 224).
    large = np.kron(image, np.ones((8, 8), dtype=image.dtype))
    ax.imshow(large, cmap="gray_r", vmin=0, vmax=255, interpolation="none", gid=gid)
    names = {"true": str(row["label_name"]), "predicted": str(row["predicted_name"])}
    key = "mistakes.long" if max(map(len, names.values())) > 3 else "mistakes.short"
    title = words(key, **names, confidence=_percent(row["confidence"]))
    ax.set_title(title, fontsize=style.SMALL, loc="center", pad=2)


def _percent(confidence: float) -> str:
    """Return a fraction in percent, rounded down, so that no mistake is shown as certain.

    >>> _percent(0.99999)
    '99.99'
    """
    return f"{min(math.floor(confidence * 1e4) / 1e2, 99.99):.2f}"
