"""The form of an .npz file: its arrays and their types."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ArrayKind:
    """What an array must be.

    Attributes:
        dtype: its type, as NumPy spells it: "|u1" is uint8, "<f4" float32.
    """

    dtype: str


#: A run's predictions.npz: a row an image of the test set, see `training.loop.TrainedRun`.
PREDICTIONS = {
    "label": ArrayKind("|u1"),
    "predicted": ArrayKind("|u1"),
    "confidence": ArrayKind("<f4"),
}
