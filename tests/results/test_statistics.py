"""Statistics against tabulated values, published examples and numbers worked out by hand."""

import itertools
import math

import numpy as np
import pytest

from backprop_lab.results.statistics import (
    BOOTSTRAP_FROM,
    mean_interval,
    outperformance,
    paired_difference,
    slope,
    std_interval,
    summarize,
    two_proportions,
    wilson_interval,
)


def test_summary_leaves_out_what_is_not_finite():
    found = summarize([1.0, math.nan, 3.0, math.inf])
    assert (found.n, found.mean, found.min, found.max) == (2, 2.0, 1.0, 3.0)
    assert found.std == pytest.approx(math.sqrt(2))


def test_t_interval_with_the_tabulated_quantile():
    # t(0.975, 2) = 4.303; mean 2, s = 1, n = 3.
    found = mean_interval([1.0, 2.0, 3.0])
    assert found.method == "t"
    assert (found.estimate, found.n) == (2.0, 3)
    assert found.high - 2 == pytest.approx(4.3027 / math.sqrt(3), abs=1e-4)
    assert 2 - found.low == pytest.approx(found.high - 2)


@pytest.mark.parametrize(("values", "estimate", "n"), [([], math.nan, 0), ([0.5], 0.5, 1)])
def test_fewer_than_two_values_have_no_interval(values, estimate, n):
    found = mean_interval(values)
    assert found.n == n
    assert found.estimate == pytest.approx(estimate, nan_ok=True)
    assert math.isnan(found.low)
    assert math.isnan(found.high)


def test_equal_values_have_an_interval_of_no_width():
    found = mean_interval([0.098] * 3)
    assert found.low == found.high == found.estimate == pytest.approx(0.098)


def test_many_values_are_bootstrapped_and_the_same_each_time():
    values = np.random.default_rng(1).normal(5, 2, BOOTSTRAP_FROM)
    found = mean_interval(values)
    assert found.method == "bootstrap"
    assert found == mean_interval(values)
    standard_error = values.std(ddof=1) / math.sqrt(len(values))
    assert found.low == pytest.approx(values.mean() - 1.96 * standard_error, abs=0.15)
    assert found.high == pytest.approx(values.mean() + 1.96 * standard_error, abs=0.15)


def test_t_interval_covers_the_mean_as_often_as_it_says():
    rng = np.random.default_rng(2)
    found = [mean_interval(rng.normal(0, 1, 3)) for _ in range(1000)]
    covered = sum(interval.low <= 0 <= interval.high for interval in found) / len(found)
    assert covered == pytest.approx(0.95, abs=0.02)


def test_pairing_cancels_what_both_sides_share():
    second = np.array([0.1, 0.5, 0.9])
    found = paired_difference(second + 0.01, second)
    assert found.low == pytest.approx(0.01)
    assert found.high == pytest.approx(0.01)


def test_the_sign_flip_interval_holds_the_means_that_its_test_does_not_reject():
    values = np.array([0.3, -0.1, 0.8, 0.45, 0.2, 0.6, 0.05, 0.33])

    def p_value(mean):
        """Share of all changes of signs with a mean at least as far from 0."""
        centred = values - mean
        signs = itertools.product((-1, 1), repeat=len(values))
        found = [abs(np.dot(sign, centred)) for sign in signs]
        return np.mean(np.array(found) >= abs(centred.sum()) - 1e-12)

    found = mean_interval(values, method="sign_flip")
    for end, inwards in ((found.low, 1e-6), (found.high, -1e-6)):
        assert p_value(end + inwards) > 0.05
        assert p_value(end - inwards) <= 0.05


def test_five_values_are_too_few_for_a_sign_flip_interval():
    found = mean_interval([1.0, 2.0, 3.0, 4.0, 5.0], method="sign_flip")
    assert (found.low, found.high) == (-math.inf, math.inf)
    six = mean_interval([1.0, 2.0, 3.0, 4.0, 5.0, 6.0], method="sign_flip")
    assert (six.low, six.high) == (1.0, 6.0)


@pytest.mark.parametrize("method", ["t", "sign_flip", "bootstrap"])
def test_a_higher_level_gives_a_wider_interval(method):
    values = np.random.default_rng(0).normal(0, 1, 20)
    wide, narrow = (mean_interval(values, level=level, method=method) for level in (0.99, 0.9))
    assert wide.low < narrow.low < narrow.high < wide.high


def test_slope_of_a_line_and_of_one_point():
    assert slope([0, 1, 3], [1, 3, 7]) == pytest.approx(2)
    assert math.isnan(slope([1, 1], [2, 3]))


def test_wilson_against_the_formula():
    # Wilson (1927): (p + z^2/2n +- z sqrt(p q / n + z^2/4n^2)) / (1 + z^2/n)
    n, p, z = 10000, 0.9646, 1.959964
    half = z * math.sqrt(p * (1 - p) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    centre = (p + z**2 / (2 * n)) / (1 + z**2 / n)
    found = wilson_interval(9646, n)
    assert found.low == pytest.approx(centre - half, abs=1e-9)
    assert found.high == pytest.approx(centre + half, abs=1e-9)


def test_outperformance_counts_pairs_and_halves_ties():
    found = outperformance([3, 3, 1, 5], [1, 3, 2, 4])
    assert (found.estimate, found.n) == (2.5 / 4, 4)
    assert found.low == wilson_interval(2, 4).low
    assert found.high == wilson_interval(3, 4).high


def test_three_wins_of_three_do_not_prove_outperformance():
    found = outperformance([1, 1, 1], [0, 0, 0])
    assert found.estimate == 1
    assert found.low < 0.5


def test_outperformance_leaves_out_pairs_without_a_value():
    assert outperformance([1, math.nan], [0, 0]).n == 1
    assert outperformance([math.nan], [0]).n == 0


def test_std_interval_with_tabulated_quantiles():
    # chi2(0.975, 4) = 11.143, chi2(0.025, 4) = 0.4844
    found = std_interval([1, 2, 3, 4, 5])
    assert found.estimate == pytest.approx(math.sqrt(2.5))
    assert found.low == pytest.approx(found.estimate * math.sqrt(4 / 11.143), rel=1e-4)
    assert found.high == pytest.approx(found.estimate * math.sqrt(4 / 0.4844), rel=1e-4)
    assert math.isnan(std_interval([1]).estimate)


def test_two_proportions_of_the_original():
    found = two_proportions(0.9646, 0.9406, 10000, 10000)
    assert found.z == pytest.approx(7.99, abs=0.01)
    assert found.p_value < 1e-14
    assert found.difference.low == pytest.approx(0.0181, abs=1e-4)
    same = two_proportions(1.0, 1.0, 10, 10)
    assert (same.z, same.p_value) == (0.0, 1.0)
