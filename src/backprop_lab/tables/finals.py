"""finals.csv: the long runs of both tasks, one row each."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from backprop_lab.files.frames import write_csv
from backprop_lab.results.collected import Collected, select
from backprop_lab.tables.rows import TASKS, counts, seconds, statistics

TABLES = {
    "finals": {"function": "write_finals", "inputs": ("runs", "experiments", "history")},
}


def write_finals(*, collected: Collected, output: Path) -> None:
    """Write the results of Task 1 (NumPy) and of Task 2 (PyTorch), a row each.

    Columns: task, variant, its parameters, n, n_diverged, epochs, means and
    standard deviations of accuracy and loss at the last epoch, the best epoch
    and its accuracy, test_accuracy_mean and _std, n_parameters, seconds_per_epoch.
    """
    rows = []
    for task, experiment in TASKS.items():
        group = select(collected.experiment(experiment))
        first = group.iloc[0]
        parameters = ["variant", "backend", "hidden_sizes", "activation", "optimizer"]
        rows.append(
            {"task": task}
            | first[[*parameters, "learning_rate", "batch_size"]].to_dict()
            | counts(group)
            | {"epochs": first["epochs"]}
            | statistics(group, "val_accuracy", ["mean", "std"])
            | statistics(group, "best_val_accuracy", ["mean"])
            | statistics(group, "best_epoch", ["mean"])
            | statistics(group, "test_accuracy", ["mean", "std"])
            | statistics(group, "train_accuracy", ["mean"])
            | statistics(group, "train_loss", ["mean"])
            | statistics(group, "val_loss", ["mean"])
            | {"n_parameters": first["n_parameters"], "seconds_per_epoch": seconds(group)}
        )
    write_csv(pd.DataFrame(rows), output)
