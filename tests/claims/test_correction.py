"""Holm's correction against the closed test procedure; p-values against intervals and t-tests."""

import itertools

import numpy as np
import pytest
from scipy import stats

from backprop_lab.claims.correction import corrected, decision_p, holm
from backprop_lab.results.statistics import mean_interval


def _closed_bonferroni(p_values):
    """Adjust by closed testing: the largest Bonferroni p of all sets that hold the hypothesis."""
    m = len(p_values)
    adjusted = [0.0] * m
    for size in range(1, m + 1):
        for chosen in itertools.combinations(range(m), size):
            p = min(1.0, size * min(p_values[i] for i in chosen))
            for i in chosen:
                adjusted[i] = max(adjusted[i], p)
    return adjusted


@pytest.mark.parametrize("seed", range(20))
def test_holm_is_the_closed_test_of_bonferroni(seed):
    p_values = np.random.default_rng(seed).beta(0.4, 2, 6).tolist()
    found = holm(dict(zip("abcdef", p_values, strict=True)))
    assert list(found) == list("abcdef")
    assert list(found.values()) == pytest.approx(_closed_bonferroni(p_values))


def test_equal_values_and_none():
    assert holm({"a": 0.02, "b": 0.02}) == {"a": 0.04, "b": 0.04}
    assert holm({"a": 0.0, "b": 1.0}) == {"a": 0.0, "b": 1.0}
    assert holm({}) == {}


@pytest.mark.parametrize("seed", range(20))
def test_times_are_adjusted_among_all_and_move_no_other(seed):
    p_values = dict(zip("abcdef", np.random.default_rng(seed).beta(0.4, 2, 6), strict=True))
    timed = {"b", "e"}
    found, strict = corrected(p_values, timed), holm(p_values)
    assert list(found) == list("abcdef")
    assert {name: found[name] for name in timed} == {name: strict[name] for name in timed}
    assert all(found[name] >= strict[name] for name in "acdf")
    other_clock = corrected(p_values | {"b": 0.0, "e": 1.0}, timed)
    assert {found[name] - other_clock[name] for name in "acdf"} == {0.0}
    alone = holm({name: p_values[name] for name in "acdf"})
    assert all(found[name] >= alone[name] for name in "acdf")


@pytest.mark.parametrize("region", [(0.0, np.inf), (-np.inf, 0.5), (-1.0, 0.4)])
@pytest.mark.parametrize("seed", range(5))
def test_a_criterion_is_decided_at_its_own_alpha_and_not_below(region, seed):
    values = np.random.default_rng(seed).normal(0.3, 0.5, 5)
    p = decision_p(values, region)

    def decided(alpha):
        found = mean_interval(values, level=1 - alpha)
        inside = region[0] <= found.low and found.high <= region[1]
        return inside or found.high < region[0] or found.low > region[1]

    assert decided(min(p * 1.001, 0.9999))
    assert not decided(p * 0.999)


def test_it_is_the_t_test_on_the_nearest_bound():
    values = np.array([0.1, 0.3, 0.25, 0.4])
    expected = stats.ttest_1samp(values, 0.2).pvalue
    assert decision_p(values, (0.2, 5.0)) == pytest.approx(expected)
    assert decision_p(values, (-np.inf, 0.2)) == pytest.approx(expected)


def test_a_bootstrapped_interval_has_one_too():
    values = np.random.default_rng(0).normal(0.2, 1, 40)
    expected = stats.ttest_1samp(values, 0).pvalue
    assert decision_p(values, (0.0, np.inf)) == pytest.approx(expected, abs=0.05)


def test_nothing_is_known_without_a_spread():
    assert decision_p(np.array([0.5, 0.5, 0.5]), (0.0, 1.0)) is None
    assert decision_p(np.array([0.5]), (0.0, 1.0)) is None
