"""One training run: its parameters, and the folder name that spells them.

A run is one variant (architecture, optimiser, ...) and one seed.  Its folder,
`results/runs/<variant>/seed<seed>`, says all its parameters, so that any run
can be asked for by path, whether config.yaml lists it or not:

    numpy_360-100_relu_sgd_lr0.1_b32_e10/seed0
    torch_360_relu_sgd_lr0.1_b32_e10_raw/seed2

Options that stand at their default are left out of the name.  `runs.layers` spells the hidden
layers.  No part of a name repeats itself so often that Snakemake would refuse it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cached_property
from math import inf
from typing import Any

from backprop_lab.errors import LabError
from backprop_lab.runs.layers import PATTERN, parse_layers, spell_layers
from backprop_lab.runs.limits import (
    LEARNING_RATES,
    MAX_BATCH_SIZE,
    MAX_EPOCHS,
    MAX_IMAGES,
    MAX_LABEL_NOISE,
    MAX_SEED,
    between,
    check_layers,
    one_of,
)
from backprop_lab.runs.options import parse_options, read_number, spell_number, spell_options

BACKENDS = ("numpy", "torch")
#: Activation -> usual initialisation.
DEFAULT_INIT = {
    "relu": "he",  # He et al. (2015)
    "sigmoid": "xavier",  # Glorot & Bengio (2010)
}
ACTIVATIONS = tuple(DEFAULT_INIT)
OPTIMIZERS = (
    "sgd",
    "adam",
)
INITS = ("he", "xavier", "normal0.01", "normal0.1", "torch")
PIXELS = ("unit", "raw", "standardised")
REDUCTIONS = ("mean", "sum")

#: Bytes of a folder's name that file systems allow.
_MAX_NAME = 255

#: What Snakemake may match for each part of a run's folder.
WILDCARDS = {
    "backend": "|".join(BACKENDS),
    "hidden_sizes": PATTERN,
    "activation": "|".join(ACTIVATIONS),
    "optimizer": "|".join(OPTIMIZERS),
    "learning_rate": r"[0-9.e+-]+",
    "batch_size": "[0-9]+",
    "epochs": "[0-9]+",
    "options": r"(_[a-z0-9.-]+)*",
    "seed": "[0-9]+",
}

_VARIANT = re.compile(
    "_".join(
        f"{prefix}(?P<{name}>{WILDCARDS[name]})"
        for prefix, name in (
            ("", "backend"),
            ("", "hidden_sizes"),
            ("", "activation"),
            ("", "optimizer"),
            ("lr", "learning_rate"),
            ("b", "batch_size"),
            ("e", "epochs"),
        )
    )
    + f"(?P<options>{WILDCARDS['options']})"
)


@dataclass(frozen=True)
class Run:
    """All parameters of one training run.

    Attributes:
        backend: "numpy" (written by hand) or "torch".
        hidden_sizes: units of each hidden layer, first to last.
        activation: one of ACTIVATIONS, after every hidden layer.
        optimizer: one of OPTIMIZERS: "sgd" (no momentum), "adam" (beta1 0.9, beta2 0.999,
            epsilon 1e-8).
        learning_rate: step size, > 0.
        batch_size: images a step.
        epochs: passes over the training images.
        seed: draws the initial weights, the order of the batches and the wrong labels.
        init: rule of the initial weights (and, of "torch", biases); "" stands for the
            activation's usual one, DEFAULT_INIT.
        pixels: "unit" scales pixels to [0, 1]; "raw" leaves them in 0-255; "standardised"
            subtracts the mean of MNIST's pixels and divides by their standard deviation.
        weight_gradient: reduction of the weight gradients over a batch.
        bias_gradient: reduction of the bias gradients over a batch.
        shuffle: draw a new order of the images every epoch.
        init_seed, order_seed: take the weights or the order from another seed
            than `seed`, so that one source of variance can be held fixed; the
            run's own seed becomes None, which means the same.
        split_seed: draw training and validation images anew from their union.
        train_size: learn from the first so many training images only; None: from all.
        repeats: how many times an epoch shows each of them.
        label_noise: the fraction of training and validation labels that are made wrong.
    """

    backend: str
    hidden_sizes: tuple[int, ...]
    activation: str
    optimizer: str
    learning_rate: float
    batch_size: int
    epochs: int
    seed: int
    init: str = ""
    pixels: str = "unit"
    weight_gradient: str = "mean"
    bias_gradient: str = "mean"
    shuffle: bool = True
    init_seed: int | None = None
    order_seed: int | None = None
    split_seed: int | None = None
    train_size: int | None = None
    repeats: int = 1
    label_noise: float = 0.0

    def __post_init__(self) -> None:
        """Bring the parameters into one form, and refuse a value that no run can have.

        Raises:
            LabError: it begins with the name of the parameter.
        """
        object.__setattr__(self, "hidden_sizes", tuple(self.hidden_sizes))
        for name in ("learning_rate", "label_noise"):
            object.__setattr__(self, name, _number(getattr(self, name)))
        if not self.init and self.activation in DEFAULT_INIT:
            object.__setattr__(self, "init", DEFAULT_INIT[self.activation])
        one_of("backend", self.backend, BACKENDS)
        one_of("activation", self.activation, ACTIVATIONS)
        one_of("optimizer", self.optimizer, OPTIMIZERS)
        one_of("init", self.init, INITS)
        one_of("pixels", self.pixels, PIXELS)
        one_of("weight_gradient", self.weight_gradient, REDUCTIONS)
        one_of("bias_gradient", self.bias_gradient, REDUCTIONS)
        check_layers(self.hidden_sizes)
        _check_learning_rate(self.learning_rate)
        _check_data_options(self)
        between("batch_size", self.batch_size, 1, MAX_BATCH_SIZE)
        between("epochs", self.epochs, 1, MAX_EPOCHS)
        for name in ("seed", "init_seed", "order_seed", "split_seed"):
            if getattr(self, name) is not None:
                between(name, getattr(self, name), 0, MAX_SEED)
        for name in ("init_seed", "order_seed"):
            if getattr(self, name) == self.seed:
                object.__setattr__(self, name, None)
        if len(self.variant) > _MAX_NAME:
            raise LabError(
                f"hidden_sizes: so many different layers make a folder name of "
                f"{len(self.variant)} characters, and {_MAX_NAME} are allowed; "
                "take fewer, or more that repeat"
            )

    @cached_property  # thousands of runs are named several times each
    def variant(self) -> str:
        """Return the run's parameters without its seed, as a folder name."""
        name = (
            f"{self.backend}_{spell_layers(self.hidden_sizes)}_{self.activation}_{self.optimizer}"
            f"_lr{spell_number(self.learning_rate)}_b{self.batch_size}_e{self.epochs}"
        )
        return "_".join([name, *spell_options(self, DEFAULT_INIT[self.activation])])

    @property
    def id(self) -> str:
        """Return the run's folder below results/runs: `<variant>/seed<seed>`."""
        return f"{self.variant}/seed{self.seed}"

    def parameters(self) -> dict[str, Any]:
        """Return all parameters, JSON-serialisable, in the order of the fields."""
        values = {name: getattr(self, name) for name in PARAMETERS}
        return values | {"hidden_sizes": list(self.hidden_sizes)}

    @classmethod
    def from_id(cls, run_id: str) -> Run:
        """Read a run from its folder name, the inverse of `id`.

        >>> run = Run.from_id("torch_360-100_relu_sgd_lr0.1_b32_e10_raw/seed2")
        >>> run.hidden_sizes, run.learning_rate, run.pixels, run.seed
        ((360, 100), 0.1, 'raw', 2)

        Raises:
            LabError: the name is not a run's, or is not spelt as `id` spells it
                (so that no run is ever trained under two names).
        """
        variant, _, seed = run_id.partition("/")
        match = _VARIANT.fullmatch(variant) if len(run_id) <= 2 * _MAX_NAME else None
        if match is None or re.fullmatch(r"seed[0-9]+", seed) is None:
            raise LabError(
                f"{_shown(run_id)}: not the name of a run; it looks like "
                "numpy_360-100_relu_sgd_lr0.1_b32_e10/seed0"
            )
        parts = match.groupdict()
        try:
            run = cls(
                backend=parts["backend"],
                hidden_sizes=parse_layers(parts["hidden_sizes"]),
                activation=parts["activation"],
                optimizer=parts["optimizer"],
                learning_rate=read_number("lr", parts["learning_rate"]),
                batch_size=int(parts["batch_size"]),
                epochs=int(parts["epochs"]),
                seed=int(seed.removeprefix("seed")),
                **parse_options(parts["options"]),
            )
        except LabError as error:
            raise LabError(f"{_shown(run_id)}: {error}") from None
        if run.id != run_id:
            raise LabError(f"{_shown(run_id)}: spell this run {run.id}")
        return run


