"""Correction of p-values for the number of criteria that are judged together."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from backprop_lab.results.statistics import mean_interval

#: Of an alpha that is found by bisection.
_PRECISION = 1e-4


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Adjust p-values by Holm's (1979) step-down method.

    If every hypothesis whose adjusted value is at most alpha is rejected, the probability of
    one or more false rejections is at most alpha, however the tests depend on each other.  The
    k-th smallest of m values is multiplied by m - k + 1, is never below the one before it, and
    is at most 1.

    Args:
        p_values: name -> p-value, 0..1, of all hypotheses that are tested together.

    Returns:
        The same names, in the same order, each with its adjusted value.

    >>> holm({"a": 0.01, "b": 0.04, "c": 0.03})
    {'a': 0.03, 'b': 0.06, 'c': 0.06}
    """
    adjusted: dict[str, float] = {}
    least = 0.0
    for rank, name in enumerate(sorted(p_values, key=lambda name: p_values[name])):
        least = max(least, min(1.0, p_values[name] * (len(p_values) - rank)))
        adjusted[name] = least
    return {name: adjusted[name] for name in p_values}


def decision_p(values: np.ndarray, region: tuple[float, float]) -> float | None:
    """Compute the smallest alpha at which the interval at level 1 - alpha decides a criterion.

    It decides where it lies wholly inside or wholly outside the region.  Of Student's interval
    that alpha is the two-sided p-value of the t-test (Student 1908) that the mean lies on the
    nearest bound of the region.  Of a bootstrapped interval it is found by bisection.

    Args:
        values: one number a seed, (n,), finite.
        region: in which the claim puts the mean, on the scale of the values.

    Returns:
        0..1; None with fewer than two values, or where all are equal, so that nothing is known
        of how they vary.
    """
    from scipy import stats

    if len(values) < 2 or np.ptp(values) == 0:
        return None
    if mean_interval(values).method == "t":
        error = float(np.std(values, ddof=1)) / math.sqrt(len(values))
        distance = bound_distance(float(np.mean(values)), region)
        return float(2 * stats.t.sf(distance / error, len(values) - 1))
    low, high = 0.0, 1.0  # alpha: undecided, decided
    while high - low > _PRECISION:
        alpha = (low + high) / 2
        found = mean_interval(values, level=1 - alpha)
        if _decides(found.low, found.high, region):
            high = alpha
        else:
            low = alpha
    return high


def bound_distance(mean: float, region: tuple[float, float]) -> float:
    """Return how far a mean lies from the nearest bound of a region, inside it or outside.

    >>> bound_distance(0.5, (0.25, 1.0))
    0.25
    """
    return min(abs(mean - bound) for bound in region if math.isfinite(bound))


def bounds_of(region: Sequence[float | None]) -> tuple[float, float]:
    """Return the bounds of a region of claims.json, infinite where it has none.

    >>> bounds_of([None, 0.5])
    (-inf, 0.5)
    """
    low, high = region
    return (-math.inf if low is None else low), (math.inf if high is None else high)


def _decides(low: float, high: float, region: tuple[float, float]) -> bool:
    inside = region[0] <= low and high <= region[1]
    return inside or high < region[0] or low > region[1]
