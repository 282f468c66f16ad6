"""Check the runs' folders, and collect them into three tables that all later steps read."""

from __future__ import annotations

import csv
import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from backprop_lab.errors import LabError
from backprop_lab.files.atomic import replacing
from backprop_lab.files.forms.collected import EXPERIMENTS, HISTORY, RUNS
from backprop_lab.results.check import CheckedRun, KnownImages, check_run
from backprop_lab.runs.columns import QUANTITIES
from backprop_lab.runs.run import Run

#: Damaged runs that an error names; of the others it gives the number.
SHOWN = 5


@dataclass(frozen=True)
class Tables:
    """The three files that the runs are collected into.

    Attributes:
        runs: runs.csv, a row a run.
        history: history.csv, a row an epoch of a run.
        experiments: experiments.csv, a row a run of an experiment.
    """

    runs: Path
    history: Path
    experiments: Path


def collect(
    experiments: Mapping[str, Iterable[str]],
    runs_folder: Path,
    dataset: Path,
    tables: Tables,
    *,
    timings: bool = True,
) -> None:
    """Write runs.csv, history.csv and experiments.csv.

    Every file of every run is checked first (`results.check`); where one is damaged, nothing
    is written.

    Args:
        experiments: experiment name -> ids of its runs; a run may be in several.
        runs_folder: the folder that holds `<variant>/seed<seed>/`.
        dataset: dataset.json, of the images that the runs must have learned from.
        tables: the files to write.
        timings: whether seconds_per_epoch is filled in; otherwise that column stays empty.

    Raises:
        LabError: a file of a run is missing or damaged.
    """
    members = {name: list(ids) for name, ids in experiments.items()}
    ids = list(dict.fromkeys(run_id for ids in members.values() for run_id in ids))
    images, damaged = KnownImages(dataset), []
    with (
        _without_collector(),
        replacing(tables.runs, "w") as runs_csv,
        replacing(tables.history, "w") as history,
        replacing(tables.experiments, "w") as experiments_csv,
    ):
        runs = csv.writer(runs_csv, lineterminator="\n")
        runs.writerow(RUNS.names)
        history.write(",".join(HISTORY.names) + "\n")
        for run_id in ids:
            run = Run.from_id(run_id)
            try:
                checked = check_run(run, Path(f"{runs_folder}/{run_id}"), images)
            except LabError as error:
                damaged.append(str(error))
                continue
            variant = run.variant
            runs.writerow([run_id, variant, *_row(checked, timings=timings)])
            head = f"{run_id},{variant},{run.seed},"
            history.writelines(f"{head}{row}\n" for row in checked.epochs)
        pairs = csv.writer(experiments_csv, lineterminator="\n")
        pairs.writerow(EXPERIMENTS.names)
        pairs.writerows([name, run_id] for name, ids in members.items() for run_id in ids)
        if damaged:  # nothing takes its name when the block ends with an error
            raise LabError(describe_damage(damaged))


def describe_damage(damaged: list[str]) -> str:
    """Write what is wrong with runs: a line each, of the first few, and how many more there are.

    >>> describe_damage(["a: torn; train the run again"])
    'a: torn; train the run again'
    >>> print(describe_damage(["a: torn", "b: torn"]))
    2 runs are damaged or not of this data set:
    a: torn
    b: torn
    """
    lines = damaged[:SHOWN]
    if len(damaged) > 1:
        lines = [f"{len(damaged)} runs are damaged or not of this data set:", *lines]
    if len(damaged) > SHOWN:
        lines.append(f"and {len(damaged) - SHOWN} more")
    return "\n".join(lines)


def _row(checked: CheckedRun, *, timings: bool) -> list[object]:
    """Return one run's row of runs.csv after id and variant; what is unknown stays empty."""
    run, result = checked.run, checked.result
    parameters = run.parameters() | {"hidden_sizes": "-".join(map(str, run.hidden_sizes))}
    return [
        *parameters.values(),
        result["status"],
        result["diverged_epoch"],
        result["epochs_completed"],
        *(result["final"][name] for name in QUANTITIES),
        result["best"]["epoch"],
        result["best"]["val_accuracy"],
        result["test"]["loss"],
        result["test"]["accuracy"],
        result["test"]["n"],
        result["n_parameters"],
        median(checked.train_seconds) if timings else None,
    ]


@contextmanager
def _without_collector() -> Iterator[None]:
    """Spare the search for unreachable objects, a fifth of the time: a run leaves none behind."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
