"""Statistics of a few runs: summaries, intervals, and comparisons paired by seed.

The seeds are a sample of all possible seeds, so each estimate has an interval.
Intervals are two-sided at LEVEL.  A report has time for few seeds, and then
Student's t is used; from BOOTSTRAP_FROM values on, where there are enough
values to resample, the BCa bootstrap.  Each interval names its method.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

#: Two-sided confidence of every interval.
LEVEL = 0.95
#: From so many values on an interval of a mean is bootstrapped: below, the
#: percentiles of a resampled mean cover too little (Hesterberg 2015).
BOOTSTRAP_FROM = 30
RESAMPLES = 9999
_BOOTSTRAP_SEED = 0
#: Values that differ by less, relative to the largest, may be equal but for rounding.
_ROUNDING = 1e-14
#: Of so many values or fewer, the sign-flip interval takes every subset.
_ALL_SUBSETS = 12


@dataclass(frozen=True)
class Summary:
    """Mean, spread and extremes of n values, in the values' own unit.

    `std` is the sample standard deviation, with n - 1 in the denominator: the
    seeds are a sample of all possible ones.  What cannot be computed is NaN:
    everything for n = 0, `std` for n = 1.
    """

    n: int
    mean: float
    std: float
    min: float
    max: float


@dataclass(frozen=True)
class Interval:
    """An estimate from n values with its interval at LEVEL, in the values' own unit.

    For n < 2 there is no interval, and `low` and `high` are NaN; for n = 0 the
    estimate is NaN too.  `method` is of INTERVALS, or "wilson", "chi2" or "normal".
    """

    estimate: float
    low: float
    high: float
    n: int
    method: str


def summarize(values: Iterable[float]) -> Summary:
    """Describe `values`; NaN and infinity (a run without that figure) are left out.

    >>> summarize([1.0, 2.0, 6.0, math.nan])
    Summary(n=3, mean=3.0, std=2.6457513110645907, min=1.0, max=6.0)
    >>> summarize([0.5]).std
    nan
    """
    finite = _finite(values)
    n = len(finite)
    if n == 0:
        return Summary(0, math.nan, math.nan, math.nan, math.nan)
    std = float(finite.std(ddof=1)) if n > 1 else math.nan
    return Summary(n, float(finite.mean()), std, float(finite.min()), float(finite.max()))


def mean_interval(
    values: Iterable[float], *, level: float = LEVEL, method: str | None = None
) -> Interval:
    """Compute the mean of `values` and its interval; NaN and infinity are left out.

    The interval of values that are all equal has the width 0, whatever the method.

    Args:
        level: two-sided confidence, in (0, 1).
        method: of INTERVALS; None takes "t" below BOOTSTRAP_FROM values and "bootstrap" from
            there on.
    """
    finite = _finite(values)
    n = len(finite)
    method = method or ("t" if n < BOOTSTRAP_FROM else "bootstrap")
    if n < 2:
        return Interval(float(finite[0]) if n else math.nan, math.nan, math.nan, n, method)
    mean = float(finite.mean())
    if np.ptp(finite) == 0:
        return Interval(mean, mean, mean, n, method)
    low, high = INTERVALS[method](finite, level)
    return Interval(mean, float(low), float(high), n, method)


def _student(values: np.ndarray, level: float) -> tuple[float, float]:
    """Compute Student's (1908) interval of the mean: mean ± t(n - 1) s / sqrt(n)."""
    from scipy import stats

    error = values.std(ddof=1) / math.sqrt(len(values))
    low, high = stats.t.interval(level, len(values) - 1, loc=values.mean(), scale=error)
    return low, high


def _bootstrap(values: np.ndarray, level: float) -> tuple[float, float]:
    """Compute Efron's (1987) BCa interval of the mean, with RESAMPLES from a fixed seed.

    Values that differ by no more than rounding have none, and the width 0.
    """
    from scipy import stats

    if np.ptp(values) <= _ROUNDING * np.abs(values).max():
        return values.mean(), values.mean()
    found = stats.bootstrap(
        (values,),
        np.mean,
        n_resamples=0,  # all are drawn already
        confidence_level=level,
        method="BCa",
        bootstrap_result=_resampled(tuple(values)),
    )
    low, high = found.confidence_interval
    return low, high


@lru_cache(maxsize=32)
def _resampled(values: tuple[float, ...]) -> Any:
    """Draw the means of RESAMPLES from a fixed seed, once for the intervals of all levels."""
    from scipy import stats

    rng = np.random.default_rng(_BOOTSTRAP_SEED)
    # The percentile method is the quickest way to the distribution, which all methods share.
    return stats.bootstrap(
        (np.array(values),), np.mean, n_resamples=RESAMPLES, method="percentile", rng=rng
    )


def _sign_flip(values: np.ndarray, level: float) -> tuple[float, float]:
    """Compute the interval of all means that the sign-flip permutation test does not reject.

    For values that lie symmetrically about their mean, the means of all 2^n - 1 subsets that
    are not empty cut the line into 2^n pieces, each of which holds the true mean with the same
    probability (Hartigan 1969, theorem 1).  So few values leave the interval infinite: at 95 %
    fewer than six.  Above _ALL_SUBSETS values, RESAMPLES subsets are drawn from a fixed seed.
    """
    n = len(values)
    if n <= _ALL_SUBSETS:
        chosen = (np.arange(1, 2**n)[:, None] >> np.arange(n)) & 1
    else:
        chosen = np.random.default_rng(_BOOTSTRAP_SEED).integers(0, 2, (RESAMPLES, n))
        chosen = chosen[chosen.any(axis=1)]
    means = np.sort(chosen @ values / chosen.sum(axis=1))
    # Rounded: 1 - 0.95 is not exactly 0.05.
    cut = math.floor(round((1 - level) / 2 * (len(means) + 1), 9))
    return (-math.inf, math.inf) if cut == 0 else (means[cut - 1], means[-cut])


