"""NumPy and PyTorch from the same start, and in turn: tables, facts, figures, prose."""

import dataclasses
import json
import math
import shutil

import numpy as np
import pandas as pd
import pytest
from built_out import REPORT, build_out
from facts_sample import book_of, values
from synthetic import write_rounds

from backprop_lab.cli.main import main
from backprop_lab.figures.registry import draw
from backprop_lab.figures.words import load_words
from backprop_lab.measurements import parity, speed
from backprop_lab.report.source import fill
from backprop_lab.training import backends

WORDS = load_words("en", REPORT / "text")
TEMPLATE = """---
title: A fragment
author: Nobody
lang: en
description: The two tasks side by side
---
# Task 1 against Task 2 {#sec-tasks}

<% include "parity.md" %>
"""


@pytest.fixture(scope="module")
def dataset(small_dataset, write_dataset, tmp_path_factory):
    """dataset.npz and dataset.json of the embedded digits, as keyword arguments."""
    npz = write_dataset(tmp_path_factory.mktemp("backends"), small_dataset)
    return {"npz": npz, "json": npz.with_suffix(".json")}


@pytest.fixture(scope="module")
def parity_csv(dataset, tmp_path_factory):
    output = tmp_path_factory.mktemp("parity") / "parity.csv"
    parity.write_parity(**dataset, output=output)
    return output


@pytest.fixture(scope="module")
def speed_csv(dataset, tmp_path_factory):
    output = tmp_path_factory.mktemp("speed") / "speed.csv"
    speed.write_speed(**dataset, output=output, rounds=2)
    return output


# --- parity ---------------------------------------------------------------------------


def test_both_agree_in_float64_and_within_rounding_in_float32(parity_csv):
    table = pd.read_csv(parity_csv)
    exact = table[table["comparison"] == "float64"]
    differences = ["loss_difference", "weight_difference", "weight_relative_difference"]
    assert (exact[differences] <= 1e-9).all(axis=None)
    assert (exact["n_predicted_differently"] == 0).all()
    first = table[(table["comparison"] == "float32") & (table["step"] == 1)].iloc[0]
    assert 0 < first["weight_relative_difference"] < 1e-6
    assert first["loss_relative_difference"] < 1e-6


def test_a_small_set_is_followed_for_fewer_steps(parity_csv, small_dataset):
    table = pd.read_csv(parity_csv)
    steps = math.ceil(len(small_dataset.train_labels) / 32)
    for _, rows in table.groupby("comparison"):
        assert rows["step"].tolist() == [1, 10, steps, 2 * steps]
        assert rows["epochs"].tolist() == [0, 0, 1, 2]
    assert set(table["comparison"]) == set(parity.COMPARISONS)


def test_the_same_machine_writes_the_same_parity(parity_csv, dataset, tmp_path):
    parity.write_parity(**dataset, output=tmp_path / "again.csv")
    assert (tmp_path / "again.csv").read_bytes() == parity_csv.read_bytes()


def test_losses_are_the_running_means_that_a_log_has(small_dataset):
    """Fed in slices, an epoch is the epoch that training makes in one piece."""
    images = small_dataset.train_images[:330] / np.float64(255)
    labels = small_dataset.train_labels[:330].astype(np.int64)
    network = backends.build(parity.RUN, "numpy", "float64")
    ends = [s for s in parity.follow(network, images, labels, images[:5]) if s.step % 11 == 0]
    whole = backends.build(parity.RUN, "numpy", "float64")
    orders = parity.batch_orders(parity.RUN, len(images))
    losses = [whole.train_epoch(images, labels, next(orders))[0] for _ in range(2)]
    assert [s.loss for s in ends] == pytest.approx(losses, rel=1e-12)
    assert [(s.step, s.epochs) for s in ends] == [(11, 1), (22, 2)]
    parameters = [p.ravel() for layer in whole.parameters() for p in layer]
    assert (ends[1].parameters == np.concatenate(parameters)).all()


def test_differences_by_hand():
    def snapshot(loss, parameters, predicted):
        return parity.Snapshot(1, 0, loss, np.array(parameters), np.array(predicted))

    first = snapshot(1.5, [3.0, 1.0], [1, 2, 3])
    found = parity.compare(first, snapshot(2.0, [3.0, 4.0], [1, 0, 0]))
    assert found == {
        "loss_difference": 0.5,
        "loss_relative_difference": 0.25,
        "weight_difference": 3.0,
        "weight_relative_difference": pytest.approx(3 / 5),
        "n_predicted_differently": 2,
    }


def test_weights_of_both_precisions_and_backends_start_equal():
    start = [
        network.parameters()[0][0]
        for network in (
            backends.build(parity.RUN, backend, dtype)
            for backend in ("numpy", "torch")
            for dtype in ("float32", "float64")
        )
    ]
    assert all((weights == start[0]).all() for weights in start[1:])
    assert [weights.dtype.name for weights in start] == ["float32", "float64"] * 2


# --- speed ----------------------------------------------------------------------------


def test_every_network_is_timed_in_every_round_and_takes_turns(speed_csv, small_dataset):
    table = pd.read_csv(speed_csv, dtype={"hidden_sizes": str})
    keys = ["hidden_sizes", "optimizer", "round"]
    assert sorted(table[keys].itertuples(index=False, name=None)) == [
        (sizes, optimizer, number)
        for sizes in ("360", "360-100-40")
        for optimizer in ("adam", "sgd")
        for number in (1, 2)
    ]
    assert (table["n_images"] == len(small_dataset.train_labels)).all()
    assert table.groupby("round")["began"].unique().map(list).to_dict() == {
        1: ["numpy"],
        2: ["torch"],
    }
    assert (table["ratio"] == table["numpy_seconds"] / table["torch_seconds"]).all()


