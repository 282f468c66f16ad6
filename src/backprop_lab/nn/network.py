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

from backprop_lab.nn.classifier import Parameters, Settings, State
from backprop_lab.nn.layers import ACTIVATIONS, Accumulator, Activation, Linear
from backprop_lab.nn.losses import accuracy, cross_entropy, cross_entropy_gradient
from backprop_lab.nn.optim import OPTIMIZERS, Optimizer

#: Rows that evaluation passes through the network at a time: enough for a matrix
#: product at full speed, few enough that the buffers of hidden units stay small.
_EVALUATION_ROWS = 512


class Network:
    """Linear, activation, Linear, activation, ..., Linear: images to logits.

    Args:
        parameters: (W, b) of each linear layer; copied.  The dtype of the first W,
            float32 or float64, is that of all computation.
        activation: a name of `nn.layers.ACTIVATIONS`, after every hidden layer.
        settings: how it learns.
        optimizer: taken instead of the one that `settings` names.

    Attributes:
        layers: all layers, first to last.
        linear: the linear ones among them.
    """

    def __init__(
        self,
        parameters: Parameters,
        activation: str,
        settings: Settings,
        optimizer: Optimizer | None = None,
    ) -> None:
        self.dtype = parameters[0][0].dtype
        self.batch_size = settings.batch_size
        if optimizer is None:
            optimizer = OPTIMIZERS[settings.optimizer](settings.learning_rate)
        self.optimizer = optimizer

        # All parameters in one vector; the layers hold views of it.
        flat = np.concatenate([p.ravel() for layer in parameters for p in layer], dtype=self.dtype)
        optimizer.bind(flat)
        rows = max(settings.batch_size, _EVALUATION_ROWS)
        self.layers: list[Linear | Activation] = []
        self.linear: list[Linear] = []
        for (W, b), (dW, db) in zip(
            _views(flat, parameters), _views(optimizer.gradient, parameters), strict=True
        ):
            if self.layers:
                self.layers.append(ACTIVATIONS[activation](W.shape[0], rows, self.dtype))
            gradients = Accumulator(
                dW,
                db,
                keep=optimizer.keep,
                factor=optimizer.factor,
                weight_gradient=settings.weight_gradient,
                bias_gradient=settings.bias_gradient,
            )
            self.linear.append(Linear(W, b, gradients, rows))
            self.layers.append(self.linear[-1])

    def forward(self, images: np.ndarray) -> np.ndarray:
        """Return the logits of a batch, (B, n_in) -> (B, classes), in a buffer."""
        x = images
        for layer in self.layers:
            x = layer.forward(x)
        return x

    def backward(self, gradient: np.ndarray) -> None:
        """Pass the gradient of the logits, (B, classes), back through all layers."""
        for layer in self.layers[:0:-1]:  # last to second
            gradient = layer.backward(gradient)
        self.linear[0].accumulate(gradient)  # the images are not learned: no gradient of theirs

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

    def parameters(self) -> Parameters:
        """Return copies of (W, b) for each linear layer, as given to the constructor."""
        return [(layer.W.copy(), layer.b.copy()) for layer in self.linear]

    def state(self) -> State:
        """Return copies of all that training changes, so that training can go on from them."""
        return self.optimizer.state()

    def load_state(self, state: State) -> None:
        """Take over what `state` returned for a network of the same layers and settings."""
        self.optimizer.load_state(state)

    @property
    def _classes(self) -> int:
        """Return the number of classes, the width of the last layer."""
        return len(self.linear[-1].b)


def probe(parameters: Parameters, activation: str, batch_size: int) -> Network:
    """Return a network to look into: its layers keep the plain gradients, and nothing learns.

    Args:
        parameters, activation: as for `Network`.
        batch_size: the most images that it is shown at a time.
    """
    settings = Settings(optimizer="none", learning_rate=0.0, batch_size=batch_size)
    return Network(parameters, activation, settings, Optimizer())


def _views(vector: np.ndarray, shapes: Parameters) -> Parameters:
    """Cut a flat vector into arrays shaped as those of `shapes`, which share its memory."""
    views, start = [], 0
    for W, b in shapes:
        middle, stop = start + W.size, start + W.size + b.size
        views.append((vector[start:middle].reshape(W.shape), vector[middle:stop]))
        start = stop
    return views
