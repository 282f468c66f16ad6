"""Check the runs' folders, and collect them into three tables that all later steps read."""

from __future__ import annotations

import csv
import gc
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from backprop_lab.errors import LabError
from backprop_lab.files.atomic import replacing
from backprop_lab.files.forms.collected import EXPERIMENTS, HISTORY, RUNS
from backprop_lab.results.check import CheckedRun, KnownImages, check_run
from backprop_lab.runs.columns import QUANTITIES
from backprop_lab.runs.run import PARAMETERS, Run

#: Damaged runs that an error names; of the others it gives the number.
SHOWN = 5


def collect(
    experiments: Mapping[str, Iterable[str]], runs_folder: Path, dataset: Path, output: Path
) -> None:
    """Write runs.csv (a row a run), history.csv (a row an epoch) and experiments.csv.

    Every file of every run is checked first (`results.check`); where one is damaged, nothing
    is written.

    Args:
        experiments: experiment name -> ids of its runs; a run may be in several.
        runs_folder: the folder that holds `<variant>/seed<seed>/`.
        dataset: dataset.json, of the images that the runs must have learned from.
        output: the folder to write into.

    Raises:
        LabError: a file of a run is missing or damaged.
    """
    members = {name: list(ids) for name, ids in experiments.items()}
    images, output = KnownImages(dataset), Path(output)
    damaged: list[str] = []
    with (
        _without_collector(),
        replacing(output / "runs.csv", "w") as runs_csv,
        replacing(output / "history.csv", "w") as history,
        replacing(output / "experiments.csv", "w") as experiments_csv,
    ):
        runs = csv.writer(runs_csv, lineterminator="\n")
        runs.writerow(RUNS.names)
        history.write(",".join(HISTORY.names) + "\n")
        for run_id in dict.fromkeys(run_id for ids in members.values() for run_id in ids):
            run = Run.from_id(run_id)
            try:
                checked = check_run(run, Path(f"{runs_folder}/{run_id}"), images)
            except LabError as error:
                damaged.append(str(error))
                continue
            variant = run.variant
            runs.writerow([run_id, variant, *_row(checked)])
            head = f"{run_id},{variant},{run.seed},"
            history.writelines(f"{head}{row}\n" for row in checked.epochs)
        pairs = csv.writer(experiments_csv, lineterminator="\n")
        pairs.writerow(EXPERIMENTS.names)
        pairs.writerows([name, run_id] for name, ids in members.items() for run_id in ids)
        if damaged:  # nothing takes its name when the block ends with an error
            raise LabError(describe_damage(damaged))


def describe_damage(damaged: list[str]) -> str:
    """Write what is wrong with runs: a line each, of the first few, and how many more there are."""
    lines = damaged[:SHOWN]
    if len(damaged) > 1:
        lines = [f"{len(damaged)} runs are damaged or not of this data set:", *lines]
    if len(damaged) > SHOWN:
        lines.append(
            f"and {len(damaged) - SHOWN} more; all of them again: "
            "snakemake --cores all --force $(backprop-lab check-runs --targets)"
        )
    return "\n".join(lines)


def _row(checked: CheckedRun) -> list[Any]:
    """Return one run's row of runs.csv after id and variant; what is unknown is None."""
    run, result = checked.run, checked.result
    parameters = result["run"] | {"hidden_sizes": "-".join(map(str, run.hidden_sizes))}
    return [
        *(parameters[name] for name in PARAMETERS),
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
        median(checked.train_seconds),
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
