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

import numpy as np
from scipy.linalg import get_blas_funcs


class Linear:
    """An affine map, y = x W + b.

    Its gradients are dW = xᵀ g and db = Σ g (the sum over the batch) for the
    gradient g of the loss with respect to y.  They are left where the optimiser
    asked for them, in the form in which BLAS computes a product:

        dW ← keep · dW + factor · xᵀ g          db ← keep · db + factor · Σ g

    With keep = 0 and factor = 1, dW and db hold the plain gradient.  With
    keep = 1, factor = -learning_rate and W itself in the place of dW, the same
    line is a whole step of gradient descent.

    An x of fewer than n_in columns stands for one whose further columns are zero:
    their weights add nothing to y and have no gradient, so nothing is computed.

    Args:
        W: weights (n_in, n_out), C-contiguous, float32 or float64.
        b: biases (n_out,), of the same dtype.
        dW, db: arrays of the same shapes that receive the gradients.
        keep, factor: see above.
        rows: the largest batch.
        input_gradient: False for the first layer, which has nobody to hand it to.
        weight_gradient, bias_gradient: "mean" takes g as it comes, from a loss that
            is a mean over the batch; "sum" multiplies by B, as if it were a sum.
    """

    def __init__(
        self,
        W: np.ndarray,
        b: np.ndarray,
        *,
        dW: np.ndarray,
        db: np.ndarray,
        keep: float = 0.0,
        factor: float = 1.0,
        rows: int,
        input_gradient: bool = True,
        weight_gradient: str = "mean",
        bias_gradient: str = "mean",
    ) -> None:
        n_in, n_out = W.shape
        self.W, self.b = W, b
        self.dW, self.db = dW, db
        self.keep, self.factor = keep, factor
        self._sum_weights = weight_gradient == "sum"
        self._sum_biases = bias_gradient == "sum"
        self._y = np.empty((rows, n_out), W.dtype)
        self._gx = np.empty((rows, n_in), W.dtype) if input_gradient else None
        self._ones = np.ones(rows, W.dtype)
        self._gemm, self._gemv = get_blas_funcs(("gemm", "gemv"), (W,))

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return y = x W + b, (B, n_in or fewer) -> (B, n_out); x is kept for `backward`."""
        self.x = x
        W = self.W[: x.shape[1]]
        y = np.matmul(x, W, out=self._y[: len(x)])  # (B, n_in) -> (B, n_out)
        y += self.b
        return y

    def backward(self, g: np.ndarray) -> np.ndarray | None:
        """Leave the gradients of W and b in dW and db; return that of x.

        Args:
            g: gradient of the loss with respect to y, (B, n_out), C-contiguous.

        Returns:
            g Wᵀ, (B, n_in), or None in a layer without `input_gradient`.
        """
        gx = None
        if self._gx is not None:  # before dW, which may be W
            gx = np.matmul(g, self.W.T, out=self._gx[: len(g)])  # (B, n_out) -> (B, n_in)
        self._accumulate(g)
        return gx

    def _accumulate(self, g: np.ndarray) -> None:
        """Add the gradients onto dW and db with one call of BLAS each.

        BLAS counts in columns: what it is shown are the transposes, which are
        views, and dWᵀ += gᵀ x is the same product.  The bias is a weight whose
        input is always 1.
        """
        rows = len(g)
        dW = self.dW[: self.x.shape[1]]
        factor = self.factor * rows if self._sum_weights else self.factor
        # (n_out, B) @ (B, n_in) -> (n_out, n_in);  trans_b=1, overwrite_c=1
        self._gemm(factor, g.T, self.x.T, self.keep, dW.T, 0, 1, 1)
        factor = self.factor * rows if self._sum_biases else self.factor
        # (n_out, B) @ (B,) -> (n_out,);  overwrite_y=1
        self._gemv(factor, g.T, self._ones[:rows], self.keep, self.db, overwrite_y=1)


class ReLU:
    """The rectifier, y = max(x, 0) (Nair & Hinton 2010), on `units` units.

    Its derivative is 1 for x > 0 and 0 otherwise; at x = 0, where it has none,
    it is taken as 0, as PyTorch does.
    """

    def __init__(self, units: int, rows: int, dtype: type) -> None:
        self._y = np.empty((rows, units), dtype)
        self._gx = np.empty((rows, units), dtype)
        self._active = np.empty((rows, units), bool)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return max(x, 0), (B, units)."""
        self.y = np.maximum(x, 0, out=self._y[: len(x)])
        return self.y

    def backward(self, g: np.ndarray) -> np.ndarray:
        """Return g where x > 0, else 0, (B, units)."""
        active = np.greater(self.y, 0, out=self._active[: len(g)])  # y > 0 exactly where x > 0
        return np.multiply(g, active, out=self._gx[: len(g)])


class Sigmoid:
    """The logistic function, y = 1 / (1 + exp(-x)), on `units` units.

    Its derivative is y (1 - y).
    """

    def __init__(self, units: int, rows: int, dtype: type) -> None:
        self._y = np.empty((rows, units), dtype)
        self._gx = np.empty((rows, units), dtype)

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return 1 / (1 + exp(-x)), (B, units), for x of any size."""
        y = np.negative(x, out=self._y[: len(x)])
        with np.errstate(over="ignore"):  # exp(-x) = inf gives the right limit, y = 0
            np.exp(y, out=y)
        y += 1
        self.y = np.reciprocal(y, out=y)
        return y

    def backward(self, g: np.ndarray) -> np.ndarray:
        """Return g y (1 - y), (B, units)."""
        gx = np.subtract(1, self.y, out=self._gx[: len(g)])
        gx *= self.y
        gx *= g
        return gx
