"""The optimisers of the PyTorch network.

They are PyTorch's functional ones: the kernels of `torch.optim.SGD` and `torch.optim.Adam`,
called without the bookkeeping that these classes add to every step, a tenth of the step of a
network as small as this, and without the compiler that they import.
"""

from __future__ import annotations

from typing import Protocol

import torch
from torch.optim.adam import adam
from torch.optim.sgd import sgd


class TorchOptimizer(Protocol):
    """Changes parameters in place, given the gradients of one batch."""

    def __init__(self, parameters: list[torch.Tensor], learning_rate: float) -> None:
        """Take charge of parameters."""

    def step(self, gradients: list[torch.Tensor]) -> None:
        """Change each parameter by its gradient."""

    def state(self) -> dict[str, list[torch.Tensor]]:
        """Return what the optimiser remembers of past steps, by name, one tensor a parameter."""


class TorchSGD:
    """w ← w - η g, without momentum, as `torch.optim.SGD` computes it."""

    momentum = 0.0

    def __init__(self, parameters: list[torch.Tensor], learning_rate: float) -> None:
        self.parameters, self.learning_rate = parameters, learning_rate
        # Begun at zero, a velocity takes on the first gradient, as PyTorch's does.
        self.momenta: list[torch.Tensor | None] = [
            torch.zeros_like(p, requires_grad=False) if self.momentum else None for p in parameters
        ]

    @torch.no_grad()
    def step(self, gradients: list[torch.Tensor]) -> None:
        """Change each parameter by its gradient."""
        sgd(
            self.parameters,
            gradients,
            self.momenta,
            lr=self.learning_rate,
            momentum=self.momentum,
            dampening=0,
            nesterov=False,
            weight_decay=0,
            maximize=False,
            fused=True,
        )

    def state(self) -> dict[str, list[torch.Tensor]]:
        """Return the velocities; without momentum no step depends on another."""
        return {"momenta": [one for one in self.momenta if one is not None]}


class TorchAdam:
    """Adam with β and ε at PyTorch's defaults, as `torch.optim.Adam` computes it."""

    def __init__(self, parameters: list[torch.Tensor], learning_rate: float) -> None:
        self.parameters, self.learning_rate = parameters, learning_rate
        self.m = [torch.zeros_like(p, requires_grad=False) for p in parameters]
        self.v = [torch.zeros_like(p, requires_grad=False) for p in parameters]
        self.t = [torch.zeros((), device=p.device) for p in parameters]

    @torch.no_grad()
    def step(self, gradients: list[torch.Tensor]) -> None:
        """Change each parameter by its gradient."""
        adam(
            self.parameters,
            gradients,
            self.m,
            self.v,
            [],
            self.t,
            lr=self.learning_rate,
            beta1=0.9,
            beta2=0.999,
            eps=1e-8,
            amsgrad=False,
            weight_decay=0,
            maximize=False,
            fused=True,
        )

    def state(self) -> dict[str, list[torch.Tensor]]:
        """Return both moments and the number of steps."""
        return {"m": self.m, "v": self.v, "t": self.t}


#: Name -> optimiser, as in `nn.optim`.
OPTIMIZERS: dict[str, type[TorchOptimizer]] = {
    "sgd": TorchSGD,
    "adam": TorchAdam,
}
