"""Made-up results of runs that were trained again under other kernels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from backprop_lab.measurements import emulated
from backprop_lab.measurements.kernels import COLUMNS
from backprop_lab.runs.run import Run

#: Figures of a run of which nothing else is said.
PLAIN = {
    "train_loss": 0.01,
    "train_accuracy": 0.99,
    "val_loss": 0.07,
    "val_accuracy": 0.97,
    "test_loss": 0.07,
    "test_accuracy": 0.96,
}


def write_kernel_file(
    folder: Path, job: str, runs: Sequence[str], *, loaded: str | None = None, **figures: float
) -> Path:
    """Write what `measurements.kernels.write_kernel` would write of a job.

    Args:
        job: "<backend>-<kernels>".
        runs: ids.
        loaded: what the library says; None: the kernels could not be loaded.
        figures: of every run, laid over PLAIN.
    """
    kernel = job.partition("-")[2]
    rows: list[Mapping[str, object]] = []
    for name in runs:
        told = "none" if loaded is None else loaded
        row = emulated.row_of(Run.from_id(name), kernel, told, emulated=loaded is not None)
        if loaded is not None:
            row |= {"status": "completed", "weights_sha256": f"{loaded} {name}", **PLAIN, **figures}
        rows.append(row)
    path = folder / f"kernels/{job}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows, columns=list(COLUMNS)).to_csv(path, index=False)
    return path
