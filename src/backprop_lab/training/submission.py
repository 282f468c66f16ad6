"""A run's predictions in the format that Kaggle's digit recogniser takes."""

from __future__ import annotations

import csv
from pathlib import Path

from backprop_lab.files.arrays import read_arrays
from backprop_lab.files.atomic import replacing


def write_submission(predictions: Path, output: Path) -> None:
    """Write submission.csv: ImageId (from 1, in test order) and the predicted Label.

    Args:
        predictions: predictions.npz of a run.

    Raises:
        LabError: the predictions cannot be read, or are damaged.
    """
    [predicted] = read_arrays(predictions, ("predicted",), "train the run again")
    with replacing(output, "w") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["ImageId", "Label"])
        writer.writerows(enumerate(predicted.tolist(), start=1))
