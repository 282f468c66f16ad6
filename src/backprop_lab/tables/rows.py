"""Columns that several tables share, and the order of their rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pandas as pd

from backprop_lab.errors import LabError
from backprop_lab.results.collected import completed
from backprop_lab.results.statistics import summarize
from backprop_lab.runs.run import ACTIVATIONS, BACKENDS, OPTIMIZERS

#: Task -> the experiment of its long runs.
TASKS = {1: "task1_final", 2: "task2_final"}


def counts(rows: pd.DataFrame) -> dict[str, int]:
    """Count the runs in `rows`: n, and n_diverged of them."""
    return {"n": len(rows), "n_diverged": len(rows) - len(completed(rows))}


def statistics(rows: pd.DataFrame, column: str, names: Iterable[str]) -> dict[str, float]:
    """Compute <column>_<name> for each of `names` (mean, std, min, max) over completed runs."""
    summary = summarize(completed(rows)[column])
    return {f"{column}_{name}": getattr(summary, name) for name in names}


def seconds(rows: pd.DataFrame) -> float:
    """Compute the median of the seconds an epoch, which one disturbed run does not change."""
    return completed(rows)["seconds_per_epoch"].median()


def in_order(rows: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the runs of each variant, in the order a reader expects.

    NumPy before PyTorch, shallow before deep, ReLU before sigmoid, SGD before
    Adam, then by growing learning rate, batch size and width.
    """

    def key(group: pd.DataFrame) -> tuple[object, ...]:
        first = group.iloc[0]
        sizes = [int(size) for size in first["hidden_sizes"].split("-")]
        return (
            _place("backend", first, BACKENDS),
            len(sizes),
            _place("activation", first, ACTIVATIONS),
            _place("optimizer", first, OPTIMIZERS),
            first["learning_rate"],
            first["batch_size"],
            sizes,
            first["variant"],
        )

    return sorted((group for _, group in rows.groupby("variant")), key=key)


def _place(column: str, row: pd.Series, known: Sequence[str]) -> int:
    """Return the place of a row's cell among those that there are.

    Raises:
        LabError: there is no such value.
    """
    if row[column] not in known:
        choice = ", ".join(known)
        raise LabError(f"runs.csv: {column} {row[column]!r} of {row['id']} is not one of {choice}")
    return known.index(row[column])
