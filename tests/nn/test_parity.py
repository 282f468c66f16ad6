"""The NumPy network and the PyTorch network, step by step and epoch by epoch."""

import numpy as np
import pytest
from network_cases import ACTIVATIONS, ARCHITECTURES, OPTIMIZERS, random_parameters, settings
from sklearn.datasets import load_digits

from backprop_lab.nn.network import Network
from backprop_lab.nn.torch_network import TorchNetwork

RATES = {"sgd": 0.1, "adam": 0.001}  # of any other 0.01
N = 500  # not a multiple of the batch size: the last batch is smaller


@pytest.fixture(scope="module")
def digits():
    """Load images (n, 64) in [0, 1] and labels of real handwritten digits."""
    data = load_digits()
    return data.data / 16, data.target


def _both(hidden_sizes, activation, optimizer, dtype, **options):
    parameters = random_parameters([64, *hidden_sizes, 10], dtype=dtype)
    usual = {"learning_rate": RATES.get(optimizer, 0.01), "batch_size": 32}
    learning = settings(optimizer=optimizer, **usual | options)
    ours = Network(parameters, activation, learning)
    return ours, TorchNetwork(parameters, activation, learning, device="cpu")


def _train_both(networks, digits, order, epochs=1):
    """Train both; return loss and accuracy of each epoch, (network, epoch, 2)."""
    images, labels = (array[:N] for array in digits)
    images = images.astype(networks[0].dtype)
    return np.array(
        [[n.train_epoch(images, labels, order) for _ in range(epochs)] for n in networks]
    )


def _largest_difference(networks):
    ours, theirs = (network.parameters() for network in networks)
    return max(
        np.abs(a - b).max()
        for layer, other in zip(ours, theirs, strict=True)
        for a, b in zip(layer, other, strict=True)
    )


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("hidden_sizes", ARCHITECTURES, ids=str)
class TestEveryVariant:
    @pytest.mark.parametrize(("dtype", "tolerance"), [(np.float64, 1e-9), (np.float32, 1e-5)])
    def test_one_step(self, digits, hidden_sizes, activation, optimizer, dtype, tolerance):
        networks = _both(hidden_sizes, activation, optimizer, dtype)
        ours, theirs = _train_both(networks, digits, np.arange(32))
        np.testing.assert_allclose(ours, theirs, atol=tolerance)
        assert _largest_difference(networks) <= tolerance

    def test_one_epoch_in_float64(self, digits, hidden_sizes, activation, optimizer):
        networks = _both(hidden_sizes, activation, optimizer, np.float64)
        order = np.random.default_rng(0).permutation(N)
        ours, theirs = _train_both(networks, digits, order)
        np.testing.assert_allclose(ours, theirs, atol=1e-9)
        assert _largest_difference(networks) <= 1e-9
        images, labels = digits
        np.testing.assert_allclose(
            networks[0].evaluate(images, labels), networks[1].evaluate(images, labels), atol=1e-9
        )

    def test_one_epoch_in_float32(self, digits, hidden_sizes, activation, optimizer):
        """Rounding differs, and Adam divides by the root of tiny gradients: losses to 1e-4."""
        networks = _both(hidden_sizes, activation, optimizer, np.float32)
        order = np.random.default_rng(0).permutation(N)
        ours, theirs = _train_both(networks, digits, order)
        np.testing.assert_allclose(ours[:, 0], theirs[:, 0], rtol=1e-4)
        np.testing.assert_allclose(ours[:, 1], theirs[:, 1], atol=2 / N)  # two images


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("weights", ["mean", "sum"])
@pytest.mark.parametrize("biases", ["mean", "sum"])
def test_reductions_over_several_epochs(digits, weights, biases, optimizer):
    networks = _both(
        [36, 10],
        "relu",
        optimizer,
        np.float64,
        learning_rate=0.003,  # for a gradient summed over 32 images
        weight_gradient=weights,
        bias_gradient=biases,
    )
    ours, theirs = _train_both(networks, digits, np.arange(N), epochs=3)
    np.testing.assert_allclose(ours, theirs, atol=1e-9)
    assert _largest_difference(networks) <= 1e-9


def test_logits(digits):
    images, _ = digits
    ours, theirs = _both([36], "sigmoid", "sgd", np.float32)
    np.testing.assert_allclose(ours.logits(images), theirs.logits(images), atol=2e-6)


def test_both_diverge_in_the_same_epoch(digits):
    networks = _both([36], "relu", "sgd", np.float32, learning_rate=1e30)
    ours, theirs = _train_both(networks, digits, np.arange(N), epochs=2)
    assert not np.isfinite(ours[:, 0]).any()
    assert not np.isfinite(theirs[:, 0]).any()
