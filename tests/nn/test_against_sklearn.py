"""The NumPy network against scikit-learn's MLPClassifier at equal settings.

Equal means: the same initial weights, the same batches in the same order, the same
learning rate, no momentum, no weight decay.  scikit-learn's classifier is led epoch
by epoch through `partial_fit` with the order already applied, so the two take the
same path up to rounding, and the 0.3 points allowed are not a statement about luck.
"""

import gzip
import os
from pathlib import Path

import numpy as np
import pytest
from network_cases import random_parameters, settings
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier

from backprop_lab.nn.network import Network

RATES = {"sgd": 0.1, "adam": 0.001}
TOLERANCE = 0.003  # 0.3 points


def _classifier(parameters, activation, optimizer, images, labels):
    """scikit-learn's classifier with these parameters and no step taken yet."""
    classifier = MLPClassifier(
        hidden_layer_sizes=[len(b) for _, b in parameters[:-1]],
        activation={"relu": "relu", "sigmoid": "logistic"}[activation],
        solver=optimizer,
        learning_rate_init=RATES[optimizer],
        batch_size=32,
        alpha=0,
        momentum=0,
        nesterovs_momentum=False,
        shuffle=False,
    )
    # one throwaway epoch makes the arrays that then take our weights
    classifier.partial_fit(images[:32], labels[:32], classes=np.arange(10))
    classifier.coefs_ = [W.copy() for W, _ in parameters]
    classifier.intercepts_ = [b.copy() for _, b in parameters]
    del classifier._optimizer  # and its moments with it
    return classifier


def _accuracies(train, test, hidden_sizes, activation, optimizer, epochs, seed):
    """Accuracy on the test images of (ours, scikit-learn's) after some epochs."""
    images, labels = train
    sizes = [images.shape[1], *hidden_sizes, 10]
    parameters = [
        (W, np.zeros_like(b)) for W, b in random_parameters(sizes, seed=seed, dtype=images.dtype)
    ]
    learning = settings(optimizer=optimizer, learning_rate=RATES[optimizer], batch_size=32)
    ours = Network(parameters, activation, learning)
    theirs = _classifier(parameters, activation, optimizer, images, labels)
    rng = np.random.default_rng(seed)
    for _ in range(epochs):
        order = rng.permutation(len(images))
        ours.train_epoch(images, labels, order)
        theirs.partial_fit(images[order], labels[order])
    return ours.evaluate(*test)[1], theirs.score(*test)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_accuracy_on_digits(activation, optimizer, seed):
    """On 597 test images 0.3 points are one image: in float64 the paths stay that close."""
    images, labels = load_digits(return_X_y=True)
    images = images / 16
    ours, theirs = _accuracies(
        (images[:1200], labels[:1200]),
        (images[1200:], labels[1200:]),
        [64, 32],
        activation,
        optimizer,
        epochs=10,
        seed=seed,
    )
    assert abs(ours - theirs) <= TOLERANCE


def _mnist(part):
    folder = Path(os.environ["MNIST_DIR"])
    with gzip.open(folder / f"{part}-images-idx3-ubyte.gz") as file:
        images = np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784)
    with gzip.open(folder / f"{part}-labels-idx1-ubyte.gz") as file:
        labels = np.frombuffer(file.read(), np.uint8, offset=8).astype(np.int64)
    return images.astype(np.float32) / 255, labels


@pytest.mark.slow
@pytest.mark.skipif("MNIST_DIR" not in os.environ, reason="needs MNIST in MNIST_DIR")
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_accuracy_on_mnist(optimizer):
    images, labels = _mnist("train")
    ours, theirs = _accuracies(
        (images[:50_000], labels[:50_000]),
        _mnist("t10k"),
        [360],
        "relu",
        optimizer,
        epochs=3,
        seed=0,
    )
    assert ours > 0.96
    assert abs(ours - theirs) <= TOLERANCE
