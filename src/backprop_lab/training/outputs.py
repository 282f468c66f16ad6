"""The files of a run, each written whole."""

from __future__ import annotations

import csv
import hashlib
import json
import math
from pathlib import Path
from typing import Any

import numpy as np

from backprop_lab.files.atomic import replacing
from backprop_lab.runs.columns import HISTORY_COLUMNS, TIMING_COLUMNS
from backprop_lab.training.loop import HistoryRow, TimingRow, TrainedRun


def confusion_matrix(labels: np.ndarray, predicted: np.ndarray, n_classes: int) -> np.ndarray:
    """Count (true label, predicted label) pairs: (classes, classes) int64, rows are true labels.

    >>> confusion_matrix(np.array([3, 3, 7]), np.array([3, 5, 7]), 10)[3]
    array([0, 0, 0, 1, 0, 1, 0, 0, 0, 0])
    """
    pairs = labels.astype(np.int64) * n_classes + predicted
    return np.bincount(pairs, minlength=n_classes**2).reshape(n_classes, n_classes)


def summarize(trained: TrainedRun, dataset_sha256: str) -> dict[str, Any]:
    """Return what result.json says of a run; a figure that is not finite becomes None.

    Args:
        trained: the run.
        dataset_sha256: digest of the images that it learned from.
    """
    epochs = {row[0]: dict(zip(HISTORY_COLUMNS, row, strict=True)) for row in trained.history}
    last = trained.history[-1][0]
    best = max(epochs.values(), key=lambda row: (row["val_accuracy"], -row["epoch"]))
    digest = hashlib.sha256()
    for weights, bias in trained.parameters:
        digest.update(weights.tobytes())
        digest.update(bias.tobytes())
    last_bias = trained.parameters[-1][1]  # (classes,)
    matrix = confusion_matrix(trained.labels, trained.predicted, len(last_bias))
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
        "confusion_matrix": matrix.tolist(),
        "n_parameters": sum(w.size + b.size for w, b in trained.parameters),
        "dataset_sha256": dataset_sha256,
        "weights_sha256": digest.hexdigest(),
    }


def write_run(trained: TrainedRun, folder: Path, dataset_sha256: str) -> None:
    """Write history.csv, timing.csv, model.npz, predictions.npz and result.json.

    Args:
        trained: the run.
        folder: where to; made if missing.
        dataset_sha256: digest of the images that it learned from.

    Raises:
        LabError: the folder or a file cannot be written.
    """
    weights: dict[str, np.ndarray] = {}
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
    """Return a number, or None (null in JSON) where it is inf or nan."""
    return value if math.isfinite(value) else None


def _write_csv(
    path: Path, columns: tuple[str, ...], rows: list[HistoryRow] | list[TimingRow]
) -> None:
    """Write a table, numbers with all their digits."""
    with replacing(path, "w") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
