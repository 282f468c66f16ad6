"""Training on the pixels that are ever lit: the same weights as training on all of them."""

import io

import numpy as np
import pytest

from backprop_lab.data.datasets import to_float
from backprop_lab.data.live_pixels import LivePixels
from backprop_lab.errors import LabError
from backprop_lab.runs.run import Run
from backprop_lab.training.backends import build
from backprop_lab.training.initialization import batch_orders, initial_parameters
from backprop_lab.training.loop import train

N = 1200  # images, more than are turned into floats at a time


@pytest.fixture
def images():
    """Images of which pixels 0, 30 and 31 and all from 100 on stay dark, uint8 (N, 784)."""
    images = np.random.default_rng(0).integers(0, 256, (N, 784), np.uint8)
    images[:, [0, 30, 31, *range(100, 784)]] = 0
    return images


def test_live_pixels_come_first_and_fill_whole_registers(images):
    live = LivePixels.of(images)
    assert sorted(live.order) == list(range(784))
    lit = [pixel for pixel in range(100) if pixel not in (0, 30, 31)]
    assert live.order[: len(lit)].tolist() == lit
    assert live.n_live == 112  # 97 lit ones, up to the next multiple of 16


def test_all_pixels_lit_leaves_nothing_out():
    live = LivePixels.of(np.full((2, 784), 7, np.uint8))
    assert live.n_live == 784
    assert live.order.tolist() == list(range(784))


@pytest.mark.parametrize("pixels", ["unit", "raw"])
def test_images_are_the_same_numbers_in_another_order(images, pixels):
    live = LivePixels.of(images)
    plain = to_float(images, pixels)
    np.testing.assert_array_equal(live.training(images, pixels), plain[:, live.order[:112]])
    np.testing.assert_array_equal(live.evaluation(images, pixels), plain[:, live.order])
    for array in (live.training(images, pixels), live.evaluation(images, pixels)):
        assert array.dtype == np.float32
        assert array.flags.c_contiguous  # a batch of rows is gathered far faster


def test_restoring_undoes_arranging(images):
    live = LivePixels.of(images)
    given = build(_run("numpy", "sgd"), dtype=np.float64).parameters()
    for ours, theirs in zip(live.restore(live.arrange(given)), given, strict=True):
        np.testing.assert_array_equal(ours[0], theirs[0])
        np.testing.assert_array_equal(ours[1], theirs[1])


def test_standardised_images_leave_no_pixel_out(images):
    live = LivePixels.of(images, "standardised")
    assert live.n_live == 784
    np.testing.assert_array_equal(
        live.training(images, "standardised"), to_float(images, "standardised")
    )
    with pytest.raises(LabError, match="standardised ones may not be left out"):
        LivePixels.of(images, "unit").training(images, "standardised")


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_a_standardised_run_moves_the_weights_of_dark_pixels(small_dataset, backend):
    """As a network that is written out here, with all pixels, moves them."""
    run = Run(backend, (8,), "relu", "sgd", 0.05, 50, 1, 0, pixels="standardised", init="torch")
    trained = train(run, small_dataset, device="cpu", log=io.StringIO())
    (W1, b1), (W2, b2) = initial_parameters(run, np.float64)
    x = (small_dataset.train_images / 255 - 0.1307) / 0.3081
    y = np.eye(10)[small_dataset.train_labels]
    order = next(batch_orders(run, len(x)))
    for start in range(0, len(x), 50):
        rows = order[start : start + 50]
        h = np.maximum(x[rows] @ W1 + b1, 0)
        e = np.exp(h @ W2 + b2)
        g = (e / e.sum(axis=1, keepdims=True) - y[rows]) / len(rows)
        gh = (g @ W2.T) * (h > 0)
        W2, b2 = W2 - 0.05 * h.T @ g, b2 - 0.05 * g.sum(axis=0)
        W1, b1 = W1 - 0.05 * x[rows].T @ gh, b1 - 0.05 * gh.sum(axis=0)
    for ours, theirs in zip(trained.parameters, [(W1, b1), (W2, b2)], strict=True):
        np.testing.assert_allclose(ours[0], theirs[0], atol=2e-5)
        np.testing.assert_allclose(ours[1], theirs[1], atol=2e-5)
    dark = small_dataset.train_images.max(axis=0) == 0
    assert dark.any()
    assert (trained.parameters[0][0][dark] != initial_parameters(run)[0][0][dark]).any()


def _run(backend, optimizer):
    rate = {"sgd": 0.1, "adam": 0.01}[optimizer]
    return Run(backend, (12, 8), "relu", optimizer, rate, 32, 2, 0)


@pytest.mark.parametrize("backend", ["numpy", "torch"])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_training_without_dark_pixels_gives_the_weights_of_training_with_them(
    images, backend, optimizer
):
    labels = np.random.default_rng(1).integers(0, 10, N)
    others = np.random.default_rng(2).integers(0, 256, (50, 784), np.uint8)  # lit everywhere
    live = LivePixels.of(images)
    run = _run(backend, optimizer)
    narrow, wide = build(run, dtype=np.float64, live=live), build(run, dtype=np.float64)
    order = np.random.default_rng(3).permutation(N)
    for _ in range(2):
        ours = narrow.train_epoch(live.training(images, "unit", np.float64), labels, order)
        theirs = wide.train_epoch(to_float(images, "unit", np.float64), labels, order)
        assert ours == pytest.approx(theirs, rel=1e-12)
    for ours, theirs in zip(live.restore(narrow.parameters()), wide.parameters(), strict=True):
        np.testing.assert_allclose(ours[0], theirs[0], atol=1e-12)
        np.testing.assert_allclose(ours[1], theirs[1], atol=1e-12)
    # Weights that training left alone count when an image lights their pixels.
    assert narrow.evaluate(live.evaluation(others, "unit", np.float64), labels[:50]) == (
        pytest.approx(wide.evaluate(to_float(others, "unit", np.float64), labels[:50]), rel=1e-12)
    )


def test_a_run_keeps_the_initial_weights_of_dark_pixels_in_their_places(small_dataset):
    run = Run("numpy", (8,), "relu", "adam", 0.01, 32, 1, 0)
    trained = train(run, small_dataset, log=io.StringIO())
    before, after = build(run).parameters()[0][0], trained.parameters[0][0]
    dark = small_dataset.train_images.max(axis=0) == 0
    assert 0 < dark.sum() < 784
    np.testing.assert_array_equal(after[dark], before[dark])
    assert (after[~dark] != before[~dark]).any(axis=1).mean() > 0.9
