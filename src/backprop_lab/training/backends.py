"""The same network on both backends: one set of weights, one processor, one thread."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt
from threadpoolctl import threadpool_limits

from backprop_lab.data.live_pixels import LivePixels
from backprop_lab.nn.classifier import Classifier, Settings
from backprop_lab.runs.run import Run
from backprop_lab.training.initialization import MNIST, Ends, initial_parameters


def build(
    run: Run,
    backend: str | None = None,
    dtype: npt.DTypeLike = np.float32,
    *,
    ends: Ends = MNIST,
    live: LivePixels | None = None,
    device: str = "cpu",
) -> Classifier:
    """Build a run's network on a backend; torch is imported only when asked for.

    The initial weights are drawn in float32 and then converted, so that networks
    of either precision start from the same numbers.

    Args:
        run: whose settings and initial weights it gets.
        backend: "numpy" or "torch"; by default the run's own.
        dtype: float32 or float64, of all computation.
        ends: how many inputs and classes it has.
        live: which pixels it will train on, in this order; by default all.
        device: "auto", "cpu" or "cuda", for PyTorch.

    Returns:
        A `nn.network.Network` or a `nn.torch_network.TorchNetwork`.
    """
    drawn = initial_parameters(run, ends=ends)
    parameters = [(W.astype(dtype), b.astype(dtype)) for W, b in drawn]
    if live is not None:
        parameters = live.arrange(parameters)
    settings = Settings(
        run.optimizer,
        run.learning_rate,
        run.batch_size,
        weight_gradient=run.weight_gradient,
        bias_gradient=run.bias_gradient,
    )
    if (backend or run.backend) == "numpy":
        from backprop_lab.nn.network import Network

        return Network(parameters, run.activation, settings)
    from backprop_lab.nn.torch_network import TorchNetwork

    n_live = None if live is None else live.n_live
    return TorchNetwork(parameters, run.activation, settings, n_live=n_live, device=device)


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold the libraries that are loaded by now, NumPy's and PyTorch's, to one thread each."""
    torch = sys.modules.get("torch")
    before = torch.get_num_threads() if torch else None
    try:
        with threadpool_limits(1):
            if torch:
                torch.set_num_threads(1)
            yield
    finally:
        if torch:
            torch.set_num_threads(before)
