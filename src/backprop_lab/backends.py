"""The same network on both backends: one set of weights, one processor, one thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from threadpoolctl import threadpool_limits

from backprop_lab.initialization import initial_parameters
from backprop_lab.nn.network import Network
from backprop_lab.run import Run
from backprop_lab.torch_network import TorchNetwork


def build(
    run: Run, backend: str, dtype: np.typing.DTypeLike = np.float32
) -> Network | TorchNetwork:
    """Build a run's network on a backend, whichever backend the run itself names.

    The initial weights are drawn in float32 and then converted, so that networks
    of either precision start from the same numbers.

    Args:
        backend: "numpy" or "torch"; PyTorch computes on the processor.
        dtype: float32 or float64, of all computation.
    """
    parameters = [(W.astype(dtype), b.astype(dtype)) for W, b in initial_parameters(run)]
    settings = {
        "optimizer": run.optimizer,
        "learning_rate": run.learning_rate,
        "batch_size": run.batch_size,
        "weight_gradient": run.weight_gradient,
        "bias_gradient": run.bias_gradient,
    }
    if backend == "numpy":
        return Network(parameters, run.activation, **settings)
    return TorchNetwork(parameters, run.activation, device="cpu", **settings)


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold NumPy's and PyTorch's libraries, all loaded by now, to one thread each."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(1):
            yield
    finally:
        torch.set_num_threads(before)
