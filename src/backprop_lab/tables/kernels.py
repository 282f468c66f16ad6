"""kernel_runs.csv and kernels.csv: how far other kernels move a run, beside other seeds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from backprop_lab.files.frames import read_csv, write_csv
from backprop_lab.results.collected import completed
from backprop_lab.results.statistics import summarize
from backprop_lab.runs.columns import CELL, GAPS, QUANTITIES

TABLES = {
    "kernel_runs": {
        "function": "write_kernel_runs",
        "inputs": ("kernels",),
        "on_request": "kernels",
    },
    "kernels": {
        "function": "write_kernels",
        "inputs": ("kernels", "runs"),
        "on_request": "kernels",
    },
}

#: What is compared, of a run's last epoch.
_COMPARED = (*QUANTITIES, "test_accuracy")


def write_kernel_runs(*, kernels: Sequence[Path], output: Path) -> None:
    """Write what each run came to under each of the kernels, in one table.

    Columns: those of `measurements.kernels.write_kernel`.

    Args:
        kernels: the files of `measurements.kernels.write_kernel`.
    """
    write_csv(_read(kernels), output)


def write_kernels(*, kernels: Sequence[Path], runs: Path, output: Path) -> None:
    """Write how far kernels, and seeds, move the figures of each run that was trained again.

    A row a run: variant, backend, hidden_sizes, activation, optimizer, epochs, seed; n_asked,
    kernels that were asked for, the native ones included; n, different ones that were loaded and
    under which the run did not diverge (kernels asked for by two names count once); n_weights,
    different final weights among them; n_seeds, seeds of the same variant in runs.csv that did
    not diverge.  For train_loss, train_accuracy, val_loss, val_accuracy, test_accuracy,
    accuracy_gap (training minus validation) and loss_gap (validation minus training), at the
    last epoch: <quantity>_range, the largest minus the smallest over the n kernels, <quantity>_std,
    their sample standard deviation, and <quantity>_seeds_range and _seeds_std, the same over the
    seeds.  Without two values to compare a cell is empty.

    Args:
        kernels: the files of `measurements.kernels.write_kernel`.
        runs: runs.csv.
    """
    again = _read(kernels)
    ours = _with_gaps(completed(read_csv(runs, ("variant", "status", *_COMPARED))))
    rows = []
    for _, group in again.groupby("id", sort=False):
        first = group.iloc[0]
        trained = _with_gaps(group[group["status"] == "completed"].drop_duplicates("loaded"))
        seeds = ours[ours["variant"] == first["variant"]]
        row = {name: first[name] for name in ("variant", *CELL, "epochs", "seed")}
        row |= {"n_asked": len(group), "n": len(trained)}
        row |= {"n_weights": trained["weights_sha256"].nunique(), "n_seeds": len(seeds)}
        for quantity in (*_COMPARED, *GAPS):
            for name, values in ((quantity, trained), (f"{quantity}_seeds", seeds)):
                found = summarize(values[quantity])
                several = found.n > 1
                row[f"{name}_range"] = found.max - found.min if several else None
                row[f"{name}_std"] = found.std if several else None
        rows.append(row)
    write_csv(pd.DataFrame(rows), output)


def _read(kernels: Sequence[Path]) -> pd.DataFrame:
    """Read the rows of all files, in the order of the files."""
    columns = ("kernels", "loaded", "emulated", "id", "weights_sha256")
    return pd.concat([read_csv(path, columns) for path in kernels], ignore_index=True)


def _with_gaps(rows: pd.DataFrame) -> pd.DataFrame:
    """Add a column for each of the GAPS."""
    return rows.assign(**{name: rows[a] - rows[b] for name, (a, b) in GAPS.items()})
