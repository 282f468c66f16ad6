"""The time left of a recorded build, on its machine and on one that is five times as fast.

digits_build.csv: the quick preset on the embedded digits, one job at a time, in seconds since the
first job. The machine was busy, and after a minute and a half three times as busy.
"""

import csv
from pathlib import Path

import pytest
from console_stream import Clock, record
from snakemake_interface_logger_plugins.common import LogEvent

from backprop_lab.runs.run import Run
from backprop_lab.training.epoch_lines import EpochLine
from snakemake_logger_plugin_lab.pace import TYPICAL, Pace, read_seconds
from snakemake_logger_plugin_lab.plan import ATTRIBUTE, Plan, PlannedJob
from snakemake_logger_plugin_lab.state import Build

RECORDED = Path(__file__).parent / "digits_build.csv"


def estimates(faster, folder):
    """After each job, how much of the time is over, and what was estimated to be the whole of it.

    Both as parts of the time that the build took in the end.
    """
    clock = Clock(0.0)
    build = Build(clock)
    pace = Pace(build, read_seconds(TYPICAL))
    rows = list(csv.DictReader(RECORDED.open(newline="")))
    whole = max(float(row["finish"]) for row in rows) / faster
    jobs = {n: PlannedJob(row["rule"], _run(row), 1) for n, row in enumerate(rows)}
    build.note(record(LogEvent.RUN_INFO, stats={}))
    build.note(record(None, **{ATTRIBUTE: Plan(jobs, cores=1)}))
    for number, row in enumerate(rows):
        run, log = jobs[number].run, []
        if run:
            seconds = float(row["epoch_seconds"]) / faster
            log = [folder / f"{number}.log"]
            epochs = [EpochLine(e, run.epochs, 1, 0.9, 1, 0.9, seconds) for e in (1, run.epochs)]
            log[0].write_text("".join(f"{epoch}\n" for epoch in epochs))
        output = [f"results/runs/{run.id}/history.csv"] if run else ["x.csv"]
        about = {"rule_name": row["rule"], "rule_msg": None, "output": output, "log": log}
        clock.now = float(row["start"]) / faster
        build.note(record(LogEvent.JOB_INFO, jobid=number, **about))
        clock.now = float(row["finish"]) / faster
        build.note(record(LogEvent.JOB_FINISHED, job_id=number))
        if (left := pace.left()) is not None:
            yield clock.now / whole, (clock.now + left) / whole


def _run(row):
    return Run.from_id(row["run"]) if row["run"] else None


@pytest.mark.parametrize("faster", [1, 5])
def test_the_time_left_is_about_right_from_the_first_runs_on(tmp_path, faster):
    told = list(estimates(faster, tmp_path))
    assert len(told) > 70
    early = [guess for over, guess in told if over < 1 / 3]
    late = [guess for over, guess in told if over >= 1 / 3]
    assert 0.4 < min(early) < max(early) < 1.6
    assert 0.8 < min(late) < max(late) < 1.2
