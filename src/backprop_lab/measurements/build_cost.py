"""The cost of a build: the time of its training jobs, and how much of it was arithmetic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd

from backprop_lab.errors import LabError
from backprop_lab.files.forms.run_files import JOB, TIMING
from backprop_lab.files.frames import read_csv, write_csv
from backprop_lab.measurements.schedule import find_parts, lanes
from backprop_lab.runs.run import BACKENDS

#: The time of processes before, in job.json of a run that went on from a checkpoint.
_EARLIER = "earlier_seconds"
_SUMS = ("job_seconds", "cpu_seconds", "epoch_seconds", "floor_seconds")


def write_jobs(*, runs: Path, experiments: Path, floors: Path, output: Path, folder: Path) -> None:
    """Write jobs.csv, a row a training job in the order of runs.csv.

    Columns: id, experiment (the first that has the run), backend, those of
    job.json, part (stretch of the build, from 1), core (from 1; a line of the figure, not
    a core of the processor), job_seconds (of all processes that worked on the run, up to
    their last checkpoint if they were interrupted), epoch_seconds (training and evaluation) and
    floor_seconds (the matrix products of the epochs that were completed).

    Args:
        folder: results/runs, with job.json and timing.csv of each run.

    Raises:
        LabError: a run's file is missing or malformed, or floors.csv lacks its network.
    """
    first = read_csv(experiments, ("experiment", "id")).drop_duplicates("id")
    wanted = ("id", "backend", "hidden_sizes", "batch_size", "epochs_completed")
    columns = ["hidden_sizes", "batch_size"]
    table = read_csv(runs, wanted)[list(wanted)].merge(first, on="id", how="left")
    table = table.merge(read_csv(floors, ("step_seconds",)), on=columns, how="left")
    if table["step_seconds"].isna().any():
        lacking = table.loc[table["step_seconds"].isna(), "id"].iloc[0]
        raise LabError(f"{floors}: lacks the network of {lacking}; build it anew")
    read = [JOB.read(Path(folder) / name / "job.json") for name in table["id"]]
    jobs = pd.DataFrame(read, columns=list(JOB.content.fields))
    parts = find_parts(jobs)
    # The last batch of an epoch may be smaller: its share of a step counts.
    steps = table["n_train"] / table["batch_size"]
    epoch = steps * table["step_seconds"] + table["n_validation"] * table["image_seconds"]
    jobs = pd.concat([table[["id", "experiment", "backend"]], jobs], axis=1).assign(
        part=[sum(start <= t for start, _ in parts) for t in jobs["started"]],
        core=lanes(jobs) + 1,
        job_seconds=jobs["finished"] - jobs["started"] + [job.get(_EARLIER, 0) for job in read],
        epoch_seconds=[_epoch_seconds(Path(folder) / n / "timing.csv") for n in table["id"]],
        floor_seconds=epoch * table["epochs_completed"],
    )
    write_csv(jobs, Path(output))


def write_build(*, jobs: Path, output: Path) -> None:
    """Write build.csv: a row an experiment, and "total".

    A run that several experiments share counts for the first of them alone.  Columns: experiment,
    n_runs, job_seconds, cpu_seconds (of the processor), epoch_seconds, overhead_share (of the
    jobs' time, all that is not epochs), floor_seconds, floor_share (of the epochs' time), and
    <backend>_peak_memory_bytes, the most of any job; empty without one.
    """
    table = read_csv(jobs, ("experiment", "backend", "peak_memory_bytes", *_SUMS))
    groups = [*table.groupby("experiment", sort=False), ("total", table)]
    write_csv(pd.DataFrame([_row(name, rows) for name, rows in groups]), output)


def _row(name: str, rows: pd.DataFrame) -> dict[str, Any]:
    """Sum up the jobs of one experiment; see `write_build`."""
    job, cpu, epochs, floor = (rows[column].sum() for column in _SUMS)
    memory = rows.groupby("backend")["peak_memory_bytes"].max()
    return {
        "experiment": name,
        "n_runs": len(rows),
        "job_seconds": job,
        "cpu_seconds": cpu,
        "epoch_seconds": epochs,
        "overhead_share": 1 - epochs / job,
        "floor_seconds": floor,
        "floor_share": floor / epochs,
        **{f"{backend}_peak_memory_bytes": memory.get(backend) for backend in BACKENDS},
    }


def _epoch_seconds(path: Path) -> float:
    """Return the seconds that training and evaluation took, from a run's timing.csv."""
    columns = TIMING.read(path)
    table = pd.DataFrame({name: list(map(float, columns[name])) for name in TIMING.names[1:]})
    return float(table.sum().sum())
