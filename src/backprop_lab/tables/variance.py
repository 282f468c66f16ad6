"""variance.csv: how much each source of randomness makes the accuracy vary."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd

from backprop_lab.files.frames import write_csv
from backprop_lab.results.collected import Collected, completed
from backprop_lab.results.statistics import std_interval, summarize

TABLES = {
    "variance": {
        "function": "write_variance",
        "inputs": ("runs", "experiments", "history"),
        "needs": ("variance_seed",),
    },
}

#: Source of variance -> the experiment in which it alone varies.
SOURCES = {
    "initialization": "variance_initialization",
    "order": "variance_order",
    "split": "variance_split",
    "seed": "variance_seed",
}


def write_variance(*, collected: Collected, output: Path) -> None:
    """Write the standard deviation of accuracy over runs, for each source of randomness.

    In the runs of a source, only that is random: "initialization", the weights;
    "order", the order of the images; "split", which images train and which validate
    (the test set is always the same); "seed", weights and order together, as in all
    other experiments.  Columns: source, n,
    n_diverged, and for val_accuracy and test_accuracy (last epoch) the columns
    <accuracy>_mean, _std, _std_low, _std_high (its chi-squared interval) and
    _images_std, sqrt(p (1 - p) / n_test): the standard error of an accuracy with the
    mean p that comes from the number of test images alone.
    """
    rows = []
    for source, experiment in SOURCES.items():
        group = collected.experiment(experiment)
        good = completed(group)
        row = {"source": source, "n": len(group), "n_diverged": len(group) - len(good)}
        for accuracy in ("val_accuracy", "test_accuracy"):
            mean, spread = summarize(good[accuracy]).mean, std_interval(good[accuracy])
            images = math.sqrt(mean * (1 - mean) / group["test_n"].iloc[0])
            row |= {
                f"{accuracy}_mean": mean,
                f"{accuracy}_std": spread.estimate,
                f"{accuracy}_std_low": spread.low,
                f"{accuracy}_std_high": spread.high,
                f"{accuracy}_images_std": images,
            }
        rows.append(row)
    write_csv(pd.DataFrame(rows), output)
