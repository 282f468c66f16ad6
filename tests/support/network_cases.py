"""Networks and batches that several test modules build alike."""

from itertools import pairwise

import numpy as np

from backprop_lab.nn import layers, optim
from backprop_lab.nn.classifier import Settings

#: Hidden sizes of the report's networks.
ARCHITECTURES = ([360], [360, 100], [360, 100, 40])
#: All that there are: a new one is tested like the others.
ACTIVATIONS = tuple(layers.ACTIVATIONS)
OPTIMIZERS = tuple(optim.OPTIMIZERS)


def settings(**changes):
    """Return settings of a small network, with changes."""
    usual = {"optimizer": "sgd", "learning_rate": 0.1, "batch_size": 8}
    return Settings(**usual | changes)


def random_parameters(sizes, seed=0, dtype=np.float64):
    """Draw (W, b) for each layer of a network of these sizes, biases away from zero."""
    rng = np.random.default_rng(seed)
    return [
        (
            (rng.standard_normal((n_in, n_out)) * (2 / n_in) ** 0.5).astype(dtype),
            (rng.standard_normal(n_out) * 0.1).astype(dtype),
        )
        for n_in, n_out in pairwise(sizes)
    ]


def random_batch(n, n_in, classes, seed=1, dtype=np.float64):
    """Draw images in [0, 1), a good part of them zero as in MNIST, and labels."""
    rng = np.random.default_rng(seed)
    images = rng.random((n, n_in)) * (rng.random((n, n_in)) < 0.4)
    return images.astype(dtype), rng.integers(0, classes, n)
