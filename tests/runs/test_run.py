"""A run's folder name spells all its parameters, and only one way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_lab.errors import LabError
from backprop_lab.nn import layers, optim, torch_network
from backprop_lab.runs.run import ACTIVATIONS, BACKENDS, INITS, OPTIMIZERS, REDUCTIONS, Run

seeds = st.none() | st.integers(0, 99)
runs = st.builds(
    Run,
    backend=st.sampled_from(BACKENDS),
    hidden_sizes=st.lists(st.integers(1, 2000), min_size=1, max_size=4),
    activation=st.sampled_from(ACTIVATIONS),
    optimizer=st.sampled_from(OPTIMIZERS),
    learning_rate=st.sampled_from([1e-5, 1e-4, 5e-4, 0.001, 0.15, 0.1, 1.0, 3.0]),
    batch_size=st.integers(1, 512),
    epochs=st.integers(1, 200),
    seed=st.integers(0, 10_000),
    init=st.sampled_from(INITS),
    pixels=st.sampled_from(["unit", "raw"]),
    weight_gradient=st.sampled_from(REDUCTIONS),
    bias_gradient=st.sampled_from(REDUCTIONS),
    shuffle=st.booleans(),
    init_seed=seeds,
    order_seed=seeds,
    split_seed=seeds,
)


@given(runs)
def test_id_and_parameters_are_two_spellings_of_one_run(run):
    assert Run.from_id(run.id) == run
    assert " " not in run.id


def test_the_seed_of_its_own_is_no_other_seed():
    own = Run("numpy", (5,), "relu", "sgd", 0.1, 32, 10, 3, init_seed=3, order_seed=3)
    assert own == Run("numpy", (5,), "relu", "sgd", 0.1, 32, 10, 3)
    other = Run("numpy", (5,), "relu", "sgd", 0.1, 32, 10, 3, init_seed=0)
    assert (other.init_seed, other.order_seed) == (0, None)


def test_defaults_are_left_out_of_the_name():
    run = Run("numpy", (360, 100), "relu", "sgd", 0.1, 32, 10, seed=0)
    assert run.id == "numpy_360-100_relu_sgd_lr0.1_b32_e10/seed0"


def test_every_name_stands_for_a_class_on_either_backend():
    assert set(ACTIVATIONS) == set(layers.ACTIVATIONS) == set(torch_network.ACTIVATIONS)
    assert set(OPTIMIZERS) == set(optim.OPTIMIZERS) == set(torch_network.OPTIMIZERS)


def test_usual_initialization_depends_on_the_activation():
    assert Run("numpy", (5,), "relu", "sgd", 0.1, 32, 10, 0).init == "he"
    assert Run("numpy", (5,), "sigmoid", "sgd", 0.1, 32, 10, 0).init == "xavier"


@pytest.mark.parametrize(
    ("run_id", "message"),
    [
        ("numpy_360_relu_sgd_lr0.10_b32_e10/seed0", "spell this run numpy_360_relu_sgd_lr0.1_b32"),
        ("numpy_360_relu_sgd_lr0.1_b32_e10_bsum_wsum/seed0", "spell this run"),
        ("numpy_360_relu_sgd_lr0.1_b32_e10_init-he/seed0", "spell this run"),
        ("numpy_360_relu_sgd_lr0.1_b32_e10_initseed0/seed0", "spell this run numpy_.*_e10/seed0"),
        ("numpy_360_relu_sgd_lr0.1_b32_e10_orderseed3/seed3", "spell this run numpy_.*_e10/seed3"),
        ("numpy_360_relu_sgd_lr0.333333333333_b32_e10/seed0", "round it to 0.3333333333"),
        ("numpy_360_relu_sgd_lr0.1_b32_e10_turbo/seed0", "unknown option 'turbo'"),
        ("numpy_360_relu_sgd_lr0.1_b32_e10_init-zero/seed0", "init: 'zero' is not one of"),
        ("numpy_0_relu_sgd_lr0.1_b32_e10/seed0", "hidden_sizes"),
        ("numpy_360_relu_sgd_lr0_b32_e10/seed0", "learning_rate"),
        ("numpy_360_relu_sgd_lr--_b32_e10/seed0", "is not a number"),
        ("numpy_360_relu_sgd_lr0.1_b0_e10/seed0", "batch_size"),
        ("numpy_360_relu_sgd_lr0.1_b32_e0/seed0", "epochs"),
        ("numpy_360_step_sgd_lr0.1_b32_e10/seed0", "not the name of a run"),
        ("numpy_360_relu_sgd_lr0.1_b32_e10", "not the name of a run"),
    ],
)
def test_a_wrong_name_is_refused_with_the_reason(run_id, message):
    with pytest.raises(LabError, match=message):
        Run.from_id(run_id)


@pytest.mark.parametrize(
    ("parameter", "value"),
    [
        ("backend", "jax"),
        ("activation", "step"),
        ("optimizer", "newton"),
        ("learning_rate", -0.1),
        ("learning_rate", float("nan")),
        ("learning_rate", 1 / 3),
        ("hidden_sizes", ()),
        ("pixels", "gray"),
    ],
)
def test_an_impossible_run_names_the_parameter(parameter, value):
    good = Run("numpy", (360,), "relu", "sgd", 0.1, 32, 10, seed=0)
    with pytest.raises(LabError, match=parameter):
        Run(**{**good.parameters(), parameter: value, "init": "he"})
