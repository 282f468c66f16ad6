"""Tables of single predictions on the test set: confusion matrices and mistakes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from backprop_lab.errors import LabError
from backprop_lab.files.arrays import read_arrays
from backprop_lab.files.documents import read_json
from backprop_lab.files.frames import write_csv

TABLES = {
    "confusion_task1": {
        "function": "write_confusion",
        "inputs": ("results=task1_final/result.json", "dataset"),
    },
    "confusion_task2": {
        "function": "write_confusion",
        "inputs": ("results=task2_final/result.json", "dataset"),
    },
    "mistakes_task1": {
        "function": "write_mistakes",
        "inputs": ("predictions=task1_final[0]/predictions.npz", "dataset"),
    },
}

#: Rows of the table of mistakes: they fill a grid of 8 columns and 3 rows.
COUNT = 24


def write_confusion(*, results: Sequence[Path], dataset: Path, output: Path) -> None:
    """Write the confusion matrix on the test set, summed over the seeds that completed.

    One row a true class, one column a predicted class, both named as the data
    set names them; the first column, `label`, holds the true class.  Counts.

    Args:
        results: result.json of each seed of one variant.
        dataset: dataset.json, for the names of the classes.
    """
    names = _class_names(dataset)
    total = np.zeros((len(names), len(names)), dtype=np.int64)
    for path in results:
        result = read_json(path)
        if result["status"] != "diverged":
            total += np.asarray(result["confusion_matrix"], dtype=np.int64)
    table = pd.DataFrame(total, columns=names)
    table.insert(0, "label", names)
    write_csv(table, output)


def write_mistakes(*, predictions: Path, dataset: Path, output: Path) -> None:
    """Write the most confident wrong predictions of one run, at most COUNT.

    Columns: index (position in the test set), label, predicted, confidence
    (probability given to the predicted class), label_name, predicted_name.
    The most confident first, ties by index; fewer rows where there are fewer mistakes, and none
    of a run that diverged.

    Args:
        predictions: predictions.npz of the run.
        dataset: dataset.json, for the names of the classes.

    Raises:
        LabError: a file cannot be read, or is damaged.
    """
    names = np.asarray(_class_names(dataset))
    # (n,) uint8, uint8 and float32
    label, predicted, confidence = read_arrays(
        predictions, ("label", "predicted", "confidence"), "train the run again"
    )
    if max(label.max(initial=0), predicted.max(initial=0)) >= len(names):
        raise LabError(f"{predictions}: names a class that {dataset} lacks; train the run again")
    # The answers of a run that diverged have no probability, and are no mistakes.
    wrong = np.flatnonzero((label != predicted) & np.isfinite(confidence))
    surest = wrong[np.argsort(-confidence[wrong], kind="stable")][:COUNT]
    table = {
        "index": surest,
        "label": label[surest],
        "predicted": predicted[surest],
        "confidence": confidence[surest].astype(np.float64),
        "label_name": names[label[surest]],
        "predicted_name": names[predicted[surest]],
    }
    write_csv(pd.DataFrame(table), output)


def _class_names(dataset: Path) -> list[str]:
    """Read the names of the classes from dataset.json, in the order of their labels."""
    return [str(name) for name in read_json(dataset)["class_names"]]
