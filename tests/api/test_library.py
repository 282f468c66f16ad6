"""The library: a run trained, saved, opened, asked and compared, as docs/library.md shows it."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import backprop_lab as lab

SETTINGS = ((16,), "relu", "sgd", 0.1, 32)


@pytest.fixture(scope="module")
def trained(small_dataset, tmp_path_factory):
    """Two seeds of a small network, saved; and one of another."""
    folder = tmp_path_factory.mktemp("own")
    runs = [lab.Run("numpy", *SETTINGS, epochs=3, seed=seed) for seed in (0, 1)]
    runs.append(lab.Run("numpy", *SETTINGS, epochs=1, seed=1))
    with open(os.devnull, "w") as nowhere:
        return [
            lab.save(lab.train(r, small_dataset, log=nowhere), small_dataset, folder) for r in runs
        ]


def test_a_saved_run_is_the_one_that_was_trained(trained, small_dataset):
    saved = lab.load_run(trained[0].folder)
    assert saved.run == trained[0].run
    assert list(saved.history["epoch"]) == [1, 2, 3]
    assert saved.history["val_accuracy"].iloc[-1] == saved.result["final"]["val_accuracy"]
    probabilities = saved.probabilities(small_dataset.test_images)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1)
    right = probabilities.argmax(axis=1) == small_dataset.test_labels
    np.testing.assert_array_equal(right, saved.correct())
    assert right.mean() == pytest.approx(saved.result["test"]["accuracy"])


def test_a_variant_stands_for_all_its_seeds(trained):
    found = lab.load_runs(trained[0].folder.parent)
    assert [saved.run.seed for saved in found] == [0, 1]


def test_two_settings_are_compared_over_the_seeds_that_they_share(trained):
    long, short = lab.load_runs(trained[0].folder.parent), [trained[2]]
    found = lab.compare(long, short)
    assert found.seeds == [1]
    gain = long[1].result["test"]["accuracy"] - short[0].result["test"]["accuracy"]
    assert found.differences["test_accuracy"].estimate == pytest.approx(gain)
    assert found.images.estimate == pytest.approx(gain)
    assert found.images.low < gain < found.images.high
    same = lab.compare(long, long)
    assert same.seeds == [0, 1]
    assert same.differences["val_loss"].estimate == 0


def test_runs_that_cannot_be_compared_are_refused(trained):
    with pytest.raises(lab.LabError, match="share no seed"):
        lab.compare([trained[0], trained[0]], [trained[2]])
    other = trained[2]
    changed = type(other)(
        other.run, other.folder, other.result | {"dataset_sha256": "0" * 64}, other.history
    )
    with pytest.raises(lab.LabError, match="trained on different images"):
        lab.compare([trained[1]], [changed])
    changed = type(other)(
        other.run, other.folder, other.result | {"status": "diverged"}, other.history
    )
    with pytest.raises(lab.LabError, match="diverged, so there is nothing to compare"):
        lab.compare([trained[1]], [changed])


def test_curves_are_drawn_or_the_format_is_refused(trained, tmp_path):
    lab.plot(trained[0], tmp_path / "curves.png")
    assert Image.open(tmp_path / "curves.png").size[0] > 1000
    with pytest.raises(lab.LabError, match=r"curves\.xyz: must end in one of \.png, \.pdf, \.svg"):
        lab.plot(trained[0], tmp_path / "curves.xyz")
    assert [path.name for path in tmp_path.iterdir()] == ["curves.png"]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("numpy_16_relu_sgd_lr0.1_b32_e9/seed0", "not trained; train it with: snakemake --cores 1"),
        ("numpy_16_relu_sgd_lr0.1_b32_e9", "not trained; train it with: snakemake --cores 1"),
        ("numpy_16_relu", "not the name of a run; it looks like"),
        ("../elsewhere", "not the name of a run; it looks like"),
    ],
)
def test_an_unknown_run_is_refused_with_what_to_do(name, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(lab.LabError, match=message):
        lab.load_run(name)


def test_images_that_are_not_there_are_asked_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        lab.LabError, match=r"get them with: snakemake --cores 1 results/dataset\.npz"
    ):
        lab.load_images()


def test_the_package_loads_nothing_before_it_is_asked():
    program = (
        "import sys, backprop_lab; assert 'numpy' not in sys.modules; "
        "assert 'train' in dir(backprop_lab); backprop_lab.train; print('numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "True\n", done.stderr
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        lab.nothing  # noqa: B018


def test_the_example_runs_to_the_letter(small_dataset, write_dataset, tmp_path):
    (tmp_path / "results").mkdir()
    write_dataset(tmp_path / "results", small_dataset)
    program = Path(__file__).parents[2] / "examples/train_and_plot.py"
    done = subprocess.run(
        [sys.executable, program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "results/own/numpy_32_relu_sgd_lr0.1_b32_e3/seed0: test accuracy" in done.stdout
    assert (tmp_path / "curves.png").stat().st_size > 10_000
