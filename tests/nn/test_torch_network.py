"""The PyTorch network: its interface, its options, its device."""

import copy
import math
import subprocess
import sys
import warnings

import numpy as np
import pytest
import torch
from network_cases import ACTIVATIONS, OPTIMIZERS, random_batch, random_parameters, settings

from backprop_lab.errors import LabError
from backprop_lab.nn.losses import cross_entropy
from backprop_lab.nn.torch_network import _EVALUATION_ROWS, TorchNetwork, choose_device


def _network(sizes, activation="relu", dtype=np.float64, device="cpu", **options):
    parameters = random_parameters(sizes, dtype=dtype)
    return TorchNetwork(parameters, activation, settings(**options), device=device)


@pytest.mark.parametrize("weights", ["mean", "sum"])
@pytest.mark.parametrize("biases", ["mean", "sum"])
def test_step_of_sgd_takes_the_reductions_asked_for(weights, biases):
    images, labels = random_batch(6, 9, 4)
    (W1, b1), (W2, b2) = parameters = random_parameters([9, 5, 4])
    network = _network([9, 5, 4], weight_gradient=weights, bias_gradient=biases)
    network.train_epoch(images, labels, np.arange(6))
    hidden = np.maximum(images @ W1 + b1, 0)
    logits = hidden @ W2 + b2
    g2 = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True) - np.eye(4)[labels]  # sums
    g1 = g2 @ W2.T * (hidden > 0)
    scale = {"mean": 1 / 6, "sum": 1}
    expected = [(images.T @ g1, g1.sum(axis=0)), (hidden.T @ g2, g2.sum(axis=0))]
    for (W, b), (W0, b0), (dW, db) in zip(network.parameters(), parameters, expected, strict=True):
        np.testing.assert_allclose(W, W0 - 0.1 * scale[weights] * dW, atol=1e-14)
        np.testing.assert_allclose(b, b0 - 0.1 * scale[biases] * db, atol=1e-14)


