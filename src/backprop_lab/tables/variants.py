"""variants.csv: every variant of the matrix, one row each."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from backprop_lab.files.frames import write_csv
from backprop_lab.results.collected import Collected
from backprop_lab.tables.rows import counts, in_order, seconds, statistics

TABLES = {
    "variants": {"function": "write_variants", "inputs": ("runs", "experiments", "history")},
}

PARAMETERS = ["variant", "backend", "hidden_sizes", "activation", "optimizer", "learning_rate"]


def write_variants(*, collected: Collected, output: Path) -> None:
    """Write mean and standard deviation over the seeds of each variant of the matrix.

    Columns: variant and its parameters, n, n_diverged, val_accuracy_mean and
    _std (last epoch), best_val_accuracy_mean (best epoch, chosen on the same
    images), test_accuracy_mean and _std, seconds_per_epoch.
    """
    rows = []
    for group in in_order(collected.experiment("matrix")):
        rows.append(
            group.iloc[0][PARAMETERS].to_dict()
            | counts(group)
            | statistics(group, "val_accuracy", ["mean", "std"])
            | statistics(group, "best_val_accuracy", ["mean"])
            | statistics(group, "test_accuracy", ["mean", "std"])
            | {"seconds_per_epoch": seconds(group)}
        )
    write_csv(pd.DataFrame(rows), output)
