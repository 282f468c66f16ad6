"""The explorer's data: every run of a build once, and the tables' own means."""

import csv
import json

import pytest
from report_sample import REPORT
from synthetic import experiments, write_collected

from backprop_lab.errors import LabError
from backprop_lab.files.documents import read_yaml
from backprop_lab.report.explorer import SERIES, explorer_data
from backprop_lab.report.widgets import as_script_data
from backprop_lab.results.collected import Collected, curve


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    return write_collected(tmp_path_factory.mktemp("out"))


def rows(path):
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def named(data, name):
    return next(one for one in data["experiments"] if one["name"] == name)


def test_every_run_of_every_experiment_is_there_in_full_precision(out):
    data = explorer_data(out, {"matrix": "All variants"})
    members = experiments()
    assert [one["name"] for one in data["experiments"]] == list(members)
    assert named(data, "matrix")["title"] == "All variants"
    assert named(data, "task1_final")["title"] == "task1_final"
    for name, runs in members.items():
        found = [run for one in named(data, name)["settings"] for run in one["runs"]]
        assert sorted(found) == sorted(run.id for run in runs)
    history = {}
    for row in rows(out / "history.csv"):
        history.setdefault(row["id"], []).append(row)
    assert data["runs"].keys() == {run.id for runs in members.values() for run in runs}
    for run_id, run in data["runs"].items():
        for name in SERIES:
            cells = [row[name] for row in history[run_id]]
            expected = [float(c) if c not in ("", "nan", "inf", "-inf") else None for c in cells]
            assert run[name] == expected


def test_means_are_those_of_the_tables(out):
    data = explorer_data(out, {})
    collected = Collected(out / "runs.csv", out / "experiments.csv", out / "history.csv")
    epochs = collected.epochs()
    compared = 0
    for experiment in data["experiments"]:
        runs = collected.experiment(experiment["name"])
        for setting in experiment["settings"]:
            own = runs[runs["variant"] == setting["variant"]]
            n = (own["status"] != "diverged").sum()
            assert ("mean" in setting) == (n > 1)
            if n > 1:
                expected = curve(epochs, own)
                for name in SERIES:
                    assert setting["mean"][name] == list(expected[f"{name}_mean"])
                compared += 1
    assert compared > 40


def test_an_experiment_names_the_columns_that_tell_its_settings_apart(out):
    data = explorer_data(out, {})
    columns = {one["name"]: one["columns"] for one in data["experiments"]}
    assert columns["sweep_batch_size"] == ["batch_size"]
    assert columns["sweep_learning_rate"] == ["optimizer", "learning_rate"]
    assert columns["task1_final"] == []
    assert columns["matrix"] == ["hidden_sizes", "activation", "optimizer", "backend"]
    # ... and by those each setting is told from the others.
    for experiment in data["experiments"]:
        cells = [
            tuple(data["variants"][one["variant"]].get(name) for name in experiment["columns"])
            for one in experiment["settings"]
        ]
        assert len(set(cells)) == len(cells)
    assert data["variants"]["numpy_360_relu_sgd_lr1_b32_e10"]["learning_rate"] == "1"
    assert "init_seed" not in data["variants"]["numpy_360_relu_sgd_lr1_b32_e10"]


def test_a_diverged_run_has_gaps_and_no_part_in_the_mean(out):
    data = explorer_data(out, {})
    run = data["runs"]["numpy_360_relu_sgd_lr1_b32_e10/seed2"]
    assert run["diverged"] is True
    assert run["val_loss"][-1] is None
    assert run["val_loss"][0] > 0
    sweep = named(data, "sweep_learning_rate")["settings"]
    setting = next(one for one in sweep if one["variant"] == "numpy_360_relu_sgd_lr1_b32_e10")
    assert len(setting["mean"]["val_loss"]) == 10
    assert None not in setting["mean"]["val_loss"]


def test_files_without_a_run_are_refused(out, tmp_path):
    for name in ("experiments.csv", "runs.csv", "history.csv"):
        head, _, _ = (out / name).read_text(encoding="utf-8").partition("\n")
        (tmp_path / name).write_text(head + "\n", encoding="utf-8")
    with pytest.raises(LabError, match=r"experiments\.csv"):
        explorer_data(tmp_path, {})


def test_data_cannot_end_the_script_element():
    text = as_script_data({"a": "</script><!--"})
    assert "<" not in text
    assert json.loads(text) == {"a": "</script><!--"}


@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_experiments_and_columns_of_the_project_have_names(out, language):
    words = read_yaml(REPORT / f"text/{language}/labels.yaml")["explorer_settings"]
    config = read_yaml(REPORT.parent / "config.yaml")
    assert words["experiments"].keys() == config["experiments"].keys()
    own = {*read_yaml(REPORT / f"text/{language}/labels.yaml")["explorer"], *words["columns"]}
    assert own >= {*next(iter(explorer_data(out, {})["variants"].values()))}
