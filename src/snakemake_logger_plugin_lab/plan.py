"""What a build is going to do, as Snakefile tells the console before the first job.

Snakemake's own records name a job when it starts, and count the others by rule: too little to
say how long they will take.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from backprop_lab.errors import LabError
from backprop_lab.runs.run import Run

#: The attribute of the record that carries a plan.
ATTRIBUTE = "lab_plan"
_RUNS = "results/runs/"


@dataclass(frozen=True)
class PlannedJob:
    """A job that is to run.

    Attributes:
        rule: its name.
        run: what it trains, None for any other job.
        threads: cores that it takes.
    """

    rule: str
    run: Run | None
    threads: int


@dataclass(frozen=True)
class Plan:
    """All jobs of a build, and what it is for.

    Attributes:
        jobs: Snakemake's number of a job -> job.
        cores: jobs of one thread that may run at once; None if nobody knows, as on a cluster.
        preset: of config.yaml.
        reports: files of the report that the build brings up to date.
        floors: floors.csv of the preset, whether it exists or not.
    """

    jobs: dict[int, PlannedJob] = field(default_factory=dict)
    cores: int | None = None
    preset: str = ""
    reports: Sequence[str] = ()
    floors: str = ""


def announce(workflow: Any, **about: Any) -> None:
    """Tell the console, through Snakemake's log, which jobs a build is made of.

    Args:
        workflow: Snakemake's, once its jobs are known.
        about: other attributes of `Plan`.
    """
    dag = workflow.dag
    jobs = {
        dag.jobid(job): PlannedJob(job.rule.name, trained_run(job.output), job.threads)
        for job in dag.needrun_jobs()
    }
    plan = Plan(jobs, cores=workflow.cores if workflow.local_exec else None, **about)
    logging.getLogger("snakemake.logging").info(f"{len(jobs)} jobs", extra={ATTRIBUTE: plan})


def trained_run(outputs: Iterable[str]) -> Run | None:
    """Return the run that a job trains, from the files that it writes."""
    for path in outputs:
        if str(path).startswith(_RUNS):
            try:
                return Run.from_id("/".join(str(path).split("/")[2:4]))
            except LabError:
                return None
    return None
