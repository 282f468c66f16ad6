"""The NumPy network: gradients against central differences, and what an epoch does."""

import math
import warnings

import numpy as np
import pytest
from network_cases import (
    ACTIVATIONS,
    ARCHITECTURES,
    OPTIMIZERS,
    random_batch,
    random_parameters,
    settings,
)

from backprop_lab.nn.layers import Activation
from backprop_lab.nn.losses import cross_entropy, cross_entropy_gradient
from backprop_lab.nn.network import _EVALUATION_ROWS, Network, probe
from backprop_lab.nn.optim import SGD, Adam

STEP = 1e-5  # of the central differences, about the cube root of float64's precision


def _network(sizes, activation="relu", dtype=np.float64, **options):
    return Network(random_parameters(sizes, dtype=dtype), activation, settings(**options))


def _probe(sizes, activation="relu"):
    return probe(random_parameters(sizes), activation, 8)


def _gradients(network, images, labels):
    """Return the gradients of W and b of each layer, by the network's own backward pass."""
    network.backward(cross_entropy_gradient(network.forward(images), labels))
    return [array for layer in network.linear for array in (layer.dW, layer.db)]


def _loss_and_pattern(network, images, labels):
    """Return the loss, and on which side of 0 the input of each activation lies."""
    x, pattern = images, [np.empty(0, bool)]
    for layer in network.layers:
        if isinstance(layer, Activation):
            pattern.append(x.ravel() > 0)
        x = layer.forward(x)
    return cross_entropy(x, labels), np.concatenate(pattern)


