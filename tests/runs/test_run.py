"""A run's folder name spells all its parameters, and only one way."""

import re

import pytest
from fuzzing import fuzzed
from hypothesis import given
from hypothesis import strategies as st
from snakemake.io import PeriodicityDetector

from backprop_lab.errors import LabError
from backprop_lab.nn import layers, optim, torch_network, torch_optim
from backprop_lab.runs import limits
from backprop_lab.runs.run import (
    ACTIVATIONS,
    BACKENDS,
    INITS,
    OPTIMIZERS,
    PIXELS,
    REDUCTIONS,
    WILDCARDS,
    Run,
)

#: Networks of blocks of layers, each block as it is or many times in a row.
repeated = st.lists(
    st.tuples(st.lists(st.integers(1, 40), min_size=1, max_size=5), st.integers(1, 90)),
    min_size=1,
    max_size=3,
).map(lambda blocks: [size for block, repeats in blocks for size in block * repeats])
networks = st.lists(st.integers(1, 2000), min_size=1, max_size=4) | repeated.filter(
    lambda sizes: len(sizes) <= limits.MAX_LAYERS
)
seeds = st.integers(0, 99) | st.integers(0, limits.MAX_SEED)
rates = st.sampled_from([1e-5, 1e-4, 5e-4, 0.001, 0.15, 0.1, 1.0, 3.0]) | st.floats(
    *limits.LEARNING_RATES
).map(lambda rate: float(f"{rate:.10g}"))
runs = st.builds(
    Run,
    backend=st.sampled_from(BACKENDS),
    hidden_sizes=networks,
    activation=st.sampled_from(ACTIVATIONS),
    optimizer=st.sampled_from(OPTIMIZERS),
    learning_rate=rates,
    batch_size=st.integers(1, 512) | st.integers(1, limits.MAX_BATCH_SIZE),
    epochs=st.integers(1, 200) | st.integers(1, limits.MAX_EPOCHS),
    seed=seeds,
    init=st.sampled_from(INITS),
    pixels=st.sampled_from(PIXELS),
    weight_gradient=st.sampled_from(REDUCTIONS),
    bias_gradient=st.sampled_from(REDUCTIONS),
    shuffle=st.booleans(),
    init_seed=st.none() | seeds,
    order_seed=st.none() | seeds,
    split_seed=st.none() | seeds,
    train_size=st.none() | st.integers(1, limits.MAX_IMAGES),
    repeats=st.integers(1, 3) | st.integers(1, limits.MAX_IMAGES),
    label_noise=st.just(0.0)
    | st.floats(0, limits.MAX_LABEL_NOISE).map(lambda x: float(f"{x:.10g}")),
)
#: What Snakemake makes of a run's folder: the wildcards of workflow/rules/common.smk.
FOLDER = re.compile(
    "{backend}_{hidden_sizes}_{activation}_{optimizer}"
    "_lr{learning_rate}_b{batch_size}_e{epochs}{options}/seed{seed}".format(
        **{name: f"(?P<{name}>{pattern})" for name, pattern in WILDCARDS.items()}
    )
)
#: Finds what makes Snakemake refuse a wildcard.
RULER = PeriodicityDetector()
#: Pieces of names, of which most are none.
PIECES = (
    *("numpy", "torch", "_", "-", "x", ".", "/", "seed", "relu", "sigmoid", "sgd", "adam", "lr"),
    *("_lr0.1", "_b", "_e", "_b32", "_e10", "/seed0", "16x21", "64.16x25", "360-100", "1" * 25),
    *("0", "1", "9" * 400, "1e400", "_raw", "_wsum", "_init-he", "_initseed3", "\n", "٣", "\x00"),
    *("_relu_sgd_lr0.1_b32_e10", "numpy_360", "numpy_360_relu_sgd_lr0.1_b32_e10/seed0"),
)
junk = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=14).map("".join)


@fuzzed(300)
@given(runs)
def test_id_and_parameters_are_two_spellings_of_one_run(run):
    assert Run.from_id(run.id) == run
    assert " " not in run.id


@fuzzed(300)
@given(runs)
def test_snakemake_takes_every_name_apart_and_no_part_for_endless(run):
    parts = FOLDER.fullmatch(run.id)
    assert parts is not None
    assert RULER.is_periodic(run.variant) is None
    for part in parts.groupdict().values():
        assert part == "" or RULER.is_periodic(part) is None
    assert all(len(part.encode()) <= 255 for part in run.id.split("/"))


