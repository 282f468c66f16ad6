"""The form of an .npz file: its arrays, their types, shapes and values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class ArrayKind:
    """What an array must be.

    Attributes:
        dtype: its type, as NumPy spells it: "|u1" is uint8, "<f4" float32.
        width: columns of a table; None for an array of one dimension.
        high: its largest value; none is below 0.  NaN, of a run that diverged, is let pass.
        like: the array that it has as many rows as; "" for none.
    """

    dtype: str
    width: int | None = None
    high: float = inf
    like: str = ""

    def problem(self, array: np.ndarray, arrays: Mapping[str, np.ndarray]) -> str:
        """Say what is wrong with an array, of those that were read; "" if nothing is."""
        if array.dtype.str != self.dtype:
            return f"is of type {array.dtype}, not {self.dtype}"
        if array.shape[1:] != (() if self.width is None else (self.width,)) or array.ndim == 0:
            shape = "(n,)" if self.width is None else f"(n, {self.width})"
            return f"has the shape {array.shape}, not {shape}"
        if self.like in arrays and len(array) != len(arrays[self.like]):
            return f"has {len(array)} rows, {self.like} has {len(arrays[self.like])}"
        if self.high < inf and array.size and not _within(array, self.high):
            return f"holds a value that is not from 0 to {self.high:g}"
        return ""


def _within(array: np.ndarray, high: float) -> bool:
    return not bool(((array < 0) | (array > high)).any())


#: A run's predictions.npz: a row an image of the test set, see `training.loop.TrainedRun`.
PREDICTIONS = {
    "label": ArrayKind("|u1", high=9),
    "predicted": ArrayKind("|u1", high=9, like="label"),
    "confidence": ArrayKind("<f4", high=1, like="label"),
}

#: dataset.npz: a row an image, see `data.datasets.prepare`.
DATASET = {
    name: kind
    for part in ("train", "validation", "test")
    for name, kind in (
        (f"{part}_labels", ArrayKind("|u1", high=9)),
        (f"{part}_images", ArrayKind("|u1", width=784, like=f"{part}_labels")),
    )
}

#: Name of an .npz file -> array -> what it must be.
ARRAYS = {"predictions.npz": PREDICTIONS, "dataset.npz": DATASET}
