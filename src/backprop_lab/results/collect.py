"""Collect the runs' folders into three tables that all later steps read."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from backprop_lab.errors import LabError
from backprop_lab.files.atomic import replacing
from backprop_lab.files.documents import read_json
from backprop_lab.runs.columns import HISTORY_COLUMNS
from backprop_lab.runs.run import Run

if TYPE_CHECKING:
    from _csv import Writer  # the type of what csv.writer returns

RESULT_COLUMNS = (
    "status",
    "diverged_epoch",
    "epochs_completed",
    "train_loss",
    "train_accuracy",
    "val_loss",
    "val_accuracy",
    "best_epoch",
    "best_val_accuracy",
    "test_loss",
    "test_accuracy",
    "test_n",
    "n_parameters",
    "seconds_per_epoch",
)


def collect(
    experiments: Mapping[str, Iterable[str]],
    runs_folder: Path,
    runs_csv: Path,
    history_csv: Path,
    experiments_csv: Path,
    *,
    timings: bool = True,
) -> None:
    """Write runs.csv (a row a run), history.csv (a row an epoch) and experiments.csv.

    Args:
        experiments: experiment name -> ids of its runs; a run may be in several.
        runs_folder: the folder that holds `<variant>/seed<seed>/`.
        runs_csv: the file to write with a row a run.
        history_csv: the file to write with a row an epoch of a run.
        experiments_csv: the file to write with a row a run of an experiment.
        timings: whether seconds_per_epoch is filled in; otherwise that column stays empty.

    Raises:
        LabError: a run's file is missing or cannot be read.
    """
    ids = list(dict.fromkeys(run_id for ids in experiments.values() for run_id in ids))
    parameters = list(Run.from_id(ids[0]).parameters())
    with (
        _table(runs_csv, ["id", "variant", *parameters, *RESULT_COLUMNS]) as runs,
        _table(history_csv, ["id", "variant", "seed", *HISTORY_COLUMNS]) as history,
        _table(experiments_csv, ["experiment", "id"]) as members,
    ):
        for run_id in ids:
            run = Run.from_id(run_id)
            folder = Path(runs_folder) / run_id
            runs.writerow([*_row(run, folder), _seconds(folder) if timings else None])
            for row in _read_csv(folder / "history.csv"):
                history.writerow([run.id, run.variant, run.seed, *row.values()])
        members.writerows([name, run_id] for name, ids in experiments.items() for run_id in ids)


def _row(run: Run, folder: Path) -> list[object]:
    """Return one run's row of runs.csv but for its time; what is unknown stays empty."""
    result = read_json(folder / "result.json", "train the run again")
    values = {**run.parameters(), "hidden_sizes": "-".join(map(str, run.hidden_sizes))}
    return [
        run.id,
        run.variant,
        *values.values(),
        result["status"],
        result["diverged_epoch"],
        result["epochs_completed"],
        *result["final"].values(),
        result["best"]["epoch"],
        result["best"]["val_accuracy"],
        result["test"]["loss"],
        result["test"]["accuracy"],
        result["test"]["n"],
        result["n_parameters"],
    ]


def _seconds(folder: Path) -> float:
    """Return the median time that a run trained an epoch, in seconds."""
    return median(float(row["train_seconds"]) for row in _read_csv(folder / "timing.csv"))


def _read_csv(path: Path) -> list[dict[str, str]]:
    """Read a file of a run, row by row, as text.

    Raises:
        LabError: it cannot be read.
    """
    try:
        with path.open(newline="") as file:
            return list(csv.DictReader(file))
    except OSError as error:
        raise LabError(f"{path}: cannot be read ({error.strerror}); train the run again") from None


@contextmanager
def _table(path: Path, columns: list[str]) -> Iterator[Writer]:
    """Open a CSV file with this header; what is given is csv.writer's object."""
    with replacing(path, "w") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        yield writer
