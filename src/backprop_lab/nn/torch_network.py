"""The same network in PyTorch, with the same interface as `nn.network.Network`.

What the NumPy network spells out (the chain rule, the optimisers) is one call
here.  Data stays on the device, batches are taken by index, and nothing is read
back from the device before the epoch ends.  The caller sets the number of threads.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from backprop_lab.errors import LabError
from backprop_lab.nn.classifier import Parameters, Settings, State
from backprop_lab.nn.torch_optim import OPTIMIZERS

#: Rows that evaluation passes through the network at a time.
_EVALUATION_ROWS = 4096


class TorchNetwork:
    """Linear, activation, Linear, activation, ..., Linear: images to logits.

    Args:
        parameters: (W, b) of each linear layer; copied.  The dtype of the first W,
            float32 or float64, is that of all computation.
        activation: a name of ACTIVATIONS, after every hidden layer.
        settings: how it learns.
        n_live: how many of the inputs, the first ones, are ever other than zero in
            training; None if all may be.  The weights of the others get no gradient,
            so training computes without them.
        device: "auto" (the GPU if there is one), "cpu" or "cuda".

    Raises:
        LabError: the device is "cuda" and PyTorch finds none.
    """

    def __init__(
        self,
        parameters: Parameters,
        activation: str,
        settings: Settings,
        *,
        n_live: int | None = None,
        device: str = "auto",
    ) -> None:
        self.device = choose_device(device)
        self.batch_size = settings.batch_size
        self.dtype = torch.from_numpy(parameters[0][0]).dtype

        (W, b), *deeper = parameters
        self._linear = [_linear(W[:n_live], b), *(_linear(*layer) for layer in deeper)]
        modules: list[nn.Module] = [self._linear[0]]
        for linear in self._linear[1:]:
            modules += [ACTIVATIONS[activation](), linear]
        self.model = nn.Sequential(*modules).to(self.device, self.dtype)
        # Weights of inputs that are never lit, as PyTorch keeps them, (n_out, n_in).
        dead = W[n_live:].T if n_live is not None else W[:0].T
        self._dead = torch.tensor(dead, device=self.device, dtype=self.dtype)

        self._parameters: list[torch.Tensor] = list(self.model.parameters())
        self._optimizer = OPTIMIZERS[settings.optimizer](self._parameters, settings.learning_rate)
        reductions = {"weight": settings.weight_gradient, "bias": settings.bias_gradient}
        # Which of the parameters have their gradient summed over the batch.
        self._summed = [
            i
            for i, (name, _) in enumerate(self.model.named_parameters())
            if reductions[name.rpartition(".")[2]] == "sum"
        ]
        self._resident: dict[int, torch.Tensor] = {}

    def train_epoch(
        self,
        images: np.ndarray,
        labels: np.ndarray,
        order: np.ndarray,
        progress: Callable[[int], object] | None = None,
    ) -> tuple[float, float]:
        """Take one step for each batch of `order`; the last batch may be smaller.

        Args:
            images: (n, n_live or n_in) float; of the network's dtype, else converted.
            labels: (n,) int.
            order: (n,) int, the rows of images in the order in which they are seen.
            progress: called after each step with the number of images in it.

        Returns:
            The mean loss (nats) and the accuracy (0 to 1) over the epoch, each batch
            judged before the step that it causes; inf or nan if the run diverges.
        """
        x = self._on_device(images, self.dtype)
        rows = torch.tensor(order, dtype=torch.int64, device=self.device)
        y = self._on_device(labels, torch.int64)[rows]
        classes = self._linear[-1].out_features
        seen = torch.empty(len(rows), classes, device=self.device, dtype=self.dtype)  # logits
        batches = (tensor.split(self.batch_size) for tensor in (rows, y, seen))
        for batch, target, kept in zip(*batches, strict=True):
            logits = self.model(x.index_select(0, batch))
            functional.cross_entropy(logits, target).backward()
            self._step(len(batch))
            kept.copy_(logits.detach())
            if progress is not None:
                progress(len(batch))
        return _judge(seen, y)

    def _step(self, rows: int) -> None:
        """Take a step against the gradients of a batch of so many rows, and forget them.

        No reference to them is left: those of the next batch take the same memory, which
        is in the processor's cache.
        """
        gradients = [p.grad for p in self._parameters if p.grad is not None]
        for i in self._summed:
            gradients[i] *= rows
        self._optimizer.step(gradients)
        for parameter in self._parameters:
            parameter.grad = None

    @torch.inference_mode()
    def evaluate(self, images: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
        """Return the mean loss (nats) and the accuracy (0 to 1); (n, n_in), (n,) int."""
        return _judge(self._logits(images), self._on_device(labels, torch.int64))

    @torch.inference_mode()
    def judge(self, logits: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
        """Return the mean loss (nats) and the accuracy (0 to 1); (n, classes), (n,) int."""
        return _judge(torch.tensor(logits), torch.tensor(labels, dtype=torch.int64))

    @torch.inference_mode()
    def logits(self, images: np.ndarray) -> np.ndarray:
        """Return the logits of any number of images, (n, n_in) -> (n, classes)."""
        return self._logits(images).cpu().numpy()

    def parameters(self) -> Parameters:
        """Return copies of (W, b) for each linear layer, as given to the constructor."""
        weights = [self._first_weight(), *(layer.weight for layer in self._linear[1:])]
        return [
            (
                W.detach().cpu().numpy().T.copy(),  # (n_out, n_in) -> (n_in, n_out)
                layer.bias.detach().cpu().numpy().copy(),
            )
            for W, layer in zip(weights, self._linear, strict=True)
        ]

    def state(self) -> State:
        """Return copies of all that training changes, so that training can go on from them."""
        return {
            name: tensor.detach().cpu().numpy().copy() for name, tensor in self._changing().items()
        }

    @torch.no_grad()
    def load_state(self, state: State) -> None:
        """Take over what `state` returned for a network of the same layers and settings."""
        for name, tensor in self._changing().items():
            tensor.copy_(torch.tensor(state[name]))

    def _changing(self) -> dict[str, torch.Tensor]:
        """Return the tensors that training changes, by name."""
        tensors = {"parameter": self._parameters, **self._optimizer.state()}
        return {f"{name}{i}": one for name, many in tensors.items() for i, one in enumerate(many)}

    def _first_weight(self) -> torch.Tensor:
        """Return the weights of the first layer for all inputs, (n_out, n_in)."""
        return torch.cat([self._linear[0].weight, self._dead], dim=1)

    def _logits(self, images: np.ndarray) -> torch.Tensor:
        """Return the logits of any number of images, on the device, (n, n_in) -> (n, classes)."""
        W, b = self._first_weight(), self._linear[0].bias
        deeper = list(self.model.children())[1:]
        blocks = []
        for x in self._on_device(images, self.dtype).split(_EVALUATION_ROWS):
            x = functional.linear(x, W, b)  # (B, n_in) -> (B, n_out)
            for module in deeper:
                x = module(x)
            blocks.append(x)
        return torch.cat(blocks)

    def _on_device(self, array: np.ndarray, dtype: torch.dtype) -> torch.Tensor:
        """Return an array as a tensor on the device; a GPU is sent it only the first time.

        An array is recognised by its identity, so it must not be changed in place;
        its copy on the GPU lives as long as the array does.
        """
        if id(array) in self._resident:
            return self._resident[id(array)]
        if not array.flags.writeable:  # PyTorch shares memory only with writable arrays
            tensor = torch.tensor(array).to(self.device, dtype)
        else:
            tensor = torch.as_tensor(array).to(self.device, dtype)
        if self.device.type != "cpu":
            self._resident[id(array)] = tensor
            weakref.finalize(array, self._resident.pop, id(array), None)
        return tensor


#: Name -> activation, as in `nn.layers`.
ACTIVATIONS: dict[str, type[nn.Module]] = {
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
}


def choose_device(device: str) -> torch.device:
    """Return the torch device for "auto", "cpu" or "cuda".

    Raises:
        LabError: "cuda" is asked for and PyTorch finds none.
    """
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    if device == "cuda" and not torch.cuda.is_available():
        raise LabError(
            "device: cuda was asked for, but this PyTorch finds no CUDA device; "
            "set device to auto or cpu, or install a CUDA build of PyTorch"
        )
    return torch.device(device)


def _linear(W: np.ndarray, b: np.ndarray) -> nn.Linear:
    """Make a linear layer of given weights; PyTorch keeps W transposed."""
    n_in, n_out = W.shape
    layer = nn.Linear(n_in, n_out, device="meta")  # no random initialisation
    with torch.no_grad():
        # Contiguous like its gradient: else every update copies the one to the other's layout.
        layer.weight = nn.Parameter(torch.tensor(W.T).contiguous())
        layer.bias = nn.Parameter(torch.tensor(b))
    return layer


def _judge(logits: torch.Tensor, labels: torch.Tensor) -> tuple[float, float]:
    """Return the mean loss and the accuracy of logits (n, classes): the one read-back."""
    loss = functional.cross_entropy(logits.double(), labels)
    hits = (logits.argmax(dim=1) == labels).sum()
    return loss.item(), hits.item() / len(labels)
