"""Softmax and cross-entropy against PyTorch, against the formulas, and at extremes."""

import math
import warnings

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from backprop_lab.nn.losses import (
    accuracy,
    cross_entropy,
    cross_entropy_gradient,
    softmax,
    softmax_cross_entropy,
)

LABELS = np.array([0, 3, 1, 1, 2])
LOGITS = 3 * np.random.default_rng(0).standard_normal((len(LABELS), 4))

some_logits = hnp.arrays(
    np.float64, hnp.array_shapes(min_dims=2, max_dims=2, max_side=8), elements=st.floats(-1e4, 1e4)
)


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-15), (np.float32, 1e-6)])
def test_loss_and_gradient_match_autograd(dtype, tolerance):
    logits = torch.tensor(LOGITS.astype(dtype), requires_grad=True)
    theirs = torch.nn.functional.cross_entropy(logits, torch.tensor(LABELS))
    theirs.backward()
    loss, gradient = softmax_cross_entropy(LOGITS.astype(dtype), LABELS)
    assert gradient.dtype == dtype
    assert loss == pytest.approx(theirs.item(), abs=10 * tolerance)
    np.testing.assert_allclose(gradient, logits.grad.numpy(), atol=tolerance)


def test_loss_and_gradient_match_their_formulas():
    p = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)
    y = np.eye(4)[LABELS]
    loss, gradient = softmax_cross_entropy(LOGITS, LABELS)
    np.testing.assert_allclose(softmax(LOGITS), p, rtol=1e-14)
    assert loss == pytest.approx(-(y * np.log(p)).sum() / len(y), rel=1e-14)
    np.testing.assert_allclose(gradient, (p - y) / len(y), atol=1e-16)


def test_gradient_matches_central_differences():
    step = 1e-5
    numeric = np.empty_like(LOGITS)
    for i in np.ndindex(LOGITS.shape):
        bump = np.zeros_like(LOGITS)
        bump[i] = step
        numeric[i] = (
            cross_entropy(LOGITS + bump, LABELS) - cross_entropy(LOGITS - bump, LABELS)
        ) / (2 * step)
    np.testing.assert_allclose(cross_entropy_gradient(LOGITS, LABELS), numeric, atol=1e-10)


def test_gradient_is_written_into_the_buffer_given_and_logits_are_left_alone():
    logits, buffer = LOGITS.copy(), np.empty_like(LOGITS)
    assert cross_entropy_gradient(logits, LABELS, buffer) is buffer
    np.testing.assert_array_equal(logits, LOGITS)


@given(some_logits, st.floats(-1e3, 1e3))
def test_probabilities_sum_to_one_and_do_not_see_a_shift(logits, shift):
    p = softmax(logits)
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-12)
    np.testing.assert_allclose(softmax(logits + shift), p, atol=1e-10)


@given(some_logits, st.integers(0, 2**32))
def test_loss_is_not_negative_and_gradients_of_a_row_cancel(logits, seed):
    labels = np.random.default_rng(seed).integers(0, logits.shape[1], len(logits))
    loss, gradient = softmax_cross_entropy(logits, labels)
    assert loss >= 0
    np.testing.assert_allclose(gradient.sum(axis=1), 0, atol=1e-12)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_large_logits_neither_overflow_nor_lose_the_loss(dtype):
    logits = np.array([[1e4, 0, -1e4]] * 3, dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loss, gradient = softmax_cross_entropy(logits, np.array([0, 1, 2]))
    assert loss == pytest.approx((0 + 1e4 + 2e4) / 3)  # -log of probabilities that round to 0
    np.testing.assert_allclose(gradient * 3, [[0, 0, 0], [1, -1, 0], [1, 0, -1]], atol=1e-6)


def test_equal_logits_cost_the_logarithm_of_the_number_of_classes():
    assert cross_entropy(np.zeros((6, 10)), np.arange(6)) == pytest.approx(math.log(10))


def test_mean_loss_of_many_float32_rows_is_summed_in_double():
    logits = np.tile(LOGITS.astype(np.float32), (20_000, 1))
    labels = np.tile(LABELS, 20_000)
    assert cross_entropy(logits, labels) == pytest.approx(
        cross_entropy(LOGITS.astype(np.float32), LABELS), rel=1e-7
    )


def test_non_finite_logits_give_a_non_finite_loss():
    with np.errstate(all="ignore"):
        assert math.isnan(cross_entropy(np.array([[np.nan, 0.0]]), np.array([0])))
        assert not math.isfinite(cross_entropy(np.array([[np.inf, 0.0]]), np.array([0])))


def test_accuracy_counts_the_rows_whose_largest_logit_is_the_labels():
    logits = np.array([[2.0, 1, 0], [0, 1, 2], [0, 3, 1], [5, 3, 1]])
    assert accuracy(logits, np.array([0, 2, 0, 1])) == 0.5