def _shown(run_id: str) -> str:
    """Return what somebody took for a run's name in one line, its end left out if it is long."""
    text = run_id if run_id.isprintable() else repr(run_id)
    return text if len(text) <= 200 else f"{text[:200]}..."


def _number(value: Any) -> float:
    """Return a number as a float; a whole number beyond all floats as infinity."""
    try:
        return float(value)
    except OverflowError:
        return inf


def _check_learning_rate(rate: float) -> None:
    """Raise a LabError unless a run can have this learning rate, and its name can spell it."""
    if not rate > 0:  # also of NaN
        raise LabError(f"learning_rate: {rate:g} must be a number above 0")
    between("learning_rate", rate, *LEARNING_RATES)
    _check_digits("learning_rate", rate)


def _check_data_options(run: Run) -> None:
    """Raise a LabError unless training sets can be cut, repeated and mislabelled like this."""
    if run.train_size is not None:
        between("train_size", run.train_size, 1, MAX_IMAGES)
    between("repeats", run.repeats, 1, MAX_IMAGES)
    if not 0 <= run.label_noise <= MAX_LABEL_NOISE:  # also of NaN
        raise LabError(f"label_noise: {run.label_noise:g} is not from 0 to {MAX_LABEL_NOISE:g}")
    _check_digits("label_noise", run.label_noise)


def _check_digits(key: str, value: float) -> None:
    """Raise a LabError if a run's name cannot spell a number in full."""
    spelt = spell_number(value)
    if float(spelt) != value:
        raise LabError(f"{key}: {value!r} has more digits than a run's name; round it to {spelt}")


#: The names of all parameters, in the order of the fields.
PARAMETERS = tuple(field.name for field in fields(Run))
#: The parameters that a grid in config.yaml may set (the seed comes from `seeds`).
GRID_KEYS = tuple(name for name in PARAMETERS if name != "seed")
#: Parameters that came later -> what the runs before had; their result.json does not name them.
LATER: dict[str, Any] = {"train_size": None, "repeats": 1, "label_noise": 0.0}
