"""A run's predictions in the format that Kaggle's digit recogniser takes."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from backprop_lab.atomic import replacing


def write_submission(predictions: Path, output: Path) -> None:
    """Write submission.csv: ImageId (from 1, in test order) and the predicted Label.

    Args:
        predictions: predictions.npz of a run.
    """
    with np.load(predictions, allow_pickle=False) as file:
        predicted = file["predicted"]
    with replacing(output, "w") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["ImageId", "Label"])
        writer.writerows(enumerate(predicted.tolist(), start=1))
