"""Criteria on accuracies for new images, not for new seeds alone: which image each run tells.

All seeds of a setting are judged on the same images.  correctness.npz says of each of them, and
of each run that a criterion on accuracies uses, whether the run tells its class; so what other
images would change can be estimated (`results.two_way`).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from backprop_lab.claims.measures import Results, Row
from backprop_lab.claims.selection import select, sweep
from backprop_lab.errors import LabError
from backprop_lab.files.arrays import read_arrays
from backprop_lab.files.forms.table import REBUILD
from backprop_lab.results.statistics import Interval, slope_weights
from backprop_lab.results.two_way import two_way_interval

#: Quantity of a criterion -> the images that it is measured on.
IMAGES = {"val_accuracy": "validation", "test_accuracy": "test"}


@dataclass(frozen=True)
class Term:
    """One term of the sum that a criterion's number of a seed is: weight times an accuracy.

    Attributes:
        rows: the runs of a setting, rows of runs.csv, one a seed.
        images: "validation" or "test".
        weight: 1 and -1 of a difference, the factors of a least-squares slope of a trend.
    """

    rows: Sequence[Row]
    images: str
    weight: float


def terms(
    part: Mapping[str, Any], settings: Mapping[str, Any], results: Results
) -> list[Term] | None:
    """Write a part of a claim as a sum of accuracies of the last epoch.

    Args:
        part: of claims.yaml.
        settings: those of claims.yaml.

    Returns:
        Its terms; None where it is no such sum.

    Raises:
        NotRunError: the runs that it needs are not among the results.
    """
    first = part.get("measure") or {}
    second = part.get("second_measure", first)
    if part["kind"] not in ("value", "difference", "trend") or not all(
        one.get("quantity") in IMAGES and one.get("at", "last") == "last" and "since" not in one
        for one in (first, second)
    ):
        return None
    images, others = IMAGES[first["quantity"]], IMAGES[second["quantity"]]
    if part["kind"] == "trend":
        bounds = part.get("from", -math.inf), part.get("to", math.inf)
        groups = sweep(results, settings[part["setting"]], *bounds)
        weights = slope_weights(np.log2([float(value) for value in groups]))
        pairs = zip(groups.values(), weights.tolist(), strict=True)
        return [Term(rows, images, weight) for rows, weight in pairs]
    if part["kind"] == "value":
        return [Term(select(results, settings[part["setting"]]).rows, images, 1.0)]
    return [
        Term(select(results, settings[part["first"]]).rows, images, 1.0),
        Term(select(results, settings[part["second"]]).rows, others, -1.0),
    ]


class Correctness:
    """Which images each run tells right.

    Attributes:
        told: images -> id of a run -> whether it tells each of them, packed bits.
    """

    def __init__(self, path: Path, n_images: Mapping[str, int]) -> None:
        """Read correctness.npz, as `claims.correctness` writes it.

        Args:
            n_images: images of the "validation" and the "test" set.

        Raises:
            LabError: the file cannot be read, or is of other images.
        """
        ids, *told = read_arrays(path, ("runs", *IMAGES.values()), REBUILD)
        names = ids.tobytes().decode("utf-8", "replace").split()
        self._n = n_images
        self.told: dict[str, dict[str, np.ndarray]] = {}
        for images, bits in zip(IMAGES.values(), told, strict=True):
            if bits.shape != (len(names), (n_images[images] + 7) // 8):
                raise LabError(f"{path}: {images} is of other runs or images; {REBUILD}")
            self.told[images] = dict(zip(names, bits, strict=True))

    def interval(
        self, values: pd.Series, summands: Sequence[Term], chance: float
    ) -> Interval | None:
        """Return the interval of a criterion for new seeds and new images.

        A run that diverged tells each image with the probability `chance`.

        Args:
            values: the criterion's number of each seed, by seed.
            summands: from `terms`.

        Returns:
            None where a run is not in the file.
        """
        tables: dict[str, np.ndarray] = {}
        for term in summands:
            rows = {row["seed"]: row for row in term.rows}
            found = [self._row(rows[seed], term.images, chance) for seed in values.index]
            told = [row for row in found if row is not None]
            if len(told) < len(found):
                return None
            tables[term.images] = tables.get(term.images, 0.0) + term.weight * np.stack(told)
        return two_way_interval(values.to_numpy(dtype=float), list(tables.values()))

    def _row(self, row: Row, images: str, chance: float) -> np.ndarray | None:
        """Return how a run does on each image, 0 to 1, (n,)."""
        if row["status"] == "diverged":
            return np.full(self._n[images], chance)
        bits = self.told[images].get(row["id"])
        return None if bits is None else np.unpackbits(bits, count=self._n[images]).astype(float)
