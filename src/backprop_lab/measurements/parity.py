"""How far the two backends drift apart: the same weights, the same batches, step by step.

Both compute the same equations.  What differs is rounding: the backends add the
terms of a matrix product in different orders, and a sum of floating-point numbers
depends on its order.  The relative error of one rounding is at most 6e-8 in float32
and 1e-16 in float64; training then carries every difference on into the next step.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from backprop_lab.data.datasets import Dataset, load, to_float
from backprop_lab.files.frames import write_csv
from backprop_lab.runs.run import Run
from backprop_lab.training.backends import build, one_thread
from backprop_lab.training.initialization import Ends, batch_orders

if TYPE_CHECKING:
    from backprop_lab.nn.classifier import Classifier

#: The network that both backends train; its epochs are those that are followed.
RUN = Run(
    backend="numpy",
    hidden_sizes=(360,),
    activation="relu",
    optimizer="sgd",
    learning_rate=0.1,
    batch_size=32,
    epochs=2,
    seed=0,
)
#: Steps of the first epoch after which to compare, besides the end of every epoch.
STEPS = (1, 10, 100, 1000)
#: Comparison -> the two sides, each (backend, dtype).  "rounding" shows the error of
#: float32 itself, with float64 as the reference.
COMPARISONS = {
    "float32": (("numpy", "float32"), ("torch", "float32")),
    "float64": (("numpy", "float64"), ("torch", "float64")),
    "rounding": (("numpy", "float32"), ("numpy", "float64")),
}


@dataclass(frozen=True)
class Snapshot:
    """One network after a number of steps.

    Attributes:
        step: steps taken since the start.
        epochs: whole epochs done, 0 within the first.
        loss: running mean of the training loss over the epoch that the last step
            belongs to, each batch judged before its step, as a run's log has it.
        parameters: all weights and biases, (n_parameters,) float64.
        predicted: classes of the probes, (n_probes,) int64.
    """

    step: int
    epochs: int
    loss: float
    parameters: np.ndarray
    predicted: np.ndarray


def follow(
    network: Classifier, images: np.ndarray, labels: np.ndarray, probes: np.ndarray
) -> Iterator[Snapshot]:
    """Train a network of `RUN` and yield it after each of STEPS and at the end of each epoch.

    Args:
        network: from `backends.build`; trained in place.
        images: (n, pixels) float, to train on.
        labels: (n,) int.
        probes: (n_probes, pixels) float, to predict.
    """
    n, done = len(images), 0
    for epoch, order in enumerate(islice(batch_orders(RUN, n), RUN.epochs), 1):
        within = [step * RUN.batch_size for step in STEPS] if epoch == 1 else []
        start, total = 0, 0.0
        for stop in (*(s for s in within if s < n), n):
            loss, _ = network.train_epoch(images, labels, order[start:stop])
            done += -((start - stop) // RUN.batch_size)  # rounded up: the last batch is smaller
            total += loss * (stop - start)
            start = stop
            yield Snapshot(
                step=done,
                epochs=epoch if stop == n else epoch - 1,
                loss=total / stop,
                parameters=np.concatenate(
                    [p.ravel() for layer in network.parameters() for p in layer], dtype=np.float64
                ),
                predicted=network.logits(probes).argmax(axis=1),
            )


def compare(first: Snapshot, second: Snapshot) -> dict[str, float]:
    """Compute the differences of two networks after the same steps.

    Returns:
        loss_difference: |first - second|; loss_relative_difference: over the second's.
        weight_difference: the largest |first - second| of any weight or bias;
            weight_relative_difference: Euclidean norm of all differences over that of
            the second's parameters.
        n_predicted_differently: probes for which they predict different classes.
    """
    apart = first.parameters - second.parameters
    loss = abs(first.loss - second.loss)
    return {
        "loss_difference": loss,
        "loss_relative_difference": loss / second.loss,
        "weight_difference": float(np.abs(apart).max()),
        "weight_relative_difference": float(
            np.linalg.norm(apart) / np.linalg.norm(second.parameters)
        ),
        "n_predicted_differently": int((first.predicted != second.predicted).sum()),
    }


def write_parity(*, npz: Path, json: Path, output: Path, images: int | None = None) -> None:
    """Train `RUN` on both backends in both precisions, and write parity.csv.

    A row a comparison and a point in training: comparison (of COMPARISONS), step,
    epochs (whole epochs done), hidden_sizes, learning_rate, batch_size, n_images
    (trained on), n_probes (validation images), first_loss, second_loss and what
    `compare` gives.

    Args:
        npz, json: dataset.npz and dataset.json.
        images: train on the first so many only, and take no more as probes.
    """
    data = load(Path(npz), Path(json))
    followed: dict[tuple[str, str], list[Snapshot]] = {}
    for dtype in ("float32", "float64"):
        followed |= {
            (backend, dtype): list(_follow(data, backend, dtype, images))
            for backend in ("numpy", "torch")
        }
    setting = {
        "hidden_sizes": "-".join(map(str, RUN.hidden_sizes)),
        "learning_rate": RUN.learning_rate,
        "batch_size": RUN.batch_size,
        "n_images": len(data.train_labels[:images]),
        "n_probes": len(data.validation_labels[:images]),
    }
    rows = [
        {"comparison": name, "step": first.step, "epochs": first.epochs}
        | setting
        | {"first_loss": first.loss, "second_loss": second.loss}
        | compare(first, second)
        for name, (one, other) in COMPARISONS.items()
        for first, second in zip(followed[one], followed[other], strict=True)
    ]
    write_csv(pd.DataFrame(rows), Path(output))


def _follow(data: Dataset, backend: str, dtype: str, n: int | None) -> Iterator[Snapshot]:
    """Build a network of `RUN`, train it on the first n images, and yield its snapshots."""
    network = build(RUN, backend, dtype, ends=Ends.of(data))
    images = to_float(data.train_images[:n], RUN.pixels, dtype)
    probes = to_float(data.validation_images[:n], RUN.pixels, dtype)
    with one_thread():
        yield from follow(network, images, data.train_labels[:n].astype(np.int64), probes)
