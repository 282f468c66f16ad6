"""The data of the explorer of learning curves: every run of a build, once, and its experiments.

The page draws what it finds here and computes no mean itself: those are `collected.curve`'s, the
same as in the report's tables, so that both show the same digits.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from pathlib import Path
from typing import Any

import pandas as pd

from backprop_lab.errors import LabError
from backprop_lab.results.collected import completed, curve, in_order_of, read_epochs, read_members
from backprop_lab.runs.columns import CELL, QUANTITIES

#: Columns of the matrix, in the order of the controls; the others of a run follow them.
CHOICES = (*CELL[1:], CELL[0])
#: Quantities in the order of the explorer's table: accuracies, then losses.
SERIES = tuple(sorted(QUANTITIES, key=lambda name: name.endswith("loss")))


def explorer_data(out: Path, titles: Mapping[str, str]) -> dict[str, Any]:
    """Gather every run of a build for the explorer.

    Args:
        out: folder of runs.csv, experiments.csv and history.csv.
        titles: experiment -> its name for readers; one that is not there keeps its own.

    Returns:
        {"variants": {variant: {column: cell that is not empty}}, "runs": {id: {"seed", "diverged",
        and each of SERIES: a list with a number an epoch, None where the run had none}},
        "experiments": [{"name", "title", "columns": those that tell its settings apart,
        "settings": [{"variant", "runs": [id], "mean": as a run, of the completed ones}]}]}.
        A setting with less than two completed runs has no "mean".

    Raises:
        LabError: a file is missing or damaged, or holds no run.
    """
    members, runs = read_members(out / "experiments.csv", out / "runs.csv")
    if members.empty:
        raise LabError(f"{out / 'experiments.csv'}: has no run; build the project first")
    history = read_epochs(out / "history.csv", runs)
    runs = runs[runs["id"].isin(members["id"])]
    epochs = {str(run_id): rows for run_id, rows in history.groupby("id", sort=False)}
    names = list(dict.fromkeys(members["experiment"]))
    return {
        "variants": _variants(runs),
        "runs": {
            run_id: {"seed": int(seed), "diverged": status == "diverged", **_series(epochs[run_id])}
            for run_id, seed, status in zip(runs["id"], runs["seed"], runs["status"], strict=True)
        },
        "experiments": [
            {"name": name, "title": titles.get(name, name)}
            | _experiment(
                in_order_of(members.loc[members["experiment"] == name, "id"], runs), epochs
            )
            for name in names
        ],
    }


def _parameters(runs: pd.DataFrame) -> list[str]:
    """Name the columns of runs.csv that tell settings apart, those of the matrix first."""
    columns = list(runs.columns)
    named = columns[columns.index("variant") + 1 : columns.index("status")]
    return [*CHOICES, *(name for name in named if name not in CHOICES and name != "seed")]


def _variants(runs: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return the parameters that each variant has, as text."""
    rows = runs.drop_duplicates("variant")
    cells = rows[_parameters(runs)].map(_cell).to_dict("records")
    return {
        str(variant): {str(name): cell for name, cell in row.items() if cell}
        for variant, row in zip(rows["variant"], cells, strict=True)
    }


def _experiment(runs: pd.DataFrame, epochs: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Return the columns that tell an experiment's settings apart, and its settings."""
    settings = [
        _setting(str(variant), own, epochs)
        for variant, own in runs.groupby("variant", sort=False, dropna=False)
    ]
    kept: list[str] = []
    for name in _parameters(runs):
        # One that follows from those before it, as a rate from the optimiser, is no choice.
        told_apart = len(runs.drop_duplicates(kept)) if kept else 1
        if len(runs.drop_duplicates([*kept, name])) > told_apart:
            kept.append(name)
    return {"columns": kept, "settings": settings}


def _setting(variant: str, own: pd.DataFrame, epochs: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Return a setting's runs, and the means over those that did not diverge."""
    setting: dict[str, Any] = {"variant": variant, "runs": list(own["id"])}
    if len(completed(own)) > 1:
        means = curve(pd.concat([epochs[run_id] for run_id in own["id"]]), own)
        setting["mean"] = {name: _numbers(means[f"{name}_mean"]) for name in SERIES}
    return setting


def _series(rows: pd.DataFrame) -> dict[str, list[float | None]]:
    """Return a run's numbers, one an epoch, for each quantity."""
    return {name: _numbers(rows[name]) for name in SERIES}


def _numbers(column: pd.Series) -> list[float | None]:
    """Return a column in full precision; None where it has no finite number."""
    return [float(value) if isfinite(value) else None for value in column]


def _cell(value: object) -> str:
    """Write a cell as a reader would: 1 and not 1.0, and nothing for what is not there."""
    if isinstance(value, float):
        return f"{value:.12g}" if isfinite(value) else ""
    return str(value)
