"""log_figure<n>.csv: the training log that a figure of the original prints, beside ours."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from backprop_lab.files.frames import write_csv
from backprop_lab.results.collected import Collected, curve
from backprop_lab.results.original import PrintedLogs, counterpart
from backprop_lab.runs.columns import QUANTITIES

TABLES = {
    "log_figure{figure}": {
        "function": "write_log",
        "inputs": ("runs", "experiments", "history", "published", "dataset"),
        "each": {"figure": (2, 3, 4, 5, 6, 9, 10, 12)},  # results.original.LOG_FIGURES
    },
}


def write_log(*, collected: Collected, printed: PrintedLogs, figure: int, output: Path) -> None:
    """Write our mean over seeds at each epoch, and the original's values where it prints them.

    Columns: epoch, n (seeds averaged over), train_loss, train_accuracy,
    val_loss, val_accuracy, and the same four as published_*.  An epoch that
    only one of the two has leaves the other's cells empty; where ours are not of
    MNIST, all published_* cells are empty.

    Args:
        figure: number of a figure of the original with a training log.
    """
    own = curve(collected.epochs(), counterpart(collected, figure))
    own = own.rename(columns={f"{quantity}_mean": quantity for quantity in QUANTITIES})
    own = own[["epoch", "n", *QUANTITIES]]
    theirs = printed.comparable_curve(figure)
    if theirs is None:
        theirs = pd.DataFrame(columns=["epoch", *QUANTITIES], dtype=float)
    theirs = theirs.rename(columns={quantity: f"published_{quantity}" for quantity in QUANTITIES})
    table = own.merge(theirs, on="epoch", how="outer", sort=True)
    table["n"] = table["n"].fillna(0)
    write_csv(table.astype({"epoch": int, "n": int}), output)
