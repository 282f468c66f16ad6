"""Strength of the signal: against a direct computation, and against theory."""

import math

import numpy as np
import pandas as pd
import pytest
from built_out import REPORT
from facts_sample import book_of
from whole import write_document

from backprop_lab.errors import LabError
from backprop_lab.figures import signal as signal_figure
from backprop_lab.figures.words import load_words
from backprop_lab.measurements import signal
from backprop_lab.runs.run import Run
from backprop_lab.training.initialization import initial_parameters


def parameters_of(sizes, init, activation="relu", seed=0):
    run = Run("numpy", sizes, activation, "sgd", 0.1, 64, 1, seed, init=init)
    return initial_parameters(run, np.float64)


def noise(n=400, seed=1):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, 784)), rng.integers(0, 10, n)


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
def test_every_number_agrees_with_a_direct_computation(activation):
    images, labels = noise(60)
    parameters = parameters_of((12, 7), "he", activation)
    before = [(W.copy(), b.copy()) for W, b in parameters]
    found = signal.measure(parameters, activation, images, labels)
    for (W, b), (W0, b0) in zip(parameters, before, strict=True):
        assert (W == W0).all()
        assert (b == b0).all()

    f, df = {
        "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
        "sigmoid": (
            lambda z: 1 / (1 + np.exp(-z)),
            lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2,
        ),
    }[activation]
    (W1, b1), (W2, b2), (W3, b3) = parameters
    z1 = images @ W1 + b1
    z2 = f(z1) @ W2 + b2
    z3 = f(z2) @ W3 + b3
    p = np.exp(z3) / np.exp(z3).sum(axis=1, keepdims=True)
    g3 = p - np.eye(10)[labels]  # of each image's own loss
    g2 = (g3 @ W3.T) * df(z2)
    g1 = (g2 @ W2.T) * df(z1)
    for layer, z, a, x, g in zip(
        found, (z1, z2, z3), (f(z1), f(z2), z3), (images, f(z1), f(z2)), (g1, g2, g3), strict=True
    ):
        assert layer.units == z.shape[1]
        assert layer.sum_std == pytest.approx(z.std())
        assert layer.activation_std == pytest.approx(a.std())
        assert layer.activation_rms == pytest.approx(math.sqrt((a**2).mean()))
        assert layer.gradient_std == pytest.approx(math.sqrt((g**2).mean()))
        dW = x.T @ g / len(images)
        assert layer.weight_gradient_std == pytest.approx(math.sqrt((dW**2).mean()))
        assert layer.dead_share == (a == 0).all(axis=0).mean()
    assert [layer.layer for layer in found] == [1, 2, 3]


def test_he_keeps_the_scale_of_relu_activations():
    images, labels = noise()
    layers = signal.measure(parameters_of((400,) * 6, "he"), "relu", images, labels)
    rms = [layer.activation_rms for layer in layers[:-1]]
    assert rms == pytest.approx([1] * 6, rel=0.15)


@pytest.mark.parametrize("n", [400, 200])
def test_small_weights_shrink_relu_activations_by_the_known_factor(n):
    images, labels = noise()
    layers = signal.measure(parameters_of((n, n, n), "normal0.01"), "relu", images, labels)
    rms = [layer.activation_rms for layer in layers[:-1]]
    factor = 0.01 * math.sqrt(n / 2)  # s √n on the sums, ReLU keeps half of the square
    assert [rms[1] / rms[0], rms[2] / rms[1]] == pytest.approx([factor] * 2, rel=0.15)


def test_gradients_shrink_on_their_way_back_by_the_same_kind_of_factor():
    images, labels = noise()
    layers = signal.measure(parameters_of((300, 300, 300), "normal0.01"), "relu", images, labels)
    g = [layer.gradient_std for layer in layers]
    assert [g[0] / g[1], g[1] / g[2]] == pytest.approx([0.01 * math.sqrt(150)] * 2, rel=0.1)


def test_a_dead_layer_is_seen():
    images, labels = noise(20)
    parameters = parameters_of((5,), "he")
    parameters[0][1][:] = -1e6
    first, last = signal.measure(parameters, "relu", images, labels)
    assert first.dead_share == 1
    assert first.gradient_std == 0
    assert first.activation_std == 0
    assert last.gradient_std > 0


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(signal, "HIDDEN_SIZES", ((8,), (8, 6)))
    monkeypatch.setattr(signal, "EPOCHS", {"relu": (0, 1, 2), "sigmoid": (0,)})


@pytest.fixture
def written(few, small_dataset_path, tmp_path):
    signal.write_signal(
        npz=small_dataset_path,
        json=small_dataset_path.with_suffix(".json"),
        output=tmp_path / "signal.csv",
    )
    return tmp_path / "signal.csv"


@pytest.fixture
def small_dataset_path(small_dataset, write_dataset, tmp_path_factory):
    """dataset.npz of the embedded digits, dataset.json beside it."""
    return write_dataset(tmp_path_factory.mktemp("signal"), small_dataset)


def test_the_table_has_every_layer_of_every_network(written, small_dataset_path, tmp_path):
    table = pd.read_csv(written)
    relu, sigmoid = (table[table["activation"] == name] for name in ("relu", "sigmoid"))
    assert len(relu) == 3 * 3 * (2 + 3)  # epochs x initialisations x layers
    assert len(sigmoid) == 3 * (2 + 3)
    assert (table["sum_std"] > 0).all()
    assert np.isfinite(table["gradient_std"]).all()
    # Training changes the network: its logits differ from before.
    logits = relu[(relu["layer"] == 2) & (relu["hidden_sizes"] == "8")]
    assert logits.groupby("init")["sum_std"].nunique().eq(3).all()
    signal.write_signal(
        npz=small_dataset_path,
        json=small_dataset_path.with_suffix(".json"),
        output=tmp_path / "again.csv",
    )
    assert written.read_bytes() == (tmp_path / "again.csv").read_bytes()


def test_the_figure_and_the_facts_tell_before_from_after(written, tmp_path):
    signal_figure.draw(
        signal=written, words=load_words("en", REPORT / "text"), output=tmp_path / "s.svg"
    )
    drawn = (tmp_path / "s.svg").read_text()
    for epoch in (0, 2):
        assert f'id="signal-8-6-he-gradient_std-{epoch}"' in drawn
    table = pd.read_csv(written).query("hidden_sizes == '8-6' and init == 'he' and epoch == 0")
    relu = table[table["activation"] == "relu"].set_index("layer")["activation_std"]
    ratio = book_of(written).facts["signal.relu.8-6.he.epoch0.activation_ratio"]["value"]
    assert ratio == pytest.approx(relu[2] / relu[1])


def test_a_missing_dataset_is_named(tmp_path):
    write_document(tmp_path / "dataset.json")
    with pytest.raises(LabError, match=r"dataset\.npz"):
        signal.write_signal(
            npz=tmp_path / "dataset.npz",
            json=tmp_path / "dataset.json",
            output=tmp_path / "signal.csv",
        )
    assert not (tmp_path / "signal.csv").exists()
