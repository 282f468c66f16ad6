"""Divide images into parts that hold each class in the same proportion."""

from __future__ import annotations

import numpy as np

TRAIN_FRACTION = 0.70
VALIDATION_FRACTION = 0.15  # and the rest, about as many, is the test set

#: Shares of the training and the validation set among all images.
OF_ALL = (TRAIN_FRACTION, VALIDATION_FRACTION)
#: Share of the training set where the test set is given: what is left goes to validation.
OF_THE_OTHERS = (TRAIN_FRACTION / (TRAIN_FRACTION + VALIDATION_FRACTION),)


def stratified_split(
    labels: np.ndarray, seed: int, shares: tuple[float, ...] = OF_ALL
) -> list[np.ndarray]:
    """Divide images into parts that hold each class in the same proportion.

    Args:
        labels: int (n,), from 0.
        seed: draws which image goes where, and the order within each part.
        shares: of all parts but the last, which gets the rest.

    Returns:
        Indices int (n_part,) of each part: disjoint, together all n.
    """
    rng = np.random.default_rng(seed)
    parts: list[list[np.ndarray]] = [[] for _ in (*shares, "the rest")]
    for label in range(int(labels.max(initial=0)) + 1):
        indices = rng.permutation(np.flatnonzero(labels == label))
        ends = np.cumsum([round(share * len(indices)) for share in shares])
        for part, piece in zip(parts, np.split(indices, ends), strict=True):
            part.append(piece)
    return [rng.permutation(np.concatenate(part)) for part in parts]
