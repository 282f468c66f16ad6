"""Intervals for new seeds and new images: the formulae, and how often they hold the truth."""

import re
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import coverage
from backprop_lab.results.statistics import mean_interval
from backprop_lab.results.two_way import image_variance, two_way_interval


def test_the_images_part_is_the_estimate_of_the_two_way_analysis_of_variance():
    table = np.random.default_rng(0).normal(size=(4, 30)) + np.linspace(0, 3, 30)
    rest = table - table.mean(axis=0) - table.mean(axis=1)[:, None] + table.mean()
    ms_image = 4 * table.mean(axis=0).var(ddof=1)
    ms_rest = (rest**2).sum() / (3 * 29)
    assert image_variance(table) == pytest.approx((ms_image - ms_rest) / (4 * 30))


def test_images_that_add_nothing_leave_students_interval():
    values = np.array([0.95, 0.97, 0.96])
    table = np.repeat(values[:, None], 20, axis=1)  # every image alike
    found, student = two_way_interval(values, [table]), mean_interval(values)
    assert (found.low, found.high) == pytest.approx((student.low, student.high))
    assert found.method == "two_way"


def test_seeds_that_agree_on_every_image_leave_the_interval_of_the_images():
    told = np.arange(1000) < 900
    found = two_way_interval(np.full(3, 0.9), [np.tile(told, (3, 1)).astype(float)])
    half = stats.norm.ppf(0.975) * told.std(ddof=1) / 1000**0.5
    assert (found.low, found.high) == pytest.approx((0.9 - half, 0.9 + half))


def test_new_images_never_make_the_interval_shorter():
    rng = np.random.default_rng(2)
    for seed_effect in (0.001, 0.01, 0.05, 0.2):
        table = (rng.random((3, 400)) < 0.6 + rng.normal(0, seed_effect, (3, 1))).astype(float)
        values = table.mean(axis=1)
        found, student = two_way_interval(values, [table]), mean_interval(values)
        assert found.low <= student.low + 1e-12
        assert found.high >= student.high - 1e-12


def test_independent_sets_of_images_add_up():
    rng = np.random.default_rng(1)
    first, second = rng.random((2, 5, 200)) < rng.random((2, 1, 200))
    values = first.mean(axis=1) - second.mean(axis=1)
    both = two_way_interval(values, [first.astype(float), -second.astype(float)])
    one = two_way_interval(values, [first.astype(float)])
    assert both.high - both.low > one.high - one.low


@pytest.mark.parametrize("world", coverage.WORLDS)
@pytest.mark.parametrize("estimate", coverage.ESTIMATES)
def test_the_interval_holds_the_truth_as_often_as_it_says(estimate, world):
    found = coverage.coverage(estimate, world, 3, 1500)
    assert 0.93 <= found["two_way"] <= 0.97


def test_the_documented_shares_are_within_what_is_said_of_them():
    """The last column of the table in docs/how-to/undecided.md, against the sentence below it."""
    text = (Path(__file__).parents[2] / "docs/how-to/undecided.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (?:one accuracy|a difference) \|.*\| ([\d., ]+) \|$", text, re.M)
    shares = [float(share) for row in rows for share in row.split(", ")]
    assert len(shares) == len(coverage.ESTIMATES) * len(coverage.WORLDS) * len(coverage.N_SEEDS)
    low, high = re.search(r"images hold it in ([\d.]+) to ([\d.]+) %", text).groups()
    assert float(low) <= min(shares)
    assert max(shares) <= float(high)
