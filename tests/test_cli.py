"""The command as the workflow calls it: a process with an exit status and one line of error."""

import json
import subprocess
import sys


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


def test_an_error_is_status_1_and_one_line(tmp_path):
    done = _command("train", tmp_path / "numpy_nonsense" / "seed0")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert "numpy_nonsense" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_call_is_status_2():
    done = _command("train", "--device", "abacus", "folder")
    assert done.returncode == 2
    assert "--device" in done.stderr
