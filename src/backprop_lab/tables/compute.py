"""compute.csv: how many runs each experiment has, and how many of them it shares."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from backprop_lab.files.frames import write_csv
from backprop_lab.results.collected import Collected, read_members

TABLES = {
    "compute": {"function": "write_compute", "inputs": ("runs", "experiments", "history")},
}


def write_compute(*, collected: Collected, output: Path) -> None:
    """Write a row an experiment, in the order of config.yaml, and "total".

    A run that several experiments list is trained once and counts for the first of them.
    Columns: experiment, n_runs (that count here), n_shared (listed here, counted before),
    n_diverged and n_epochs (of those that count here).  What the runs cost stands in build.csv.
    """
    members, runs = read_members(collected.experiments, collected.runs)
    names = list(dict.fromkeys(members["experiment"]))
    listed = members.merge(runs[["id", "status", "epochs_completed"]], on="id", how="left")
    own = listed.drop_duplicates("id")
    n_listed = listed["experiment"].value_counts()
    rows = []
    for name in names:
        counted = own[own["experiment"] == name]
        rows.append(_row(name, counted) | {"n_shared": n_listed[name] - len(counted)})
    rows.append(_row("total", own) | {"n_shared": len(listed) - len(own)})
    order = ["experiment", "n_runs", "n_shared", "n_diverged", "n_epochs"]
    write_csv(pd.DataFrame(rows)[order], output)


def _row(name: str, runs: pd.DataFrame) -> dict[str, Any]:
    """Count the runs of one row."""
    return {
        "experiment": name,
        "n_runs": len(runs),
        "n_diverged": int((runs["status"] == "diverged").sum()),
        "n_epochs": int(runs["epochs_completed"].sum()),
    }
