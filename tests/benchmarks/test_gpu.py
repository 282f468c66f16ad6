"""The comparison of devices compares like with like; without a GPU it is refused in one line."""

import json

import pytest
import torch

import gpu
from backprop_lab.files.frames import read_csv


@pytest.fixture
def few(small_dataset, write_dataset, tmp_path, monkeypatch):
    monkeypatch.setattr(gpu, "HIDDEN_SIZES", ((8,),))
    monkeypatch.setattr(gpu, "BATCH_SIZES", (512,))
    return write_dataset(tmp_path, small_dataset)


def test_a_device_agrees_with_itself(few, tmp_path):
    gpu.measure(few, tmp_path, devices=("auto", "cpu"), rounds=2)
    table = read_csv(tmp_path / "gpu.csv")
    assert list(table["optimizer"]) == ["sgd", "adam"]
    assert (table["n_rounds"] == 2).all()
    assert (table["ratio_min"] <= table["ratio_median"]).all()
    assert (table["ratio_median"] <= table["ratio_max"]).all()
    assert (table["loss_difference"] < 1e-5).all()
    assert json.loads((tmp_path / "gpu_machine.json").read_text())["packages"]["torch"]


def test_no_gpu_and_no_rounds_are_one_line(few, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert gpu.main([str(few), str(tmp_path)]) == 1
    assert "set device to auto or cpu" in capsys.readouterr().err
    assert gpu.main([str(few), str(tmp_path), "--rounds", "0"]) == 1
    assert capsys.readouterr().err == "error: --rounds must be at least 1\n"
    assert not (tmp_path / "gpu.csv").exists()