def _relative_errors(network, images, labels, entries):
    """Return the largest error of each array's gradient, relative to its largest entry.

    At most `entries` entries of an array are tried.  An activation may have no derivative
    at 0, as ReLU has none, so an entry whose two differences lie on both sides is left out.
    """
    analytic = [g.copy() for g in _gradients(network, images, labels)]
    arrays = [array for layer in network.linear for array in (layer.W, layer.b)]
    rng = np.random.default_rng(0)
    errors, tried, left_out = [], 0, 0
    for array, gradient in zip(arrays, analytic, strict=True):
        flat, worst = array.reshape(-1), 0.0
        for i in rng.permutation(flat.size)[:entries]:
            value = flat[i]
            flat[i] = value + STEP
            above, pattern = _loss_and_pattern(network, images, labels)
            flat[i] = value - STEP
            below, other_pattern = _loss_and_pattern(network, images, labels)
            flat[i] = value
            tried += 1
            if not np.array_equal(pattern, other_pattern):
                left_out += 1
                continue
            numeric = (above - below) / (2 * STEP)
            worst = max(worst, abs(numeric - gradient.reshape(-1)[i]))
        errors.append(worst / np.abs(gradient).max())
    assert left_out <= 0.05 * tried
    return errors


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize(
    "sizes",
    [
        *([28, *(units // 10 for units in hidden), 10] for hidden in ARCHITECTURES),
        [1, 1, 2],
        [3, 10],
        [5, 1, 7, 2, 3],
    ],
    ids=str,
)
def test_gradient_of_every_parameter(sizes, activation):
    network = _probe(sizes, activation)
    images, labels = random_batch(6, sizes[0], sizes[-1])
    assert max(_relative_errors(network, images, labels, entries=10_000)) <= 1e-7


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("hidden_sizes", ARCHITECTURES, ids=str)
def test_gradient_at_full_width(hidden_sizes, activation):
    network = _probe([784, *hidden_sizes, 10], activation)
    images, labels = random_batch(4, 784, 10)
    assert max(_relative_errors(network, images, labels, entries=25)) <= 1e-7


@pytest.mark.parametrize("reductions", [("mean", "mean"), ("sum", "mean"), ("mean", "sum")])
def test_step_of_sgd_is_the_gradient_times_the_learning_rate(reductions):
    options = dict(zip(("weight_gradient", "bias_gradient"), reductions, strict=True))
    sizes = [9, 6, 5, 4]
    images, labels = random_batch(8, 9, 4)
    gradients = _gradients(_probe(sizes), images, labels)
    scale = {"mean": 1, "sum": len(images)}
    network = _network(sizes, **options)
    before = network.parameters()
    network.train_epoch(images, labels, np.arange(len(images)))
    for (W, b), (W0, b0), dW, db in zip(
        network.parameters(), before, gradients[::2], gradients[1::2], strict=True
    ):
        np.testing.assert_allclose(W0 - W, 0.1 * scale[reductions[0]] * dW, atol=1e-14)
        np.testing.assert_allclose(b0 - b, 0.1 * scale[reductions[1]] * db, atol=1e-14)


def test_epoch_is_its_batches_in_order_and_the_last_may_be_smaller():
    images, labels = random_batch(21, 9, 4)
    order = np.random.default_rng(2).permutation(21)
    whole, by_hand = _network([9, 6, 4], optimizer="adam"), _network([9, 6, 4], optimizer="adam")
    loss, accuracy = whole.train_epoch(images, labels, order)
    losses, accuracies, sizes = [], [], []
    for rows in (order[:8], order[8:16], order[16:]):
        # judged before the step; the means weigh each image alike
        before = by_hand.evaluate(images[rows], labels[rows])
        trained = by_hand.train_epoch(images[rows], labels[rows], np.arange(len(rows)))
        assert trained == pytest.approx(before, rel=1e-12)
        losses.append(before[0])
        accuracies.append(before[1])
        sizes.append(len(rows))
    assert loss == pytest.approx(np.average(losses, weights=sizes), rel=1e-12)
    assert accuracy == pytest.approx(np.average(accuracies, weights=sizes), rel=1e-12)
    for ours, theirs in zip(whole.parameters(), by_hand.parameters(), strict=True):
        np.testing.assert_allclose(ours[0], theirs[0], atol=1e-15)


def test_epoch_may_see_some_images_only_and_counts_them():
    images, labels = random_batch(30, 9, 4)
    order = np.array([3, 3, 29, 0, 7])
    counts = []
    network, other = _network([9, 6, 4], batch_size=2), _network([9, 6, 4], batch_size=2)
    result = network.train_epoch(images, labels, order, progress=counts.append)
    assert counts == [2, 2, 1]
    assert result == other.train_epoch(images[order], labels[order], np.arange(5))


def test_images_and_labels_of_other_types_give_the_same():
    images, labels = random_batch(10, 9, 4, dtype=np.float32)
    narrow, wide = _network([9, 6, 4]), _network([9, 6, 4])
    order = np.arange(10)
    assert narrow.train_epoch(images, labels.astype(np.uint8), order) == wide.train_epoch(
        images.astype(np.float64), labels, order
    )


def test_evaluation_in_blocks_is_evaluation_of_all():
    n = 2 * _EVALUATION_ROWS + 3
    images, labels = random_batch(n, 9, 4)
    network = _network([9, 6, 4])
    (W1, b1), (W2, b2) = network.parameters()
    logits = np.maximum(images @ W1 + b1, 0) @ W2 + b2
    loss, accuracy = network.evaluate(images, labels)
    assert loss == pytest.approx(cross_entropy(logits, labels), rel=1e-13)
    assert accuracy == np.mean(logits.argmax(axis=1) == labels)
    np.testing.assert_allclose(network.logits(images), logits, rtol=1e-12, atol=1e-14)


def test_batch_larger_than_an_evaluation_block():
    size = _EVALUATION_ROWS + 10
    images, labels = random_batch(size, 9, 4)
    one_step = _network([9, 6, 4], batch_size=size)
    before = one_step.evaluate(images, labels)
    assert one_step.train_epoch(images, labels, np.arange(size)) == pytest.approx(before)
    assert one_step.evaluate(images, labels)[0] < before[0]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_parameters_are_copies_in_the_layout_given(dtype):
    given = random_parameters([9, 6, 4], dtype=dtype)
    kept = [(W.copy(), b.copy()) for W, b in given]
    network = Network(given, "relu", settings(optimizer="adam", learning_rate=0.01))
    for ours, theirs in zip(network.parameters(), kept, strict=True):
        assert ours[0].dtype == ours[1].dtype == dtype
        np.testing.assert_array_equal(ours[0], theirs[0])
        np.testing.assert_array_equal(ours[1], theirs[1])
    copies = network.parameters()
    images, labels = random_batch(8, 9, 4, dtype=dtype)
    network.train_epoch(images, labels, np.arange(8))
    for ours, mine, theirs in zip(copies, given, kept, strict=True):
        np.testing.assert_array_equal(ours[0], theirs[0])
        np.testing.assert_array_equal(mine[0], theirs[0])
    assert not np.array_equal(network.parameters()[0][0], kept[0][0])


@pytest.mark.parametrize(
    ("optimizer", "name", "rate"), [(SGD(0.05), "sgd", 0.05), (Adam(0.01), "adam", 0.01)]
)
def test_optimiser_may_be_an_object(optimizer, name, rate):
    images, labels = random_batch(16, 9, 4)
    ours = Network(random_parameters([9, 6, 4]), "relu", settings(), optimizer)
    named = _network([9, 6, 4], optimizer=name, learning_rate=rate)
    for _ in range(3):
        assert ours.train_epoch(images, labels, np.arange(16)) == named.train_epoch(
            images, labels, np.arange(16)
        )


def test_probe_keeps_the_gradients_of_one_batch_and_learns_nothing():
    images, labels = random_batch(8, 9, 4)
    network = _probe([9, 6, 4])
    once = [g.copy() for g in _gradients(network, images, labels)]
    network.train_epoch(images, labels, np.arange(8))
    for ours, again in zip(once, _gradients(network, images, labels), strict=True):
        np.testing.assert_array_equal(ours, again)
    for ours, given in zip(network.parameters(), random_parameters([9, 6, 4]), strict=True):
        np.testing.assert_array_equal(ours[0], given[0])


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_training_learns_by_heart_at_one_of_the_usual_rates(activation, optimizer):
    images, labels = random_batch(40, 20, 3, dtype=np.float32)

    def accuracy(rate):
        options = {"optimizer": optimizer, "learning_rate": rate}
        network = _network([20, 30, 3], activation, np.float32, **options)
        for _ in range(300):
            network.train_epoch(images, labels, np.arange(40))
        return network.evaluate(images, labels)[1]

    assert any(accuracy(rate) == 1 for rate in (0.5, 0.01, 0.05))


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
