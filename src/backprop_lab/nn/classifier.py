"""The common face of the NumPy and the PyTorch network: their settings and their methods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

#: All that training changes in a network, by name: parameters and the optimiser's memory.
State = dict[str, np.ndarray]

#: (W, b) of each linear layer, first to last: W of shape (n_in, n_out), b of shape (n_out,).
Parameters = list[tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class Settings:
    """The settings of learning.

    Attributes:
        optimizer: a name of `nn.optim.OPTIMIZERS`, such as "sgd" or "adam".
        learning_rate: step size, > 0.
        batch_size: images a step.
        weight_gradient, bias_gradient: how gradients are reduced over a batch, "mean"
            (the gradient of the mean loss) or "sum".  A mixture is the gradient of no
            loss; it is here to study code that mixes them up.
    """

    optimizer: str
    learning_rate: float
    batch_size: int
    weight_gradient: str = "mean"
    bias_gradient: str = "mean"


class Classifier(Protocol):
    """A network that learns to tell classes apart; `nn.network.Network` explains each method.

    Images are float (n, n_in), labels int (n,), logits float (n, classes).  Losses are
    means in nats, accuracies lie between 0 and 1.
    """

    def train_epoch(
        self,
        images: np.ndarray,
        labels: np.ndarray,
        order: np.ndarray,
        progress: Callable[[int], object] | None = None,
    ) -> tuple[float, float]:
        """Take one step for each batch of `order`; return the epoch's loss and accuracy."""

    def evaluate(self, images: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
        """Return the loss and the accuracy on images."""

    def judge(self, logits: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
        """Return the loss and the accuracy of logits."""

    def logits(self, images: np.ndarray) -> np.ndarray:
        """Return the logits of images."""

    def parameters(self) -> Parameters:
        """Return copies of the weights and biases."""

    def state(self) -> State:
        """Return copies of all that training changes, so that training can go on from them."""

    def load_state(self, state: State) -> None:
        """Take over what `state` returned for a network of the same layers and settings."""
