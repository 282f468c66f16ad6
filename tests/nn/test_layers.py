"""Each layer against PyTorch's autograd and against its formula."""

import warnings

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from backprop_lab.nn import torch_network
from backprop_lab.nn.layers import ACTIVATIONS, Accumulator, Linear, ReLU, Sigmoid

B, N_IN, N_OUT = 5, 7, 3


def _linear(n_in=N_IN, n_out=N_OUT, rows=B, dtype=np.float64, seed=0, **options):
    """Make a Linear layer with its gradients kept apart, and NaN where they will be."""
    rng = np.random.default_rng(seed)
    W, b = (
        rng.standard_normal((n_in, n_out)).astype(dtype),
        rng.standard_normal(n_out).astype(dtype),
    )
    dW, db = np.full_like(W, np.nan), np.full_like(b, np.nan)
    return Linear(W, b, Accumulator(dW, db, **options), rows)


def _draw(*shape, seed=1, dtype=np.float64):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


def _autograd(function, x, g, *parameters):
    """Return function(x, *parameters) and the gradients of all arguments, by PyTorch."""
    tensors = [torch.tensor(array, requires_grad=True) for array in (x, *parameters)]
    y = function(*tensors)
    y.backward(torch.tensor(g))
    return y.detach().numpy(), *(tensor.grad.numpy() for tensor in tensors)


@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-14), (np.float32, 1e-5)])
def test_linear_matches_autograd(dtype, tolerance):
    layer = _linear(dtype=dtype)
    x, g = _draw(B, N_IN, dtype=dtype), _draw(B, N_OUT, seed=2, dtype=dtype)
    y, gx, dW, db = _autograd(lambda x, W, b: x @ W + b, x, g, layer.W, layer.b)
    for ours, theirs in ((layer.forward(x), y), (layer.backward(g), gx)):
        assert ours.dtype == dtype
        np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(layer.dW, dW, rtol=tolerance, atol=tolerance)
    np.testing.assert_allclose(layer.db, db, rtol=tolerance, atol=tolerance)


@given(
    n_in=st.integers(1, 9),
    n_out=st.integers(1, 9),
    batch=st.integers(1, 6),
    spare=st.integers(0, 3),
)
def test_linear_matches_its_formula_for_any_shape(n_in, n_out, batch, spare):
    layer = _linear(n_in, n_out, rows=batch + spare)
    x, g = _draw(batch, n_in), _draw(batch, n_out, seed=2)
    np.testing.assert_allclose(layer.forward(x), x @ layer.W + layer.b, atol=1e-13)
    np.testing.assert_allclose(layer.backward(g), g @ layer.W.T, atol=1e-13)
    np.testing.assert_allclose(layer.dW, x.T @ g, atol=1e-13)
    np.testing.assert_allclose(layer.db, g.sum(axis=0), atol=1e-13)


def test_linear_adds_its_gradients_as_asked():
    layer = _linear(keep=0.5, factor=-3.0)
    layer.dW[:], layer.db[:] = _draw(N_IN, N_OUT, seed=3), _draw(N_OUT, seed=4)
    dW, db = layer.dW.copy(), layer.db.copy()
    x, g = _draw(B, N_IN), _draw(B, N_OUT, seed=2)
    layer.forward(x)
    layer.backward(g)
    np.testing.assert_allclose(layer.dW, 0.5 * dW - 3 * x.T @ g, atol=1e-13)
    np.testing.assert_allclose(layer.db, 0.5 * db - 3 * g.sum(axis=0), atol=1e-13)


def test_linear_hands_back_the_gradient_of_the_weights_before_their_update():
    W, b = _draw(N_IN, N_OUT), _draw(N_OUT)
    before = W.copy()
    layer = Linear(W, b, Accumulator(W, b, keep=1.0, factor=-0.1), rows=B)
    x, g = _draw(B, N_IN), _draw(B, N_OUT, seed=2)
    layer.forward(x)
    np.testing.assert_allclose(layer.backward(g), g @ before.T, atol=1e-14)
    np.testing.assert_allclose(layer.W, before - 0.1 * x.T @ g, atol=1e-14)