def test_one_thread_puts_the_number_back():
    import torch

    before = torch.get_num_threads()
    with backends.one_thread():
        assert torch.get_num_threads() == 1
    assert torch.get_num_threads() == before


def test_the_command_line_writes_both(dataset, tmp_path, monkeypatch):
    monkeypatch.setattr(speed, "ROUNDS", 1)
    small = dataclasses.replace(parity.RUN, hidden_sizes=(8,), epochs=1)
    monkeypatch.setattr(parity, "RUN", small)
    pairs = [f"{name}={path}" for name, path in dataset.items()]
    for name in ("parity", "speed"):
        assert main([name, str(tmp_path / f"{name}.csv"), *pairs]) == 0
    assert len(pd.read_csv(tmp_path / "speed.csv")) == 4
    assert main(["speed", str(tmp_path / "none.csv"), pairs[0]]) == 1
    assert not (tmp_path / "none.csv").exists()


# --- facts, figures, prose ------------------------------------------------------------


def test_facts_of_speed_by_hand(tmp_path):
    path = write_rounds(tmp_path / "speed.csv", lambda run: 1.0, rounds=3)
    table = pd.read_csv(path, dtype={"hidden_sizes": str})
    table["numpy_seconds"] = table["round"].map({1: 2.0, 2: 8.0, 3: 3.0})
    table["torch_seconds"] = table["round"].map({1: 1.0, 2: 2.0, 3: 6.0})
    table["ratio"] = table["numpy_seconds"] / table["torch_seconds"]
    table.to_csv(path, index=False)
    found = values(book_of(path).facts)
    prefix = "speed.360-100-40.adam"
    assert {k: v for k, v in found.items() if k.startswith(prefix)} == {
        f"{prefix}.numpy.seconds_median": 3,
        f"{prefix}.numpy.seconds_min": 2,
        f"{prefix}.numpy.seconds_max": 8,
        f"{prefix}.torch.seconds_median": 2,
        f"{prefix}.torch.seconds_min": 1,
        f"{prefix}.torch.seconds_max": 6,
        f"{prefix}.ratio_median": 2,
        f"{prefix}.ratio_min": 0.5,
        f"{prefix}.ratio_max": 4,
    }
    assert (found["speed.n_rounds"], found["speed.n_images"]) == (3, 10000)


def test_facts_of_parity_are_its_cells(parity_csv):
    facts = book_of(parity_csv).facts
    table = pd.read_csv(parity_csv).set_index(["comparison", "step"])
    cell = table.loc[("float32", 10), "weight_difference"]
    assert facts["parity.float32.step10.weight_difference"]["value"] == cell
    assert facts["parity.rounding.epoch2.loss_difference"]["unit"] == "loss"
    assert facts["parity.epochs"]["value"] == 2
    assert facts["parity.hidden_sizes"]["value"] == "360"


def test_both_figures_show_every_comparison_and_round(parity_csv, speed_csv, tmp_path):
    for name, path in (("parity", parity_csv), ("speed", speed_csv)):
        draw(name, {name: path}, WORDS, tmp_path / f"{name}.svg")
        draw(name, {name: path}, WORDS, tmp_path / "again.svg")
        assert (tmp_path / f"{name}.svg").read_bytes() == (tmp_path / "again.svg").read_bytes()
    svg = (tmp_path / "parity.svg").read_text()
    for name in parity.COMPARISONS:
        assert f'id="parity-{name}-weight_relative_difference"' in svg
    svg = (tmp_path / "speed.svg").read_text()
    for part in ("360-sgd-1", "360-sgd-2", "360-100-40-adam-numpy", "360-100-40-adam-torch"):
        assert f'id="speed-{part}"' in svg


@pytest.fixture
def fragment(tmp_path, parity_csv):
    """Make what the fragment is filled from: made-up results, real differences, made-up rounds."""

    def inputs(*, built=True, **options):
        made = build_out(tmp_path / "out", **options)
        if built:
            (made.tables / "parity.csv").write_bytes(parity_csv.read_bytes())
            write_rounds(made.tables / "speed.csv", lambda run: 2.0 - (run.backend == "torch"))
            book = book_of(made.tables / "parity.csv", made.tables / "speed.csv")
            book.facts |= json.loads(made.facts.read_text())
            book.write(made.facts)
            for name in ("parity", "speed"):
                (made.figures / f"{name}.svg").write_text("<svg/>")
        template = shutil.copytree(REPORT / "text/en", tmp_path / "en") / "lab-report.md"
        template.write_text(TEMPLATE)
        return dataclasses.replace(made, template=template)

    return inputs


@pytest.mark.parametrize("options", [{}, {"quick": True}, {"dataset": "digits", "quick": True}])
def test_the_prose_is_whole(fragment, options):
    source = fill(fragment(**options))
    assert source.figures == ("parity", "speed")
    assert "In the median NumPy takes " in source.markdown
    assert "part of an epoch" in source.markdown or options.get("dataset") == "digits"
    assert "0.0\u00a0×\u00a010" not in source.markdown  # a difference of nothing is 0


def test_the_prose_is_silent_about_what_was_not_built(fragment):
    source = fill(fragment(built=False))
    assert source.figures == ()
    assert "{#sec-parity}" not in source.markdown
