"""The log of a network that gives the same answer for every image.

When no signal passes through a network, its logits are its last biases b.  Gradient
descent on b uses the labels alone.  So the loss of each batch, and with it the whole
printed log, follows from the labels, the learning rate and the batch size; no image is
needed to compute it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Setting:
    """How the biases are trained.

    Attributes:
        learning_rate: step size.
        batch_size: labels a step.
        bias_gradient: "mean" or "sum" over the labels of a step.
        optimizer: "sgd" or "adam" (beta1 0.9, beta2 0.999, epsilon 1e-8).
        sorted_end: so many of the training labels of class 0 come last, after all others.
    """

    learning_rate: float
    batch_size: int
    bias_gradient: str
    optimizer: str = "sgd"
    sorted_end: int = 0


@dataclass(frozen=True)
class ConstantLog:
    """The log of the second epoch, for each order of the labels: arrays (n_orders,).

    Attributes:
        train_loss, train_accuracy: running averages, before each step.
        val_loss, val_accuracy: of the biases at the end of the epoch.
    """

    train_loss: np.ndarray
    train_accuracy: np.ndarray
    val_loss: np.ndarray
    val_accuracy: np.ndarray


def simulate(
    class_counts: np.ndarray,
    *,
    n_train: int,
    setting: Setting,
    n_orders: int,
    seed: int = 0,
) -> ConstantLog:
    """Train nothing but the output biases, on random divisions of the labels.

    For each division, n_train labels are drawn in random order.  Training sees them
    twice in that order, as in a program that never shuffles; the other labels are the
    validation set.  The biases start at zero.  A step is b ← b - η Σ (softmax(b) - y)
    over the batch; with bias_gradient "mean" the sum is divided by the batch size.  Adam
    makes its own step of that gradient (Kingma and Ba, 2015, algorithm 1).

    Args:
        class_counts: (classes,) labels of each class to draw from.
        n_train: labels to train on.
        setting: how the biases are trained.
        n_orders: random divisions of the labels.
        seed: of the random numbers.
    """
    rng = np.random.default_rng([seed, setting.batch_size])
    labels = np.repeat(np.arange(len(class_counts)), class_counts)
    by_batch, of_validation = [], []
    for _ in range(n_orders):
        order = rng.permutation(labels)
        train = _sort_end(order[:n_train], setting.sorted_end)
        by_batch.append(_count_by_batch(train, setting.batch_size, len(class_counts)))
        of_validation.append(_shares(order[n_train:], len(class_counts)))
    counts = np.array(by_batch)  # (n_orders, batches, classes)
    shares = np.array(of_validation)  # (n_orders, classes)
    sizes = counts[0].sum(axis=1)
    rows = np.arange(n_orders)
    b = np.zeros((n_orders, len(class_counts)))
    step = _adam(setting.learning_rate) if setting.optimizer == "adam" else None
    for _ in range(2):
        loss, hits = np.zeros(n_orders), np.zeros(n_orders)
        for number, size in enumerate(sizes):
            seen = counts[:, number]  # (n_orders, classes)
            log_p = _log_softmax(b)
            loss -= (seen * log_p).sum(axis=1)
            hits += seen[rows, b.argmax(axis=1)]
            gradient = size * np.exp(log_p) - seen
            if setting.bias_gradient == "mean":
                gradient /= size
            b -= step(gradient) if step else setting.learning_rate * gradient
    return ConstantLog(
        train_loss=loss / n_train,
        train_accuracy=hits / n_train,
        val_loss=-(shares * _log_softmax(b)).sum(axis=1),
        val_accuracy=shares[rows, b.argmax(axis=1)],
    )


def _adam(learning_rate: float) -> Callable[[np.ndarray], np.ndarray]:
    """Return a function that makes Adam's step of each gradient, which is to be subtracted."""
    mean: float | np.ndarray = 0.0
    square: float | np.ndarray = 0.0
    t = 0

    def step(gradient: np.ndarray) -> np.ndarray:
        nonlocal mean, square, t
        t += 1
        mean = 0.9 * mean + 0.1 * gradient
        square = 0.999 * square + 0.001 * gradient**2
        root = np.sqrt(square / (1 - 0.999**t))
        change: np.ndarray = learning_rate * (mean / (1 - 0.9**t)) / (root + 1e-8)
        return change

    return step


def _sort_end(labels: np.ndarray, n: int) -> np.ndarray:
    """Return labels with the last n of class 0 moved behind all others."""
    if not n:
        return labels
    moved = np.flatnonzero(labels == 0)[-n:]
    return np.concatenate([np.delete(labels, moved), labels[moved]])


def _count_by_batch(labels: np.ndarray, batch_size: int, classes: int) -> np.ndarray:
    """Count the labels of each class in each batch, (batches, classes) float64."""
    batch = np.arange(len(labels)) // batch_size
    cells = np.bincount(batch * classes + labels, minlength=(batch[-1] + 1) * classes)
    return cells.reshape(-1, classes).astype(float)


def _shares(labels: np.ndarray, classes: int) -> np.ndarray:
    """Return which share of the labels each class has, (classes,)."""
    return np.bincount(labels, minlength=classes) / len(labels)


def _log_softmax(b: np.ndarray) -> np.ndarray:
    """Return the logarithm of softmax(b) by rows, (n_orders, classes); large b do not overflow."""
    z = b - b.max(axis=1, keepdims=True)
    log_p: np.ndarray = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return log_p
