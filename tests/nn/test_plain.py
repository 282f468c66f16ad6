"""The plain network computes what the fast one does."""

import numpy as np
import pytest
from network_cases import random_batch, random_parameters, settings

from backprop_lab.nn.network import Network
from backprop_lab.nn.plain import ACTIVATIONS, PlainNetwork

N, BATCH_SIZE, RATE = 203, 16, 0.1  # the last batch is smaller


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("hidden_sizes", [[12], [12, 8], [12, 8, 5]], ids=str)
def test_plain_and_fast_give_the_same_numbers(hidden_sizes, activation):
    parameters = random_parameters([20, *hidden_sizes, 4])
    images, labels = random_batch(N, 20, 4)
    plain = PlainNetwork(parameters, activation)
    fast = Network(parameters, activation, settings(learning_rate=RATE, batch_size=BATCH_SIZE))
    rng = np.random.default_rng(2)
    for _ in range(3):
        order = rng.permutation(N)
        result = plain.train_epoch(images, labels, order, BATCH_SIZE, RATE)
        assert result == pytest.approx(fast.train_epoch(images, labels, order), rel=1e-9)
    for ours, theirs in zip(plain.parameters, fast.parameters(), strict=True):
        np.testing.assert_allclose(ours[0], theirs[0], rtol=1e-9, atol=1e-14)
        np.testing.assert_allclose(ours[1], theirs[1], rtol=1e-9, atol=1e-14)
    logits = plain.forward(images)[1]
    np.testing.assert_allclose(logits, fast.logits(images), rtol=1e-9, atol=1e-12)


def test_parameters_given_are_left_alone():
    parameters = random_parameters([5, 4, 3])
    images, labels = random_batch(8, 5, 3)
    PlainNetwork(parameters, "relu").train_epoch(images, labels, np.arange(8), 4, RATE)
    for given, again in zip(parameters, random_parameters([5, 4, 3]), strict=True):
        np.testing.assert_array_equal(given[0], again[0])
        np.testing.assert_array_equal(given[1], again[1])
