"""Every damage to a run's folder is named, with the command that repairs it, and never averaged."""

import csv
import io
import json
import shutil

import numpy as np
import pytest

from backprop_lab.errors import LabError
from backprop_lab.files.forms import collected
from backprop_lab.files.forms import run_files as forms
from backprop_lab.files.frames import read_csv
from backprop_lab.results.check import KnownImages, check_run
from backprop_lab.results.collect import Tables, collect
from backprop_lab.runs.columns import HISTORY_COLUMNS, TIMING_COLUMNS
from backprop_lab.runs.run import LATER, Run
from backprop_lab.training.job import write_job
from backprop_lab.training.loop import train
from backprop_lab.training.outputs import write_run

RUN = Run("numpy", (12, 8), "relu", "sgd", 0.1, 32, 3, 0)
OTHER = Run("numpy", (12, 8), "relu", "sgd", 0.1, 32, 3, 1)
DIVERGED = Run("numpy", (12,), "relu", "sgd", 1e30, 32, 3, 0, pixels="raw")


@pytest.fixture(scope="module")
def trained(small_dataset, tmp_path_factory):
    """A folder of three real runs, and dataset.json beside it."""
    folder = tmp_path_factory.mktemp("trained")
    for run in (RUN, OTHER, DIVERGED):
        write_run(
            train(run, small_dataset, log=io.StringIO()), folder / run.id, small_dataset.sha256
        )
        write_job(folder / run.id / "job.json", started=1.0)
    (folder / "dataset.json").write_text(json.dumps(small_dataset.metadata))
    return folder


@pytest.fixture
def runs(trained, tmp_path):
    """A copy of it, to be damaged."""
    return shutil.copytree(trained, tmp_path / "runs")


def check(runs, run=RUN, *, digests=False):
    return check_run(run, runs / run.id, KnownImages(runs / "dataset.json"), digests=digests)


def change_json(path, **changes):
    content = json.loads(path.read_text())
    for key, value in changes.items():
        *above, last = key.split("__")
        place = content
        for name in above:
            place = place[name]
        place[last] = value
    path.write_text(json.dumps(content))


def change_rows(path, change):
    rows = list(csv.reader(path.read_text().splitlines()))
    path.write_text("".join(",".join(row) + "\n" for row in change(rows)))


def change_arrays(path, **changes):
    with np.load(path) as file:
        arrays = dict(file)
    for name, change in changes.items():
        arrays[name] = change(arrays[name])
    np.savez(path, **arrays)


def set_cell(row, column, value):
    def change(rows):
        rows[row][column] = value
        return rows

    return change


def swap_columns(rows):
    return [[row[0], row[2], row[1], *row[3:]] for row in rows]


