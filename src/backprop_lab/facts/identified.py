"""Facts of the second round of forensics: what the logs tell apart, figure 9, and the gap."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.place import cell, cells, counted
from backprop_lab.facts.table import Adder, Table

#: Columns of forensics_gap_settings.csv that facts give.
_MEASURED = ("accuracy_gap", "loss_ratio", "last_train_loss", "last_val_accuracy", "last_val_loss")
_GAP = (
    *("n", "n_allowed", "n_rows_min", "epochs", "train_size", "repeats"),
    *(f"{name}_{statistic}" for name in _MEASURED for statistic in ("mean", "min", "max")),
)
#: Columns of forensics_task2.csv that facts give of the runs at figure 12's learning rate.
_FINAL = (
    *("epochs", "first_train_loss", "train_loss", "train_accuracy", "val_loss"),
    *("val_accuracy", "test_accuracy"),
)


def add_frozen(book: FactBook, table: Table) -> None:
    """Add frozen.<explanation>.*: n_cases, n_allowed, and what each needs.

    Of class_mix also needed and available by labels, of repeated_set by figure; of
    wrong_count n_sizes and n_usual; of what was simulated the range of training losses and
    the highest validation loss.
    """
    path = table.path
    for explanation, rows in table.rows.groupby("explanation"):
        key = f"frozen.{explanation}"
        book.add(f"{key}.n_cases", len(rows), "count", counted(path, rows))
        allowed = cells(path, rows, "allowed", "such", "= True")
        book.add(f"{key}.n_allowed", int(rows["allowed"].sum()), "count", allowed)
        if explanation == "wrong_count":
            for name, column in (("n_sizes", "needed"), ("n_usual", "available")):
                summed = cells(path, rows, column, "sum")
                book.add(f"{key}.{name}", int(rows[column].sum()), "count", summed)
        elif explanation in ("class_mix", "repeated_set"):
            for _, row in rows.iterrows():
                case = row["labels"] if explanation == "class_mix" else row["detail"]
                name = str(case).replace(" ", "")
                for column in ("needed", "available"):
                    place = cell(path, row, column)
                    book.add(f"{key}.{name}.{column}", row[column], "number", place)
        else:
            even = rows[rows["labels"] == "balanced"]
            for column in ("train_loss", "train_accuracy", "val_loss"):
                unit = "fraction" if column.endswith("accuracy") else "loss"
                _add_range(book, f"{key}.%s_{column}", even, column, unit, path)


def add_near(book: FactBook, table: Table) -> None:
    """Add near.<search>.slack, and near.<search>.figure<n>.{n_near, n_settings, distance}."""
    path = table.path
    for search, rows in table.rows.groupby("search"):
        slack = cell(path, rows.iloc[0], "slack")
        book.add(f"near.{search}.slack", rows["slack"].iloc[0], "number", slack)
        for figure, own in rows.groupby("figure"):
            key = f"near.{search}.figure{figure}"
            book.add(f"{key}.n_near", len(own), "count", counted(path, own))
            settings = cell(path, own.iloc[0], "n_settings")
            book.add(f"{key}.n_settings", own["n_settings"].iloc[0], "count", settings)
            least = cells(path, own, "distance", "min")
            book.add(f"{key}.distance", own["distance"].min(), "number", least)


def add_identified(book: FactBook, table: Table) -> None:
    """Add identified.<search>.{n, n_identified}: pairs of a figure and a parameter."""
    for search, rows in table.rows.groupby("search"):
        book.add(f"identified.{search}.n", len(rows), "count", counted(table.path, rows))
        found = int(rows["identified"].sum())
        place = cells(table.path, rows, "identified", "such", "= True")
        book.add(f"identified.{search}.n_identified", found, "count", place)


def add_holdout(book: FactBook, table: Table) -> None:
    """Add holdout.<search>.figure<n>.*: the distances and the rank of the figure held out."""
    columns = (
        *("n_settings", "distance_chosen", "distance_held_out"),
        *("distance_best", "distance_median", "rank"),
    )
    for _, row in table.rows.iterrows():
        key = f"holdout.{row['search']}.figure{row['held_out']}"
        book.add_row(key, row[list(columns)], table.path)


def add_task2(book: FactBook, table: Table) -> None:
    """Add task2.exploded.*, task2.final.<init>_<pixels>.* and task2.split.*.

    exploded, of raw pixels and SGD at figure 9's learning rate: n_runs, n_frozen, the lowest
    and highest first training loss and surplus, published_surplus (of figure 9), most_other
    (test images with another answer) and n_test.  final: SGD at figure 12's learning rate, on
    the usual split.  split: n_runs, epochs, the lowest and highest validation accuracy over
    random splits.
    """
    path, rows = table.path, table.rows
    raw = rows[(rows["pixels"] == "raw") & (rows["optimizer"] == "sgd")]
    exploded = raw[raw["distance_figure9"].notna()]
    if len(exploded):
        key = "task2.exploded"
        book.add(f"{key}.n_runs", len(exploded), "count", counted(path, exploded))
        frozen = cells(path, exploded, "frozen", "such", "= True")
        book.add(f"{key}.n_frozen", int(exploded["frozen"].sum()), "count", frozen)
        for column, unit in (("first_train_loss", "loss"), ("surplus", "number")):
            _add_range(book, f"{key}.%s_{column}", exploded, column, unit, path)
        first, most = exploded.iloc[0], cells(path, exploded, "n_other", "max")
        printed = cell(path, first, "published_surplus")
        book.add(f"{key}.published_surplus", first["published_surplus"], "number", printed)
        book.add(f"{key}.most_other", int(exploded["n_other"].max()), "count", most)
        book.add(f"{key}.n_test", int(first["n_test"]), "count", cell(path, first, "n_test"))
    later = rows[rows["distance_figure9"].isna() & (rows["optimizer"] == "sgd")]
    usual = later[later["split_seed"].isna()]
    for _, row in usual.drop_duplicates(["init", "pixels"]).iterrows():
        key = f"task2.final.{row['init']}_{row['pixels']}".replace("normal0.0", "normal0_0")
        book.add_row(key, row[list(_FINAL)], path)
    split = later[later["split_seed"].notna()]
    if len(split):
        book.add("task2.split.n_runs", len(split), "count", counted(path, split))
        same = cells(path, split, "epochs", "same")
        book.add("task2.split.epochs", split["epochs"].iloc[0], "count", same)
        key = "task2.split.%s_val_accuracy"
        _add_range(book, key, split, "val_accuracy", "fraction", path)


def _add_range(
    book: FactBook, key: str, rows: pd.DataFrame, column: str, unit: str, path: Path
) -> None:
    """Add the lowest and the highest value of a column; these words stand for the %s of `key`."""
    for name, how in (("lowest", "min"), ("highest", "max")):
        value, place = getattr(rows[column], how)(), cells(path, rows, column, how)
        book.add(key % name, value, unit, place)


def add_gap(book: FactBook, table: Table) -> None:
    """Add gap.{n_compared, n_allowed, largest_drop}, of all runs that were compared.

    largest_drop: of the test accuracy, below the last validation accuracy.
    """
    path, rows = table.path, table.rows
    if rows.empty:
        return
    drop = (rows["last_val_accuracy"] - rows["test_accuracy"]).max()
    last, test = (cells(path, rows, name, "max") for name in ("last_val_accuracy", "test_accuracy"))
    book.add("gap.largest_drop", drop, "fraction", replace(last, minus=test))
    book.add("gap.n_compared", len(rows), "count", counted(path, rows))
    allowed = cells(path, rows, "allowed", "such", "= True")
    book.add("gap.n_allowed", int(rows["allowed"].sum()), "count", allowed)


def add_gap_settings(book: FactBook, table: Table) -> None:
    """Add gap.<case>.*: how validation compares with figures 2 and 10 at like training loss.

    The cases: final (Task 1's final model), whole (the setting nearest to figure 2), distinct<n>
    (of it, so many distinct images), noise<percent>, task2_<optimizer>_<rate>_<init>_<pixels>
    and, on random splits, split_<...>.  Of each the mean and the range over its runs; and
    gap.n_settings, gap.n_settings_allowed, the settings that are allowed in all their runs.
    """
    path, rows = table.path, table.rows
    if rows.empty:
        return
    for _, row in rows.assign(case=rows.apply(_case, axis=1)).drop_duplicates("case").iterrows():
        book.add_row(f"gap.{row['case']}", row[list(_GAP)], path)
    book.add("gap.n_settings", len(rows), "count", counted(path, rows))
    allowed = int((rows["n_allowed"] == rows["n"]).sum())
    both = cells(path, rows, ("n_allowed", "n"), "computed")
    book.add("gap.n_settings_allowed", allowed, "count", both)


def _case(row: pd.Series) -> str:
    """Return the name of a case, see `add_gap_settings`."""
    if row["experiment"] == "task1_final":
        return "final"
    if row["experiment"] == "forensics_task2":
        rate = "fast" if row["learning_rate"] > 0.01 else "slow"
        kind = "split" if row["random_split"] else "task2"
        return f"{kind}_{row['optimizer']}_{rate}_{row['init']}_{row['pixels']}"
    if row["label_noise"] > 0:
        return f"noise{100 * row['label_noise']:g}"
    return "whole" if pd.isna(row["train_size"]) else f"distinct{row['train_size']:.0f}"


ADDERS: dict[str, Adder] = {
    "frozen": add_frozen,
    "forensics_near": add_near,
    "forensics_identified": add_identified,
    "forensics_holdout": add_holdout,
    "forensics_task2": add_task2,
    "forensics_gap": add_gap,
    "forensics_gap_settings": add_gap_settings,
}
