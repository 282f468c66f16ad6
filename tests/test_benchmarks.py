"""The benchmark's contenders compute the same thing; its tables, facts, figure and prose hold."""

from dataclasses import replace

import numpy as np
import pytest

from backprop_lab.run import Run
from contenders import CONTENDERS, Floor, contenders_for

LEARNING = [name for name in CONTENDERS if name != "floor"]


def run_with(**parameters):
    usual = {"hidden_sizes": (24, 12), "activation": "relu", "optimizer": "sgd", "batch_size": 32}
    chosen = usual | parameters
    rate = {"sgd": 0.1, "adam": 0.001}[chosen["optimizer"]]
    return Run(backend="numpy", learning_rate=rate, epochs=1, seed=0, **chosen)


@pytest.fixture(scope="module")
def images(small_dataset):
    """330 images, so that the last batch is smaller than the others."""
    return replace(
        small_dataset,
        train_images=small_dataset.train_images[:330],
        train_labels=small_dataset.train_labels[:330],
    )


@pytest.mark.parametrize("activation", ["relu", "sigmoid"])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_all_take_the_same_steps(images, optimizer, activation):
    """scikit-learn's Adam adds epsilon before the bias correction, the others after it.

    That makes its first steps shorter where gradients are no larger than epsilon.
    """
    run = run_with(optimizer=optimizer, activation=activation)
    order = np.arange(len(images.train_labels))
    found = {}
    for name in LEARNING:
        contender = CONTENDERS[name](run, images, shuffle=False)
        contender.epoch(order)
        found[name] = np.concatenate([p.ravel() for W_b in contender.parameters() for p in W_b])
    start = np.concatenate(
        [p.ravel() for W_b in CONTENDERS["numpy"](run, images).parameters() for p in W_b]
    )
    moved = np.linalg.norm(found["numpy"] - start)
    assert moved > 0.1
    for name in LEARNING:
        share = 0.03 if (name, optimizer) == ("sklearn", "adam") else 1e-3
        assert np.linalg.norm(found[name] - found["numpy"]) < share * moved, name


def test_those_that_take_an_order_follow_it(images):
    run = run_with()
    order = np.random.default_rng(1).permutation(len(images.train_labels))
    found = []
    for name in ("numpy", "torch", "torch_fused", "numpy_plain"):
        contender = CONTENDERS[name](run, images)
        contender.epoch(order)
        found.append(contender.parameters()[0][0])
    for other in found[1:]:
        np.testing.assert_allclose(other, found[0], atol=1e-5)


def test_the_fused_loop_takes_part_with_adam_alone():
    assert set(CONTENDERS) - set(contenders_for(run_with())) == {"torch_fused"}
    assert set(contenders_for(run_with(optimizer="adam"))) == set(CONTENDERS)


def test_the_floor_multiplies_what_a_step_multiplies(images, monkeypatch):
    shapes = []
    multiply = np.matmul

    def counted(a, b, out):
        shapes.append((*a.shape, b.shape[1]))
        return multiply(a, b, out=out)

    floor = Floor(run_with(batch_size=300), images)
    monkeypatch.setattr(np, "matmul", counted)
    floor.epoch(np.arange(330))
    expected = []
    for B in (300, 30):
        expected += [(B, 784, 24), (B, 24, 12), (B, 12, 10)]
        expected += [(12, B, 10), (B, 10, 12), (24, B, 12), (B, 12, 24), (784, B, 24)]
    assert shapes == expected
