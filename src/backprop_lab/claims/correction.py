"""Correction of p-values for the number of criteria that are judged together."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping

import numpy as np

from backprop_lab.claims.entries import bound_distance, outcome_of
from backprop_lab.results.statistics import mean_interval

#: p-values are looked for between these, on a scale of logarithms, in so many steps: to three
#: digits.  One below the least counts as the least, one above the largest as 1.
_LEAST, _LARGEST, _STEPS = 1e-9, 0.999, 16


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


def corrected(p_values: Mapping[str, float], timed: Collection[str]) -> dict[str, float]:
    """Adjust the p-values of all criteria by Holm's method, none of them by what a clock wrote.

    Each criterion is adjusted among all.  For those that are not on times, those on times count
    with a p-value of 1.  That makes no adjusted value smaller, so that what holds of `holm` holds
    of all criteria together.

    Args:
        p_values: name -> p-value, 0..1, of all criteria that are judged together.
        timed: the names of those on times; others are ignored.

    >>> corrected({"loss": 0.01, "ratio": 0.001, "gap": 0.04}, {"ratio"})
    {'loss': 0.03, 'ratio': 0.003, 'gap': 0.08}
    """
    still = holm({name: 1.0 if name in timed else p for name, p in p_values.items()})
    moving = holm(p_values)
    return {name: (moving if name in timed else still)[name] for name in p_values}


def decision_p(values: np.ndarray, region: tuple[float, float]) -> float | None:
    """Compute the smallest alpha at which the interval at level 1 - alpha decides a criterion.

    It decides where it lies wholly inside or wholly outside the region.  Of Student's interval
    that alpha is the two-sided p-value of the t-test (Student 1908) that the mean lies on the
    nearest bound of the region.  Of another interval it is looked for: `decision_p_value`.

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

    def ends(level: float) -> tuple[float, float]:
        found = mean_interval(values, level=level)
        return found.low, found.high

    return decision_p_value(ends, region)


def decision_p_value(
    ends: Callable[[float], tuple[float, float]], region: tuple[float, float]
) -> float:
    """Return the smallest alpha at which the interval at the level 1 - alpha still decides.

    A higher level gives a wider interval, so bisection finds it; see _LEAST.

    Args:
        ends: level -> the two ends of the interval.
        region: in which the claim puts the estimate.

    >>> region = (0.0, math.inf)
    >>> round(decision_p_value(lambda level: (0.3 - level, 0.3 + level), region), 3)
    0.7
    """

    def decides(alpha: float) -> bool:
        return outcome_of(ends(1 - alpha), region) != "undecided"

    if decides(_LEAST):
        return _LEAST
    if not decides(_LARGEST):
        return 1.0
    low, high = math.log(_LEAST), math.log(_LARGEST)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if decides(math.exp(middle)) else (middle, high)
    return math.exp(high)
