"""A recorded build, told to the console: what it shows, with and without a terminal."""

import io
import logging
import re
from itertools import pairwise

import pytest
from console_stream import (
    RUNS,
    SETTINGS,
    VARIANT,
    Clock,
    Tty,
    record,
    records,
    write_dataset,
    write_log,
)
from snakemake.settings.enums import Quietness
from snakemake_interface_logger_plugins.common import LogEvent

from snakemake_logger_plugin_lab.console import Console, plain
from snakemake_logger_plugin_lab.state import Build

FALLBACK = "no mirror of MNIST answered: this report uses the embedded data set instead"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of a build whose jobs have written their logs."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "CI", "TERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "120")
    write_log(tmp_path, RUNS[0], 1, 2)
    error = "error: no such seed " + "x" * 300
    write_log(tmp_path, RUNS[3], more="".join(f"line {n}\n" for n in range(40)) + f"{error}\n")
    (tmp_path / "logs/fetch_mnist.log").write_text(f"asking\rasked\nwarning: {FALLBACK}\n")
    write_dataset(tmp_path)
    return tmp_path


def told(stream, *, quiet=None, seconds=4.0, until=None):
    """Tell a console the recorded build, a few seconds a record; return the console."""
    clock = Clock()
    settings = type(SETTINGS)(**vars(SETTINGS) | {"quiet": quiet})
    console = Console(settings, stream, Build(clock))
    for one in records():
        clock.now += seconds
        console.handle(one)
        if not stream.isatty():
            console.speak()
        if until and until(one):
            return console
    console.close()
    return console


def said(**settings):
    stream = io.StringIO()
    told(stream, **settings)
    return stream.getvalue()


def test_plain_lines_are_short_and_ten_seconds_apart(folder):
    text = said()
    command = text[text.index("snakemake --cores") :].partition("\n")[0]  # what the user typed
    lines = text.replace(command, "").splitlines()
    assert max(map(len, lines)) <= 120
    times = [
        60 * int(found[1]) + int(found[2])
        for line in lines
        if (found := re.match(r"\[(\d+):(\d\d)\]", line))
    ]
    assert len(times) > 3
    assert all(b - a >= 10 for a, b in pairwise(times))


def test_plain_lines_say_what_trains_and_how_far_it_is(folder):
    assert f"| epoch 2/3, loss 0.500, accuracy 96.0 %: {VARIANT}/seed0\n" in said()


@pytest.mark.parametrize(
    ("log", "shown"),
    [
        ("start\nimages: 10 %\rimages: 20 %", ": images: 20 %"),
        (f"images: 20 %\nwarning: {FALLBACK}\n", ": images: 20 %"),
        (f"warning: {FALLBACK}\n", ""),
    ],
)
def test_a_download_says_how_far_it_is(folder, log, shown):
    """A warning is not how far it is: it is said once, when the job is done."""
    (folder / "logs/fetch_mnist.log").write_text(log)
    stream = io.StringIO()
    console = told(stream, until=lambda one: getattr(one, "rule_name", "") == "fetch_mnist")
    console.build.clock.now += 100
    console.speak()
    assert stream.getvalue().endswith(f"verify their digests{shown}\n")


def test_a_failure_shows_rule_run_the_end_of_its_log_and_how_to_go_on(folder):
    text = said()
    block = text[text.index("FAILED") : text.index("NOT DONE")]
    assert block.startswith(f"FAILED: rule train_numpy ({VARIANT}/seed7): Train numpy 20")
    assert f"the end of its log, logs/runs/{VARIANT}/seed7.log:" in block
    assert [f"line {n}" in block.split("\n")[2 + n - 26] for n in range(26, 40)] == [True] * 14
    assert "line 25" not in block
    assert block.count("x" * 50) > 1  # the long line is folded, not cut
    assert "go on with: snakemake --cores 1 -- results/runs/" in block
    assert "set -euo pipefail" not in text  # which Snakemake says besides


def test_a_warning_comes_when_it_happens_and_at_the_end(folder):
    whole = said()
    before, _, block = whole.partition("NOT DONE")
    assert before.count(f"warning: {FALLBACK}") == 1
    assert block.count(FALLBACK) == 1
    assert whole.index("warning:") < whole.index("FAILED")


def test_the_end_names_data_time_log_and_what_to_do(folder):
    *_, block = said().partition("NOT DONE: ")
    assert block.startswith("1 of 4 jobs failed, 3 done, after ")
    assert "data set  scikit-learn digits (embedded in scikit-learn): 1,258 train" in block
    assert f"failed    train_numpy: logs/runs/{VARIANT}/seed7.log" in block
    assert "full log  /home/anna/lab/.snakemake/log/" in block
    assert "(what is done is kept)" in block


def test_on_a_terminal_a_bar_and_the_runs_are_drawn(folder):
    stream = Tty()
    console = told(stream, until=lambda one: getattr(one, "jobid", None) == 0)
    console._live.refresh()
    console.close()
    shown = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", stream.getvalue())
    assert "2 of 4 jobs ━" in shown
    assert re.search(r"run +epoch +train loss +val\. accuracy +s/epoch +time left", shown)
    assert re.search(rf"{VARIANT}/seed0 +2/3 +0\.5000 +96\.00 % +2\.00 +2 s", shown)
    assert "STOPPED: 2 of 4 jobs done" in shown


def test_quiet_says_less(folder):
    assert said(quiet={Quietness.ALL}) == ""
    quiet = said(quiet={Quietness.PROGRESS, Quietness.RULES})
    assert not re.search(r"^\[\d", quiet, re.MULTILINE)
    assert "FAILED" in quiet


@pytest.mark.parametrize(
    ("environ", "terminal", "wanted"),
    [
        ({}, True, False),
        ({}, False, True),
        ({"TERM": "dumb"}, True, True),
        ({"CI": "true"}, True, True),
        ({"NO_COLOR": "1"}, True, True),
    ],
)
def test_plain_lines_where_there_is_no_terminal_or_they_are_wanted(environ, terminal, wanted):
    assert plain(Tty() if terminal else io.StringIO(), environ) is wanted


def test_what_snakemake_says_without_a_build_is_said(folder):
    stream = io.StringIO()
    console = Console(SETTINGS, stream)
    for message in (
        "Assuming unrestricted shared filesystem usage.",
        "Unlocked working directory.",
    ):
        console.handle(record(None, message))
    console.handle(record(LogEvent.ERROR, "SyntaxError in file", logging.ERROR))
    console.close()
    assert stream.getvalue() == "Unlocked working directory.\nSyntaxError in file\n"


def test_of_a_builds_many_remarks_only_those_of_use_are_said(folder):
    stream = io.StringIO()
    console = Console(SETTINGS, stream)
    console.handle(record(LogEvent.WORKFLOW_STARTED, cmd="snakemake"))
    for message in ("Building DAG of jobs...", "Nothing to be done (all is up to date)."):
        console.handle(record(None, message))
    console.close()
    assert stream.getvalue() == "Nothing to be done (all is up to date).\n"
