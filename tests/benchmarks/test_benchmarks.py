"""The benchmark's contenders compute the same thing; its tables, facts, figure and prose hold."""

import json
import re
import shutil
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from built_out import ENVIRONMENT, REPORT, build_out
from facts_sample import book_of, values

import trainers
from backprop_lab.facts.benchmarks import add_machine
from backprop_lab.figures.registry import draw
from backprop_lab.figures.words import load_words
from backprop_lab.files.frames import read_csv, write_csv
from backprop_lab.report.source import fill
from backprop_lab.runs.run import Run
from contenders import CONTENDERS, Floor, contenders_for

PACKAGES = {"numpy": "2.4.0", "torch": "2.9.0", "scikit-learn": "1.8.0"}
GROWTH = """runs,repeats,dry_run_seconds,dry_run_cpu_seconds,dry_run_peak_bytes,collect_seconds,\
collect_cpu_seconds,collect_peak_bytes
100,3,2.5,2.4,90000000,0.5,0.4,80000000
1000,3,5.0,4.8,120000000,1.5,1.4,90000000
"""
TEMPLATE = """---
title: A fragment
author: Nobody
---
# Before

<% include "benchmarks.md" %>
"""

LEARNING = [name for name in CONTENDERS if name != "floor"]


def run_with(**parameters):
    usual = {"hidden_sizes": (24, 12), "activation": "relu", "optimizer": "sgd", "batch_size": 32}
    chosen = usual | parameters
    rate = {"sgd": 0.1, "adam": 0.001}[chosen["optimizer"]]
    return Run(backend="numpy", learning_rate=rate, epochs=1, seed=0, **chosen)


@pytest.fixture(scope="module")
def images(small_dataset):
    """330 images, so that the last batch is smaller than the others."""
    return replace(
        small_dataset,
        train_images=small_dataset.train_images[:330],
        train_labels=small_dataset.train_labels[:330],
    )


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_all_take_the_same_steps(images, optimizer, activation):
    """scikit-learn's Adam adds epsilon before the bias correction, the others after it.

    That makes its first steps shorter where gradients are no larger than epsilon.
    """
    run = run_with(optimizer=optimizer, activation=activation)
    order = np.arange(len(images.train_labels))
    found = {}
    for name in LEARNING:
        contender = CONTENDERS[name](run, images, shuffle=False)
        contender.epoch(order)
        found[name] = np.concatenate([p.ravel() for W_b in contender.parameters() for p in W_b])
    start = np.concatenate(
        [p.ravel() for W_b in CONTENDERS["numpy"](run, images).parameters() for p in W_b]
    )
    moved = np.linalg.norm(found["numpy"] - start)
    assert moved > 0.1
    for name in LEARNING:
        share = 0.03 if (name, optimizer) == ("sklearn", "adam") else 1e-3
        assert np.linalg.norm(found[name] - found["numpy"]) < share * moved, name


def test_those_that_take_an_order_follow_it(images):
    run = run_with()
    order = np.random.default_rng(1).permutation(len(images.train_labels))
    found = []
    for name in ("numpy", "torch", "torch_fused", "numpy_plain"):
        contender = CONTENDERS[name](run, images)
        contender.epoch(order)
        found.append(contender.parameters()[0][0])
    for other in found[1:]:
        np.testing.assert_allclose(other, found[0], atol=1e-5)


def test_the_fused_loop_takes_part_with_adam_alone():
    assert set(CONTENDERS) - set(contenders_for(run_with())) == {"torch_fused"}
    assert set(contenders_for(run_with(optimizer="adam"))) == set(CONTENDERS)


def test_the_floor_multiplies_what_a_step_multiplies(images, monkeypatch):
    shapes = []
    multiply = np.matmul

    def counted(a, b, out):
        shapes.append((*a.shape, b.shape[1]))
        return multiply(a, b, out=out)

    floor = Floor(run_with(batch_size=300), images)
    monkeypatch.setattr(np, "matmul", counted)
    floor.epoch(np.arange(330))
    expected = []
    for B in (300, 30):
        expected += [(B, 784, 24), (B, 24, 12), (B, 12, 10)]
        expected += [(12, B, 10), (B, 10, 12), (24, B, 12), (B, 12, 24), (784, B, 24)]
    assert shapes == expected


