"""One training run: its parameters, and the folder name that spells them.

A run is one variant (architecture, optimiser, ...) and one seed.  Its folder,
`results/runs/<variant>/seed<seed>`, says all its parameters, so that any run
can be asked for by path, whether config.yaml lists it or not:

    numpy_360-100_relu_sgd_lr0.1_b32_e10/seed0
    torch_360_relu_sgd_lr0.1_b32_e10_raw/seed2

Options that stand at their default are left out of the name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from functools import cached_property
from math import isfinite
from typing import Any

from backprop_lab.errors import LabError

BACKENDS = ("numpy", "torch")
#: Activation -> usual initialisation: He et al. (2015) for ReLU, Glorot & Bengio (2010)
#: for sigmoid.
DEFAULT_INIT = {"relu": "he", "sigmoid": "xavier"}
ACTIVATIONS = tuple(DEFAULT_INIT)
OPTIMIZERS = ("sgd", "adam")
INITS = ("he", "xavier", "normal0.01", "normal0.1")
REDUCTIONS = ("mean", "sum")

#: What Snakemake may match for each part of a run's folder.
WILDCARDS = {
    "backend": "|".join(BACKENDS),
    "hidden_sizes": r"\d+(-\d+)*",
    "activation": "|".join(ACTIVATIONS),
    "optimizer": "|".join(OPTIMIZERS),
    "learning_rate": r"[0-9.e+-]+",
    "batch_size": r"\d+",
    "epochs": r"\d+",
    "options": r"(_[a-z0-9.-]+)*",
    "seed": r"\d+",
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
        seed: draws the initial weights and the order of the batches.
        init: standard deviation rule of the initial weights; "" stands for the
            activation's usual one, DEFAULT_INIT.
        pixels: "unit" scales pixels to [0, 1]; "raw" leaves them in 0-255.
        weight_gradient: reduction of the weight gradients over a batch.
        bias_gradient: reduction of the bias gradients over a batch.
        shuffle: draw a new order of the images every epoch.
        init_seed, order_seed: take the weights or the order from another seed
            than `seed`, so that one source of variance can be held fixed; the
            run's own seed becomes None, which means the same.
        split_seed: draw training and validation images anew from their union.
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

    def __post_init__(self) -> None:
        """Bring the parameters into one form, and refuse a value that no run can have.

        Raises:
            LabError: it begins with the name of the parameter.
        """
        object.__setattr__(self, "hidden_sizes", tuple(self.hidden_sizes))
        object.__setattr__(self, "learning_rate", float(self.learning_rate))
        if not self.init and self.activation in DEFAULT_INIT:
            object.__setattr__(self, "init", DEFAULT_INIT[self.activation])
        _one_of("backend", self.backend, BACKENDS)
        _one_of("activation", self.activation, ACTIVATIONS)
        _one_of("optimizer", self.optimizer, OPTIMIZERS)
        _one_of("init", self.init, INITS)
        _one_of("pixels", self.pixels, ("unit", "raw"))
        _one_of("weight_gradient", self.weight_gradient, REDUCTIONS)
        _one_of("bias_gradient", self.bias_gradient, REDUCTIONS)
        if not self.hidden_sizes or min(self.hidden_sizes) < 1:
            raise LabError(
                f"hidden_sizes: {list(self.hidden_sizes)} must list at least one layer, "
                "each of at least 1 unit"
            )
        if not (isfinite(self.learning_rate) and self.learning_rate > 0):
            raise LabError(f"learning_rate: {self.learning_rate:g} must be a number above 0")
        if float(_spell(self.learning_rate)) != self.learning_rate:
            raise LabError(
                f"learning_rate: {self.learning_rate!r} has more digits than a run's name; "
                f"round it to {_spell(self.learning_rate)}"
            )
        for name in ("init_seed", "order_seed"):
            if getattr(self, name) == self.seed:
                object.__setattr__(self, name, None)
        for name in ("batch_size", "epochs"):
            if getattr(self, name) < 1:
                raise LabError(f"{name}: {getattr(self, name)} must be at least 1")

    @cached_property  # thousands of runs are named several times each
    def variant(self) -> str:
        """Return the run's parameters without its seed, as a folder name."""
        sizes = "-".join(str(size) for size in self.hidden_sizes)
        name = (
            f"{self.backend}_{sizes}_{self.activation}_{self.optimizer}"
            f"_lr{_spell(self.learning_rate)}_b{self.batch_size}_e{self.epochs}"
        )
        options = []
        if self.init != DEFAULT_INIT[self.activation]:
            options.append(f"init-{self.init}")
        if self.pixels == "raw":
            options.append("raw")
        if self.weight_gradient == "sum":
            options.append("wsum")
        if self.bias_gradient == "sum":
            options.append("bsum")
        if not self.shuffle:
            options.append("noshuffle")
        for option, seed in (
            ("initseed", self.init_seed),
            ("orderseed", self.order_seed),
            ("splitseed", self.split_seed),
        ):
            if seed is not None:
                options.append(f"{option}{seed}")
        return "_".join([name, *options])

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
        match = _VARIANT.fullmatch(variant)
        if match is None or re.fullmatch(r"seed\d+", seed) is None:
            raise LabError(
                f"{run_id}: not the name of a run; it looks like "
                "numpy_360-100_relu_sgd_lr0.1_b32_e10/seed0"
            )
        parts = match.groupdict()
        options = _parse_options(run_id, parts.pop("options"))
        try:
            learning_rate = float(parts["learning_rate"])
        except ValueError:
            raise LabError(f"{run_id}: lr{parts['learning_rate']} is not a number") from None
        run = cls(
            backend=parts["backend"],
            hidden_sizes=tuple(int(size) for size in parts["hidden_sizes"].split("-")),
            activation=parts["activation"],
            optimizer=parts["optimizer"],
            learning_rate=learning_rate,
            batch_size=int(parts["batch_size"]),
            epochs=int(parts["epochs"]),
            seed=int(seed.removeprefix("seed")),
            **options,
        )
        if run.id != run_id:
            raise LabError(f"{run_id}: spell this run {run.id}")
        return run


