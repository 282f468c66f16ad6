"""The floor of a training run: the time that its matrix products alone take.

Layers, batches and BLAS are those of the runs, on one thread, and the results are
written into buffers that exist.  All pixels are multiplied, also those that are dark in
every image; our runs leave these out (`data.live_pixels`) and can therefore take less
time than the floor.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from backprop_lab.data.datasets import load
from backprop_lab.files.frames import read_csv, write_csv
from backprop_lab.training.initialization import MNIST, Ends

#: Computes one matrix product.
_Product = Callable[[], np.ndarray]

#: Images a block when a network is evaluated.
EVALUATION_ROWS = 512
REPEATS = 5
#: Seconds that the repeats of one measurement take together.
SECONDS = 0.15


def write_floors(*, runs: Path, npz: Path, json: Path, output: Path) -> None:
    """Measure every network and batch size of runs.csv, and write floors.csv.

    A row each: hidden_sizes, batch_size, n_train and n_validation (images an
    epoch trains on and evaluates), step_seconds (products of one step) and
    image_seconds (forward products of one validation image, in blocks).

    Args:
        npz, json: dataset.npz and dataset.json.
    """
    table = read_csv(runs, ("hidden_sizes", "batch_size"))
    data = load(Path(npz), Path(json))
    ends, rows, evaluation = Ends.of(data), [], {}
    with threadpool_limits(1):
        for sizes, batch_size in (
            table[["hidden_sizes", "batch_size"]].drop_duplicates().itertuples(index=False)
        ):
            if sizes not in evaluation:
                seconds = _measure(forward(sizes, EVALUATION_ROWS, ends))
                evaluation[sizes] = seconds / EVALUATION_ROWS
            rows.append(
                {
                    "hidden_sizes": sizes,
                    "batch_size": batch_size,
                    "n_train": len(data.train_labels),
                    "n_validation": len(data.validation_labels),
                    "step_seconds": _measure(step(sizes, batch_size, ends)),
                    "image_seconds": evaluation[sizes],
                }
            )
    write_csv(pd.DataFrame(rows), Path(output))


def step(hidden_sizes: str, batch_size: int, ends: Ends = MNIST) -> list[_Product]:
    """Return the matrix products of one training step.

    Those of the forward pass, of the weight gradients, and of the gradients of each layer's
    input; the images themselves need no gradient.

    Args:
        hidden_sizes: such as "360-100".
        ends: how many inputs and classes the network has.
    """
    products = forward(hidden_sizes, batch_size, ends)
    for number, (n_in, n_out) in enumerate(_layers(hidden_sizes, ends)):
        x, W, g = _random(batch_size, n_in), _random(n_in, n_out), _random(batch_size, n_out)
        products.append(_product(x.T, g))  # (n_in, n_out)
        if number:
            products.append(_product(g, W.T))  # (batch_size, n_in)
    return products


def forward(hidden_sizes: str, n_images: int, ends: Ends = MNIST) -> list[_Product]:
    """Return the product x @ W of each layer for a number of images: (n_images, n_out)."""
    return [
        _product(_random(n_images, n_in), _random(n_in, n_out))
        for n_in, n_out in _layers(hidden_sizes, ends)
    ]


def _layers(hidden_sizes: str, ends: Ends) -> list[tuple[int, int]]:
    """List (inputs, outputs) of each linear layer.

    >>> _layers("360-100", MNIST)
    [(784, 360), (360, 100), (100, 10)]
    """
    return list(pairwise([ends.n_inputs, *map(int, hidden_sizes.split("-")), ends.n_classes]))


def _random(*shape: int) -> np.ndarray:
    """Return float32 numbers in [0, 1), the same ones every time."""
    return np.random.default_rng(0).random(shape, dtype=np.float32)


def _product(a: np.ndarray, b: np.ndarray) -> _Product:
    """Return a function that computes a @ b into a buffer allocated once."""
    out = np.empty((len(a), b.shape[1]), dtype=np.float32)
    return lambda: np.matmul(a, b, out=out)


def _measure(products: list[_Product]) -> float:
    """Return the seconds that all products together take once: the median of REPEATS."""
    _time(products, 3)  # loads code and data
    count = max(3, int(SECONDS / REPEATS / max(_time(products, 3), 1e-7)))
    return median(_time(products, count) for _ in range(REPEATS))


def _time(products: list[_Product], count: int) -> float:
    """Return the mean processor seconds of all products together, computed `count` times."""
    # Time of the processor, not of the clock: other work on the machine must not raise the floor.
    start = time.process_time()
    for _ in range(count):
        for product in products:
            product()
    return (time.process_time() - start) / count
