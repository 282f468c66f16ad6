"""Would another interval than Student's decide a criterion otherwise?

With few seeds that the values are normal cannot be checked, and their spread is hardly known.
So two more intervals stand beside Student's: that of the sign-flip permutation test, which asks
for symmetry alone, and Student's with the variance pooled over comparable criteria, which has
more degrees of freedom, but takes their spreads to be equal.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from backprop_lab.claims.entries import compared
from backprop_lab.results.statistics import LEVEL, Interval, mean_interval
from backprop_lab.runs.run import Run

#: Kinds of criteria whose spreads can be compared; a trend's depends on the values swept.
_KINDS = ("value", "difference", "ratio")


@dataclass(frozen=True)
class Pool:
    """A variance that several criteria share.

    Attributes:
        std: root of the mean of their variances, weighted by their degrees of freedom.
        degrees: the sum of their degrees of freedom.
    """

    std: float
    degrees: int

    def interval(self, values: np.ndarray) -> Interval:
        """Return the mean of one criterion's values, (n,), with the interval of the pool."""
        from scipy.special import stdtrit

        n, mean = len(values), float(np.mean(values))
        half = float(stdtrit(self.degrees, (1 + LEVEL) / 2)) * self.std / math.sqrt(n)
        return Interval(mean, mean - half, mean + half, n, "pooled")


def sign_flip(values: np.ndarray) -> Interval:
    """Return the mean of values, (n,), with the interval of the sign-flip test; may be infinite."""
    return mean_interval(values, method="sign_flip")


def pool_key(part: Mapping[str, Any], entry: Mapping[str, Any]) -> str | None:
    """Return what criteria share whose variances may be pooled: kind, measures, epochs.

    Args:
        part: of claims.yaml.
        entry: the part's entry in claims.json, of a part that was measured.

    Returns:
        A text that is the same for comparable criteria; None where none is comparable.
    """
    if part["kind"] not in _KINDS:
        return None
    epochs = [Run.from_id(f"{variant}/seed0").epochs for variant in compared(entry)]
    measures = [part["measure"], part.get("second_measure")]
    return json.dumps([part["kind"], measures, epochs], sort_keys=True)


def pooled(samples: Sequence[np.ndarray]) -> Pool | None:
    """Pool the variances of samples, each (n,); those of equal values are left out.

    Returns:
        None where fewer than two are left: there is nothing to pool.
    """
    used = [values for values in samples if len(values) > 1 and np.ptp(values) > 0]
    if len(used) < 2:
        return None
    degrees = sum(len(values) - 1 for values in used)
    squares = sum(float(np.square(values - values.mean()).sum()) for values in used)
    return Pool(math.sqrt(squares / degrees), degrees)
