"""A build as the records of Snakemake's log tell it: which jobs run, are done, have failed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from snakemake_interface_logger_plugins.common import LogEvent

from backprop_lab.runs.run import Run
from backprop_lab.training.in_progress import InProgress, last_lines, read_log
from snakemake_logger_plugin_lab.plan import ATTRIBUTE, Plan, trained_run
from snakemake_logger_plugin_lab.slurm import REMARKS, refusal

#: How a line of a job's log begins that a person should see.
WARNING = "warning: "
#: Bytes of a finished job's log in which warnings are looked for.
_READ = 1 << 16
_LOG_HINT = "Complete log(s): "


@dataclass(frozen=True)
class Batch:
    """Jobs that went to a cluster in one submission, which has failed.

    Attributes:
        rules: of its jobs.
        size: how many jobs.
        submission: the cluster's number of it; None if the cluster did not take it.
        logs: what the cluster keeps of it.
    """

    rules: frozenset[str]
    size: int
    submission: str | None
    logs: tuple[Path, ...]


@dataclass
class Job:
    """A job that has started.

    Attributes:
        number: Snakemake's.
        rule: its name.
        message: what the rule says that it does.
        run: what it trains, None for any other job.
        logs: the files that it writes its messages to.
        started, finished: Unix seconds; None while it runs.
        failed: it ended with an error.
        batch: the one that it failed with; None if it failed alone, or not at all.
        refused: why a cluster did not take it; None if it did.
    """

    number: int
    rule: str
    message: str
    run: Run | None
    logs: list[Path]
    started: float
    finished: float | None = None
    failed: bool = False
    batch: Batch | None = None
    refused: str | None = None

    @property
    def progress(self) -> InProgress | None:
        """Return how far a run has come; None for other jobs, and before it has a log."""
        if self.run and self.logs:
            with suppress(OSError):
                return read_log(self.logs[0], self.run.id)
        return None

    @property
    def begun(self) -> bool:
        """Say whether a log of it is there: on a cluster a job waits after its submission."""
        return any(path.exists() for path in self.logs)

    def tail(self, n_lines: int) -> list[str]:
        """Return the last lines of its first log that has any."""
        for log in self.logs:
            with suppress(OSError):
                if lines := last_lines(log, _READ):
                    return lines[-n_lines:]
        return []


@dataclass
class Build:
    """Everything that has been told of a build.

    Attributes:
        clock: Unix seconds.
        command: what the user typed.
        plan: all its jobs, as far as they are known.
        jobs: Snakemake's number -> job, of those that have started.
        done, total: jobs that are complete, and all of them.
        warnings: each once, in the order in which they came.
        log: Snakemake's complete log.
        began, finished: when the jobs began and the build was over; None before.
        stopped: it was ended before its last job.
        failed_batch: the last batch that failed.
    """

    clock: Callable[[], float] = time.time
    command: str = ""
    plan: Plan = field(default_factory=Plan)
    jobs: dict[int, Job] = field(default_factory=dict)
    done: int = 0
    total: int = 0
    warnings: list[str] = field(default_factory=list)
    log: str = ""
    began: float | None = None
    stopped: bool = False
    failed_batch: Batch | None = None

    def note(self, record: logging.LogRecord) -> list[str]:
        """Take in a record of Snakemake's log; return the warnings that are new."""
        event = getattr(record, "event", None)
        if plan := getattr(record, ATTRIBUTE, None):
            self.plan, self.total = plan, len(plan.jobs)
        if told := _EVENTS.get(event):
            return told(self, record) or []
        message = record.getMessage()
        if message.startswith(_LOG_HINT):
            self.log = message.removeprefix(_LOG_HINT)
        if record.levelno == logging.WARNING and not message.startswith(REMARKS):
            return self._warn([message])
        return []

    @property
    def running(self) -> list[Job]:
        """Return the jobs that run, the longest first."""
        return [job for job in self.jobs.values() if job.finished is None]

    @property
    def failed(self) -> list[Job]:
        """Return the jobs that have failed."""
        return [job for job in self.jobs.values() if job.failed]

    @property
    def elapsed(self) -> float:
        """Return the seconds since the jobs began."""
        return 0.0 if self.began is None else self.clock() - self.began

    def _begin(self, record: Any) -> None:
        self.command = record.cmd

    def _count(self, record: Any) -> None:
        self.began = self.began or self.clock()
        self.total = self.total or record.stats.get("total", 0)

    def _start(self, record: Any) -> None:
        self.jobs[record.jobid] = Job(
            record.jobid,
            record.rule_name,
            record.rule_msg or record.rule_name,
            trained_run(record.output),
            [Path(path) for path in record.log],
            started=self.clock(),
        )

    def _finish(self, record: Any) -> list[str]:
        job = self.jobs.get(record.job_id)
        if job is None:
            return []
        job.finished, job.failed = self.clock(), False
        return self._warn([line for line in job.tail(_READ) if line.startswith(WARNING)])

    def _fail(self, record: Any) -> None:
        job = self.jobs.get(record.jobid)
        if job is None:
            self._start(record)
            job = self.jobs[record.jobid]
        job.finished, job.failed = self.clock(), True
        job.logs = [Path(path) for path in record.log]
        job.refused = refusal(record.rule_msg or "")

    def _fail_batch(self, record: Any) -> None:
        """Note the batch of jobs of which each is said to have failed next."""
        told = record.job_error_info
        batch = Batch(
            rules=frozenset(one["rule_name"] for one in told),
            size=len(told),
            submission=getattr(record, "external_jobid", None),
            logs=tuple(Path(path) for path in record.aux_logs),
        )
        self.failed_batch = batch
        for one in told:
            if job := self.jobs.get(one["jobid"]):
                job.batch = batch

    def _progress(self, record: Any) -> None:
        self.done, self.total = record.done, record.total

    def _warn(self, lines: list[str]) -> list[str]:
        """Keep those lines that are new, and return them."""
        new = [line.removeprefix(WARNING).strip() for line in dict.fromkeys(lines)]
        new = [line for line in new if line and line not in self.warnings]
        self.warnings += new
        return new


_EVENTS: dict[LogEvent | None, Callable[[Build, Any], list[str] | None]] = {
    LogEvent.WORKFLOW_STARTED: Build._begin,
    LogEvent.RUN_INFO: Build._count,
    LogEvent.JOB_INFO: Build._start,
    LogEvent.JOB_FINISHED: Build._finish,
    LogEvent.JOB_ERROR: Build._fail,
    LogEvent.GROUP_ERROR: Build._fail_batch,
    LogEvent.PROGRESS: Build._progress,
}
