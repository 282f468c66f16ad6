"""Programs that train the same network: ours, its peers, and the floor under all of them.

Each is built from a run and a data set and has two methods:

    epoch(order)    train once over the images, in this order; this alone is timed
    parameters()    its weights now; the floor, which learns nothing, has no such method

All start from the run's initial weights, in float32, with the data in memory in the form
that the program likes best.  scikit-learn and PyTorch's DataLoader shuffle by themselves and
do not look at `order`; with shuffle=False they take the images as they come, so that a test
can hold them to the same batches.
"""

from __future__ import annotations

import warnings
from itertools import pairwise
from typing import Protocol

import numpy as np
import torch
from sklearn.neural_network import MLPClassifier
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from backprop_lab.data.datasets import Dataset, to_float
from backprop_lab.data.live_pixels import LivePixels
from backprop_lab.runs.run import Run
from backprop_lab.training.backends import build
from backprop_lab.training.initialization import Ends, initial_parameters

#: For each linear layer (W, b): W of shape (n_in, n_out), b of shape (n_out,).
Parameters = list[tuple[np.ndarray, np.ndarray]]


class Contender(Protocol):
    """What all of them have in common, `parameters` of the floor excepted."""

    def __init__(self, run: Run, dataset: Dataset, *, shuffle: bool = True) -> None:
        """Args: the network and how it learns, and the training images, all of them used."""

    def epoch(self, order: np.ndarray) -> None:
        """Train on every image once; order: (n,) int, a permutation of range(n)."""

    def parameters(self) -> Parameters:
        """Return copies of the weights and biases."""


class _Ours:
    """This project's network on one of its backends."""

    backend: str

    def __init__(self, run: Run, dataset: Dataset, *, shuffle: bool = True) -> None:
        self.live = LivePixels.of(dataset.train_images)
        self.network = build(run, self.backend, ends=Ends.of(dataset), live=self.live)
        self.images = self.live.training(dataset.train_images, run.pixels)
        self.labels = dataset.train_labels.astype(np.int64)

    def epoch(self, order: np.ndarray) -> None:
        self.network.train_epoch(self.images, self.labels, order)

    def parameters(self) -> Parameters:
        return self.live.restore(self.network.parameters())


class OurNumpy(_Ours):
    """The hand-written network."""

    backend = "numpy"


class OurTorch(_Ours):
    """The same network in PyTorch, on the processor."""

    backend = "torch"


class ScikitLearn:
    """MLPClassifier without momentum and weight decay; `partial_fit` is one epoch."""

    def __init__(self, run: Run, dataset: Dataset, *, shuffle: bool = True) -> None:
        self.images = to_float(dataset.train_images, run.pixels)
        self.labels = dataset.train_labels.astype(np.int64)
        self.model = MLPClassifier(
            hidden_layer_sizes=run.hidden_sizes,
            activation={"relu": "relu", "sigmoid": "logistic"}[run.activation],
            solver=run.optimizer,
            learning_rate_init=run.learning_rate,
            batch_size=run.batch_size,
            alpha=0,
            momentum=0,
            nesterovs_momentum=False,
            shuffle=shuffle,
            random_state=run.seed,
        )
        # A call that does not count makes the arrays, which then take our weights; the
        # optimiser keeps references to the old ones and is made anew by the next call.
        ends = Ends.of(dataset)
        classes = np.arange(ends.n_classes)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # fewer images than a batch holds
            self.model.partial_fit(self.images[:1], self.labels[:1], classes=classes)
        start = initial_parameters(run, ends=ends)
        self.model.coefs_ = [W for W, _ in start]
        self.model.intercepts_ = [b for _, b in start]
        del self.model._optimizer

    def epoch(self, order: np.ndarray) -> None:
        self.model.partial_fit(self.images, self.labels)

    def parameters(self) -> Parameters:
        pairs = zip(self.model.coefs_, self.model.intercepts_, strict=True)
        return [(W.copy(), b.copy()) for W, b in pairs]