#: Name of a kind of interval of a mean -> function of the values, of which there are at least
#: two different ones, and the level.
INTERVALS: dict[str, Callable[[np.ndarray, float], tuple[float, float]]] = {
    "t": _student,
    "bootstrap": _bootstrap,
    "sign_flip": _sign_flip,
}


def paired_difference(first: Sequence[float], second: Sequence[float]) -> Interval:
    """Compute the mean of first - second over pairs, one a seed, and its `mean_interval`.

    What a seed adds to both sides cancels (Bouthillier et al. 2021).

    >>> paired_difference([0.98, 0.96], [0.97, 0.95]).n
    2
    """
    return mean_interval(np.subtract(first, second, dtype=float))


def slope(x: Sequence[float], y: Sequence[float]) -> float:
    """Compute the least-squares slope of y on x: cov(x, y) / var(x).

    It is NaN where x has fewer than two different values.

    >>> slope([1, 2, 3], [2, 4, 6])
    2.0
    """
    return float(slope_weights(x) @ np.asarray(y, dtype=float))


def slope_weights(x: Sequence[float] | np.ndarray) -> np.ndarray:
    """Return the factors of the values y in the least-squares slope of y on x, (n,).

    They are NaN where x has fewer than two different values.
    """
    xs = np.asarray(x, dtype=float)
    if len(set(xs.tolist())) < 2:
        return np.full(len(xs), math.nan)
    centred = xs - xs.mean()
    weights: np.ndarray = centred / (centred @ centred)
    return weights


def wilson_interval(successes: int, n: int) -> Interval:
    """Compute a proportion, such as an accuracy on n images, and Wilson's (1927) interval.

    The interval says what other images of the same kind would give, not other seeds.
    """
    from scipy import stats

    found = stats.binomtest(successes, n).proportion_ci(LEVEL, method="wilson")
    return Interval(successes / n, float(found.low), float(found.high), n, "wilson")


def outperformance(first: Sequence[float], second: Sequence[float]) -> Interval:
    """Compute p(A > B), the share of pairs in which `first` is larger; a tie counts one half.

    Bouthillier et al. (2021), section 4.  They have about thirty pairs and bootstrap the
    interval.  With three pairs that all agree, a bootstrap interval would have the width
    0, so Wilson's interval is used here.  Where ties leave half a win, its lower end is
    computed with the win rounded down, its upper end with the win rounded up.

    >>> outperformance([0.9, 0.8, 0.7, 0.6], [0.8, 0.7, 0.7, 0.7]).estimate
    0.625
    """
    pairs = np.asarray([first, second], dtype=float)
    pairs = pairs[:, np.isfinite(pairs).all(axis=0)]
    n = pairs.shape[1]
    if n == 0:
        return Interval(math.nan, math.nan, math.nan, 0, "wilson")
    wins = float(np.sum(pairs[0] > pairs[1]) + np.sum(pairs[0] == pairs[1]) / 2)
    low = wilson_interval(math.floor(wins), n).low
    high = wilson_interval(math.ceil(wins), n).high
    return Interval(wins / n, low, high, n, "wilson")


def std_interval(values: Iterable[float]) -> Interval:
    """Compute the sample standard deviation and its interval, for normally distributed values.

    (n - 1) s² / σ² follows the chi-squared distribution with n - 1 degrees of freedom.
    """
    from scipy import stats

    summary = summarize(values)
    if summary.n < 2:
        return Interval(math.nan, math.nan, math.nan, summary.n, "chi2")
    degrees = summary.n - 1
    quantiles = stats.chi2.interval(LEVEL, degrees)
    high, low = (summary.std * math.sqrt(degrees / quantile) for quantile in quantiles)
    return Interval(summary.std, low, high, summary.n, "chi2")


@dataclass(frozen=True)
class Proportions:
    """The comparison of two independent proportions, with the test that they are equal.

    Attributes:
        difference: first minus second, with its interval.
        z: the test's statistic, standard normal where the proportions are equal.
        p_value: two-sided.
    """

    difference: Interval
    z: float
    p_value: float


def two_proportions(first: float, second: float, n_first: int, n_second: int) -> Proportions:
    """Compare two proportions (0..1) on independent sets of n_first and n_second images.

    The variance in z comes from the pooled proportion, because the hypothesis says that
    there is no difference; the interval takes each proportion's own variance (Agresti
    2013, chapter 3).
    """
    from scipy import stats

    gap = first - second
    pooled = (first * n_first + second * n_second) / (n_first + n_second)
    error = math.sqrt(pooled * (1 - pooled) * (1 / n_first + 1 / n_second))
    z = gap / error if error else 0.0
    own = math.sqrt(first * (1 - first) / n_first + second * (1 - second) / n_second)
    half = float(stats.norm.ppf((1 + LEVEL) / 2)) * own
    interval = Interval(gap, gap - half, gap + half, n_first + n_second, "normal")
    return Proportions(interval, z, float(2 * stats.norm.sf(abs(z))))


def _finite(values: Iterable[float]) -> np.ndarray:
    """Return the finite values as float64, (n,)."""
    return np.asarray([value for value in values if math.isfinite(value)], dtype=float)
