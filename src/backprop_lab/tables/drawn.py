"""drawn_<figure>.csv: all that a figure of learning curves shows, line by line.

The report offers it below the figure.  Figures whose own table has all of it (the sweeps, the
tuning curves, ...) need none here.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pandas as pd

from backprop_lab.files.frames import write_csv
from backprop_lab.results.collected import Collected, curve, diverged
from backprop_lab.results.original import (
    ACTIVATION_FIGURES,
    DEPTH_FIGURES,
    FINAL_FIGURES,
    PrintedLogs,
    counterpart,
)
from backprop_lab.runs.columns import QUANTITIES
from backprop_lab.runs.run import OPTIMIZERS
from backprop_lab.tables.forensics import nearest_runs

TABLES = {
    "drawn_curves_depth": {
        "function": "write_depth",
        "inputs": ("runs", "experiments", "history", "published", "dataset"),
    },
    "drawn_curves_activation": {
        "function": "write_activation",
        "inputs": ("runs", "experiments", "history", "published", "dataset"),
    },
    "drawn_final_task{task}": {
        "function": "write_final",
        "inputs": ("runs", "experiments", "history", "published", "dataset"),
        "each": {"task": (1, 2)},
    },
    "drawn_learning_rate_transfer": {
        "function": "write_transfer",
        "inputs": ("runs", "experiments", "history", "published", "dataset"),
        "needs": ("learning_rate_transfer",),
    },
    "drawn_forensics": {
        "function": "write_forensics",
        "inputs": ("runs", "experiments", "history", "published", "dataset"),
        "needs": ("forensics_screen",),
    },
    "drawn_counterfactual": {
        "function": "write_counterfactual",
        "inputs": ("runs", "experiments", "history"),
        "needs": ("forensics_screen",),
    },
}

_STATISTICS = ("mean", "min", "max")
_COLUMNS = (
    "panel",
    "line",
    "setting",
    "epoch",
    "n",
    *(f"{quantity}_{name}" for quantity in QUANTITIES for name in _STATISTICS),
)


def write_depth(*, collected: Collected, printed: PrintedLogs, output: Path) -> None:
    """Write the curves of one, two and three hidden layers; a panel a network.

    Columns, of every table here: panel, line ("ours"; "original"; "diverged", a run
    of ours; "nearest" and "nearest_to_all", runs of ours), setting (a variant or a
    run's id, or a figure of the original), epoch, n (completed seeds), and mean, min
    and max of each of QUANTITIES over them, which are the same where n is 1.
    """
    _write(_logs(collected, printed, DEPTH_FIGURES, "hidden_sizes"), output)


def write_activation(*, collected: Collected, printed: PrintedLogs, output: Path) -> None:
    """Write the curves of ReLU and sigmoid; a panel an activation.  Columns: see `write_depth`."""
    _write(_logs(collected, printed, ACTIVATION_FIGURES, "activation"), output)


def write_final(*, collected: Collected, printed: PrintedLogs, task: int, output: Path) -> None:
    """Write the long run of a task.  Columns: see `write_depth`."""
    _write(_logs(collected, printed, (FINAL_FIGURES[task],), "backend"), output)


def write_transfer(*, collected: Collected, printed: PrintedLogs, output: Path) -> None:
    """Write PyTorch's curves at both tasks' learning rates; a panel an optimiser and pixel scale.

    The original's log stands in both panels of SGD: its report does not say how the
    pixels were scaled.  Columns: see `write_depth`.
    """
    rows, epochs = collected.experiment("learning_rate_transfer"), collected.epochs()
    lines = []
    for optimizer, pixels in product(OPTIMIZERS, ("unit", "raw")):
        panel = f"{optimizer} {pixels}"
        here = rows[(rows["optimizer"] == optimizer) & (rows["pixels"] == pixels)]
        for variant, own in here.groupby("variant", sort=False):
            lines.append(_ours(panel, str(variant), epochs, own))
            lines += [
                _alone(panel, "diverged", epochs[epochs["id"] == run_id])
                for run_id in diverged(own)["id"]
            ]
        if optimizer == "sgd" and len(here):
            lines += _theirs(panel, printed, 9)
    _write(iter(lines), output)


def write_forensics(*, collected: Collected, printed: PrintedLogs, output: Path) -> None:
    """Write the runs nearest to the original's logs, and those; a panel a figure of the original.

    No row where the images are not MNIST.  Columns: see `write_depth`.
    """
    lines = []
    if printed.comparable:
        epochs = collected.epochs()
        names = {"figure": "nearest", "all": "nearest_to_all"}
        for one in nearest_runs(collected, printed):
            figure = int(one.run["figure"])
            own = epochs[epochs["id"] == one.run["id"]]
            lines.append(_alone(f"figure {figure}", names[one.choice], own))
            if one.choice == "figure":
                lines += _theirs(f"figure {figure}", printed, figure)
    _write(iter(lines), output)


def write_counterfactual(*, collected: Collected, output: Path) -> None:
    """Write the deep network's curves after each repair, all in one panel.

    Columns: see `write_depth`.
    """
    rows, epochs = collected.experiment("counterfactual"), collected.epochs()
    lines = (_alone("repairs", "ours", epochs[epochs["id"] == run_id]) for run_id in rows["id"])
    _write(lines, output)


def _logs(
    collected: Collected, printed: PrintedLogs, figures: tuple[int, ...], panel: str
) -> Iterator[pd.DataFrame]:
    """Yield our curve for each figure of the original, and the original's.

    Args:
        panel: the column of runs.csv that names a panel.
    """
    epochs = collected.epochs()
    for figure in figures:
        rows = counterpart(collected, figure)
        first = rows.iloc[0]
        yield _ours(str(first[panel]), str(first["variant"]), epochs, rows)
        yield from _theirs(str(first[panel]), printed, figure)


def _ours(panel: str, variant: str, epochs: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return mean and range of a variant's runs."""
    return curve(epochs, rows).assign(panel=panel, line="ours", setting=variant)


def _alone(panel: str, line: str, run: pd.DataFrame) -> pd.DataFrame:
    """Return the curve of one run."""
    same = {f"{name}_{kind}": run[name] for name in QUANTITIES for kind in _STATISTICS}
    return run[["epoch"]].assign(panel=panel, line=line, setting=run["id"], n=1, **same)


def _theirs(panel: str, printed: PrintedLogs, figure: int) -> list[pd.DataFrame]:
    """Return what a figure of the original prints, if it can be compared."""
    log = printed.comparable_curve(figure)
    if log is None or log.empty:
        return []
    return [_alone(panel, "original", log.assign(id=f"figure {figure}"))]


def _write(lines: Iterator[pd.DataFrame], output: Path) -> None:
    """Write lines below each other."""
    frames = [pd.DataFrame(columns=list(_COLUMNS)), *lines]
    table = pd.concat([frame for frame in frames if len(frame)] or frames)
    write_csv(table[list(_COLUMNS)], output)
