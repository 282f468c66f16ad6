"""Facts of the sweeps, in which one parameter takes many values."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.table import Adder, Table
from backprop_lab.facts.ties import add_ties


def add_sweep(book: FactBook, table: Table) -> None:
    """Add sweep.<parameter>.*: n_values, n_runs, n_diverged, and the extremes of each optimiser.

    sweep.<parameter>.<optimizer>.{n_diverged, n_values} and .{lowest, highest, best, worst}.*;
    with both optimisers also sweep.<parameter>.sgd_minus_adam_at_best.
    """
    rows, path = table.rows, table.path
    swept = table.name.removeprefix("sweep_")
    prefix = f"sweep.{swept}"
    book.add(f"{prefix}.n_values", rows[swept].nunique(), "count", path)
    book.add(f"{prefix}.n_runs", rows["n"].sum(), "count", path)
    book.add(f"{prefix}.n_diverged", rows["n_diverged"].sum(), "count", path)
    best = {}
    for name, own in rows.groupby("optimizer"):
        optimizer = str(name)
        book.add(f"{prefix}.{optimizer}.n_diverged", own["n_diverged"].sum(), "count", path)
        _add_extremes(book, f"{prefix}.{optimizer}", own, swept, path)
        best[optimizer] = own["val_accuracy_mean"].max()
    if {"sgd", "adam"} <= best.keys():
        difference = best["sgd"] - best["adam"]
        book.add(f"{prefix}.sgd_minus_adam_at_best", difference, "fraction", path)


def add_sweep_epochs(book: FactBook, table: Table) -> None:
    """Add sweep.epochs.task<n>.*: the extremes over the number of epochs."""
    for task, rows in table.rows.groupby("task"):
        _add_extremes(book, f"sweep.epochs.task{task!s}", rows, "epoch", table.path)


def add_transfer(book: FactBook, table: Table) -> None:
    """Add transfer.<pixels>.<optimizer>.*: the extremes over the learning rates."""
    for key, rows in table.rows.groupby(["pixels", "optimizer"]):
        prefix = f"transfer.{'.'.join(map(str, key))}"
        _add_extremes(book, prefix, rows, "learning_rate", table.path)


def _add_extremes(book: FactBook, prefix: str, rows: pd.DataFrame, column: str, path: Path) -> None:
    """Add the rows with the lowest and highest value, and with the best and worst accuracy.

    Where several values share the best or the worst accuracy, also .n_tied, how many.

    Args:
        column: the parameter that was swept.
        path: the table's file, the source.
    """
    rows = rows.sort_values(column)
    book.add(f"{prefix}.n_values", len(rows), "count", path)
    picked = {"lowest": rows.iloc[0], "highest": rows.iloc[-1]}
    accuracy = rows["val_accuracy_mean"]
    if accuracy.notna().any():
        picked["best"] = rows.iloc[accuracy.argmax()]
        picked["worst"] = rows.iloc[accuracy.argmin()]
    for name, row in picked.items():
        book.add_row(f"{prefix}.{name}", row.to_dict(), path)
        if name in ("best", "worst"):
            add_ties(book, f"{prefix}.{name}", accuracy, row["val_accuracy_mean"], path)


ADDERS: dict[str, Adder] = {
    "sweep_*": add_sweep,
    "sweep_epochs": add_sweep_epochs,
    "learning_rate_transfer": add_transfer,
}
