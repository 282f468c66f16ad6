"""How small a difference a criterion could have decided, and how many seeds it would need.

Both ask for the power of the two-sided t-test, which Student's interval stands for: the
probability that a criterion with n seeds is decided when its true value lies at a given distance
from the bound, on that side.  The test statistic then follows the noncentral t distribution
with n - 1 degrees of freedom and the noncentrality distance / (std / sqrt(n)) (Cohen 1988,
chapter 2; Julious 2010, chapter 3).  Of a region with two bounds, the nearest one is looked at.
"""

from __future__ import annotations

import math

import numpy as np

from backprop_lab.results.statistics import LEVEL

#: Probability with which a criterion is to be decided.
POWER = 0.8
#: Seeds above which none are counted.
MOST_SEEDS = 1000


def power(n: int, effect: float) -> float:
    """Return the probability that n values decide a criterion, on the right side.

    Args:
        n: at least 2.
        effect: distance of the true value from the bound, in standard deviations of the values.
    """
    from scipy import stats

    critical = stats.t.ppf((1 + LEVEL) / 2, n - 1)
    return float(stats.nct.sf(critical, n - 1, effect * math.sqrt(n)))


def detectable(values: np.ndarray) -> float | None:
    """Return the least distance from a bound that these seeds would decide with POWER.

    Args:
        values: one number a seed, (n,), finite; their standard deviation is taken for the true
            one.

    Returns:
        In the unit of the values; None with fewer than two, or where all are equal.
    """
    from scipy.optimize import brentq

    n = len(values)
    if n < 2 or np.ptp(values) == 0:
        return None
    effect = brentq(lambda effect: power(n, effect) - POWER, 0, 100)
    return float(effect) * float(np.std(values, ddof=1))


def seeds_needed(values: np.ndarray, distance: float) -> int | None:
    """Return the fewest seeds that decide a criterion with POWER.

    Args:
        values: one number a seed, (n,), finite; their standard deviation is taken for the true
            one.
        distance: of the true value from the bound, taken to be as observed.

    Returns:
        At least 2; None where MOST_SEEDS are too few, with fewer than two values, or where all
        are equal.
    """
    if len(values) < 2 or np.ptp(values) == 0:
        return None
    effect = distance / float(np.std(values, ddof=1))
    low, high = 1, MOST_SEEDS  # too few, enough
    if power(high, effect) < POWER:
        return None
    while high - low > 1:
        n = (low + high) // 2
        if power(n, effect) < POWER:
            low = n
        else:
            high = n
    return high
