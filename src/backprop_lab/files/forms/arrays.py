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
        table: whether it has two dimensions, rows and columns, and not one.
        high: its largest value; none is below 0.  NaN, of a run that diverged, is let pass.
        like: the array that it has as many rows as; "" for none.
    """

    dtype: str
    table: bool = False
    high: float = inf
    like: str = ""

    def problem(self, array: np.ndarray, arrays: Mapping[str, np.ndarray]) -> str:
        """Say what is wrong with an array, of those that were read; "" if nothing is."""
        if array.dtype.str != self.dtype:
            return f"is of type {array.dtype}, not {self.dtype}"
        if array.ndim != (2 if self.table else 1):
            return f"has the shape {array.shape}, not {'(n, columns)' if self.table else '(n,)'}"
        if self.like in arrays and len(array) != len(arrays[self.like]):
            return f"has {len(array)} rows, {self.like} has {len(arrays[self.like])}"
        if self.high < inf and array.size and not _within(array, self.high):
            return f"holds a value that is not from 0 to {self.high:g}"
        return ""


def _within(array: np.ndarray, high: float) -> bool:
    return not bool(((array < 0) | (array > high)).any())


#: A run's predictions.npz: a row an image of the test set, see `training.loop.TrainedRun`.
PREDICTIONS = {
    "label": ArrayKind("|u1"),
    "predicted": ArrayKind("|u1", like="label"),
    "confidence": ArrayKind("<f4", high=1, like="label"),
}

#: dataset.npz: a row an image, see `data.datasets.prepare`.
DATASET = {
    name: kind
    for part in ("train", "validation", "test")
    for name, kind in (
        (f"{part}_labels", ArrayKind("|u1")),
        (f"{part}_images", ArrayKind("|u1", table=True, like=f"{part}_labels")),
    )
}

#: correctness.npz: a row a run, see `claims.correctness`.
CORRECTNESS = {
    "runs": ArrayKind("|u1"),
    "validation": ArrayKind("|u1", table=True),
    "test": ArrayKind("|u1", table=True, like="validation"),
}

#: Name of an .npz file -> array -> what it must be.
ARRAYS = {"predictions.npz": PREDICTIONS, "dataset.npz": DATASET, "correctness.npz": CORRECTNESS}
