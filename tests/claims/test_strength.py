"""What seeds can see, against simulated t-tests and published sample sizes; other intervals."""

import math

import numpy as np
import pytest
from scipy import stats

from backprop_lab.claims.sensitivity import pooled, sign_flip
from backprop_lab.claims.strength import MOST_SEEDS, POWER, detectable, power, seeds_needed

#: Their standard deviation is 1.
UNIT = np.array([-1.0, 0.0, 1.0])


@pytest.mark.parametrize(("n", "effect"), [(3, 3.0), (5, 1.5), (10, 1.0)])
def test_power_is_the_share_of_simulated_criteria_that_are_decided(n, effect):
    drawn = np.random.default_rng(n).normal(effect, 1, (20000, n))
    t = drawn.mean(axis=1) / (drawn.std(axis=1, ddof=1) / math.sqrt(n))
    share = (t > stats.t.ppf(0.975, n - 1)).mean()
    assert power(n, effect) == pytest.approx(share, abs=0.015)


@pytest.mark.parametrize(("effect", "n"), [(0.2, 199), (0.5, 34), (0.8, 15)])
def test_needed_seeds_are_those_of_the_published_tables(effect, n):
    # Cohen's small, medium and large effect in a t-test of one mean, as G*Power gives them.
    assert seeds_needed(UNIT, effect) == n
    assert power(n - 1, effect) < POWER <= power(n, effect)


def test_the_detectable_difference_has_just_the_power():
    for values in (UNIT, np.array([0.1, 0.4, 0.2, 0.2, 0.35])):
        effect = detectable(values) / values.std(ddof=1)
        assert power(len(values), effect) == pytest.approx(POWER)


def test_what_cannot_be_known_or_reached_is_none():
    assert seeds_needed(UNIT, 0.001) is None
    assert power(MOST_SEEDS, 0.001) < POWER
    for values in (np.array([0.5]), np.full(3, 0.5)):
        assert detectable(values) is None
        assert seeds_needed(values, 0.1) is None


def test_the_pooled_variance_is_that_of_the_analysis_of_variance():
    first, second = np.array([1.0, 2.0, 4.0]), np.array([10.0, 10.5])
    pool = pooled([first, second, np.full(3, 7.0)])  # without a spread: left out
    squares = 2 * first.var(ddof=1) + second.var(ddof=1)
    assert pool.degrees == 3
    assert pool.std == pytest.approx(math.sqrt(squares / 3))
    low, high = stats.t.interval(0.95, 3, loc=first.mean(), scale=pool.std / math.sqrt(3))
    found = pool.interval(first)
    assert (found.low, found.high, found.method) == (
        pytest.approx(low),
        pytest.approx(high),
        "pooled",
    )
    assert pooled([first, np.full(3, 7.0)]) is None


def test_few_values_leave_the_sign_flip_interval_without_ends():
    assert math.isinf(sign_flip(UNIT).low)
    assert math.isfinite(sign_flip(np.arange(6.0)).low)
