"""Commands for people: what they print, and how they refuse."""

import json

import numpy as np
import pytest
from PIL import Image

import backprop_lab as lab
from backprop_lab.cli.main import main

VARIANT = "numpy_16_relu_sgd_lr0.1_b32_e2"
CONFIG = """\
seeds: [0, 1]
experiments:
  matrix: &one
    grid: {backend: [numpy], hidden_sizes: [[16]], activation: [relu], optimizer: [sgd],
      learning_rate: [0.1], batch_size: [32], epochs: [2]}
  task1_final: *one
  task2_final: *one
"""


@pytest.fixture
def place(small_dataset, write_dataset, tmp_path, monkeypatch, capsys):
    """An empty project with images, in which a run of two seeds was trained by flags."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results").mkdir()
    write_dataset(tmp_path / "results", small_dataset)
    for seed in ("0", "1"):
        assert main(["train", "--hidden-sizes", "16", "--epochs", "2", "--seed", seed]) == 0
    capsys.readouterr()
    return tmp_path


@pytest.fixture
def told(capsys):
    """A function that runs a command and returns what it prints; as JSON, if so asked."""

    def tell(*command, status=0):
        capsys.readouterr()
        assert main(list(command)) == status
        out, err = capsys.readouterr()
        return err if status else json.loads(out) if "--json" in command else out

    return tell


def test_train_writes_all_files_of_a_run_and_spares_one_that_is_there(place, told):
    folder = place / "results/own" / VARIANT / "seed0"
    names = {"history.csv", "job.json", "model.npz", "predictions.npz", "result.json", "timing.csv"}
    assert {path.name for path in folder.iterdir()} == names
    again = ("train", "--hidden-sizes", "16", "--epochs", "2")
    assert "is there already; look at it with show, or give --force" in told(*again, status=1)
    before = (folder / "history.csv").read_bytes()
    assert "test accuracy" in told(*again, "--force")
    assert (folder / "history.csv").read_bytes() == before


def test_a_wrong_flag_is_one_line(place, capsys, told):
    error = told("train", "--learning-rate", "-1", status=1)
    assert error == "error: learning_rate: -1 must be a number above 0\n"
    with pytest.raises(SystemExit) as ended:
        main(["train", "--hidden-sizes", "wide"])
    assert ended.value.code == 2
    assert "wide: spell layers as 360-100, or 16x30" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["train", "--activation", "rleu"])
    assert not (place / "results/runs").exists()


def test_show_gives_settings_and_figures_of_each_seed(place, told):
    text = told("show", VARIANT)
    assert "learning_rate" in text
    shown = told("show", VARIANT, "--json")
    assert [one["seed"] for one in shown] == [0, 1]
    assert shown[0]["settings"]["hidden_sizes"] == [16]
    accuracy = f"{100 * shown[1]['test']['accuracy']:.2f}"
    assert accuracy in text
    told("show", f"{VARIANT}/seed0", "--plot", "curves.svg")
    assert (place / "curves.svg").read_text().lstrip().startswith("<?xml")
    assert "2 runs; name one" in told("show", VARIANT, "--plot", "curves.svg", status=1)


def test_compare_gives_paired_differences(place, told):
    told("train", "--hidden-sizes", "16", "--epochs", "1", "--seed", "0")
    other = VARIANT.replace("e2", "e1")
    assert "one run each" in told("compare", f"{VARIANT}/seed0", f"{other}/seed0")
    assert "2 shared seeds" in told("compare", VARIANT, VARIANT)
    found = told("compare", VARIANT, VARIANT, "--json")
    assert found["seeds"] == [0, 1]
    assert found["differences"]["test_accuracy"]["estimate"] == 0


def test_predict_tells_the_digits_of_pictures(place, told, small_dataset):
    images, labels = small_dataset.test_images[:20], small_dataset.test_labels[:20]
    (place / "drawn").mkdir()
    for number, image in enumerate(images):
        Image.fromarray(255 - image.reshape(28, 28)).save(place / f"drawn/{number:02}.png")
    command = ("predict", "drawn", "--run", f"{VARIANT}/seed0")
    found = told(*command, "--json")
    assert found["run"] == f"{VARIANT}/seed0"
    digits = [row["digit"] for row in found["predictions"]]
    chosen = lab.load_run(f"{VARIANT}/seed0").probabilities(images).argmax(axis=1)
    assert np.mean(digits == chosen) > 0.5  # these digits are not centred as MNIST
    assert np.mean(digits == labels) > 0.5
    assert "drawn/00.png" in told(*command)
    (place / "text.png").write_text("not a picture")
    error = told("predict", "text.png", "--run", VARIANT, status=1)
    assert error == "error: text.png: no picture; give a PNG or JPEG file of one digit\n"
    assert "no run yet; train some with" in told("predict", "drawn", status=1)


def test_runs_counts_what_is_asked_for_and_what_is_there(place, told, write_project):
    write_project(place, CONFIG)
    found = told("runs", "--json")
    assert found["total"]["missing"] == 2
    assert found["total"]["seconds"] is None
    told("train", f"results/runs/{VARIANT}/seed0")
    found = told("runs", "--json")
    assert (found["total"]["asked"], found["total"]["done"]) == (2, 1)
    assert found["missing"] == [f"{VARIANT}/seed1"]
    assert found["total"]["seconds"] > 0
    assert [row["experiment"] for row in found["experiments"]][:1] == ["matrix"]
    assert f"{VARIANT}/seed1" in told("runs", "--missing")
    told("train", f"results/runs/{VARIANT}/seed1")
    assert told("runs", "--json")["total"]["seconds"] == 0


def test_runs_and_report_name_what_is_missing(tmp_path, monkeypatch, told, write_project):
    monkeypatch.chdir(tmp_path)
    assert "config.yaml: not here; give the command in" in told("runs", status=1)
    write_project(tmp_path, CONFIG)
    assert "no report yet; build it with: make report" in told("report", status=1)
    write_project(tmp_path, CONFIG.replace("seeds: [0, 1]", "seeds: [0, 0]"))
    assert "config.yaml, line 1: seeds.1: 0 is listed twice" in told("runs", status=1)


def test_report_says_where_it_is_and_opens_it(tmp_path, monkeypatch, told, write_project):
    monkeypatch.chdir(tmp_path)
    write_project(tmp_path, CONFIG)
    folder = tmp_path / "results/report"
    folder.mkdir(parents=True)
    for name in ("lab-report.en.html", "lab-report.en.pdf"):
        (folder / name).touch()
    assert told("report").split() == [
        "results/report/lab-report.en.html",
        "results/report/lab-report.en.pdf",
    ]
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    told("report", "--open")
    assert opened == [(folder / "lab-report.en.html").as_uri()]
    monkeypatch.setattr("webbrowser.open", lambda address: False)
    assert "no browser could be started" in told("report", "--open", status=1)


def test_the_help_keeps_commands_for_people_apart(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    people, rules = capsys.readouterr().out.split("called by the rules of the workflow:")
    assert all(
        f"\n    {name}" in people for name in ("train", "predict", "runs", "show", "compare")
    )
    assert all(f"\n  {name} " in rules for name in ("fetch", "render", "facts"))


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completion_knows_commands_and_flags(shell, told):
    script = told("completion", shell)
    assert "predict" in script
    assert "--learning-rate" in script
