"""Comparisons pair runs by seed; what diverged has no part in them."""

import math

import pandas as pd
import pytest
from facts_sample import run_row, small_facts, values

from backprop_lab.facts.comparisons import paired, time_ratio


def test_difference_is_paired_by_seed_and_leaves_diverged_runs_out(tmp_path):
    rows = [
        run_row("numpy", "sgd", 0, 0.95, seconds=3.0),
        run_row("numpy", "sgd", 1, 0.97, seconds=3.0),
        run_row("numpy", "sgd", 2, 0.99, seconds=3.0),
        run_row("torch", "sgd", 2, 0.98, seconds=2.0),
        run_row("torch", "sgd", 0, 0.93, seconds=2.0),
        run_row("torch", "sgd", 1, None, status="diverged", seconds=9.0),
    ]
    facts = small_facts(tmp_path, rows)
    key = "comparison.backend.360.relu.sgd"
    difference = facts[f"{key}.val_accuracy_difference_mean"]
    assert difference["value"] == pytest.approx((0.02 + 0.01) / 2)
    assert difference["n"] == 2
    assert difference["unit"] == "fraction"
    std = facts[f"{key}.val_accuracy_difference_std"]["value"]
    assert std == pytest.approx(0.01 / math.sqrt(2))
    assert facts[f"{key}.seconds_ratio"]["value"] == pytest.approx(1.5)
    assert facts["comparison.backend.n_numpy_higher"]["value"] == 1
    assert facts["comparison.backend.n_torch_higher"]["value"] == 0
    assert facts["runs.n_diverged"]["value"] == 1


def test_one_run_has_no_spread_and_no_fact_for_it(tmp_path):
    facts = small_facts(tmp_path, [run_row("numpy", "sgd", 0, 0.9), run_row("torch", "sgd", 0, 1)])
    key = "comparison.backend.360.relu.sgd.val_accuracy_difference"
    assert facts[f"{key}_mean"]["value"] == pytest.approx(-0.1)
    assert f"{key}_std" not in facts
    assert facts["comparison.backend.largest.val_accuracy_difference"]["value"] < 0


def test_where_every_run_diverged_there_is_no_difference(tmp_path):
    rows = [
        run_row("numpy", "sgd", 0, 0.9),
        run_row("torch", "sgd", 0, None, status="diverged"),
    ]
    facts = small_facts(tmp_path, rows)
    assert not [key for key in facts if "difference" in key]
    assert facts["comparison.backend.n_pairs"]["value"] == 1


def test_pairs_with_equal_means_are_counted(tmp_path):
    accuracies = {
        ("numpy", "sgd"): (0.9754, 0.9792),  # as good on average, seed for seed not
        ("torch", "sgd"): (0.9753, 0.9793),
        ("numpy", "adam"): (0.95, 0.95),
        ("torch", "adam"): (0.95, 0.96),
    }
    rows = [
        run_row(*setting, seed, value)
        for setting, values in accuracies.items()
        for seed, value in enumerate(values)
    ]
    facts = small_facts(tmp_path, rows)
    value = values(facts)
    assert value["comparison.backend.n_equal"] == 1
    assert value["comparison.backend.n_numpy_higher"] == 0
    assert value["comparison.backend.n_torch_higher"] == 1
    assert value["comparison.optimizer.n_equal"] == 0


@pytest.mark.parametrize("diverged", ["sgd", "adam"])
def test_a_pair_without_completed_runs_has_no_part_in_the_range_of_times(tmp_path, diverged):
    rows = [
        run_row(backend, optimizer, 0, 0.9, status="diverged" if bad else "completed", seconds=s)
        for optimizer in ("sgd", "adam")
        for backend, s in (("numpy", 3.0), ("torch", 2.0))
        for bad in [(backend, optimizer) == ("torch", diverged)]
    ]
    facts = small_facts(tmp_path, rows)
    for name in ("min", "max", "median"):
        assert facts[f"comparison.backend.seconds_ratio_{name}"]["value"] == pytest.approx(1.5)


def test_paired_of_rows_without_a_common_seed():
    left = pd.DataFrame([run_row("numpy", "sgd", 0, 0.9)])
    right = pd.DataFrame([run_row("torch", "sgd", 1, 0.9)])
    assert paired(left, right, "val_accuracy").n == 0
    assert time_ratio(left, right) == 1