class TorchDataLoader:
    """The loop that PyTorch's tutorials teach: TensorDataset, DataLoader, nn.Sequential, optim."""

    def __init__(self, run: Run, dataset: Dataset, *, shuffle: bool = True) -> None:
        images, labels = _tensors(run, dataset)
        self.loader = DataLoader(
            TensorDataset(images, labels), batch_size=run.batch_size, shuffle=shuffle
        )
        self.model = _sequential(run, Ends.of(dataset))
        self.loss = nn.CrossEntropyLoss()
        self.optimizer = _OPTIMIZERS[run.optimizer](self.model.parameters(), lr=run.learning_rate)

    def epoch(self, order: np.ndarray) -> None:
        self.model.train()
        for images, labels in self.loader:
            loss = self.loss(self.model(images), labels)
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()

    def parameters(self) -> Parameters:
        return _sequential_parameters(self.model)


class TorchFused:
    """PyTorch as its experts write it: batches by index, the optimiser in one fused kernel."""

    def __init__(self, run: Run, dataset: Dataset, *, shuffle: bool = True) -> None:
        self.images, self.labels = _tensors(run, dataset)
        self.batch_size = run.batch_size
        self.model = _sequential(run, Ends.of(dataset))
        self.loss = nn.CrossEntropyLoss()
        self.optimizer = _OPTIMIZERS[run.optimizer](
            self.model.parameters(), lr=run.learning_rate, fused=True
        )

    def epoch(self, order: np.ndarray) -> None:
        for rows in torch.from_numpy(order).split(self.batch_size):
            loss = self.loss(self.model(self.images[rows]), self.labels[rows])
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.step()

    def parameters(self) -> Parameters:
        return _sequential_parameters(self.model)


class NumpyPlain:
    """A straightforward network in NumPy, as students write it: every formula one line."""

    def __init__(self, run: Run, dataset: Dataset, *, shuffle: bool = True) -> None:
        self.run = run
        self.X = to_float(dataset.train_images, run.pixels)
        one_hot = np.eye(dataset.n_classes, dtype=np.float32)
        self.Y = one_hot[dataset.train_labels]  # (n, classes)
        self.n_layers = len(run.hidden_sizes) + 1
        self.params = {}
        for i, (W, b) in enumerate(initial_parameters(run, ends=Ends.of(dataset))):
            self.params[f"W{i}"], self.params[f"b{i}"] = W, b
        self.t = 0
        self.m = {name: np.zeros_like(value) for name, value in self.params.items()}
        self.v = {name: np.zeros_like(value) for name, value in self.params.items()}

    def epoch(self, order: np.ndarray) -> None:
        B = self.run.batch_size
        losses = []
        for start in range(0, len(order), B):
            rows = order[start : start + B]
            x, y = self.X[rows], self.Y[rows]
            activations, p = self.forward(x)
            losses.append(-np.mean(np.sum(y * np.log(p + 1e-12), axis=1)))
            grads = self.backward(activations, p, y)
            if self.run.optimizer == "sgd":
                self.sgd(grads)
            else:
                self.adam(grads)

    def forward(self, x: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
        """(B, n_in) -> the input of every layer, and the probabilities (B, classes)."""
        activations = [x]
        for i in range(self.n_layers):
            z = activations[-1] @ self.params[f"W{i}"] + self.params[f"b{i}"]
            if i < self.n_layers - 1:
                relu = self.run.activation == "relu"
                activations.append(np.maximum(z, 0) if relu else 1 / (1 + np.exp(-z)))
        exp = np.exp(z - z.max(axis=1, keepdims=True))
        return activations, exp / exp.sum(axis=1, keepdims=True)

    def backward(self, activations: list[np.ndarray], p: np.ndarray, y: np.ndarray) -> dict:
        """Gradients of the mean loss by name."""
        grads = {}
        dz = (p - y) / len(y)
        for i in reversed(range(self.n_layers)):
            a = activations[i]
            grads[f"W{i}"] = a.T @ dz
            grads[f"b{i}"] = dz.sum(axis=0)
            if i > 0:
                da = dz @ self.params[f"W{i}"].T
                dz = da * (a > 0) if self.run.activation == "relu" else da * a * (1 - a)
        return grads

    def sgd(self, grads: dict) -> None:
        for name, grad in grads.items():
            self.params[name] -= self.run.learning_rate * grad

    def adam(self, grads: dict, beta1: float = 0.9, beta2: float = 0.999) -> None:
        self.t += 1
        for name, grad in grads.items():
            self.m[name] = beta1 * self.m[name] + (1 - beta1) * grad
            self.v[name] = beta2 * self.v[name] + (1 - beta2) * grad**2
            m_hat = self.m[name] / (1 - beta1**self.t)
            v_hat = self.v[name] / (1 - beta2**self.t)
            self.params[name] -= self.run.learning_rate * m_hat / (np.sqrt(v_hat) + 1e-8)

    def parameters(self) -> Parameters:
        return [
            (self.params[f"W{i}"].copy(), self.params[f"b{i}"].copy()) for i in range(self.n_layers)
        ]


class Floor:
    """The matrix products of an epoch alone, on all pixels, also the dark ones.

    Of each step: forward through each layer, the gradient of each layer's weights, and
    the gradient of the inputs of all layers but the first.  Nothing is learnt.
    """

    def __init__(self, run: Run, dataset: Dataset, *, shuffle: bool = True) -> None:
        ends = Ends.of(dataset)
        self.weights = [W for W, _ in initial_parameters(run, ends=ends)]
        n, B = len(dataset.train_images), run.batch_size
        n_full, rest = divmod(n, B)
        rng = np.random.default_rng(0)
        # values between 0 and 1, which no product makes overflow or denormal
        self.units, self.gradients = (
            [
                rng.random((B, width), np.float32)
                for width in (ends.n_inputs, *run.hidden_sizes, ends.n_classes)
            ]
            for _ in range(2)
        )
        self.weight_gradients = [np.empty_like(W) for W in self.weights]
        self.steps = [B] * n_full + ([rest] if rest else [])

    def epoch(self, order: np.ndarray) -> None:
        for rows in self.steps:
            x = [units[:rows] for units in self.units]  # (rows, width) a layer
            g = [gradient[:rows] for gradient in self.gradients]
            for i, W in enumerate(self.weights):
                np.matmul(x[i], W, out=x[i + 1])
            for i in reversed(range(len(self.weights))):
                np.matmul(x[i].T, g[i + 1], out=self.weight_gradients[i])
                if i:
                    np.matmul(g[i + 1], self.weights[i].T, out=g[i])


_OPTIMIZERS = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}