@pytest.mark.parametrize("weights", ["mean", "sum"])
@pytest.mark.parametrize("biases", ["mean", "sum"])
def test_linear_sums_over_the_rows_of_this_batch(weights, biases):
    layer = _linear(weight_gradient=weights, bias_gradient=biases)
    rows = B - 1  # a partial batch: its own size counts, not the layer's
    x, g = _draw(rows, N_IN), _draw(rows, N_OUT, seed=2)
    layer.forward(x)
    np.testing.assert_allclose(layer.backward(g), g @ layer.W.T, atol=1e-14)
    scale = {"mean": 1, "sum": rows}
    np.testing.assert_allclose(layer.dW, scale[weights] * x.T @ g, atol=1e-13)
    np.testing.assert_allclose(layer.db, scale[biases] * g.sum(axis=0), atol=1e-13)


def test_gradients_alone_are_those_of_backward():
    x, g = _draw(B, N_IN), _draw(B, N_OUT, seed=2)
    one, other = _linear(), _linear()
    for layer, add_up in ((one, one.backward), (other, other.accumulate)):
        layer.forward(x)
        add_up(g)
    np.testing.assert_array_equal(one.dW, other.dW)
    np.testing.assert_array_equal(one.db, other.db)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-15), (np.float32, 1e-6)])
def test_activations_match_autograd(name, dtype, tolerance):
    x, g = 4 * _draw(B, N_IN, dtype=dtype), _draw(B, N_IN, seed=2, dtype=dtype)
    y, gx = _autograd(torch_network.ACTIVATIONS[name](), x, g)
    given_x, given_g = x.copy(), g.copy()
    ours = ACTIVATIONS[name](N_IN, B + 2, dtype)
    np.testing.assert_allclose(ours.forward(x), y, atol=tolerance)
    np.testing.assert_allclose(ours.backward(g), gx, atol=tolerance)
    np.testing.assert_array_equal(x, given_x)
    np.testing.assert_array_equal(g, given_g)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_match_central_differences(name):
    x, step = 4 * _draw(B, N_IN), 1e-5  # no x is so near 0 that a step crosses a kink there
    layer = ACTIVATIONS[name](N_IN, B, x.dtype)
    above, below = layer.forward(x + step).copy(), layer.forward(x - step).copy()
    layer.forward(x)
    slope = layer.backward(np.ones_like(x))
    np.testing.assert_allclose(slope, (above - below) / (2 * step), atol=1e-9)


def test_relu_and_sigmoid_match_their_formulas():
    x, g = 4 * _draw(B, N_IN), _draw(B, N_IN, seed=2)
    relu, sigmoid = ReLU(N_IN, B, x.dtype), Sigmoid(N_IN, B, x.dtype)
    np.testing.assert_array_equal(relu.forward(x), np.where(x > 0, x, 0))
    np.testing.assert_array_equal(relu.backward(g), np.where(x > 0, g, 0))
    y = 1 / (1 + np.exp(-x))
    np.testing.assert_allclose(sigmoid.forward(x), y, rtol=1e-15)
    np.testing.assert_allclose(sigmoid.backward(g), g * y * (1 - y), rtol=1e-13)


def test_relu_has_derivative_zero_at_zero():
    x = np.array([[-1.0, -0.0, 0.0, 1.0]])
    relu = ReLU(4, 1, x.dtype)
    relu.forward(x)
    np.testing.assert_array_equal(relu.backward(np.ones_like(x)), [[0, 0, 0, 1]])
    assert _autograd(torch.relu, x, np.ones_like(x))[1].tolist() == [[0, 0, 0, 1]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sigmoid_is_quiet_and_exact_far_from_zero(dtype):
    x = np.array([[-np.inf, -1e4, -100, 0, 100, 1e4, np.inf]], dtype)
    sigmoid = Sigmoid(x.shape[1], 1, dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        y = sigmoid.forward(x)
        gradient = sigmoid.backward(np.ones_like(x))
    np.testing.assert_allclose(y, [[0, 0, 0, 0.5, 1, 1, 1]], atol=1e-40)
    np.testing.assert_allclose(gradient, [[0, 0, 0, 0.25, 0, 0, 0]], atol=1e-40)
