"""Train one run, and write what it measured.

The same loop drives both backends: it hands the network the order of the
images, epoch after epoch, and notes losses and accuracies.  The test images
are touched once, after the last epoch.
"""

from __future__ import annotations

import math
import sys
import time
from dataclasses import dataclass, field

import numpy as np

from backprop_lab.data.datasets import Dataset, resplit
from backprop_lab.data.live_pixels import LivePixels
from backprop_lab.runs.run import Run
from backprop_lab.training.backends import build, one_thread
from backprop_lab.training.initialization import batch_orders


@dataclass
class TrainedRun:
    """What one run measured.

    Attributes:
        history: a row an epoch, as HISTORY_COLUMNS; accuracies are fractions;
            training figures are running averages over the epoch's batches.
        timing: a row an epoch, as TIMING_COLUMNS, in seconds.
        diverged_epoch: first epoch with a loss that is not finite, or None.
        parameters: the final (W, b) of each layer.
        test_loss, test_accuracy: of the final weights on the test images.
        labels, predicted: (n_test,) uint8; confidence: (n_test,) float32, the
            probability given to the predicted class.
    """

    run: Run
    history: list[tuple] = field(default_factory=list)
    timing: list[tuple] = field(default_factory=list)
    diverged_epoch: int | None = None
    parameters: list = field(default_factory=list)
    test_loss: float = math.nan
    test_accuracy: float = math.nan
    labels: np.ndarray | None = None
    predicted: np.ndarray | None = None
    confidence: np.ndarray | None = None


def train(run: Run, dataset: Dataset, *, device: str = "auto", log=sys.stderr) -> TrainedRun:
    """Train a run on one thread and evaluate it.

    A run whose loss stops being finite is stopped there and recorded as
    diverged: that is a result.

    Args:
        device: "auto", "cpu" or "cuda", for the torch backend.
        log: text stream for a line of progress an epoch.
    """
    if run.split_seed is not None:
        dataset = resplit(dataset, run.split_seed)
    live = LivePixels.of(dataset.train_images)
    # Only libraries that are loaded can be limited: the network comes first.
    network = build(run, live=live, device=device)
    with one_thread():
        return _train(run, network, dataset, live, log)


def _train(run: Run, network, dataset: Dataset, live: LivePixels, log) -> TrainedRun:
    images = live.training(dataset.train_images, run.pixels)
    labels = dataset.train_labels.astype(np.int64)
    val_images = live.evaluation(dataset.validation_images, run.pixels)
    val_labels = dataset.validation_labels.astype(np.int64)

    trained = TrainedRun(run)
    orders = batch_orders(run, len(images))
    for epoch in range(1, run.epochs + 1):
        order = next(orders)
        start = time.perf_counter()
        train_loss, train_accuracy = network.train_epoch(images, labels, order)
        middle = time.perf_counter()
        val_loss, val_accuracy = network.evaluate(val_images, val_labels)
        end = time.perf_counter()
        trained.history.append((epoch, train_loss, train_accuracy, val_loss, val_accuracy))
        trained.timing.append((epoch, middle - start, end - middle))
        print(
            f"epoch {epoch:3d}/{run.epochs}"
            f"  train loss {train_loss:.4f}  accuracy {100 * train_accuracy:6.2f} %"
            f"  validation loss {val_loss:.4f}  accuracy {100 * val_accuracy:6.2f} %"
            f"  {end - start:.2f} s",
            file=log,
            flush=True,
        )
        if not (math.isfinite(train_loss) and math.isfinite(val_loss)):
            trained.diverged_epoch = epoch
            print(f"diverged in epoch {epoch}: the loss is not finite", file=log, flush=True)
            break

    del images, val_images
    trained.parameters = live.restore(network.parameters())
    test_images = live.evaluation(dataset.test_images, run.pixels)
    trained.labels = dataset.test_labels
    logits = network.logits(test_images)  # (n_test, 10)
    trained.test_loss, trained.test_accuracy = network.judge(logits, dataset.test_labels)
    trained.predicted = logits.argmax(axis=1).astype(np.uint8)
    with np.errstate(all="ignore"):  # of a run that diverged
        below = logits - logits.max(axis=1, keepdims=True)  # the predicted class's own is 0
        trained.confidence = (1 / np.exp(below).sum(axis=1)).astype(np.float32)  # softmax
    return trained
