"""Facts of what the build cost, from jobs.csv and build.csv."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from backprop_lab.facts.book import Facts
from backprop_lab.measurements.schedule import schedule


def add_jobs(facts: Facts, frame: pd.DataFrame, path: Path) -> None:
    """jobs.*: wall_seconds, n_cores, n_parts, efficiency, bound_seconds, cpu_share.

    efficiency is the floor over cores x wall; bound_seconds what no order of
    these jobs on as many cores undercuts.  jobs.longest.{id, seconds, delay_seconds,
    wall_share}; jobs.tail_seconds, in which not all cores had a job at the end.
    """
    found = schedule(frame)
    longest, total = frame.loc[found.longest], frame["job_seconds"].sum()
    facts.add("jobs.wall_seconds", found.wall, "seconds", path)
    facts.add("jobs.n_cores", found.cores, "count", path)
    facts.add("jobs.n_parts", len(found.parts), "count", path)
    efficiency = frame["floor_seconds"].sum() / (found.cores * found.wall)
    facts.add("jobs.efficiency", efficiency, "fraction", path)
    bound = max(longest["job_seconds"], total / found.cores)
    facts.add("jobs.bound_seconds", bound, "seconds", path)
    facts.add("jobs.cpu_share", frame["cpu_seconds"].sum() / total, "fraction", path)
    facts.add("jobs.longest.id", longest["id"], "text", path)
    facts.add("jobs.longest.seconds", longest["job_seconds"], "seconds", path)
    facts.add("jobs.longest.delay_seconds", found.delay, "seconds", path)
    facts.add("jobs.longest.wall_share", longest["job_seconds"] / found.wall, "fraction", path)
    facts.add("jobs.tail_seconds", found.tail, "seconds", path)


def add_build(facts: Facts, frame: pd.DataFrame, path: Path) -> None:
    """build.<experiment>.*, and build.total.*: the columns of build.csv."""
    for row in frame.to_dict("records"):
        for column, value in row.items():
            if column != "experiment":
                facts.add(f"build.{row['experiment']}.{column}", value, _unit(column), path)


def _unit(column: str) -> str:
    units = {"seconds": "seconds", "share": "fraction", "bytes": "bytes", "runs": "count"}
    return units[column.rpartition("_")[2]]


#: Table -> what adds its facts.
ADDERS: dict[str, Callable[[Facts, pd.DataFrame, Path], None]] = {
    "jobs": add_jobs,
    "build": add_build,
}
