"""A multilayer perceptron by hand: forward pass, backward pass, update.

One step of training, in full:

    logits = forward(images)                     layers, first to last
    g = cross_entropy_gradient(logits, labels)   how the loss grows with each logit
    backward(g)                                  layers, last to first
    optimizer.step()                             against the gradient

A gradient points uphill: in its direction the loss grows fastest.  So an update goes
the other way, w ← w - learning_rate · gradient, and the loss falls.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from backprop_lab.nn.layers import Linear, ReLU, Sigmoid
from backprop_lab.nn.losses import accuracy, cross_entropy, cross_entropy_gradient
from backprop_lab.nn.optim import Optimizer, make_optimizer

ACTIVATIONS = {"relu": ReLU, "sigmoid": Sigmoid}

#: Rows that evaluation passes through the network at a time: enough for a matrix
#: product at full speed, few enough that the buffers of hidden units stay small.
_EVALUATION_ROWS = 512


class Network:
    """Linear, activation, Linear, activation, ..., Linear: images to logits.

    Args:
        parameters: for each linear layer (W, b), W of shape (n_in, n_out), b of
            shape (n_out,); copied.  The dtype of the first W, float32 or float64,
            is that of all computation.
        activation: "relu" or "sigmoid", after every hidden layer.
        optimizer: "sgd", "adam", or an object as `nn.optim` describes.
        learning_rate: step size; an optimiser given as an object has its own.
        batch_size: images a step.
        weight_gradient, bias_gradient: reduction of the gradients over a batch,
            "mean" (of the mean loss) or "sum".  A mixture is no gradient of any
            loss; it is here to study code that mixes them up.

    Attributes:
        layers: the layers, first to last.
    """

    def __init__(
        self,
        parameters: list[tuple[np.ndarray, np.ndarray]],
        activation: str,
        *,
        optimizer: str | Optimizer,
        learning_rate: float | None = None,
        batch_size: int,
        weight_gradient: str = "mean",
        bias_gradient: str = "mean",
    ) -> None:
        self.dtype = parameters[0][0].dtype
        self.batch_size = batch_size
        if isinstance(optimizer, str):
            optimizer = make_optimizer(optimizer, learning_rate)
        self.optimizer = optimizer

        # All parameters in one vector; the layers hold views of it.
        flat = np.concatenate([p.ravel() for layer in parameters for p in layer], dtype=self.dtype)
        optimizer.bind(flat)
        shapes = [p.shape for layer in parameters for p in layer]
        views = _views(flat, shapes)
        gradients = _views(optimizer.gradient, shapes)

        rows = max(batch_size, _EVALUATION_ROWS)
        self.layers: list[Linear | ReLU | Sigmoid] = []
        for W, b, dW, db in zip(
            views[::2], views[1::2], gradients[::2], gradients[1::2], strict=True
        ):
            if self.layers:
                self.layers.append(ACTIVATIONS[activation](W.shape[0], rows, self.dtype))
            linear = Linear(
                W,
                b,
                dW=dW,
                db=db,
                keep=optimizer.keep,
                factor=optimizer.factor,
                rows=rows,
                input_gradient=bool(self.layers),
                weight_gradient=weight_gradient,
                bias_gradient=bias_gradient,
            )
            self.layers.append(linear)

    def forward(self, images: np.ndarray) -> np.ndarray:
        """Return the logits of a batch, (B, n_in) -> (B, classes), in a buffer."""
        x = images
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, gradient: np.ndarray) -> None:
        """Hand the gradient of the logits, (B, classes), back through all layers."""
        for layer in reversed(self.layers):
            gradient = layer.backward(gradient)

    def train_epoch(
        self,
        images: np.ndarray,
        labels: np.ndarray,
        order: np.ndarray,
        progress: Callable[[int], object] | None = None,
    ) -> tuple[float, float]:
        """Take one step for each batch of `order`; the last batch may be smaller.

        Args:
            images: (n, n_in) float, C-contiguous; of the network's dtype, else converted.
                Columns at the end that are zero in all images may be left out.
            labels: (n,) int.
            order: (n,) int, the rows of images in the order in which they are seen.
            progress: called after each step with the number of images in it.

        Returns:
            The mean loss (nats) and the accuracy (0 to 1) over the epoch, each batch
            judged before the step that it causes.  A run that diverges returns inf or
            nan; nothing is raised, no warning printed.
        """
        images = np.asarray(images, self.dtype)
        labels = np.asarray(labels, np.intp)[order]
        seen = np.empty((len(order), self._classes), self.dtype)  # the epoch's logits
        batch = np.empty((self.batch_size, images.shape[1]), self.dtype)
        gradient = np.empty((self.batch_size, self._classes), self.dtype)
        with np.errstate(all="ignore"):
            for start in range(0, len(order), self.batch_size):
                rows = order[start : start + self.batch_size]
                B = len(rows)
                # mode="clip" lets NumPy write straight into the buffer
                x = np.take(images, rows, axis=0, out=batch[:B], mode="clip")
                logits = self.forward(x)
                seen[start : start + B] = logits
                g = cross_entropy_gradient(logits, labels[start : start + B], gradient[:B])
                self.backward(g)
                self.optimizer.step()
                if progress is not None:
                    progress(B)
        return self.judge(seen, labels)

    def evaluate(self, images: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
        """Return the mean loss (nats) and the accuracy (0 to 1); (n, n_in), (n,) int."""
        return self.judge(self.logits(images), labels)

    def judge(self, logits: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
        """Return the mean loss (nats) and the accuracy (0 to 1); (n, classes), (n,) int."""
        labels = np.asarray(labels, np.intp)
        with np.errstate(all="ignore"):
            return cross_entropy(logits, labels), accuracy(logits, labels)

    def logits(self, images: np.ndarray) -> np.ndarray:
        """Return the logits of any number of images, (n, n_in) -> (n, classes)."""
        images = np.asarray(images, self.dtype)
        logits = np.empty((len(images), self._classes), self.dtype)
        with np.errstate(all="ignore"):
            for start in range(0, len(images), _EVALUATION_ROWS):
                block = slice(start, start + _EVALUATION_ROWS)
                logits[block] = self.forward(images[block])
        return logits

    def parameters(self) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return copies of (W, b) for each linear layer, as given to the constructor."""
        return [(layer.W.copy(), layer.b.copy()) for layer in self.layers[::2]]

    @property
    def _classes(self) -> int:
        return len(self.layers[-1].b)


def _views(vector: np.ndarray, shapes: list[tuple[int, ...]]) -> list[np.ndarray]:
    """Cut a flat vector into arrays of the given shapes, which share its memory."""
    views, start = [], 0
    for shape in shapes:
        size = int(np.prod(shape))
        views.append(vector[start : start + size].reshape(shape))
        start += size
    return views
