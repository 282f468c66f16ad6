"""`backprop-lab watch`: the runs in progress, read from what they write anyway."""

import os
import time

import pytest
from console_stream import write_log

from backprop_lab.cli.main import main
from backprop_lab.runs.run import Run
from backprop_lab.training.epoch_lines import EpochLine
from backprop_lab.training.in_progress import last_lines, runs_in_progress

RUNS = [Run("numpy", (20,), "relu", "sgd", 0.1, 32, 10, seed=seed) for seed in range(6)]


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project in which some runs train, and others do not any more."""
    (tmp_path / "config.yaml").touch()
    monkeypatch.setenv("COLUMNS", "120")
    training, starting, complete, failed, diverged, killed = RUNS
    write_log(tmp_path, training, 1, 2, 3)
    write_log(tmp_path, starting)
    write_log(tmp_path, complete, *range(1, 11))
    (tmp_path / f"results/runs/{complete.id}").mkdir(parents=True)
    (tmp_path / f"results/runs/{complete.id}/job.json").touch()
    write_log(tmp_path, failed, 1, more="error: ended with status 1\n")
    write_log(tmp_path, diverged, 1, more="diverged in epoch 1: the loss is not finite\n")
    log = write_log(tmp_path, killed, 1)
    os.utime(log, (time.time() - 3600,) * 2)
    return tmp_path


def test_the_table_shows_the_runs_in_progress_and_no_others(project, capsys):
    assert main(["watch", str(project), "--once"]) == 0
    head, *rows = (line.split() for line in capsys.readouterr().out.splitlines())
    assert " ".join(head) == "run epoch train loss val. accuracy s/epoch time left"
    assert rows == [
        [RUNS[0].id, "3/10", "0.3333", "96.00", "%", "2.00", "14", "s"],
        [RUNS[1].id, "starting", "-", "-", "-", "-"],
    ]


def test_without_a_run_in_progress_it_says_what_to_do(tmp_path, capsys):
    (tmp_path / "config.yaml").touch()
    assert main(["watch", str(tmp_path), "--once"]) == 0
    assert "No run is in progress" in capsys.readouterr().out


def test_another_folder_is_refused_in_one_line(tmp_path, capsys):
    assert main(["watch", str(tmp_path / "elsewhere"), "--once"]) == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_run_that_is_silent_too_long_has_gone(project):
    ids = {run.run_id for run in runs_in_progress(project, time.time())}
    assert ids == {RUNS[0].id, RUNS[1].id}
    assert runs_in_progress(project, time.time() + 3600) == []


@pytest.mark.parametrize("loss", [float("inf"), float("nan"), 1e30, 0.0])
def test_every_loss_can_be_read_back(loss):
    read = EpochLine.parse(str(EpochLine(1, 2, loss, 0.1, loss, 0.1, 1.0)))
    assert repr(read.train_loss) == repr(loss)


@pytest.mark.parametrize("line", ["", "epoch one", "error: epoch   1/2", "epoch   1/2  train loss"])
def test_other_lines_are_of_no_epoch(line):
    assert EpochLine.parse(line) is None


def test_only_the_end_of_a_long_log_is_read(tmp_path):
    path = tmp_path / "long.log"
    path.write_text("".join(f"line {n}\n" for n in range(10_000)))
    lines = last_lines(path, 100)
    assert lines[-1] == "line 9999"
    assert len(lines) < 12
    assert all(line.startswith("line ") for line in lines)
