"""What the console says of jobs that a cluster ended: why, and what to set."""

import io
from pathlib import Path

import pytest
from console_stream import RUNS, SETTINGS, Clock, record, write_dataset, write_log
from snakemake_interface_logger_plugins.common import LogEvent

from snakemake_logger_plugin_lab.console import Console
from snakemake_logger_plugin_lab.slurm import reason
from snakemake_logger_plugin_lab.state import Build

LOG = Path(".snakemake/slurm_logs/group_runs/12.log")
CANCELLED = "slurmstepd: error: *** JOB 12 ON n1 CANCELLED AT 2026-11-26T04:39:43"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    write_dataset(tmp_path)
    LOG.parent.mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (f"{CANCELLED} DUE TO TIME LIMIT ***", "its time was up: set a longer runtime for a and b"),
        (
            f"error: StepId=12.batch exceeded memory limit (9 > 5), being killed\n{CANCELLED} ***",
            "it took more memory than it had asked for: set a larger mem_mb for a and b",
        ),
        ("slurmstepd: error: Detected 1 oom_kill event in StepId=12.0", "set a larger mem_mb"),
        (f"{CANCELLED} DUE TO NODE FAILURE, SEE SLURMCTLD LOG ***", "its node failed"),
        (f"{CANCELLED} DUE TO PREEMPTION ***", "another job took its place"),
        (f"{CANCELLED} ***", "it was cancelled, as by scancel"),
        ("Error in rule train_numpy", None),
    ],
)
def test_the_reason_stands_in_slurms_log(line, says):
    LOG.write_text(f"host: n1\n{line}\n")
    found = reason(LOG, ["b", "a", "a"])
    assert found is None if says is None else says in found


def test_a_job_that_could_write_no_log_did_not_see_the_folder():
    assert "file system that the login node and all nodes share" in reason(LOG, ["a"])


def told(*logs_of_slurm):
    """What is said of a batch of both runs that failed, of which the second has an error."""
    stream = io.StringIO()
    console = Console(SETTINGS, stream, Build(Clock()))
    errors = [
        {
            "jobid": number,
            "rule_name": "train_numpy",
            "rule_msg": None,
            "output": [f"results/runs/{run.id}/result.json"],
            "log": [f"logs/runs/{run.id}.log"],
        }
        for number, run in RUNS.items()
    ]
    console.handle(record(LogEvent.RUN_INFO, stats={"total": 2}))
    for error in errors:
        console.handle(record(LogEvent.JOB_INFO, **error))
    number = {"external_jobid": "12"} if logs_of_slurm else {}
    batch = {"groupid": "runs", "aux_logs": list(logs_of_slurm), "job_error_info": errors}
    console.handle(record(LogEvent.GROUP_ERROR, **batch, **number))
    for error in errors:
        console.handle(record(LogEvent.JOB_ERROR, **error))
    console.close()
    return stream.getvalue()


def test_a_batch_that_slurm_ended_is_told_once_with_the_reason(folder):
    LOG.write_text(f"{CANCELLED} DUE TO TIME LIMIT ***\n")
    write_log(folder, RUNS[3], 1, more="error: the build, or this job's shell, was killed\n")
    text = told(str(folder / LOG))
    assert text.count("FAILED") == 1
    assert "FAILED: a batch of 2 jobs (train_numpy), job 12 of Slurm" in text
    assert "its time was up: set a longer runtime for train_numpy" in " ".join(text.split())
    assert f"Slurm's log: {LOG}" in text
    assert f"failed    a batch of 2 jobs: {LOG}" in text


def test_of_a_batch_in_which_a_run_failed_that_run_is_told(folder):
    LOG.write_text("Error in rule train_numpy\n")
    write_log(folder, RUNS[0], 1, 2, 3)
    write_log(folder, RUNS[3], 1, more="error: no such seed\n")
    text = told(str(folder / LOG))
    assert text.count("FAILED") == 2
    assert f"FAILED: rule train_numpy ({RUNS[3].id})" in text
    assert "error: no such seed" in text
    assert RUNS[0].id not in text.partition("NOT DONE")[0]


def test_a_batch_that_was_not_taken():
    assert "it was not accepted" in told()


def test_a_job_that_was_not_taken_says_why():
    stream, build = io.StringIO(), Build(Clock())
    console = Console(SETTINGS, stream, build)
    message = "SLURM sbatch failed. The error message was 'sbatch: error: Too many jobs'.\n  call"
    job = {"jobid": 1, "rule_name": "speed", "output": [], "log": ["logs/speed.log"]}
    console.handle(record(LogEvent.JOB_INFO, **job, rule_msg="Time them"))
    console.handle(record(LogEvent.JOB_ERROR, **job, rule_msg=message))
    assert "Slurm: it was not accepted: sbatch: error: Too many jobs" in stream.getvalue()


def test_remarks_of_the_plugin_that_call_for_nothing_are_left_out():
    build = Build(Clock())
    for message in ("No SLURM account given, trying to guess.", "MinJobAge 300s (>= 60s)."):
        assert not build.note(record(None, message, level=30))
    assert build.note(record(None, "Guessed SLURM account: ours", level=30))
