"""Train one run, and write what it measured.

The same loop drives both backends: it hands the network the order of the
images, epoch after epoch, and notes losses and accuracies.  The test images
are touched once, after the last epoch.
"""

from __future__ import annotations

import csv
import hashlib
import json
import math
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from backprop_lab.atomic import replacing
from backprop_lab.backends import build, one_thread
from backprop_lab.datasets import Dataset, resplit
from backprop_lab.initialization import N_CLASSES, batch_orders
from backprop_lab.live_pixels import LivePixels
from backprop_lab.run import Run

HISTORY_COLUMNS = ("epoch", "train_loss", "train_accuracy", "val_loss", "val_accuracy")
TIMING_COLUMNS = ("epoch", "train_seconds", "evaluate_seconds")


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


def confusion_matrix(labels: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Count (true label, predicted label) pairs: (10, 10) int64, rows are true labels."""
    pairs = labels.astype(np.int64) * N_CLASSES + predicted
    return np.bincount(pairs, minlength=N_CLASSES**2).reshape(N_CLASSES, N_CLASSES)


def summarize(trained: TrainedRun, dataset_sha256: str) -> dict:
    """Gather a run's figures for result.json; a figure that is not finite becomes None."""
    epochs = {row[0]: dict(zip(HISTORY_COLUMNS, row, strict=True)) for row in trained.history}
    last = trained.history[-1][0]
    best = max(epochs.values(), key=lambda row: (row["val_accuracy"], -row["epoch"]))
    digest = hashlib.sha256()
    for weights, bias in trained.parameters:
        digest.update(weights.tobytes())
        digest.update(bias.tobytes())
    return {
        "id": trained.run.id,
        "run": trained.run.parameters(),
        "status": "completed" if trained.diverged_epoch is None else "diverged",
        "diverged_epoch": trained.diverged_epoch,
        "epochs_completed": last,
        "final": {name: _finite(epochs[last][name]) for name in HISTORY_COLUMNS[1:]},
        "best": {"epoch": best["epoch"], "val_accuracy": best["val_accuracy"]},
        "test": {
            "loss": _finite(trained.test_loss),
            "accuracy": _finite(trained.test_accuracy),
            "n": len(trained.labels),
        },
        "confusion_matrix": confusion_matrix(trained.labels, trained.predicted).tolist(),
        "n_parameters": sum(w.size + b.size for w, b in trained.parameters),
        "dataset_sha256": dataset_sha256,
        "weights_sha256": digest.hexdigest(),
    }


def write_run(trained: TrainedRun, folder: Path, dataset_sha256: str) -> None:
    """Write a run's files into its folder, each under its final name only when whole."""
    weights = {}
    for number, (weight, bias) in enumerate(trained.parameters, start=1):
        weights |= {f"W{number}": weight, f"b{number}": bias}
    _write_csv(folder / "history.csv", HISTORY_COLUMNS, trained.history)
    _write_csv(folder / "timing.csv", TIMING_COLUMNS, trained.timing)
    with replacing(folder / "model.npz") as file:
        np.savez(file, allow_pickle=False, **weights)
    with replacing(folder / "predictions.npz") as file:
        np.savez(
            file,
            allow_pickle=False,
            label=trained.labels,
            predicted=trained.predicted,
            confidence=trained.confidence,
        )
    with replacing(folder / "result.json", "w") as file:
        json.dump(summarize(trained, dataset_sha256), file, indent=1)
        file.write("\n")


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _write_csv(path: Path, columns: tuple[str, ...], rows: list[tuple]) -> None:
    with replacing(path, "w") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
