"""A dry run, and a call that asks for more, show Snakemake's own lines."""

import io
from types import SimpleNamespace

import pytest
from console_stream import SETTINGS, record, records, write_dataset
from snakemake_interface_logger_plugins.common import LogEvent

from snakemake_logger_plugin_lab import LogHandler
from snakemake_logger_plugin_lab.own_lines import shorten

FILES = [f"results/runs/numpy_{n}/seed0/history.csv" for n in range(3000)]
JOB = {
    "jobid": 1,
    "rule_name": "collect_runs",
    "rule_msg": "Collect the runs",
    "reason": f"Input files updated by another job: {', '.join(FILES)}",
    "output": ["runs.csv"],
    "log": [],
}


def shown(monkeypatch, told, **settings):
    """What a call of Snakemake prints that tells these records."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr("sys.stdout", stream)
    handler = LogHandler(SimpleNamespace(**vars(SETTINGS) | settings), None)
    for one in told:
        handler.handle(one)
    handler.close()
    return stream.getvalue()


def test_a_dry_run_gives_reasons_in_lines_of_bearable_length(monkeypatch):
    text = shown(monkeypatch, [record(LogEvent.JOB_INFO, **JOB)], dryrun=True, stdout=True)
    assert "Job 1: Collect the runs\nReason: Input files updated by another job: " in text
    assert f"{FILES[0]}, {FILES[1]}, {FILES[2]}, ... (2997 more; all: -p)" in text
    assert max(map(len, text.splitlines())) <= 420


@pytest.mark.parametrize("asked", ["printshellcmds", "verbose"])
def test_whoever_asks_for_more_gets_whole_lines(monkeypatch, asked):
    told = [record(LogEvent.JOB_INFO, **JOB)]
    assert FILES[-1] in shown(monkeypatch, told, **{asked: True})


def test_a_build_in_snakemakes_own_lines_ends_with_what_was_built(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    write_dataset(tmp_path)
    complete = [
        vars(one) | {"conda_env": None, "aux": {}, "shellcmd": "", "input": [], "reason": ""}
        for one in records()
        if one.event not in (LogEvent.JOB_ERROR, LogEvent.WORKFLOW_STARTED)
    ]
    for one in complete:
        one.pop("name")
    told = [
        record(one.pop("event"), one.pop("msg") or "", one.pop("levelno"), **one)
        for one in complete
    ]
    text = shown(monkeypatch, told, printshellcmds=True)
    assert "3 of 4 steps (75%) done" in text
    assert "STOPPED: 3 of 4 jobs done" in text


@pytest.mark.parametrize("line", ["", "Reason: Code has changed", "a, b, c, d, e, f", "x" * 300])
def test_short_lines_stay_as_they_are(line):
    assert shorten(line) == line


def test_a_long_line_without_files_is_cut():
    assert len(shorten("x" * 84_000)) < 420
