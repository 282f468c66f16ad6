"""Train one run and measure it.

The same loop drives both backends: it hands the network the order of the
images, epoch after epoch, and notes losses and accuracies.  The test images
are touched once, after the last epoch.
"""

from __future__ import annotations

import math
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import TextIO

import numpy as np

from backprop_lab.data.datasets import Dataset, resplit
from backprop_lab.data.live_pixels import LivePixels
from backprop_lab.data.worse import mislabel, shorten
from backprop_lab.nn.classifier import Classifier, Parameters
from backprop_lab.runs.run import Run
from backprop_lab.training.backends import build, one_thread
from backprop_lab.training.checkpoint import Checkpoints, Progress
from backprop_lab.training.epoch_lines import EpochLine
from backprop_lab.training.initialization import Ends, batch_orders, label_generator
from backprop_lab.training.tensorboard import EventFiles

#: A row of history.csv, as HISTORY_COLUMNS, and a row of timing.csv, as TIMING_COLUMNS.
HistoryRow = tuple[int, float, float, float, float]
TimingRow = tuple[int, float, float]


@dataclass
class TrainedRun:
    """The measurements of one run.

    Attributes:
        run: what was trained.
        history: a row an epoch; accuracies are fractions; training figures are running
            averages over the epoch's batches.
        timing: a row an epoch, in seconds.
        test_loss, test_accuracy: of the final weights on the test images.
        labels: of the test images, (n_test,) uint8.
        predicted: the class with the largest logit, (n_test,) uint8.
        confidence: the probability given to that class, (n_test,) float32.
        parameters: the final (W, b) of each layer.
    """

    run: Run
    history: list[HistoryRow]
    timing: list[TimingRow]
    test_loss: float
    test_accuracy: float
    labels: np.ndarray
    predicted: np.ndarray
    confidence: np.ndarray
    parameters: Parameters = field(default_factory=list)

    @property
    def diverged_epoch(self) -> int | None:
        """Return the epoch whose loss was not finite, always the last one, or None."""
        epoch, *figures = self.history[-1]
        return None if _finite(*figures) else epoch


def train(
    run: Run,
    dataset: Dataset,
    *,
    device: str = "auto",
    log: TextIO = sys.stderr,
    checkpoints: Checkpoints | None = None,
    events: EventFiles | None = None,
) -> TrainedRun:
    """Train a run on one thread and evaluate it.

    A run whose loss stops being finite is stopped there and recorded as
    diverged: that is a result.

    Args:
        run: what to train.
        dataset: what it learns from; divided anew if the run has a `split_seed`, then cut,
            repeated and mislabelled as the run says.
        device: "auto", "cpu" or "cuda", for the torch backend.
        log: gets a line of progress an epoch.
        checkpoints: where the state is saved while it trains, and found if an earlier
            process did not finish the run; None: nowhere.
        events: where TensorBoard reads what was measured; None: nowhere.
    """
    dataset = _seen(run, dataset)
    live = LivePixels.of(dataset.train_images, run.pixels)
    # Only libraries that are loaded can be limited: the network comes first.
    network = build(run, ends=Ends.of(dataset), live=live, device=device)
    with one_thread():
        progress = checkpoints.resume(network, run.epochs) if checkpoints else Progress()
        for row, seconds in _epochs(run, network, dataset, live, done=len(progress.history)):
            progress.history.append(row)
            progress.timing.append(seconds)
            _report(run, row, seconds, log)
            if events:
                events.write(progress.history, progress.timing)
            if checkpoints and row[0] < run.epochs:
                checkpoints.offer(network, progress)
        test_images = live.evaluation(dataset.test_images, run.pixels)
        logits = network.logits(test_images)  # (n_test, classes)
        test_loss, test_accuracy = network.judge(logits, dataset.test_labels)
        return TrainedRun(
            run,
            progress.history,
            progress.timing,
            test_loss,
            test_accuracy,
            labels=dataset.test_labels,
            predicted=logits.argmax(axis=1).astype(np.uint8),
            confidence=_confidence(logits),
            parameters=live.restore(network.parameters()),
        )


def _seen(run: Run, dataset: Dataset) -> Dataset:
    """Return what a run learns from and is judged on."""
    if run.split_seed is not None:
        dataset = resplit(dataset, run.split_seed)
    if run.train_size is not None or run.repeats > 1:
        dataset = shorten(dataset, run.train_size, run.repeats)
    if run.label_noise:
        dataset = mislabel(dataset, run.label_noise, label_generator(run))
    return dataset


def _epochs(
    run: Run, network: Classifier, dataset: Dataset, live: LivePixels, done: int
) -> Iterator[tuple[HistoryRow, TimingRow]]:
    """Train a network for a run's remaining epochs, or until its loss is not finite.

    Args:
        done: how many epochs are behind it.

    Yields:
        A row of history and a row of timing, after each epoch.
    """
    images = live.training(dataset.train_images, run.pixels)
    labels = dataset.train_labels.astype(np.int64)
    val_images = live.evaluation(dataset.validation_images, run.pixels)
    val_labels = dataset.validation_labels.astype(np.int64)

    # The orders of the epochs behind it are drawn too: each follows from those before.
    orders = islice(batch_orders(run, len(images)), done, None)
    for epoch in range(done + 1, run.epochs + 1):
        order = next(orders)
        start = time.perf_counter()
        train_loss, train_accuracy = network.train_epoch(images, labels, order)
        middle = time.perf_counter()
        val_loss, val_accuracy = network.evaluate(val_images, val_labels)
        end = time.perf_counter()
        history = (epoch, train_loss, train_accuracy, val_loss, val_accuracy)
        yield history, (epoch, middle - start, end - middle)
        if not _finite(train_loss, val_loss):
            return


def _report(run: Run, row: HistoryRow, seconds: TimingRow, log: TextIO) -> None:
    """Write a line of progress for an epoch, and one more if the run diverged in it."""
    epoch, train_loss, _, val_loss, _ = row
    print(EpochLine(epoch, run.epochs, *row[1:], sum(seconds[1:])), file=log, flush=True)
    if not _finite(train_loss, val_loss):
        print(f"diverged in epoch {epoch}: the loss is not finite", file=log, flush=True)


def _finite(*figures: float) -> bool:
    """Return whether all are finite; accuracies always are."""
    return all(math.isfinite(figure) for figure in figures)


def _confidence(logits: np.ndarray) -> np.ndarray:
    """Return the softmax probability of each row's largest logit, (n, classes) -> (n,) float32."""
    with np.errstate(all="ignore"):  # of a run that diverged
        below = logits - logits.max(axis=1, keepdims=True)  # the largest itself is 0
        confidence: np.ndarray = 1 / np.exp(below).sum(axis=1)
        return confidence.astype(np.float32)
