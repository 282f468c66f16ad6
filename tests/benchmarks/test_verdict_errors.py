"""Verdicts on made-up criteria of which the truth is known: few are wrong, however often one looks.

The benchmark itself has 10,000 truths: `snakemake --cores 1 verdict_errors`.
"""

import math

import numpy as np
import pandas as pd
import pytest

import verdict_errors
from backprop_lab.claims.sequential import Look

#: Half of them at the bound.
TRUTHS = 400


@pytest.fixture(scope="module")
def rows(tmp_path_factory):
    folder = tmp_path_factory.mktemp("errors")
    assert verdict_errors.main([str(folder), "--truths", str(TRUTHS)]) == 0
    return pd.read_csv(folder / "verdict_errors.csv")


def test_at_most_one_verdict_in_twenty_is_wrong(rows):
    judged = rows[(rows["noise"] == "all") & (rows["rule"] != "unpaid")]
    assert len(judged) == 3 * 2 * 2
    # Three standard errors of a share of 5 % among so many.
    assert (judged["wrong"] <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / judged["n"])).all()


def test_further_looks_leave_fewer_undecided_and_cost_seeds(rows):
    shown = rows[(rows["noise"] == "all") & (rows["truths"] == "spread")]
    by_rule = shown.pivot(index="seeds", columns="rule")
    assert (by_rule["undecided"]["sequential"] < by_rule["undecided"]["fixed"]).all()
    assert (by_rule["mean_seeds"]["fixed"] == [3, 5, 10]).all()
    assert (by_rule["mean_seeds"]["sequential"] > by_rule["mean_seeds"]["fixed"]).all()
    assert (by_rule["mean_seeds"]["sequential"] <= 40).all()


def test_a_verdict_is_wrong_where_it_is_the_opposite_of_the_truth():
    values = np.array([1.0, 1.1, 0.9])
    inside = verdict_errors.World((0.0, math.inf), 0.1, "normal", False, values)
    outside = verdict_errors.World((0.0, math.inf), -0.1, "normal", False, values)
    assert inside.judge(Look(3, 0.95)) == outside.judge(Look(3, 0.95)) == "supported"
    assert not inside.is_wrong("supported")
    assert outside.is_wrong("supported")
    assert inside.is_wrong("opposed")
    assert not outside.is_wrong("opposed")
    assert not inside.is_wrong("undecided")


@pytest.mark.parametrize("noise", verdict_errors.NOISES)
def test_the_noises_have_mean_0_and_standard_deviation_1(noise):
    drawn, scale = verdict_errors.NOISES[noise]
    values = drawn(np.random.default_rng(1), 200_000) / scale
    assert values.mean() == pytest.approx(0, abs=0.01)
    assert values.std() == pytest.approx(1, abs=0.05)
