"""How strong the signal is in each layer, on its way forward and on its way back.

A layer multiplies the scale of what passes through it by a factor that its initial
weights decide (Glorot & Bengio 2010; He et al. 2015).  For weights of standard
deviation s and n inputs of root mean square r, the sums have standard deviation
s √n r; ReLU leaves 1/√2 of that as root mean square.  He's s = √(2/n) makes the
factor 1.  At s = 0.01 it is 0.01 √(n/2), 0.13 for n = 360: the signal shrinks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from backprop_lab.data.datasets import load, to_float
from backprop_lab.files.frames import write_csv
from backprop_lab.nn.layers import Linear
from backprop_lab.nn.losses import cross_entropy_gradient
from backprop_lab.nn.network import probe
from backprop_lab.runs.run import Run
from backprop_lab.training.backends import build
from backprop_lab.training.initialization import Ends, batch_orders

HIDDEN_SIZES = ((360,), (360, 100), (360, 100, 40))
INITS = ("normal0.01", "xavier", "he")
#: Activation -> after how many epochs to measure; sigmoid, for comparison, only before training.
EPOCHS = {"relu": (0, 1, 3), "sigmoid": (0,)}
LEARNING_RATE, BATCH_SIZE = 0.1, 64

#: Validation images that are sent through the network.
PROBES = 2000


@dataclass(frozen=True)
class LayerSignal:
    """The signal in one linear layer and the activation after it.

    Attributes:
        layer: 1 for the first hidden layer; the last one gives the logits.
        units: its width.
        sum_std: standard deviation of the sums x W + b, over images and units.
        activation_std: standard deviation of the layer's output: the activations, in
            the last layer the logits.
        activation_rms: root mean square of the same.
        gradient_std: root mean square of the gradient of one image's loss with
            respect to the sums.
        weight_gradient_std: root mean square of the gradient of the mean loss with
            respect to the weights: what a step is made of.
        dead_share: share of units whose output is 0 for every image.
    """

    layer: int
    units: int
    sum_std: float
    activation_std: float
    activation_rms: float
    gradient_std: float
    weight_gradient_std: float
    dead_share: float


def measure(
    parameters: list[tuple[np.ndarray, np.ndarray]],
    activation: str,
    images: np.ndarray,
    labels: np.ndarray,
) -> list[LayerSignal]:
    """Compute a batch's forward and backward pass, and measure every layer.

    Args:
        parameters: (W, b) of each layer, as `Network` takes them; not changed.
        activation: "relu" or "sigmoid".
        images: (n, n_in) float; labels: (n,) int.
    """
    network = probe(parameters, activation, len(images))
    x, outputs = np.asarray(images, network.dtype), []
    with np.errstate(all="ignore"):
        for layer in network.layers:
            x = layer.forward(x)
            outputs.append(x)  # the buffers are not written again in this pass
        g: np.ndarray | None = cross_entropy_gradient(x, labels)
        gradient_rms: dict[int, float] = {}  # index of a linear layer -> of one image's loss
        for i, layer in reversed(list(enumerate(network.layers))):
            assert g is not None  # only the first layer passes no gradient on
            if isinstance(layer, Linear):
                gradient_rms[i] = _rms(g) * len(images)  # g is the gradient of the mean loss
            g = layer.backward(g)
        linear = [(i, layer) for i, layer in enumerate(network.layers) if isinstance(layer, Linear)]
        return [
            _layer_signal(number, outputs, i, layer, gradient_rms[i])
            for number, (i, layer) in enumerate(linear, 1)
        ]


def _layer_signal(
    number: int, outputs: list[np.ndarray], i: int, layer: Linear, gradient: float
) -> LayerSignal:
    """Measure one linear layer.

    Args:
        number: the layer's, from 1.
        outputs: of every layer of the network, linear or activation.
        i: index of the linear layer among them.
        gradient: root mean square of the gradient of one image's loss at its sums.
    """
    passed_on = outputs[min(i + 1, len(outputs) - 1)]
    return LayerSignal(
        layer=number,
        units=passed_on.shape[1],
        sum_std=float(outputs[i].std(dtype=np.float64)),
        activation_std=float(passed_on.std(dtype=np.float64)),
        activation_rms=_rms(passed_on),
        gradient_std=gradient,
        weight_gradient_std=_rms(layer.dW),
        dead_share=float((passed_on == 0).all(axis=0).mean()),
    )


def trained_parameters(
    run: Run, ends: Ends, images: np.ndarray, labels: np.ndarray, epochs: Sequence[int]
) -> Iterator[tuple[int, list[tuple[np.ndarray, np.ndarray]]]]:
    """Train the hand-written network and yield (epoch, parameters) after each of `epochs`.

    Args:
        run: a run of the NumPy backend; its number of epochs is not used.
        ends: how many inputs and classes its network has.
        images: (n, n_in) float; labels: (n,) int.
        epochs: ascending; 0 is before the first step.
    """
    network = build(run, "numpy", ends=ends)
    orders = batch_orders(run, len(images))
    done = 0
    for epoch in epochs:
        for order in islice(orders, epoch - done):
            network.train_epoch(images, labels, order)
        done = epoch
        yield epoch, network.parameters()


def write_signal(*, npz: Path, json: Path, output: Path, images: int | None = None) -> None:
    """Measure every depth, initialisation and activation, and write signal.csv.

    Weights are drawn with seed 0 and trained with ordinary mean gradients, so
    that only the initialisation differs.  A row a layer: hidden_sizes, activation,
    init, epoch (0: before the first step), learning_rate, batch_size,
    n_training_images (in an epoch), n_images (measured on) and LayerSignal's attributes.

    Args:
        npz, json: dataset.npz and dataset.json.
        images: train on the first so many only.
    """
    data = load(Path(npz), Path(json))
    training = to_float(data.train_images[:images], "unit")
    labels = data.train_labels[:images].astype(np.int64)
    probes = to_float(data.validation_images[:PROBES], "unit")
    probe_labels = data.validation_labels[:PROBES].astype(np.int64)
    rows = []
    with threadpool_limits(1):
        for run in _runs():
            epochs = EPOCHS[run.activation]
            snapshots = trained_parameters(run, Ends.of(data), training, labels, epochs)
            for epoch, parameters in snapshots:
                setting = {
                    "hidden_sizes": "-".join(map(str, run.hidden_sizes)),
                    "activation": run.activation,
                    "init": run.init,
                    "epoch": epoch,
                    "learning_rate": run.learning_rate,
                    "batch_size": run.batch_size,
                    "n_training_images": len(training),
                    "n_images": len(probes),
                }
                for layer in measure(parameters, run.activation, probes, probe_labels):
                    rows.append(setting | vars(layer))
    write_csv(pd.DataFrame(rows), Path(output))


def _runs() -> list[Run]:
    """List the networks that are measured, as runs of the NumPy backend."""
    return [
        Run(
            backend="numpy",
            hidden_sizes=hidden_sizes,
            activation=activation,
            optimizer="sgd",
            learning_rate=LEARNING_RATE,
            batch_size=BATCH_SIZE,
            epochs=max(*epochs, 1),
            seed=0,
            init=init,
        )
        for activation, epochs in EPOCHS.items()
        for hidden_sizes in HIDDEN_SIZES
        for init in INITS
    ]


def _rms(values: np.ndarray) -> float:
    """Return the root mean square, summed in float64."""
    return float(np.sqrt(np.square(values, dtype=np.float64).mean()))
