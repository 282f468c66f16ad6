"""Holm's correction, against the closed test procedure, of which it is the short form."""

import itertools

import numpy as np
import pytest

from backprop_lab.claims.correction import holm


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
