"""Statistics of a few runs: summaries, intervals, and comparisons paired by seed.

Seeds are a sample of all seeds there are, so what they show carries an
interval.  Intervals are two-sided at LEVEL.  With the handful of seeds that a
report can afford Student's t is used; from BOOTSTRAP_FROM values on, where
resampling has something to resample, the BCa bootstrap.  Each interval names
its method.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

#: Two-sided confidence of every interval.
LEVEL = 0.95
#: From so many values on an interval of a mean is bootstrapped: below, the
#: percentiles of a resampled mean cover too little (Hesterberg 2015).
BOOTSTRAP_FROM = 30
RESAMPLES = 9999
_BOOTSTRAP_SEED = 0


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

    Without an interval (n < 2) `low` and `high` are NaN, and so is the
    estimate of nothing.  `method` is "t", "bootstrap", "wilson", "chi2" or "normal".
    """

    estimate: float
    low: float
    high: float
    n: int
    method: str


def summarize(values: Iterable[float]) -> Summary:
    """Describe `values`; NaN and infinity (a run without that figure) are left out."""
    finite = _finite(values)
    n = len(finite)
    if n == 0:
        return Summary(0, math.nan, math.nan, math.nan, math.nan)
    std = float(finite.std(ddof=1)) if n > 1 else math.nan
    return Summary(n, float(finite.mean()), std, float(finite.min()), float(finite.max()))


def mean_interval(values: Iterable[float]) -> Interval:
    """The mean of `values` with its interval; NaN and infinity are left out.

    Student (1908): mean +- t(n - 1) s / sqrt(n).  From BOOTSTRAP_FROM values on
    Efron's (1987) BCa bootstrap, RESAMPLES resamples from a fixed seed.  Values
    that are all equal have an interval of no width.
    """
    from scipy import stats

    finite = _finite(values)
    n = len(finite)
    method = "t" if n < BOOTSTRAP_FROM else "bootstrap"
    if n < 2:
        return Interval(float(finite[0]) if n else math.nan, math.nan, math.nan, n, method)
    mean = float(finite.mean())
    if np.ptp(finite) == 0:
        return Interval(mean, mean, mean, n, method)
    if method == "t":
        low, high = stats.t.interval(LEVEL, n - 1, loc=mean, scale=stats.sem(finite))
    else:
        rng = np.random.default_rng(_BOOTSTRAP_SEED)
        found = stats.bootstrap(
            (finite,), np.mean, n_resamples=RESAMPLES, confidence_level=LEVEL, method="BCa", rng=rng
        )
        low, high = found.confidence_interval
    return Interval(mean, float(low), float(high), n, method)


def paired_difference(first: Sequence[float], second: Sequence[float]) -> Interval:
    """Mean of first - second, pair by pair (one a seed), with the interval of `mean_interval`.

    What a seed adds to both sides cancels (Bouthillier et al. 2021).
    """
    return mean_interval(np.subtract(first, second, dtype=float))


def paired_ratio(first: Sequence[float], second: Sequence[float]) -> Interval:
    """Geometric mean of first / second, pair by pair; both must be above 0.

    The interval is that of the mean of the logarithms, taken back: a ratio and
    its inverse then say the same.
    """
    found = mean_interval(np.log(np.divide(first, second, dtype=float)))
    low, high = math.exp(found.low), math.exp(found.high)
    return Interval(math.exp(found.estimate), low, high, found.n, found.method)


def slope(x: Sequence[float], y: Sequence[float]) -> float:
    """Least-squares slope of y on x: cov(x, y) / var(x); NaN for fewer than two x."""
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if len(set(x)) < 2:
        return math.nan
    centred = x - x.mean()
    return float(centred @ (y - y.mean()) / (centred @ centred))


def wilson_interval(successes: int, n: int) -> Interval:
    """A proportion, such as an accuracy on n images, with Wilson's (1927) score interval.

    It says what other images of the same kind would do, not other seeds.
    """
    from scipy import stats

    found = stats.binomtest(successes, n).proportion_ci(LEVEL, method="wilson")
    return Interval(successes / n, float(found.low), float(found.high), n, "wilson")


def outperformance(first: Sequence[float], second: Sequence[float]) -> Interval:
    """p(A > B): in which share of the pairs `first` is larger, a tie counting one half.

    Bouthillier et al. (2021), section 4.  They bootstrap its interval over some
    thirty pairs; over three that all agree a bootstrap has no width, so Wilson's
    is used, widened to whole wins where ties leave a half.
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
    """The sample standard deviation with its interval for normal values.

    (n - 1) s^2 / sigma^2 follows chi-squared with n - 1 degrees of freedom.
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
    """Two independent proportions compared: their difference, and the test that it is 0."""

    difference: Interval
    z: float
    p_value: float


def two_proportions(first: float, second: float, n_first: int, n_second: int) -> Proportions:
    """Compare two proportions (0..1) on independent sets of n_first and n_second images.

    z takes the variance from the pooled proportion, as the hypothesis of no
    difference has it; the interval takes each proportion's own (Agresti 2013,
    chapter 3).
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
    return np.asarray([value for value in values if math.isfinite(value)], dtype=float)