#: Name -> program; ours first.
CONTENDERS: dict[str, type[Contender]] = {
    "numpy": OurNumpy,
    "torch": OurTorch,
    "sklearn": ScikitLearn,
    "torch_dataloader": TorchDataLoader,
    "torch_fused": TorchFused,
    "numpy_plain": NumpyPlain,
    "floor": Floor,
}


def contenders_for(run: Run) -> dict[str, type[Contender]]:
    """Those that take part: PyTorch's fused loop is written for the sake of Adam."""
    return {
        name: kind
        for name, kind in CONTENDERS.items()
        if name != "torch_fused" or run.optimizer == "adam"
    }


def _tensors(run: Run, dataset: Dataset) -> tuple[torch.Tensor, torch.Tensor]:
    """Images float32 (n, pixels) and labels int64 (n,), as PyTorch takes them."""
    images = torch.from_numpy(to_float(dataset.train_images, run.pixels))
    return images, torch.from_numpy(dataset.train_labels.astype(np.int64))


def _sequential(run: Run, ends: Ends) -> nn.Sequential:
    """nn.Sequential as tutorials write it, with the run's initial weights."""
    modules: list[nn.Module] = []
    for n_in, n_out in pairwise([ends.n_inputs, *run.hidden_sizes, ends.n_classes]):
        if modules:
            modules.append(nn.ReLU() if run.activation == "relu" else nn.Sigmoid())
        modules.append(nn.Linear(n_in, n_out))
    with torch.no_grad():
        for layer, (W, b) in zip(modules[::2], initial_parameters(run, ends=ends), strict=True):
            layer.weight.copy_(torch.from_numpy(W).T)  # (n_in, n_out) -> (n_out, n_in)
            layer.bias.copy_(torch.from_numpy(b))
    return nn.Sequential(*modules)


def _sequential_parameters(model: nn.Sequential) -> Parameters:
    return [
        (layer.weight.detach().numpy().T.copy(), layer.bias.detach().numpy().copy())
        for layer in model[::2]
    ]
