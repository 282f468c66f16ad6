"""learning_rate_transfer.csv: does Task 1's learning rate suit Task 2?"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from backprop_lab.files.frames import write_csv
from backprop_lab.results.collected import Collected
from backprop_lab.runs.columns import QUANTITIES
from backprop_lab.runs.run import OPTIMIZERS
from backprop_lab.tables.rows import counts, statistics

TABLES = {
    "learning_rate_transfer": {
        "function": "write_transfer",
        "inputs": ("runs", "experiments", "history"),
    },
}


def write_transfer(*, collected: Collected, output: Path) -> None:
    """Write PyTorch's losses and accuracies by pixel scale, optimiser and learning rate.

    Columns: pixels ("unit" is [0, 1], "raw" 0-255), optimizer, learning_rate,
    n, n_diverged, first_train_loss_mean (running mean over epoch 1), and mean
    and standard deviation of the four quantities at the last epoch.
    """
    rows = collected.experiment("learning_rate_transfer")
    epochs = collected.epochs()
    first = epochs[epochs["epoch"] == 1].set_index("id")["train_loss"]
    rows["first_train_loss"] = rows["id"].map(first)
    rows["order"] = rows["pixels"].map({"unit": 0, "raw": 1}) * len(OPTIMIZERS)
    rows["order"] += rows["optimizer"].map(OPTIMIZERS.index)
    table = []
    groups = rows.groupby(["order", "learning_rate", "pixels", "optimizer"])
    for (_, learning_rate, pixels, optimizer), group in groups:
        row: dict[str, object] = {"pixels": pixels, "optimizer": optimizer}
        row |= {"learning_rate": learning_rate, **counts(group)}
        row |= statistics(group, "first_train_loss", ["mean"])
        for quantity in QUANTITIES:
            row |= statistics(group, quantity, ["mean", "std"])
        table.append(row)
    write_csv(pd.DataFrame(table), output)