@pytest.mark.parametrize("optimizer", [torch.optim.SGD, torch.optim.Adam])
def test_training_is_the_loop_that_pytorch_teaches(optimizer):
    images, labels = random_batch(24, 9, 4)
    network = _network([9, 5, 4], optimizer=optimizer.__name__.lower(), learning_rate=0.05)
    model = copy.deepcopy(network.model)
    taught = optimizer(model.parameters(), lr=0.05)
    x, y = torch.from_numpy(images), torch.from_numpy(labels)
    for _ in range(3):
        network.train_epoch(images, labels, np.arange(24))
        for rows in torch.arange(24).split(8):
            taught.zero_grad()
            torch.nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
            taught.step()
    for ours, theirs in zip(network.model.parameters(), model.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=0, atol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_parameters_are_copies_in_the_layout_given(dtype):
    given = random_parameters([9, 6, 4], dtype=dtype)
    kept = [(W.copy(), b.copy()) for W, b in given]
    network = TorchNetwork(given, "relu", settings(optimizer="adam"), device="cpu")
    copies = network.parameters()
    images, labels = random_batch(8, 9, 4, dtype=dtype)
    network.train_epoch(images, labels, np.arange(8))
    for ours, mine, theirs in zip(copies, given, kept, strict=True):
        for part in (0, 1):
            assert ours[part].dtype == dtype
            assert ours[part].flags.c_contiguous
            np.testing.assert_array_equal(ours[part], theirs[part])
            np.testing.assert_array_equal(mine[part], theirs[part])
    assert not np.array_equal(network.parameters()[0][0], kept[0][0])


def test_building_a_network_draws_no_random_numbers():
    before = torch.random.get_rng_state()
    _network([9, 6, 4])
    assert torch.equal(before, torch.random.get_rng_state())


def test_epoch_counts_its_images_and_sees_only_those_in_its_order():
    images, labels = random_batch(30, 9, 4)
    order = np.array([3, 3, 29, 0, 7])
    counts = []
    network, other = _network([9, 6, 4], batch_size=2), _network([9, 6, 4], batch_size=2)
    result = network.train_epoch(images, labels, order, progress=counts.append)
    assert counts == [2, 2, 1]
    assert result == other.train_epoch(images[order], labels[order], np.arange(5))


def test_evaluation_in_blocks_is_evaluation_of_all():
    n = 2 * _EVALUATION_ROWS + 3
    images, labels = random_batch(n, 9, 4)
    network = _network([9, 6, 4])
    (W1, b1), (W2, b2) = network.parameters()
    logits = np.maximum(images @ W1 + b1, 0) @ W2 + b2
    np.testing.assert_allclose(network.logits(images), logits, rtol=1e-12, atol=1e-14)
    loss, accuracy = network.evaluate(images, labels)
    assert loss == pytest.approx(cross_entropy(logits, labels), rel=1e-13)
    assert accuracy == np.mean(logits.argmax(axis=1) == labels)


def test_read_only_arrays_and_small_labels_are_accepted_without_a_warning():
    images, labels = random_batch(20, 9, 4)
    expected = _network([9, 6, 4]).train_epoch(images, labels, np.arange(20))
    labels, order = labels.astype(np.uint8), np.arange(20)
    for array in (images, labels, order):
        array.flags.writeable = False
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert _network([9, 6, 4]).train_epoch(images, labels, order) == expected


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_diverging_run_returns_a_non_finite_loss_without_a_word(activation):
    images, labels = random_batch(64, 20, 4, dtype=np.float32)
    network = _network([20, 30, 20, 4], activation, np.float32, learning_rate=1e38)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(3):
            loss, accuracy = network.train_epoch(images, labels, np.arange(64))
        assert not math.isfinite(loss)
        assert 0 <= accuracy <= 1
        assert not math.isfinite(network.evaluate(images, labels)[0])
        network.logits(images)


def test_cuda_without_a_gpu_is_refused_in_one_line(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(LabError, match=r"^device: cuda .* set device to auto or cpu") as error:
        _network([9, 6, 4], device="cuda")
    assert "\n" not in str(error.value)
    assert choose_device("auto") == torch.device("cpu")
    assert _network([9, 6, 4], device="auto").device == torch.device("cpu")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA GPU")
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_gpu_trains_as_the_cpu_does(optimizer):
    images, labels = random_batch(100, 9, 4)
    options = {"optimizer": optimizer, "learning_rate": 0.01}
    cpu, gpu = _network([9, 6, 4], **options), _network([9, 6, 4], device="cuda", **options)
    for _ in range(3):
        assert gpu.train_epoch(images, labels, np.arange(100)) == pytest.approx(
            cpu.train_epoch(images, labels, np.arange(100)), abs=1e-9
        )
    assert len(gpu._resident) == 2  # images and labels are sent once
    del images
    assert len(gpu._resident) == 1  # and freed with the arrays that they copy


def test_training_loads_no_more_of_pytorch_than_importing_it_does():
    # Parts of its compiler come with some calls, such as ways to make an empty layer or
    # backward() with a gradient; they cost up to half a second of every run.
    code = """
import itertools
import sys
import numpy as np
import torch
before = set(sys.modules)
from backprop_lab.nn.classifier import Settings
from backprop_lab.nn.torch_network import ACTIVATIONS, TorchNetwork
from backprop_lab.nn.torch_optim import OPTIMIZERS
for optimizer, activation in itertools.product(OPTIMIZERS, ACTIVATIONS):
    W, b = np.ones((4, 3), np.float32), np.zeros(3, np.float32)
    settings = Settings(optimizer, learning_rate=0.1, batch_size=2)
    network = TorchNetwork([(W, b), (W[:3], b)], activation, settings, device="cpu")
    network.train_epoch(np.ones((2, 4), np.float32), np.array([0, 1]), np.array([0, 1]))
print(*sorted(name for name in set(sys.modules) - before if name.startswith("torch.")))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("\n", "")
