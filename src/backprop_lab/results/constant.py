"""What a network prints that answers the same for every image.

Once no signal passes through it, a network's logits are its last biases b, and
gradient descent on them sees the labels alone: the loss of each batch, and with
it the whole printed log, follows from the labels, the learning rate and the batch
size.  So a frozen log says how noisy the biases were, and how common each class
was, without any image.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Setting:
    """How the biases are trained.

    Attributes:
        learning_rate: step size.
        batch_size: labels a step.
        bias_gradient: "mean" or "sum" over the labels of a step.
    """

    learning_rate: float
    batch_size: int
    bias_gradient: str


@dataclass(frozen=True)
class ConstantLog:
    """What is printed in the second epoch, for each order of the labels: arrays (n_orders,).

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

    Each time, n_train labels are drawn in random order and seen twice in that
    order, as a program does that never shuffles; the rest validate.  The biases
    start at zero and follow b ← b - η Σ (softmax(b) - y), divided by the batch
    size with bias_gradient "mean".

    Args:
        class_counts: (classes,) labels of each class to draw from.
    """
    rng = np.random.default_rng([seed, setting.batch_size])
    labels = np.repeat(np.arange(len(class_counts)), class_counts)
    batches, shares = [], []
    for _ in range(n_orders):
        order = rng.permutation(labels)
        batches.append(_count_by_batch(order[:n_train], setting.batch_size, len(class_counts)))
        shares.append(_shares(order[n_train:], len(class_counts)))
    counts, shares = np.array(batches), np.array(shares)  # (n_orders, batches, classes)
    sizes = counts[0].sum(axis=1)
    rows = np.arange(n_orders)
    b = np.zeros((n_orders, len(class_counts)))
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
            b -= setting.learning_rate * gradient
    return ConstantLog(
        train_loss=loss / n_train,
        train_accuracy=hits / n_train,
        val_loss=-(shares * _log_softmax(b)).sum(axis=1),
        val_accuracy=shares[rows, b.argmax(axis=1)],
    )


def _count_by_batch(labels: np.ndarray, batch_size: int, classes: int) -> np.ndarray:
    """Labels of each class in each batch, (batches, classes) float."""
    batch = np.arange(len(labels)) // batch_size
    cells = np.bincount(batch * classes + labels, minlength=(batch[-1] + 1) * classes)
    return cells.reshape(-1, classes).astype(float)


def _shares(labels: np.ndarray, classes: int) -> np.ndarray:
    return np.bincount(labels, minlength=classes) / len(labels)


def _log_softmax(b: np.ndarray) -> np.ndarray:
    z = b - b.max(axis=1, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=1, keepdims=True))
