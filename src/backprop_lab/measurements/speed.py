"""How long the two backends take, measured in turn in one process on one thread.

A machine's speed drifts: its clock, its temperature, its other work.  So the
two backends are measured in short turns.  In every round each network trains on the
same number of images with NumPy and with PyTorch, one right after the other, and the
one that begins changes from round to round: what slows the machine slows both.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from backprop_lab.data.datasets import load
from backprop_lab.data.live_pixels import LivePixels
from backprop_lab.files.frames import write_csv
from backprop_lab.runs.run import BACKENDS, Run
from backprop_lab.training.backends import build, one_thread
from backprop_lab.training.initialization import Ends, batch_orders

if TYPE_CHECKING:
    from backprop_lab.nn.classifier import Classifier

HIDDEN_SIZES = ((360,), (360, 100, 40))
LEARNING_RATES = {"sgd": 0.1, "adam": 0.001}
BATCH_SIZE = 32
#: Images a round, drawn from all training images: part of an epoch, whose steps
#: all cost the same.
IMAGES = 10_000
ROUNDS = 5


def write_speed(
    *, npz: Path, json: Path, output: Path, rounds: int = ROUNDS, images: int | None = None
) -> None:
    """Train every network in turn on both backends, and write speed.csv.

    The first round is not counted: it loads code and data.  A row a
    network and round: hidden_sizes, optimizer, learning_rate, batch_size, n_images
    (in the round), round (from 1), began (the backend measured first),
    numpy_seconds, torch_seconds, ratio (NumPy's over PyTorch's).

    Args:
        npz, json: dataset.npz and dataset.json.
        rounds: how many are counted.
        images: train on the first so many only.
    """
    data = load(Path(npz), Path(json))
    live = LivePixels.of(data.train_images)
    training = live.training(data.train_images[:images], "unit")
    labels = data.train_labels[:images].astype(np.int64)
    runs = _runs()
    networks = {
        (run, backend): build(run, backend, ends=Ends.of(data), live=live)
        for run in runs
        for backend in BACKENDS
    }
    orders = batch_orders(runs[0], len(training))
    rows = []
    with one_thread():
        for number in range(rounds + 1):
            order = next(orders)[:IMAGES]
            turn = BACKENDS if number % 2 else BACKENDS[::-1]
            for run in runs:
                seconds = {
                    backend: _seconds(networks[run, backend], training, labels, order)
                    for backend in turn
                }
                if number == 0:
                    continue
                rows.append(
                    {
                        "hidden_sizes": "-".join(map(str, run.hidden_sizes)),
                        "optimizer": run.optimizer,
                        "learning_rate": run.learning_rate,
                        "batch_size": run.batch_size,
                        "n_images": len(order),
                        "round": number,
                        "began": turn[0],
                        **{f"{name}_seconds": seconds[name] for name in BACKENDS},
                        "ratio": seconds["numpy"] / seconds["torch"],
                    }
                )
    write_csv(pd.DataFrame(rows), Path(output))


def _seconds(
    network: Classifier, images: np.ndarray, labels: np.ndarray, order: np.ndarray
) -> float:
    """Return the seconds that the network takes to train on the images in `order`."""
    start = time.perf_counter()
    network.train_epoch(images, labels, order)
    return time.perf_counter() - start


def _runs() -> list[Run]:
    """List the networks that are timed, as runs of one epoch."""
    return [
        Run(
            backend="numpy",
            hidden_sizes=hidden_sizes,
            activation="relu",
            optimizer=optimizer,
            learning_rate=learning_rate,
            batch_size=BATCH_SIZE,
            epochs=1,
            seed=0,
        )
        for hidden_sizes in HIDDEN_SIZES
        for optimizer, learning_rate in LEARNING_RATES.items()
    ]