@fuzzed(1000)
@given(junk)
def test_a_name_is_a_run_or_refused_in_one_line(text):
    message = None
    try:
        assert Run.from_id(text).id == text
    except LabError as error:
        message = str(error)
    assert message is None or (message.isprintable() and len(message) < 1000)


@pytest.mark.parametrize(
    ("sizes", "spelt"),
    [
        ([16, 16], "16-16"),
        ([16] * 3, "16x3"),
        ([16] * 21, "16x21"),
        ([360, *[100] * 3, 40], "360-100x3-40"),
        ([64, 16] * 2, "64-16-64-16"),
        ([64, 16] * 25 + [40], "64.16x25-40"),
        ([16, 16, 16, 32] * 20, "16.16.16.32x20"),
        ([7, *[16, 32] * 40, 16], "7-16.32x40-16"),
    ],
)
def test_layers_that_repeat_are_spelt_once(sizes, spelt):
    run = Run("numpy", sizes, "relu", "sgd", 0.1, 32, 10, seed=0)
    assert run.id == f"numpy_{spelt}_relu_sgd_lr0.1_b32_e10/seed0"
    assert Run.from_id(run.id) == run


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
    assert set(OPTIMIZERS) == set(optim.OPTIMIZERS) == set(torch_optim.OPTIMIZERS)


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
        ("numpy_360_relu_sgd_lr0.1_b32_e10_repeat1/seed0", "spell this run numpy_.*_e10/seed0"),
        ("numpy_360_relu_sgd_lr0.1_b32_e10_noise0.20/seed0", "spell this run numpy.*_noise0.2/"),
        ("numpy_360_relu_sgd_lr0.1_b32_e10_noise0/seed0", "spell this run numpy_.*_e10/seed0"),
        ("numpy_360_relu_sgd_lr0.1_b32_e10_noise1-1/seed0", "noise1-1 is not a number"),
        ("numpy_360_relu_sgd_lr0.1_b32_e10_size5_splitseed1/seed0", "spell this run"),
        ("numpy_0_relu_sgd_lr0.1_b32_e10/seed0", "hidden_sizes"),
        ("numpy_360_relu_sgd_lr0_b32_e10/seed0", "learning_rate"),
        ("numpy_360_relu_sgd_lr--_b32_e10/seed0", "is not a number"),
        ("numpy_360_relu_sgd_lr0.1_b0_e10/seed0", "batch_size"),
        ("numpy_360_relu_sgd_lr0.1_b32_e0/seed0", "epochs"),
        ("numpy_360_step_sgd_lr0.1_b32_e10/seed0", "not the name of a run"),
        ("numpy_16-16-16_relu_sgd_lr0.1_b32_e10/seed0", "spell this run numpy_16x3_relu"),
        ("numpy_16x2_relu_sgd_lr0.1_b32_e10/seed0", "spell this run numpy_16-16_relu"),
        ("numpy_16.8_relu_sgd_lr0.1_b32_e10/seed0", "spell this run numpy_16-8_relu"),
        ("numpy_16x99999999_relu_sgd_lr0.1_b32_e10/seed0", "more than 1000 layers"),
        ("numpy_360_relu_sgd_lr0.1_b32_e10/seed9223372036854775808", "seed: .* too large"),
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
        ("learning_rate", 1e-300),
        ("learning_rate", 10**400),
        ("hidden_sizes", ()),
        ("hidden_sizes", [16] * 1001),
        ("hidden_sizes", [10**9]),
        pytest.param("hidden_sizes", [0, 10**5000], id="hidden_sizes-5001 digits"),
        ("hidden_sizes", [10**5, 10**5]),
        ("hidden_sizes", list(range(1000, 1060))),
        ("batch_size", 10**6),
        ("epochs", 10**12),
        pytest.param("epochs", 10**5000, id="epochs-5001 digits"),
        ("seed", 2**63),
        ("split_seed", 2**63),
        ("pixels", "gray"),
        ("train_size", 0),
        ("train_size", 10**7),
        ("repeats", 0),
        ("label_noise", 0.6),
        ("label_noise", -0.1),
        ("label_noise", float("nan")),
        ("label_noise", 1 / 3),
    ],
)
def test_an_impossible_run_names_the_parameter(parameter, value):
    good = Run("numpy", (360,), "relu", "sgd", 0.1, 32, 10, seed=0)
    with pytest.raises(LabError, match=f"^{parameter}: "):
        Run(**{**good.parameters(), parameter: value, "init": "he"})
