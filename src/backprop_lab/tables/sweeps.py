"""sweep_*.csv: one parameter varied, all else equal."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from backprop_lab.files.frames import write_csv
from backprop_lab.results.collected import Collected, curve, select
from backprop_lab.tables.rows import TASKS, counts, in_order, seconds, statistics

TABLES = {
    "sweep_{swept}": {
        "function": "write_sweep",
        "inputs": ("runs", "experiments", "history"),
        "each": {"swept": ("learning_rate", "batch_size", "width")},
        "needs": ("sweep_{swept}",),
    },
    "sweep_epochs": {
        "function": "write_sweep_epochs",
        "inputs": ("runs", "experiments", "history"),
        "any_of": ("sweep_learning_rate", "sweep_batch_size", "sweep_width"),
    },
}

FIXED = ["backend", "hidden_sizes", "activation", "optimizer", "learning_rate", "batch_size"]


def write_sweep(*, collected: Collected, swept: str, output: Path) -> None:
    """Write accuracy against the value swept, by series and then by value.

    Columns: the value swept, the other parameters, epochs, n, n_diverged,
    val_accuracy_mean, _std, _min, _max, train_accuracy_mean, test_accuracy_mean
    and _std, n_parameters, seconds_per_epoch.

    Args:
        swept: "learning_rate", "batch_size" or "width" (units of the first hidden layer).
    """
    all_runs = collected.experiment(f"sweep_{swept}")
    all_runs["width"] = all_runs["hidden_sizes"].str.split("-").str[0].astype(int)
    others = [name for name in FIXED if name != swept]
    rows = []
    for group in in_order(all_runs):
        first = group.iloc[0]
        rows.append(
            first[[swept, *others, "epochs"]].to_dict()
            | counts(group)
            | statistics(group, "val_accuracy", ["mean", "std", "min", "max"])
            | statistics(group, "train_accuracy", ["mean"])
            | statistics(group, "test_accuracy", ["mean", "std"])
            | {"n_parameters": first["n_parameters"], "seconds_per_epoch": seconds(group)}
        )
    write_csv(pd.DataFrame(rows), output)


def write_sweep_epochs(*, collected: Collected, output: Path) -> None:
    """Write losses and accuracies after each number of epochs, taken from the long runs.

    The first e epochs of a long run are a run of e epochs, so no other run is trained.
    Columns: task, backend, epoch, n, n_diverged, val_accuracy_mean,
    _std, _min, _max, train_accuracy_mean, train_loss_mean, val_loss_mean.
    """
    epochs = collected.epochs()
    parts = []
    for task, experiment in TASKS.items():
        group = select(collected.experiment(experiment))
        part = curve(epochs, group)
        part = part.assign(task=task, backend=group.iloc[0]["backend"], **counts(group))
        parts.append(part)
    accuracy = [f"val_accuracy_{name}" for name in ("mean", "std", "min", "max")]
    means = ["train_accuracy_mean", "train_loss_mean", "val_loss_mean"]
    columns = ["task", "backend", "epoch", "n", "n_diverged", *accuracy, *means]
    write_csv(pd.concat(parts)[columns], output)
