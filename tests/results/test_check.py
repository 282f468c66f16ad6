"""A damaged run is found and named, and never collected; a whole one is taken as it is."""

import io
import json
import re
import shutil

import numpy as np
import pandas as pd
import pytest
from run_damages import DAMAGES, arrays, flip_weights, sibling

from backprop_lab.cli.main import main
from backprop_lab.errors import LabError
from backprop_lab.results.check import KnownImages, check_run
from backprop_lab.results.collect import collect
from backprop_lab.runs.run import Run
from backprop_lab.training.job import write_job
from backprop_lab.training.loop import train
from backprop_lab.training.outputs import write_run

RUNS = [Run("numpy", (16, 8), "relu", "sgd", 0.1, 32, 3, seed=seed) for seed in range(2)]
DIVERGED = Run("numpy", (16,), "relu", "sgd", 1e30, 32, 3, 0)


@pytest.fixture(scope="module")
def trained(small_dataset, write_dataset, tmp_path_factory):
    """A folder as results/ is: dataset.json and runs/, with two seeds and a diverged run."""
    folder = tmp_path_factory.mktemp("results")
    write_dataset(folder, small_dataset)
    for run in (*RUNS, DIVERGED):
        done = train(run, small_dataset, device="cpu", log=io.StringIO())
        write_run(done, folder / "runs" / run.id, small_dataset.sha256)
        write_job(folder / "runs" / run.id / "job.json", started=0)
    return folder


@pytest.fixture
def results(trained, tmp_path):
    """A copy of it, which a test may damage."""
    return shutil.copytree(trained, tmp_path / "results")


def collected(results, runs=(*RUNS, DIVERGED), output="out"):
    collect(
        {"all": [run.id for run in runs]},
        results / "runs",
        results / "dataset.json",
        results / output,
    )
    return results / output


def checked(results, run=RUNS[0], **options):
    images = KnownImages(results / "dataset.json")
    return check_run(run, results / "runs" / run.id, images, **options)


def test_whole_runs_are_collected_as_they_are(results):
    out = collected(results)
    runs = pd.read_csv(out / "runs.csv")
    assert list(runs["id"]) == [run.id for run in (*RUNS, DIVERGED)]
    assert list(runs["status"]) == ["completed", "completed", "diverged"]
    history = pd.read_csv(out / "history.csv", dtype=str)
    own = pd.read_csv(results / "runs" / RUNS[1].id / "history.csv", dtype=str)
    rows = history[history["id"] == RUNS[1].id].reset_index(drop=True)
    pd.testing.assert_frame_equal(rows[list(own)], own)
    assert checked(results, digests=True).result["status"] == "completed"
    assert checked(results, DIVERGED, digests=True).result["status"] == "diverged"


def test_files_of_the_format_before_are_taken(results):
    path = results / "runs" / RUNS[0].id / "result.json"
    result = json.loads(path.read_text())
    assert result.pop("format") == 1
    path.write_text(json.dumps(result))
    checked(results)


# --- damages ----------------------------------------------------------------------------


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_run_is_named_and_nothing_is_collected(results, damage):
    function, message = DAMAGES[damage]
    function(results / "runs" / RUNS[0].id)
    with pytest.raises(LabError) as error:
        collected(results)
    folder = results / "runs" / RUNS[0].id
    assert str(error.value).startswith(f"{folder}/{message}")
    assert re.search(
        rf"; train the run again: snakemake --cores 1 --force {folder}/[a-z.]+$", str(error.value)
    )
    assert not (results / "out").exists() or not list((results / "out").iterdir())


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (arrays("model.npz", flip_weights), "model.npz: holds other weights"),
        (
            lambda folder: shutil.copy(sibling(folder) / "model.npz", folder),
            "model.npz: holds other weights",
        ),
        (
            arrays("predictions.npz", lambda content: content["confidence"].fill(1.5)),
            "predictions.npz: holds a confidence",
        ),
    ],
)
def test_what_is_not_read_for_collecting_is_found_by_digests(results, damage, message):
    damage(results / "runs" / RUNS[0].id)
    collected(results)
    with pytest.raises(LabError, match=re.escape(message)):
        checked(results, digests=True)


def test_several_damaged_runs_are_counted_and_the_first_named(results):
    runs = [Run("numpy", (16,), "relu", "sgd", 0.1, 32, 3, seed) for seed in range(9)]
    with pytest.raises(LabError) as error:
        collected(results, [*RUNS, *runs])
    first, *named, last = str(error.value).splitlines()
    assert first == "9 runs are damaged or not of this data set:"
    assert [run.id in line for run, line in zip(runs, named, strict=False)] == [True] * 5
    assert last.startswith("and 4 more; all of them again: snakemake --cores all --force ")


def test_what_was_collected_before_stays(results):
    before = {path.name: path.read_bytes() for path in collected(results).iterdir()}
    assert set(before) == {"runs.csv", "history.csv", "experiments.csv"}
    (results / "runs" / RUNS[1].id / "job.json").unlink()
    with pytest.raises(LabError):
        collected(results)
    assert {path.name: path.read_bytes() for path in (results / "out").iterdir()} == before


def test_a_data_set_that_is_damaged_is_named(results):
    (results / "dataset.json").write_text("{}")
    with pytest.raises(LabError, match=r"dataset\.json: lacks name"):
        collected(results)


def test_the_command_checks_a_folder_and_lists_what_to_train_again(results, capsys):
    arguments = ["check-runs", str(results / "runs"), "--dataset", str(results / "dataset.json")]
    assert main(arguments) == 0
    assert "3 runs, all whole" in capsys.readouterr().out
    arrays("model.npz", flip_weights)(results / "runs" / RUNS[0].id)
    (results / "runs" / "my notes" / "seed0").mkdir(parents=True)
    assert main(arguments) == 1
    assert main([*arguments, "--digests"]) == 1
    out, err = capsys.readouterr()
    assert "my notes/seed0: not the name of a run" in out
    assert "model.npz: holds other weights" in out
    assert err.splitlines()[-1].endswith("2 of 4 runs are damaged")
    assert main([*arguments, "--targets", "--digests"]) == 0
    targets = capsys.readouterr().out.splitlines()
    assert f"{results}/runs/{RUNS[0].id}/history.csv" in targets


def test_weights_that_the_disk_changes_are_not_left_as_a_result(
    small_dataset, tmp_path, monkeypatch
):
    done = train(RUNS[0], small_dataset, device="cpu", log=io.StringIO())
    save = np.savez

    def broken(file, **content):
        if "W1" in content:
            content["W1"] = content["W1"] + 1
        save(file, **content)

    monkeypatch.setattr(np, "savez", broken)
    with pytest.raises(LabError, match=r"model\.npz: other weights than were written"):
        write_run(done, tmp_path, small_dataset.sha256)
    assert not (tmp_path / "result.json").exists()
