"""Facts of the sweeps, in which one parameter takes many values."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.place import cells, counted
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
    values = cells(path, rows, swept, "distinct")
    book.add(f"{prefix}.n_values", rows[swept].nunique(), "count", values)
    book.add(f"{prefix}.n_runs", rows["n"].sum(), "count", cells(path, rows, "n", "sum"))
    diverged = cells(path, rows, "n_diverged", "sum")
    book.add(f"{prefix}.n_diverged", rows["n_diverged"].sum(), "count", diverged)
    best = {}
    for name, own in rows.groupby("optimizer"):
        optimizer = str(name)
        diverged = cells(path, own, "n_diverged", "sum")
        book.add(f"{prefix}.{optimizer}.n_diverged", own["n_diverged"].sum(), "count", diverged)
        _add_extremes(book, f"{prefix}.{optimizer}", own, swept, path)
        best[optimizer] = own.sort_values("val_accuracy_mean", ascending=False).iloc[:1]
    if {"sgd", "adam"} <= best.keys():
        sgd, adam = (best[name]["val_accuracy_mean"].iloc[0] for name in ("sgd", "adam"))
        first, second = (
            cells(path, best[name], "val_accuracy_mean", "value") for name in ("sgd", "adam")
        )
        place = replace(first, minus=second)
        book.add(f"{prefix}.sgd_minus_adam_at_best", sgd - adam, "fraction", place)


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
    book.add(f"{prefix}.n_values", len(rows), "count", counted(path, rows))
    picked = {"lowest": rows.iloc[0], "highest": rows.iloc[-1]}
    accuracy = rows["val_accuracy_mean"]
    if accuracy.notna().any():
        picked["best"] = rows.iloc[accuracy.argmax()]
        picked["worst"] = rows.iloc[accuracy.argmin()]
    for name, row in picked.items():
        book.add_row(f"{prefix}.{name}", row, path)
        if name in ("best", "worst"):
            compared = cells(path, rows, "val_accuracy_mean", "computed")
            add_ties(book, f"{prefix}.{name}", accuracy, row["val_accuracy_mean"], compared)


ADDERS: dict[str, Adder] = {
    "sweep_*": add_sweep,
    "sweep_epochs": add_sweep_epochs,
    "learning_rate_transfer": add_transfer,
}
