"""The network at its plainest: each formula is one line.  Read this module first.

`nn.network` computes the same numbers several times faster.  It adds buffers that are
allocated once, matrix products that also do the update, and more optimisers, but no
further idea: tests compare the two.

Rows are samples: B images a batch.  A layer has n_in inputs and n_out outputs, weights
W of shape (n_in, n_out) and biases b of shape (n_out,).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

#: Of float64 or float32.
Array = npt.NDArray[np.floating]

#: (W, b), or the gradients of both, for each linear layer, the first layer first.
Parameters = list[tuple[Array, Array]]


def relu(z: Array) -> Array:
    """Return max(z, 0)."""
    return np.where(z > 0, z, 0)


def relu_derivative(y: Array) -> Array:
    """Return the derivative of `relu` where its output is y: 1 where y > 0, else 0."""
    return (y > 0).astype(y.dtype)


def sigmoid(z: Array) -> Array:
    """Return 1 / (1 + exp(-z))."""
    return 1 / (1 + np.exp(-z))


def sigmoid_derivative(y: Array) -> Array:
    """Return the derivative of `sigmoid` where its output is y: y (1 - y)."""
    return y * (1 - y)


#: Name -> the activation function, and its derivative computed from its output.
ACTIVATIONS = {"relu": (relu, relu_derivative), "sigmoid": (sigmoid, sigmoid_derivative)}


def softmax_cross_entropy(logits: Array, labels: np.ndarray) -> tuple[float, Array]:
    """Return the mean loss (nats), and its gradient with respect to the logits (B, classes).

    The probabilities are p = exp(logits) / Σ exp(logits); the loss of an image is
    -log p[label], and its gradient is p - y, where y is 1 at the label and 0 elsewhere
    (Bishop 2006, eq. 4.109).
    """
    exp = np.exp(logits - logits.max(axis=1, keepdims=True))  # the maximum: no overflow
    p = exp / exp.sum(axis=1, keepdims=True)
    y = np.eye(logits.shape[1], dtype=logits.dtype)[labels]  # (B,) -> (B, classes)
    loss = -np.log(p[np.arange(len(labels)), labels]).mean()
    return float(loss), (p - y) / len(labels)


class PlainNetwork:
    """Linear, activation, Linear, activation, ..., Linear: images to logits.

    Args:
        parameters: (W, b) of each linear layer; copied.
        activation: "relu" or "sigmoid", after every hidden layer.

    Four points whose classes no straight line divides (exclusive or):

    >>> rng = np.random.default_rng(0)
    >>> hidden, output = rng.standard_normal((2, 8)), rng.standard_normal((8, 2))
    >>> network = PlainNetwork([(hidden, np.zeros(8)), (output, np.zeros(2))], "relu")
    >>> points, classes = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([0, 1, 1, 0])
    >>> for epoch in range(200):
    ...     loss, accuracy = network.train_epoch(points, classes, np.arange(4), 4, 0.5)
    >>> accuracy
    1.0
    """

    def __init__(self, parameters: Parameters, activation: str) -> None:
        self.parameters = [(W.copy(), b.copy()) for W, b in parameters]
        self.activate, self.derivative = ACTIVATIONS[activation]

    def forward(self, images: Array) -> tuple[list[Array], Array]:
        """Return the input of each linear layer, the images first, and the logits."""
        *hidden, (last_W, last_b) = self.parameters
        inputs = [images]
        for W, b in hidden:
            z = inputs[-1] @ W + b  # (B, n_in) @ (n_in, n_out) -> (B, n_out)
            inputs.append(self.activate(z))
        return inputs, inputs[-1] @ last_W + last_b

    def backward(self, inputs: list[Array], g: Array) -> Parameters:
        """Return the gradient (dW, db) of the loss for each linear layer, the first layer first.

        Args:
            inputs: what `forward` returned.
            g: gradient of the loss with respect to the logits, (B, classes).
        """
        gradients: Parameters = []
        for i in reversed(range(len(inputs))):  # g is that of this layer's output, (B, n_out)
            W, _ = self.parameters[i]
            dW = inputs[i].T @ g  # (n_in, B) @ (B, n_out) -> (n_in, n_out)
            db = g.sum(axis=0)  # (B, n_out) -> (n_out,)
            gradients.append((dW, db))
            if i > 0:  # the chain rule: through W, then through the activation before it
                g = (g @ W.T) * self.derivative(inputs[i])  # (B, n_out) -> (B, n_in)
        return gradients[::-1]

    def train_epoch(
        self,
        images: Array,
        labels: np.ndarray,
        order: np.ndarray,
        batch_size: int,
        learning_rate: float,
    ) -> tuple[float, float]:
        """Take one step of gradient descent for each batch of `order`.

        Args:
            images: (n, n_in) float; labels: (n,) int.
            order: (n,) int, the rows of images in the order in which they are seen.
            batch_size: images a step; the last batch may be smaller.
            learning_rate: step size.

        Returns:
            The mean loss (nats) and the accuracy (0 to 1) over the epoch, each batch
            judged before the step that it causes.
        """
        total_loss, n_correct = 0.0, 0
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            inputs, logits = self.forward(images[rows])
            loss, g = softmax_cross_entropy(logits, labels[rows])
            for (W, b), (dW, db) in zip(self.parameters, self.backward(inputs, g), strict=True):
                W -= learning_rate * dW  # the gradient points uphill: go against it
                b -= learning_rate * db
            total_loss += loss * len(rows)
            n_correct += int((logits.argmax(axis=1) == labels[rows]).sum())
        return total_loss / len(order), n_correct / len(order)
