"""What a frozen validation loss above the training loss asks for, from labels alone.

A network that gives the same probabilities p to every image has the loss -Σ q log p on
images of which the fraction q is of each class.  Two frozen losses that differ, on training
images (q) and validation images (v), so say something of q and v: here is how much.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.stats import chi2


def least_distance(shares: np.ndarray, train_loss: float, val_loss: float) -> float:
    """Return how far the validation images' classes must lie from the training images'.

    The distance is χ² = Σ (v - q)² / q.  The gap of the losses is Σ (v - q) (-log p).  With
    log p = log q + d, and by Cauchy and Schwarz, it is at most
    sqrt(χ²) (s(log q) + s(d)), where s is the standard deviation over q.  To second order
    in d, s(d)² = 2 KL(q, p), twice what the training loss exceeds the entropy of q by.

    >>> even = np.full(10, 0.1)
    >>> least_distance(even, math.log(10) + 0.0002, math.log(10) + 0.0202)  # 0.02 / 0.02, squared
    1.0

    Args:
        shares: (classes,) q, of the training images.
        train_loss, val_loss: of the same p.

    Returns:
        The least χ² that allows the losses; infinity where the training loss is not above
        the entropy, but the losses differ and all classes are alike.
    """
    surprise = -np.log(shares)
    entropy = float((shares * surprise).sum())
    spread = math.sqrt(float((shares * (surprise - entropy) ** 2).sum()))
    reach = spread + math.sqrt(2 * max(train_loss - entropy, 0.0))
    gap = abs(val_loss - train_loss)
    if reach < 1e-9:
        return math.inf if gap else 0.0
    return round((gap / reach) ** 2, 9)


def usual_distance(n_train: int, n_validation: int, classes: int, level: float = 0.999) -> float:
    """Return the distance that a random split stays below with probability `level`.

    The χ² of two random samples of one population, divided by (1/n_train + 1/n_validation),
    has Pearson's distribution of classes - 1 degrees of freedom.
    """
    return float(chi2.ppf(level, classes - 1)) * (1 / n_train + 1 / n_validation)


#: How a program may miscount the batches that it averages a loss over -> the factor by which
#: the loss comes out too large, of n images in batches of B, f = floor(n / B), c = ceil(n / B).
WRONG_COUNTS: dict[str, Callable[[int, int], float]] = {
    "short last batch counts as a full one": lambda n, B: math.ceil(n / B) * B / n,
    "one batch more than is counted": lambda n, B: math.ceil(n / B) / max(n // B, 1),
    "images of whole batches alone are counted": lambda n, B: n / (n // B * B),
}


def miscounts(rule: str, n: int, low: float, high: float) -> list[int]:
    """List the batch sizes at which a wrong count makes a loss larger by a factor in a range.

    Args:
        rule: one of WRONG_COUNTS.
        n: images that the loss is averaged over.
        low, high: the range.
    """
    factor = WRONG_COUNTS[rule]
    return [B for B in range(1, n // 2 + 1) if low <= factor(n, B) <= high]


def is_usual(batch_size: int) -> bool:
    """Say whether people choose this batch size: a power of two, or a multiple of 50.

    >>> [B for B in range(1, 140) if is_usual(B)]
    [1, 2, 4, 8, 16, 32, 50, 64, 100, 128]
    """
    return batch_size % 50 == 0 or batch_size & (batch_size - 1) == 0
