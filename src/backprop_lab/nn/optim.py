"""The optimisers: how a gradient changes the parameters.

A network keeps all its parameters in one flat vector, of which each layer's W and b
are views, so an update is a few operations on a vector, whatever the layers.

An optimiser tells the layers where to leave their gradients and how to add them up,
`gradient ← keep · gradient + factor · (what backward computed)`, and its `step` then
does what remains to be done.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.linalg import get_blas_funcs

from backprop_lab.nn.classifier import State


class Optimizer:
    """Collects the gradient in a vector of its own; a base that changes nothing.

    Attributes:
        keep, factor: see the module; here the plain gradient, anew each step.
        parameters: the network's parameters, one flat vector, changed in place.
        gradient: where the layers leave the gradient, same shape and dtype.
    """

    keep = 0.0
    factor = 1.0

    def bind(self, parameters: np.ndarray) -> None:
        """Take charge of `parameters` (n,), float32 or float64; state starts afresh."""
        self.parameters = parameters
        self.gradient = np.zeros_like(parameters)

    def step(self) -> None:
        """Change the parameters by the gradient of one batch."""

    def state(self) -> State:
        """Return copies of the parameters and of what the optimiser remembers of past steps."""
        state = {"parameters": self.parameters.copy()}
        return state | {"gradient": self.gradient.copy()} if self._remembers else state

    def load_state(self, state: State) -> None:
        """Take over what `state` returned, in place: the layers hold views of it."""
        self.parameters[:] = state["parameters"]
        if self._remembers:
            self.gradient[:] = state["gradient"]

    @property
    def _remembers(self) -> bool:
        """Whether the layers add gradients to what they left of past steps, as momentum does."""
        return bool(self.keep) and self.gradient is not self.parameters


class SGD(Optimizer):
    """Stochastic gradient descent without momentum, w ← w - η g.

    The layers add the gradient, times -η, straight onto the parameters: the
    product that computes the gradient is the update, and `step` has nothing left to do.
    """

    keep = 1.0

    def __init__(self, learning_rate: float) -> None:
        self.factor = -learning_rate

    def bind(self, parameters: np.ndarray) -> None:
        """Take charge of `parameters`, which are also where the layers leave gradients."""
        self.parameters = self.gradient = parameters

    def step(self) -> None:
        """Do nothing: the update has already happened, in the network's `backward`.

        There `Linear.accumulate` adds -learning_rate · gradient straight onto W and b,
        with one call of BLAS each (gemm and gemv, keep = 1).
        """


class Adam(Optimizer):
    """Adam (Kingma & Ba 2015, algorithm 1).

        m ← β₁ m + (1 - β₁) g                 v ← β₂ v + (1 - β₂) g²
        m̂ = m / (1 - β₁ᵗ)                      v̂ = v / (1 - β₂ᵗ)
        w ← w - η m̂ / (√v̂ + ε)

    The constants (1 - β) are left out of the running sums, M = m / (1 - β₁) and
    V = v / (1 - β₂), and put back, with the bias corrections, in the two numbers
    of `step`: the same update in fewer passes over the parameters.
    """

    def __init__(
        self,
        learning_rate: float,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        self.learning_rate = learning_rate
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon

    def bind(self, parameters: np.ndarray) -> None:
        """Take charge of `parameters`; both moments and the number of steps start at zero."""
        super().bind(parameters)
        self.t = 0
        self.M, self.V = np.zeros_like(parameters), np.zeros_like(parameters)
        self._update = np.empty_like(parameters)
        (self._axpy,) = get_blas_funcs(("axpy",), (parameters,))

    def step(self) -> None:
        """Change the parameters by the gradient of one batch."""
        self.t += 1
        m_scale = (1 - self.beta1) / (1 - self.beta1**self.t)  # m̂ = m_scale · M
        v_scale = (1 - self.beta2) / (1 - self.beta2**self.t)  # v̂ = v_scale · V
        # η m̂ / (√v̂ + ε) = rate · M / (√V + epsilon)
        rate = self.learning_rate * m_scale / math.sqrt(v_scale)
        epsilon = self.epsilon / math.sqrt(v_scale)
        g, M, V, update = self.gradient, self.M, self.V, self._update
        M *= self.beta1
        M += g
        V *= self.beta2
        V += np.square(g, out=update)
        np.sqrt(V, out=update)
        update += epsilon
        np.divide(M, update, out=update)
        self._axpy(update, self.parameters, a=-rate)  # parameters += -rate · update, in one pass

    def state(self) -> State:
        """Return copies of the parameters, both moments and the number of steps."""
        moments = {"M": self.M.copy(), "V": self.V.copy(), "t": np.array(self.t, np.int64)}
        return super().state() | moments

    def load_state(self, state: State) -> None:
        """Take over what `state` returned."""
        super().load_state(state)
        self.M[:], self.V[:], self.t = state["M"], state["V"], int(state["t"])


#: Name -> what makes the optimiser for a learning rate.
OPTIMIZERS: dict[str, Callable[[float], Optimizer]] = {
    "sgd": SGD,
    "adam": Adam,
}