RESULT, HISTORY, TIMING = "result.json", "history.csv", "timing.csv"
MODEL, PREDICTIONS, JOB = "model.npz", "predictions.npz", "job.json"
DAMAGES = {
    "a history cut": (HISTORY, lambda p: change_rows(p, lambda r: r[:-1])),
    "an epoch twice": (HISTORY, lambda p: change_rows(p, lambda r: [*r, r[-1]])),
    "epochs out of order": (HISTORY, lambda p: change_rows(p, lambda r: [r[0], *r[:0:-1]])),
    "an accuracy of 9.3": (HISTORY, lambda p: change_rows(p, set_cell(1, 4, "9.3"))),
    "an accuracy typed in": (HISTORY, lambda p: change_rows(p, set_cell(3, 4, "0.99"))),
    "the best accuracy typed in": (HISTORY, lambda p: change_rows(p, set_cell(1, 4, "0.999"))),
    "a loss below zero": (HISTORY, lambda p: change_rows(p, set_cell(1, 1, "-0.5"))),
    "a loss that is no number": (HISTORY, lambda p: change_rows(p, set_cell(2, 1, "low"))),
    "a loss that is not finite": (HISTORY, lambda p: change_rows(p, set_cell(2, 1, "inf"))),
    "columns swapped": (HISTORY, lambda p: change_rows(p, swap_columns)),
    "a column renamed": (HISTORY, lambda p: change_rows(p, set_cell(0, 1, "loss"))),
    "a cell too few": (HISTORY, lambda p: change_rows(p, lambda r: [*r[:2], r[2][:-1], *r[3:]])),
    "an empty history": (HISTORY, lambda p: p.write_text("")),
    "a history that is no text": (HISTORY, lambda p: p.write_bytes(b"\xff\xfe\x00")),
    "a timing cut": (TIMING, lambda p: change_rows(p, lambda r: r[:-1])),
    "a negative time": (TIMING, lambda p: change_rows(p, set_cell(1, 1, "-1"))),
    "a torn result": (RESULT, lambda p: p.write_text(p.read_text()[:100])),
    "a result that is a list": (RESULT, lambda p: p.write_text("[]")),
    "a result without a status": (RESULT, lambda p: p.write_text("{}")),
    "another id": (RESULT, lambda p: change_json(p, id=OTHER.id)),
    "another seed": (RESULT, lambda p: change_json(p, run__seed=7)),
    "another learning rate": (RESULT, lambda p: change_json(p, run__learning_rate=0.2)),
    "another data set": (RESULT, lambda p: change_json(p, dataset_sha256="0" * 64)),
    "an unknown status": (RESULT, lambda p: change_json(p, status="fine")),
    "a divergence that was none": (RESULT, lambda p: change_json(p, status="diverged")),
    "fewer epochs": (RESULT, lambda p: change_json(p, epochs_completed=2)),
    "another final accuracy": (RESULT, lambda p: change_json(p, final__val_accuracy=0.99)),
    "an accuracy in percent": (RESULT, lambda p: change_json(p, final__val_accuracy=93.0)),
    "another best epoch": (RESULT, lambda p: change_json(p, best__epoch=1, best__val_accuracy=0.1)),
    "another test accuracy": (RESULT, lambda p: change_json(p, test__accuracy=0.5)),
    "fewer test images": (RESULT, lambda p: change_json(p, test__n=10)),
    "another confusion matrix": (
        RESULT,
        lambda p: change_json(p, confusion_matrix=[[1] * 10] * 10),
    ),
    "fewer parameters": (RESULT, lambda p: change_json(p, n_parameters=3)),
    "a format of the future": (RESULT, lambda p: change_json(p, format=99)),
    "torn weights": (MODEL, lambda p: p.write_bytes(p.read_bytes()[:-50])),
    "weights of another layer": (MODEL, lambda p: change_arrays(p, W1=lambda a: a[:, :6].copy())),
    "weights of another type": (MODEL, lambda p: change_arrays(p, W1=lambda a: a.astype(float))),
    "torn predictions": (PREDICTIONS, lambda p: p.write_bytes(p.read_bytes()[:500])),
    "fewer predictions": (
        PREDICTIONS,
        lambda p: change_arrays(p, predicted=lambda a: a[:-1].copy()),
    ),
    "a class that is none": (PREDICTIONS, lambda p: change_arrays(p, predicted=lambda a: a + 10)),
    "other labels": (PREDICTIONS, lambda p: change_arrays(p, label=lambda a: a * 0)),
    "other predictions": (
        PREDICTIONS,
        lambda p: change_arrays(p, predicted=lambda a: a[::-1].copy()),
    ),
    "an epoch too many": (HISTORY, lambda p: change_rows(p, lambda r: [*r, ["4", *r[-1][1:]]])),
    "cells swapped": (HISTORY, lambda p: change_rows(p, lambda r: [r[0], *swap_columns(r[1:])])),
    "a column lost": (HISTORY, lambda p: change_rows(p, lambda r: [row[:-1] for row in r])),
    "no end of the last line": (HISTORY, lambda p: p.write_text(p.read_text()[:-1])),
    "a folder in its place": (HISTORY, lambda p: (p.unlink(), p.mkdir())),
    "another run's folder": (
        RESULT,
        lambda p: shutil.copytree(
            p.parents[2] / OTHER.id, p.parents[2] / RUN.id, dirs_exist_ok=True
        ),
    ),
    "a test accuracy of 9.3": (RESULT, lambda p: change_json(p, test__accuracy=9.3)),
    "a row of the matrix lost": (
        RESULT,
        lambda p: change_json(p, confusion_matrix=[[1] * 10] * 9),
    ),
    "a key too many": (RESULT, lambda p: change_json(p, note="x")),
    "half a result's bytes": (RESULT, lambda p: p.write_bytes(p.read_bytes()[::2])),
    "no biases": (MODEL, lambda p: np.savez(p, **{n: np.load(p)[n] for n in ("W1", "W2", "W3")})),
    "an array too many": (MODEL, lambda p: np.savez(p, **np.load(p), W9=np.zeros(1))),
    "predictions of another type": (
        PREDICTIONS,
        lambda p: change_arrays(p, label=lambda a: a.astype(int)),
    ),
    "a job that ends before it starts": (JOB, lambda p: change_json(p, started=1e12)),
    "a job that took a text": (JOB, lambda p: change_json(p, earlier_seconds="long")),
    "a torn job": (JOB, lambda p: p.write_text('{"started": 1')),
    "a job without memory": (JOB, lambda p: p.write_text('{"started": 1, "finished": 2}')),
}  # fmt: skip


def test_what_training_wrote_is_right(runs):
    for run in (RUN, OTHER, DIVERGED):
        check(runs, run, digests=True)
    assert check(runs, DIVERGED).result["status"] == "diverged"


