"""An interval of a mean over seeds and images, for new seeds and new images at once.

All seeds are judged on the same images, so seeds and images are crossed.  In the two-way
random-effects model (Searle, Casella and McCulloch 1992, chapter 4)

    d[s, i] = mean + seed[s] + image[i] + rest[s, i],    n seeds, m images,

the mean of all d has the variance

    [V(seed) / n + V(rest) / (n m)]  +  V(image) / m.

The part in brackets is what Student's interval over seeds estimates, the sample variance of the
n values divided by n.  The second part, of the images, is added here: its ANOVA estimate is
(MS(image) - MS(rest)) / (n m), and 0 where that is negative.  A two-way bootstrap (Owen 2007)
would count V(rest) twice, and no bootstrap is exact here (McCullagh 2000).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from backprop_lab.results.statistics import LEVEL, Interval


def two_way_interval(
    values: np.ndarray, images: Sequence[np.ndarray], level: float = LEVEL
) -> Interval:
    """Compute the mean over seeds and its interval for new seeds and new images.

    Half the width is t(df) sqrt(var), with the degrees of freedom of Satterthwaite (1946), (n - 1)
    over the square of the seeds' part in var: as Student's where images add nothing, as the
    normal distribution's where seeds add nothing.  But it is never less than Student's interval
    for the seeds alone, since more that varies cannot make it shorter.  Without that it would
    cover too little with few seeds; `benchmarks/coverage.py` measures both.

    Args:
        values: the estimate of each of n seeds, (n,), such as an accuracy; n is at least 2.
        images: for each independent set of images what the images add to it, (n, m): the mean of
            a row, added up over the sets, is the seed's value.
        level: two-sided confidence, in (0, 1).

    Returns:
        The interval; its method is "two_way".  Its width is 0 where nothing varies.
    """
    from scipy.special import stdtrit

    n, mean, upper = len(values), float(np.mean(values)), (1 + level) / 2
    of_seeds = float(np.var(values, ddof=1)) / n
    variance = of_seeds + sum(map(image_variance, images))
    if variance == 0:
        return Interval(mean, mean, mean, n, "two_way")
    degrees = (n - 1) * (variance / of_seeds) ** 2 if of_seeds else math.inf
    both = float(stdtrit(degrees, upper)) * math.sqrt(variance)
    half = max(both, float(stdtrit(n - 1, upper)) * math.sqrt(of_seeds))
    return Interval(mean, mean - half, mean + half, n, "two_way")


def image_variance(table: np.ndarray) -> float:
    """Estimate what drawing the images anew adds to the variance of a mean: V(image) / m.

    Args:
        table: a number for each seed and image, (n, m), n and m at least 2.

    Returns:
        (MS(image) - MS(rest)) / (n m), or 0 where that is negative.
    """
    n, m = table.shape
    of_images, of_seeds = table.mean(axis=0), table.mean(axis=1)
    mean = of_images.mean()
    among_images = n * float(np.square(of_images - mean).sum())
    among_seeds = m * float(np.square(of_seeds - mean).sum())
    rest = float(np.square(table - mean).sum()) - among_images - among_seeds
    image, remaining = among_images / (m - 1), rest / ((n - 1) * (m - 1))
    return float(max(0.0, (image - remaining) / (n * m)))
