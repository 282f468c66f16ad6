"""Networks and batches that several test modules build alike."""

from itertools import pairwise

import numpy as np

#: Hidden sizes of the report's networks.
ARCHITECTURES = ([360], [360, 100], [360, 100, 40])
ACTIVATIONS = ("relu", "sigmoid")


def random_parameters(sizes, seed=0, dtype=np.float64):
    """(W, b) for each layer of a network of these sizes, biases away from zero."""
    rng = np.random.default_rng(seed)
    return [
        (
            (rng.standard_normal((n_in, n_out)) * (2 / n_in) ** 0.5).astype(dtype),
            (rng.standard_normal(n_out) * 0.1).astype(dtype),
        )
        for n_in, n_out in pairwise(sizes)
    ]


def random_batch(n, n_in, classes, seed=1, dtype=np.float64):
    """Images in [0, 1), a good part of them zero as in MNIST, and labels."""
    rng = np.random.default_rng(seed)
    images = rng.random((n, n_in)) * (rng.random((n, n_in)) < 0.4)
    return images.astype(dtype), rng.integers(0, classes, n)
