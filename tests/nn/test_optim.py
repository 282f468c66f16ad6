"""Both optimisers against torch.optim and against the written formulas."""

import numpy as np
import pytest
import torch

from backprop_lab.nn import torch_optim
from backprop_lab.nn.optim import OPTIMIZERS, SGD, Adam, Optimizer

STEPS = 50


def _gradients(n, dtype=np.float64, seed=0):
    """Draw a gradient for each step: of many magnitudes, some entries always or often zero."""
    rng = np.random.default_rng(seed)
    scale = 10.0 ** rng.uniform(-6, 0, n) * (rng.random(n) < 0.9)
    return [
        (scale * rng.standard_normal(n) * (rng.random(n) < 0.8)).astype(dtype) for _ in range(STEPS)
    ]


def _start(n, dtype=np.float64):
    return np.random.default_rng(1).standard_normal(n).astype(dtype)


def _run(optimizer, parameters, gradients):
    """Hand an optimiser gradients as a layer does: gradient ← keep · gradient + factor · g."""
    optimizer.bind(parameters)
    for g in gradients:
        optimizer.gradient *= optimizer.keep
        optimizer.gradient += optimizer.factor * g
        optimizer.step()
    return parameters


def _run_torch(optimizer, parameters, gradients, **options):
    w = torch.tensor(parameters, requires_grad=True)
    optimizer = optimizer([w], **options)
    for g in gradients:
        w.grad = torch.tensor(g)
        optimizer.step()
    return w.detach().numpy()


@pytest.mark.parametrize("n", [1, 1000])
@pytest.mark.parametrize(
    ("ours", "theirs", "learning_rate"),
    [(SGD, torch.optim.SGD, 0.1), (Adam, torch.optim.Adam, 0.001)],
)
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-12), (np.float32, 2e-6)])
def test_optimiser_matches_torch(ours, theirs, learning_rate, n, dtype, tolerance):
    gradients = _gradients(n, dtype)
    expected = _run_torch(theirs, _start(n, dtype), gradients, lr=learning_rate)
    actual = _run(ours(learning_rate), _start(n, dtype), gradients)
    assert actual.dtype == dtype
    np.testing.assert_allclose(actual, expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("name", OPTIMIZERS)
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-12), (np.float32, 2e-6)])
def test_both_optimisers_of_a_name_take_the_same_steps(name, dtype, tolerance):
    gradients, w = _gradients(1000, dtype), torch.tensor(_start(1000, dtype))
    theirs = torch_optim.OPTIMIZERS[name]([w], 0.01)
    for g in gradients:
        theirs.step([torch.tensor(g)])
    actual = _run(OPTIMIZERS[name](0.01), _start(1000, dtype), gradients)
    np.testing.assert_allclose(actual, w.numpy(), rtol=tolerance, atol=tolerance)


def test_adam_matches_torch_with_other_constants():
    gradients = _gradients(1000)
    expected = _run_torch(
        torch.optim.Adam, _start(1000), gradients, lr=0.01, betas=(0.8, 0.99), eps=1e-3
    )
    actual = _run(Adam(0.01, beta1=0.8, beta2=0.99, epsilon=1e-3), _start(1000), gradients)
    np.testing.assert_allclose(actual, expected, rtol=1e-12, atol=1e-12)


def test_sgd_matches_its_formula():
    gradients = _gradients(1000)
    expected = _start(1000) - 0.1 * np.sum(gradients, axis=0)
    np.testing.assert_allclose(_run(SGD(0.1), _start(1000), gradients), expected, atol=1e-13)


def test_adam_matches_its_formula():
    w, m, v = _start(1000), np.zeros(1000), np.zeros(1000)
    for t, g in enumerate(_gradients(1000), start=1):
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g**2
        w = w - 0.001 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    actual = _run(Adam(0.001), _start(1000), _gradients(1000))
    np.testing.assert_allclose(actual, w, rtol=1e-12, atol=1e-12)


def test_first_step_of_adam_has_the_size_of_the_learning_rate():
    g = np.array([1e-3, -5.0, 400.0])
    moved = _run(Adam(0.01), np.zeros(3), [g])
    np.testing.assert_allclose(moved, -0.01 * np.sign(g), rtol=1e-4)


def test_adam_never_moves_a_parameter_that_has_no_gradient():
    start = _start(10)
    np.testing.assert_array_equal(_run(Adam(0.01), start.copy(), [np.zeros(10)] * 5), start)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_parameters_change_in_place_and_state_starts_afresh(name):
    optimizer = OPTIMIZERS[name](0.1)
    gradients = _gradients(100)
    first, second = _start(100), _start(100)
    assert _run(optimizer, first, gradients) is optimizer.parameters
    _run(optimizer, second, gradients)
    np.testing.assert_array_equal(first, second)
    assert not np.array_equal(first, _start(100))


def test_base_optimiser_keeps_the_gradient_and_changes_nothing():
    gradients, optimizer = _gradients(100), Optimizer()
    np.testing.assert_array_equal(_run(optimizer, _start(100), gradients), _start(100))
    np.testing.assert_array_equal(optimizer.gradient, gradients[-1])