@pytest.mark.fault("a damaged file of a run")
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damage_is_named_with_the_remedy(runs, damage):
    name, change = DAMAGES[damage]
    change(runs / RUN.id / name)
    with pytest.raises(LabError) as caught:
        check(runs)
    message = str(caught.value)
    assert f"{RUN.id}/" in message
    assert f"train the run again: snakemake --cores 1 --force {runs / RUN.id}/" in message
    assert "\n" not in message


@pytest.mark.fault("a missing file of a run")
@pytest.mark.parametrize("name", [RESULT, HISTORY, TIMING, MODEL, PREDICTIONS, JOB])
def test_a_missing_file_is_named(runs, name):
    (runs / RUN.id / name).unlink()
    with pytest.raises(LabError, match=rf"{name}: cannot be read"):
        check(runs)


def test_a_run_of_before_does_not_name_the_parameters_that_came_later(runs):
    path = runs / RUN.id / "result.json"
    result = json.loads(path.read_text())
    for name in LATER:
        assert result["run"].pop(name) == getattr(RUN, name)
    path.write_text(json.dumps(result))
    check(runs)
    change_json(path, run__label_noise=0.5)
    with pytest.raises(LabError, match=r"run\.label_noise is not what the folder's name says"):
        check(runs)


@pytest.mark.fault("another run's file in a run")
@pytest.mark.parametrize("name", [RESULT, HISTORY, MODEL, PREDICTIONS])
def test_another_runs_file_is_found(runs, name):
    """Of the same network and another seed: only its numbers tell; its weights their digest."""
    shutil.copy(runs / OTHER.id / name, runs / RUN.id / name)
    with pytest.raises(LabError, match=RUN.id):
        check(runs, digests=name == MODEL)


@pytest.mark.fault("a damaged file of a run")
def test_changed_weights_are_found_by_their_digest(runs):
    change_arrays(runs / RUN.id / MODEL, W1=lambda a: a + 1)
    check(runs)
    with pytest.raises(LabError, match="holds other weights than"):
        check(runs, digests=True)


def test_a_confidence_beyond_one_is_found_by_digests(runs):
    change_arrays(runs / RUN.id / PREDICTIONS, confidence=lambda a: a + 1)
    with pytest.raises(LabError, match="holds a confidence that is not from 0 to 1"):
        check(runs, digests=True)


def test_a_run_that_was_interrupted_is_right(runs):
    change_json(runs / RUN.id / JOB, earlier_seconds=3.5)
    check(runs, digests=True)


def test_the_forms_name_the_columns_and_parameters_of_runs():
    assert forms.HISTORY.names == HISTORY_COLUMNS
    assert forms.TIMING.names == TIMING_COLUMNS
    parameters = list(RUN.parameters())
    assert collected.RUNS.names[2 : 2 + len(parameters)] == tuple(parameters)


def test_a_run_of_a_large_seed_is_collected_and_read(small_dataset, runs, tmp_path):
    run = Run("numpy", (4,), "relu", "sgd", 0.1, 32, 1, 2**62 + 1)
    write_run(train(run, small_dataset, log=io.StringIO()), runs / run.id, small_dataset.sha256)
    write_job(runs / run.id / "job.json", started=1.0)
    collect({"one": [run.id]}, runs, runs / "dataset.json", tables(tmp_path))
    assert list(read_csv(tmp_path / "runs.csv")["seed"]) == [run.seed]


def tables(folder):
    return Tables(*(folder / f"{name}.csv" for name in ("runs", "history", "experiments")))


@pytest.mark.fault("damaged runs beside whole ones")
def test_damaged_runs_are_listed_and_nothing_is_written(runs, tmp_path):
    experiments = {"one": [RUN.id, OTHER.id], "two": [RUN.id, DIVERGED.id]}
    out = tmp_path / "out"
    collect(experiments, runs, runs / "dataset.json", tables(out))
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert before["runs.csv"].count(b"\n") == 1 + 3
    assert before["history.csv"].count(b"\n") == 1 + 3 + 3 + 1
    for run in (RUN, OTHER):
        change_rows(runs / run.id / HISTORY, set_cell(1, 4, "9.3"))
    with pytest.raises(LabError, match="2 runs are damaged or not of this data set"):
        collect(experiments, runs, runs / "dataset.json", tables(out))
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_build_without_times_leaves_their_column_empty(runs, tmp_path):
    collect({"one": [RUN.id]}, runs, runs / "dataset.json", tables(tmp_path), timings=False)
    [row] = csv.DictReader((tmp_path / "runs.csv").open())
    assert row["seconds_per_epoch"] == ""
    assert float(row["val_accuracy"]) > 0


@pytest.mark.fault("a damaged data set")
def test_a_damaged_data_set_is_named(runs):
    (runs / "dataset.json").write_text('{"sha256": 1}')
    with pytest.raises(LabError, match=r"dataset\.json: lacks name"):
        KnownImages(runs / "dataset.json")
