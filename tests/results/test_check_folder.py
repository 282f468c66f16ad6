"""`backprop-lab check-runs` checks a folder of runs, and says what to train again."""

import io
import json

import numpy as np
import pytest

from backprop_lab.cli.main import main
from backprop_lab.runs.run import Run
from backprop_lab.training.job import write_job
from backprop_lab.training.loop import train
from backprop_lab.training.outputs import write_run

RUNS = [Run("numpy", (6,), "relu", "sgd", 0.1, 32, 2, seed) for seed in range(2)]


@pytest.fixture
def results(small_dataset, tmp_path):
    """A folder as results/ is, with two runs."""
    (tmp_path / "dataset.json").write_text(json.dumps(small_dataset.metadata))
    for run in RUNS:
        folder = tmp_path / "runs" / run.id
        write_run(train(run, small_dataset, log=io.StringIO()), folder, small_dataset.sha256)
        write_job(folder / "job.json", started=1.0)
    return tmp_path


def check_runs(results, *options):
    files = [str(results / "runs"), "--dataset", str(results / "dataset.json")]
    return main(["check-runs", *files, *options])


def test_whole_runs_are_counted(results, capsys):
    assert check_runs(results, "--digests") == 0
    assert "2 runs, all whole" in capsys.readouterr().out


def test_damaged_weights_are_named_and_listed_for_snakemake(results, capsys):
    model = results / "runs" / RUNS[1].id / "model.npz"
    arrays = dict(np.load(model))
    arrays["W1"][0, 0] += 1
    np.savez(model, **arrays)
    assert check_runs(results) == 0
    assert check_runs(results, "--digests") == 1
    out, err = capsys.readouterr()
    assert f"{model}: holds other weights" in out
    assert f"train the run again: snakemake --cores 1 --force {model}" in out
    assert err.splitlines()[-1].endswith("1 of 2 runs are damaged")
    assert check_runs(results, "--digests", "--targets") == 0
    assert capsys.readouterr().out == f"{model.with_name('history.csv')}\n"


def test_a_folder_that_no_run_has_is_named(results, capsys):
    (results / "runs/my notes/seed0").mkdir(parents=True)
    assert check_runs(results) == 1
    assert "my notes/seed0: not the name of a run" in capsys.readouterr().out
    assert check_runs(results, "--targets") == 0
    assert capsys.readouterr().out == ""


def test_a_folder_without_runs_and_a_damaged_data_set_are_refused(results, tmp_path, capsys):
    (results / "empty").mkdir()
    dataset = results / "dataset.json"
    assert main(["check-runs", str(results / "empty"), "--dataset", str(dataset)]) == 1
    assert "holds no runs" in capsys.readouterr().err
    dataset.write_text("{}")
    assert check_runs(results) == 1
    assert "dataset.json: lacks name" in capsys.readouterr().err
