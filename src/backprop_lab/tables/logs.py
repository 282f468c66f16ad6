"""log_figure<n>.csv: the training log that a figure of the original prints, beside ours."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from backprop_lab.files.frames import read_csv, write_csv
from backprop_lab.results.collected import curve
from backprop_lab.results.original import counterpart, published_curve
from backprop_lab.runs.columns import QUANTITIES


def write_log(
    *,
    runs: Path,
    history: Path,
    experiments: Path,
    published: Path | None = None,
    figure: int,
    output: Path,
) -> None:
    """Write our mean over seeds at each epoch, and the original's figures where it prints any.

    Columns: epoch, n (seeds averaged over), train_loss, train_accuracy,
    val_loss, val_accuracy, and the same four as published_*.  An epoch that
    only one of the two has leaves the other's cells empty; without `published`
    all published_* cells are empty.

    Args:
        figure: number of a figure of the original with a training log.
    """
    own = curve(read_csv(history), counterpart(runs, experiments, figure))
    own = own.rename(columns={f"{quantity}_mean": quantity for quantity in QUANTITIES})
    own = own[["epoch", "n", *QUANTITIES]]
    if published is None:
        theirs = pd.DataFrame(columns=["epoch", *QUANTITIES], dtype=float)
    else:
        theirs = published_curve(published, figure)
    theirs = theirs.rename(columns={quantity: f"published_{quantity}" for quantity in QUANTITIES})
    table = own.merge(theirs, on="epoch", how="outer", sort=True)
    table["n"] = table["n"].fillna(0)
    write_csv(table.astype({"epoch": int, "n": int}), output)
