"""The random numbers of a run: its initial weights, the order of its images, wrong labels.

They are drawn once, by NumPy, from the run's seed, and handed to either
backend, so that NumPy and PyTorch start from the same weights and see the same
batches.  Each purpose has a stream of its own; there is no global seed.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from backprop_lab.nn.classifier import Parameters
from backprop_lab.runs.run import Run

if TYPE_CHECKING:
    from backprop_lab.data.datasets import Dataset

_WEIGHTS, _ORDER, _LABELS = 0, 1, 2  # second word of the seed: one independent stream a purpose


class Ends(NamedTuple):
    """The two ends of a network, which the images decide.

    Attributes:
        n_inputs: pixels of an image.
        n_classes: classes that it tells apart.
    """

    n_inputs: int
    n_classes: int

    @classmethod
    def of(cls, dataset: Dataset) -> Ends:
        """Return the ends of a network for a data set."""
        return cls(dataset.n_inputs, dataset.n_classes)


#: Of MNIST, and of the data sets that have its form.
MNIST = Ends(28 * 28, 10)


def weight_std(init: str, n_in: int, n_out: int) -> float:
    """Return the standard deviation of a layer's initial weights.

    "he": sqrt(2 / n_in), He et al. (2015), eq. 10.
    "xavier": sqrt(2 / (n_in + n_out)), Glorot & Bengio (2010), eq. 12.
    "normal<s>": the constant s, as "0.01 * randn" in many tutorials.
    "torch": 1 / sqrt(3 n_in), of the numbers uniform in ±1 / sqrt(n_in) that PyTorch's
        Linear draws (torch/nn/modules/linear.py: kaiming_uniform_ with a = sqrt(5)).

    >>> weight_std("he", n_in=200, n_out=50)
    0.1
    >>> weight_std("normal0.01", n_in=200, n_out=50)
    0.01

    Args:
        init: one of `runs.run.INITS`.
        n_in, n_out: units that the layer takes and gives.
    """
    if init == "he":
        return float((2 / n_in) ** 0.5)  # not math.sqrt: its last digit differs for some n_in
    if init == "xavier":
        return float((2 / (n_in + n_out)) ** 0.5)
    if init == "torch":
        return _torch_bound(n_in) / 3**0.5
    return float(init.removeprefix("normal"))


def _torch_bound(n_in: int) -> float:
    """Return the bound of the uniform numbers that PyTorch's Linear starts with.

    kaiming_uniform_ (torch/nn/init.py) draws from ±gain sqrt(3 / n_in), where the gain of
    a leaky ReLU of slope a is sqrt(2 / (1 + a²)); a = sqrt(5) makes it 1 / sqrt(n_in).
    """
    return float(1 / n_in**0.5)


def initial_parameters(
    run: Run, dtype: npt.DTypeLike = np.float32, ends: Ends = MNIST
) -> Parameters:
    """Draw a run's initial weights, normal with zero mean; biases start at zero.

    Of "torch" both are uniform, see `weight_std`: each layer's weights, then its biases.

    Args:
        run: whose layers, initialisation and seeds they are.
        dtype: what the weights, drawn in float64, are rounded to.
        ends: how many inputs and classes the network has.

    Returns:
        For each layer (W, b): W of shape (n_in, n_out), b of shape (n_out,).
    """
    seed = run.seed if run.init_seed is None else run.init_seed
    rng = np.random.default_rng([seed, _WEIGHTS])
    sizes = [ends.n_inputs, *run.hidden_sizes, ends.n_classes]
    parameters: Parameters = []
    for n_in, n_out in pairwise(sizes):
        if run.init == "torch":
            bound = _torch_bound(n_in)
            weights = rng.uniform(-bound, bound, (n_in, n_out))
            biases = rng.uniform(-bound, bound, n_out)
        else:
            weights = rng.standard_normal((n_in, n_out)) * weight_std(run.init, n_in, n_out)
            biases = np.zeros(n_out)
        parameters.append((weights.astype(dtype), biases.astype(dtype)))
    return parameters


def batch_orders(run: Run, n_images: int) -> Iterator[np.ndarray]:
    """Yield, epoch after epoch, the order in which the training images are seen.

    Yields:
        A permutation of range(n_images), int64; the range itself without shuffling.
    """
    seed = run.seed if run.order_seed is None else run.order_seed
    rng = np.random.default_rng([seed, _ORDER])
    while True:
        yield rng.permutation(n_images) if run.shuffle else np.arange(n_images)


def label_generator(run: Run) -> np.random.Generator:
    """Return the random numbers that say which of a run's labels are wrong, and what they say."""
    return np.random.default_rng([run.seed, _LABELS])
