"""The layers of a network, each with its forward and its backward pass side by side.

Forward, a layer turns its input x into its output.  Backward, it is handed the
gradient of the loss with respect to that output and returns the gradient with
respect to its input: the chain rule, one layer at a time (Rumelhart, Hinton &
Williams 1986).  Rows are samples; B is the number of rows of a batch.

Every layer allocates its buffers once, for at most `rows` rows, and writes each
result into them.  What `forward` or `backward` returns is therefore overwritten
by the layer's next call; copy it to keep it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backprop_lab.nn.blas import blas_function


@dataclass(frozen=True, eq=False)
class Accumulator:
    """Where a linear layer leaves its gradients, and how it adds them up.

    For the gradient g of the loss with respect to the layer's output:

        dW ← keep · dW + factor · xᵀ g          db ← keep · db + factor · Σ g

    With keep = 0 and factor = 1, dW and db hold the plain gradient.  With keep = 1,
    factor = -learning_rate and W itself in the place of dW, the same line is a whole
    step of gradient descent.

    Attributes:
        dW, db: arrays of the shapes of W (n_in, n_out) and b (n_out,).
        keep, factor: see above.
        weight_gradient, bias_gradient: "mean" takes g as it comes, from a loss that is
            a mean over the batch; "sum" multiplies by B, as if the loss were a sum.
    """

    dW: np.ndarray
    db: np.ndarray
    keep: float = 0.0
    factor: float = 1.0
    weight_gradient: str = "mean"
    bias_gradient: str = "mean"


class Linear:
    """An affine map, y = x W + b.

    Its gradients are dW = xᵀ g and db = Σ g (the sum over the batch) for the gradient g
    of the loss with respect to y.

    An x of fewer than n_in columns stands for one whose further columns are zero:
    their weights add nothing to y and have no gradient, so nothing is computed.

    Args:
        W: weights (n_in, n_out), C-contiguous, float32 or float64.
        b: biases (n_out,), of the same dtype.
        gradients: where the gradients of W and b go.
        rows: the largest batch.
    """

    def __init__(self, W: np.ndarray, b: np.ndarray, gradients: Accumulator, rows: int) -> None:
        n_in, n_out = W.shape
        self.W, self.b = W, b
        self.dW, self.db = gradients.dW, gradients.db
        self._keep, self._factor = gradients.keep, gradients.factor
        self._sum_weights = gradients.weight_gradient == "sum"
        self._sum_biases = gradients.bias_gradient == "sum"
        self._y = np.empty((rows, n_out), W.dtype)
        self._gx = np.empty((rows, n_in), W.dtype)
        self._ones = np.ones(rows, W.dtype)
        self._gemm = blas_function("gemm", W.dtype)
        self._gemv = blas_function("gemv", W.dtype)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return y = x W + b, (B, n_in or fewer) -> (B, n_out); x is kept for `backward`."""
        self.x = x
        W = self.W[: x.shape[1]]
        y = np.matmul(x, W, out=self._y[: len(x)])  # (B, n_in) -> (B, n_out)
        y += self.b
        return y

    def backward(self, g: np.ndarray) -> np.ndarray:
        """Add up the gradients of W and b, and return that of x, g Wᵀ.

        Args:
            g: gradient of the loss with respect to y, (B, n_out), C-contiguous.

        Returns:
            (B, n_in), computed with the weights as they were before any update.
        """
        # Before `accumulate`, which may change W.
        gx: np.ndarray = np.matmul(g, self.W.T, out=self._gx[: len(g)])  # (B, n_out) -> (B, n_in)
        self.accumulate(g)
        return gx

    def accumulate(self, g: np.ndarray) -> None:
        """Add up the gradients of W and b alone: all that the first layer has to do.

        This takes one call of BLAS each.  BLAS counts in columns: what it is shown are
        the transposes, which are views, and dWᵀ += gᵀ x is the same product.  The bias
        is a weight whose input is always 1.

        Args:
            g: as for `backward`.
        """
        rows = len(g)
        dW = self.dW[: self.x.shape[1]]
        factor = self._factor * rows if self._sum_weights else self._factor
        # (n_out, B) @ (B, n_in) -> (n_out, n_in);  trans_b=1, overwrite_c=1
        self._gemm(factor, g.T, self.x.T, self._keep, dW.T, 0, 1, 1)
        factor = self._factor * rows if self._sum_biases else self._factor
        # (n_out, B) @ (B,) -> (n_out,);  overwrite_y=1
        self._gemv(factor, g.T, self._ones[:rows], self._keep, self.db, overwrite_y=1)


class Activation(ABC):
    """A function applied to each number on its own.

    A subclass keeps its output in `self.y`, a view of the buffer `self._y`, and writes
    the gradient of its input into `self._gx`.

    Args:
        units: columns of its input and of its output.
        rows: the largest batch.
        dtype: float32 or float64.
    """

    y: np.ndarray

    def __init__(self, units: int, rows: int, dtype: npt.DTypeLike) -> None:
        self._y: np.ndarray = np.empty((rows, units), dtype)
        self._gx: np.ndarray = np.empty((rows, units), dtype)

    @abstractmethod
    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return the function of x, (B, units) -> (B, units); x is not changed."""

    @abstractmethod
    def backward(self, g: np.ndarray) -> np.ndarray:
        """Return g times the derivative at the last x, (B, units); g is not changed."""


class ReLU(Activation):
    """The rectifier, y = max(x, 0) (Nair & Hinton 2010).

    Its derivative is 1 for x > 0 and 0 otherwise; at x = 0, where it has none,
    it is taken as 0, as PyTorch does.
    """

    def __init__(self, units: int, rows: int, dtype: npt.DTypeLike) -> None:
        super().__init__(units, rows, dtype)
        self._active = np.empty((rows, units), bool)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return max(x, 0), (B, units)."""
        self.y = np.maximum(x, 0, out=self._y[: len(x)])
        return self.y

    def backward(self, g: np.ndarray) -> np.ndarray:
        """Return g where x > 0, else 0, (B, units)."""
        active = np.greater(self.y, 0, out=self._active[: len(g)])  # y > 0 exactly where x > 0
        gx: np.ndarray = np.multiply(g, active, out=self._gx[: len(g)])
        return gx


class Sigmoid(Activation):
    """The logistic function, y = 1 / (1 + exp(-x)).

    Its derivative is y (1 - y).
    """

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return 1 / (1 + exp(-x)), (B, units), for x of any size."""
        y = np.negative(x, out=self._y[: len(x)])
        with np.errstate(over="ignore"):  # exp(-x) = inf gives the right limit, y = 0
            np.exp(y, out=y)
        y += 1
        self.y = np.reciprocal(y, out=y)
        return self.y

    def backward(self, g: np.ndarray) -> np.ndarray:
        """Return g y (1 - y), (B, units)."""
        gx: np.ndarray = np.subtract(1, self.y, out=self._gx[: len(g)])
        gx *= self.y
        gx *= g
        return gx


#: Name -> activation.
ACTIVATIONS: dict[str, type[Activation]] = {
    "relu": ReLU,
    "sigmoid": Sigmoid,
}