# --- trainers.py ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def times():
    """Made-up rounds of the main settings and of a grid of two; ours take half, but once."""
    rows = []
    chosen = [*trainers.settings("main")]
    chosen += [("grid", run_with(batch_size=8)), ("grid", run_with(optimizer="adam"))]
    for group, run in chosen:
        for number, drift in ((1, 1.0), (2, 1.5), (3, 0.5)):
            for name in contenders_for(run):
                seconds = {"numpy": 2.0, "torch": 3.0, "floor": 1.5}.get(name, 4.0)
                if name == "sklearn" and group == "grid" and run.optimizer == "adam":
                    seconds = 1.0 + number / 4
                rows.append(
                    {
                        "group": group,
                        "hidden_sizes": "-".join(map(str, run.hidden_sizes)),
                        "activation": run.activation,
                        "optimizer": run.optimizer,
                        "batch_size": run.batch_size,
                        "n_images": 50_000 if group == "main" else 10_000,
                        "contender": name,
                        "round": number,
                        "position": 1,
                        "seconds": drift * seconds,
                    }
                )
    return pd.DataFrame(rows)


@pytest.fixture
def ratios_csv(times, tmp_path):
    write_csv(trainers.ratios(times), tmp_path / "trainers_ratios.csv")
    return tmp_path / "trainers_ratios.csv"


def test_ratios_are_within_a_round(times):
    table = trainers.ratios(times)
    found = table[(table["group"] == "grid") & (table["optimizer"] == "adam")]
    row = found[(found["ours"] == "numpy") & (found["other"] == "sklearn")].iloc[0]
    assert row[["ratio_median", "ratio_min", "ratio_max"]].tolist() == [2 / 1.5, 2 / 1.75, 2 / 1.25]
    assert (row["our_seconds"], row["n_rounds"]) == (2.0, 3)
    row = found[(found["ours"] == "torch") & (found["other"] == "floor")].iloc[0]
    assert row[["ratio_median", "ratio_min", "ratio_max"]].tolist() == [2, 2, 2]
    assert set(found[found["ours"] == "torch"]["other"]) == {*CONTENDERS} - {"torch", "numpy"}
    assert set(found[found["ours"] == "numpy"]["other"]) == {*CONTENDERS} - {"numpy"}


def test_settings_are_those_of_the_issue():
    assert len(trainers.settings("main")) == 4
    grid = [run for group, run in trainers.settings("all") if group == "grid"]
    assert len(grid) == len(set(grid)) == 48


def test_a_small_measurement_end_to_end(tmp_path, small_dataset, write_dataset, monkeypatch):
    npz = write_dataset(tmp_path, small_dataset)
    chosen = [("main", run_with(hidden_sizes=(8,)))]
    monkeypatch.setattr(trainers, "settings", lambda which: chosen)
    arguments = [str(npz), str(tmp_path / "out"), "--images", "70", "--rounds", "2"]
    assert trainers.main(arguments) == 0
    table = pd.read_csv(tmp_path / "out/trainers.csv", dtype={"hidden_sizes": str})
    names = list(contenders_for(chosen[0][1]))
    assert table["n_images"].unique().tolist() == [70]
    for number, rows in table.groupby("round"):
        assert rows["contender"].tolist() == names[number:] + names[:number]
    assert json.loads((tmp_path / "out/machine.json").read_text())["packages"]["scikit-learn"]
    assert len(pd.read_csv(tmp_path / "out/trainers_ratios.csv")) == 2 * (len(names) - 1) - 1
    assert trainers.main([str(tmp_path / "none.npz"), str(tmp_path)]) == 1
    assert trainers.main([*arguments[:-1], "0"]) == 1


# --- facts, figure, prose -------------------------------------------------------------


