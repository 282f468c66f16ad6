"""Softmax and cross-entropy, fused: from logits to the loss and its gradient.

A network ends in logits z, one a class.  Softmax makes probabilities of them,
pⱼ = exp(zⱼ) / Σₖ exp(zₖ), and the cross-entropy of a sample with label t is -log pₜ.
Taken together they are simpler and safer than one after the other: the loss is
log Σₖ exp(zₖ) - zₜ, never the logarithm of a probability rounded to zero, and its
gradient is p - y, where y is 1 at the label and 0 elsewhere (Bishop 2006, eq. 4.109).

Adding a constant to all logits of a row changes nothing, so the row's largest is
subtracted first: the largest exponent is 0 and nothing overflows.

Shapes: logits (B, classes) float, labels (B,) int.  Losses are means over the batch.
"""

from __future__ import annotations

import numpy as np


def softmax(logits: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
    """Return the probabilities of the classes, (B, classes); each row sums to 1."""
    p: np.ndarray = np.subtract(logits, logits.max(axis=1, keepdims=True), out=out)
    np.exp(p, out=p)
    p /= p.sum(axis=1, keepdims=True)
    return p


def cross_entropy(logits: np.ndarray, labels: np.ndarray) -> float:
    """Return the mean cross-entropy of softmax(logits), in nats."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    at_label = shifted[np.arange(len(labels)), labels]  # (B, classes) -> (B,)
    losses = np.log(np.exp(shifted).sum(axis=1)) - at_label
    return float(losses.mean(dtype=np.float64))


def cross_entropy_gradient(
    logits: np.ndarray, labels: np.ndarray, out: np.ndarray | None = None
) -> np.ndarray:
    """Return the gradient of the mean cross-entropy with respect to the logits.

    Returns:
        (softmax(logits) - y) / B, (B, classes), with y the labels one-hot; in `out` if given.
    """
    gradient = softmax(logits, out)
    gradient[np.arange(len(labels)), labels] -= 1
    gradient /= len(labels)
    return gradient


def softmax_cross_entropy(logits: np.ndarray, labels: np.ndarray) -> tuple[float, np.ndarray]:
    """Return (loss, gradient of the logits): `cross_entropy` and `cross_entropy_gradient`."""
    return cross_entropy(logits, labels), cross_entropy_gradient(logits, labels)


def accuracy(logits: np.ndarray, labels: np.ndarray) -> float:
    """Return the fraction of rows whose largest logit is the label's."""
    return int(np.count_nonzero(logits.argmax(axis=1) == labels)) / len(labels)
