"""The command as the workflow calls it: a process with an exit status and one line of error."""

import json
import subprocess
import sys

import pytest

from backprop_lab.cli.main import main


def _command(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "backprop_lab.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
    )


def test_success_is_status_0_and_the_file(tmp_path):
    done = _command("environment", tmp_path / "environment.json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert json.loads((tmp_path / "environment.json").read_text())["threads_per_run"] == 1


@pytest.mark.parametrize("over", ["x", "[1]", "3", "null"])
def test_what_was_laid_over_the_config_must_be_an_object(tmp_path, over):
    done = _command("environment", tmp_path / "environment.json", "--over", over)
    assert done.returncode == 1
    assert done.stderr.startswith("error: --over: is no JSON object (")
    assert done.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_an_error_is_status_1_and_one_line(tmp_path):
    done = _command("train", tmp_path / "numpy_nonsense" / "seed0")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert "numpy_nonsense" in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("train", "--device", "abacus", "folder"), "--device"),
        (("signal", "out.csv", "--images", "0"), "--images"),
        (("speed", "out.csv", "--images", "-5"), "--images"),
        (("prepare", "raw", "a.npz", "a.json", "--split-seed", "-1"), "--split-seed"),
    ],
)
def test_a_wrong_call_is_status_2(arguments, named):
    done = _command(*arguments)
    assert done.returncode == 2
    assert named in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("output", ["report.html", "report.en.txt"])
def test_a_report_is_named_by_language_and_kind(tmp_path, output):
    done = _command("render", tmp_path / output, "--template", tmp_path / "en/lab-report.md")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert output in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "status", "line"),
    [
        (KeyboardInterrupt(), 130, "interrupted\n"),
        (MemoryError("584 GiB"), 1, "error: not enough memory (584 GiB)\n"),
        (MemoryError(), 1, "error: not enough memory (none left)\n"),
    ],
)
def test_an_end_from_outside_is_one_line(monkeypatch, capsys, tmp_path, error, status, line):
    def end(*_, **__):
        raise error

    monkeypatch.setattr("backprop_lab.measurements.environment.write_environment", end)
    assert main(["environment", str(tmp_path / "environment.json")]) == status
    assert capsys.readouterr().err == line