def test_facts_by_hand(ratios_csv):
    found = values(book_of(ratios_csv).facts)
    assert (found["benchmarks.n_rounds"], found["benchmarks.n_peers"]) == (3, 4)
    assert found["benchmarks.main.sgd.b128.numpy.sklearn.ratio_median"] == 0.5
    assert found["benchmarks.main.adam.b32.torch.torch_fused.ratio_max"] == 0.75
    assert found["benchmarks.main.n_images"] == 50_000
    assert found["benchmarks.grid.n_settings"] == 2
    assert found["benchmarks.grid.numpy.n_slower"] == 1  # the floor is no peer
    assert found["benchmarks.grid.numpy.worst.other"] == "sklearn"
    assert found["benchmarks.grid.numpy.worst.ratio_median"] == pytest.approx(4 / 3)
    assert found["benchmarks.grid.numpy.floor.n_slower"] == 2
    assert found["benchmarks.grid.torch.torch_fused.n_settings"] == 1


@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_the_figure_has_a_mark_for_each_setting(ratios_csv, tmp_path, language):
    words = load_words(language, REPORT / "text")
    for name in ("benchmarks", "again"):
        draw("benchmarks", {"ratios": ratios_csv}, words, tmp_path / f"{name}.svg")
    svg = (tmp_path / "benchmarks.svg").read_text()
    assert svg == (tmp_path / "again.svg").read_text()
    for part in ("numpy-sklearn-sgd-32", "torch-torch_fused-adam-128-range", "numpy-torch-grid"):
        assert f'id="benchmarks-{part}"' in svg
    assert "torch_fused-sgd" not in svg


@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_the_figure_of_growth_has_each_line_through_each_size(tmp_path, language):
    growth = tmp_path / "growth.csv"
    growth.write_text(GROWTH)
    words = load_words(language, REPORT / "text")
    for name in ("growth", "again"):
        draw("growth", {"growth": growth}, words, tmp_path / f"{name}.svg")
    svg = (tmp_path / "growth.svg").read_text()
    assert svg == (tmp_path / "again.svg").read_text()
    for panel in ("seconds", "memory"):
        for work in ("dry_run", "collect"):
            [line] = re.findall(rf'<g id="growth-{panel}-{work}">\s*<path d="([^"]*)"', svg)
            assert len(re.findall("[ML]", line)) == len(read_csv(growth))


@pytest.fixture
def fragment(tmp_path, ratios_csv):
    """What the section is filled from in a language, with or without the benchmark."""

    def inputs(language, *, measured=True):
        made = build_out(tmp_path / "out")
        figures = tmp_path / "out/figures" / language
        figures.mkdir(exist_ok=True)
        for figure in ("benchmarks", "growth"):
            (figures / f"{figure}.svg").write_text("<svg/>")
        if measured:
            (tmp_path / "out/growth.csv").write_text(GROWTH)
            (tmp_path / "out/trainers_ratios.csv").write_bytes(ratios_csv.read_bytes())
            book = book_of(
                *(tmp_path / f"out/{name}.csv" for name in ("growth", "trainers_ratios"))
            )
            machine = tmp_path / "out/machine.json"
            machine.write_text(json.dumps(ENVIRONMENT | {"packages": PACKAGES}))
            add_machine(book, machine)
            book.facts |= json.loads(made.facts.read_text())
            book.write(made.facts)
        texts = shutil.copytree(REPORT / "text" / language, tmp_path / language)
        template = texts / "lab-report.md"
        template.write_text(TEMPLATE)
        return replace(made, template=template, figures=figures)

    return inputs


@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_the_section_is_whole_or_absent(fragment, language):
    source = fill(fragment(language))
    assert source.figures == ("benchmarks", "growth")
    for key in ("benchmarks.main.adam.b128.torch.torch_fused.ratio_max", "growth.2.runs"):
        assert f'data-key="{key}"' in source.markdown
    assert "openblas" not in source.markdown
    assert source.markdown.count("\n| NumPy |") == source.markdown.count("\n| PyTorch |") + 2


@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_without_the_benchmark_there_is_no_section(fragment, language):
    source = fill(fragment(language, measured=False))
    assert source.figures == ()
    assert "sec-benchmarks" not in source.markdown