def _spell(learning_rate: float) -> str:
    """Return a learning rate as a run's name has it, such as 0.1 or 1e-05."""
    return f"{learning_rate:.10g}"


def _parse_options(run_id: str, text: str) -> dict[str, Any]:
    """Read the part of a run's name after its epochs, such as _raw_initseed3.

    Returns:
        The parameters of `Run` that it sets.

    Raises:
        LabError: it holds an unknown option.
    """
    flags: dict[str, tuple[str, Any]] = {
        "raw": ("pixels", "raw"),
        "wsum": ("weight_gradient", "sum"),
        "bsum": ("bias_gradient", "sum"),
        "noshuffle": ("shuffle", False),
    }
    options: dict[str, Any] = {}
    for token in text.split("_")[1:]:
        numbered = re.fullmatch(r"(init|order|split)seed(\d+)", token)
        if token in flags:
            name, value = flags[token]
            options[name] = value
        elif token.startswith("init-"):
            options["init"] = token.removeprefix("init-")
        elif numbered:
            options[f"{numbered[1]}_seed"] = int(numbered[2])
        else:
            raise LabError(f"{run_id}: unknown option {token!r}")
    return options


def _one_of(key: str, value: object, allowed: tuple[str, ...]) -> None:
    """Raise a LabError, which names the key, unless the value is allowed."""
    if value not in allowed:
        raise LabError(f"{key}: {value!r} is not one of {', '.join(allowed)}")


#: The names of all parameters, in the order of the fields.
PARAMETERS = tuple(field.name for field in fields(Run))
#: The parameters that a grid in config.yaml may set (the seed comes from `seeds`).
GRID_KEYS = tuple(name for name in PARAMETERS if name != "seed")
