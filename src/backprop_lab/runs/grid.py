"""The experiments of config.yaml, expanded into runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from backprop_lab.errors import LabError
from backprop_lab.runs.config_error import ConfigError, Keys, shown
from backprop_lab.runs.kernels import KERNELS, NATIVE
from backprop_lab.runs.run import BACKENDS, GRID_KEYS, Run

#: More runs than this, in all experiments together, are refused before they are listed.
MAX_RUNS = 1_000_000

#: Without grids of their own, runs use these.
_REQUIRED = (
    "backend",
    "hidden_sizes",
    "activation",
    "optimizer",
    "learning_rate",
    "batch_size",
    "epochs",
)

#: config.yaml, or a part of it, as a YAML parser returns it.
Config = dict[str, Any]


def whole_numbers(value: Any) -> Any:
    """Return a config, or a part of it, with every 40.0 as 40.

    JSON Schema takes both for an integer, but a run's folder name spells them differently.

    >>> whole_numbers({"epochs": [40.0], "learning_rate": [0.1]})
    {'epochs': [40], 'learning_rate': [0.1]}
    """
    if isinstance(value, dict):
        return {key: whole_numbers(part) for key, part in value.items()}
    if isinstance(value, list):
        return [whole_numbers(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def apply_preset(config: Config) -> Config:
    """Return the config with its chosen preset laid over it.

    A preset may set `seeds` and `epochs` for all experiments, `skip` some, and replace keys of
    `kernels`, whose runs have its epochs, too.

    Raises:
        ConfigError: there is no such preset, or it skips an unknown experiment.
    """
    name = config["preset"]
    if name not in config["presets"]:
        known = ", ".join(config["presets"])
        raise ConfigError(("preset",), f"{shown(repr(name))} is not one of {known}")
    preset = config["presets"][name]
    kernels = config.get("kernels", {}) | preset.get("kernels", {})
    for number, skipped in enumerate(preset.get("skip", ())):
        if skipped not in config["experiments"]:
            reason = f"there is no experiment {shown(repr(skipped))}; correct the name or remove it"
            raise ConfigError(("presets", name, "skip", number), reason)
    experiments = {}
    for experiment, settings in config["experiments"].items():
        if experiment in preset.get("skip", ()):
            continue
        settings = dict(settings)
        if "seeds" in preset:
            settings["seeds"] = preset["seeds"]
            settings["grid"] = _without_seeds(settings["grid"])
        if "epochs" in preset:
            settings["grid"] = _with_epochs(settings["grid"], preset["epochs"])
        experiments[experiment] = settings
    if "epochs" in preset and "grid" in kernels:
        kernels["grid"] = _with_epochs(kernels["grid"], preset["epochs"])
    return config | {"experiments": experiments, "kernels": kernels}


def _with_epochs(grid: Any, epochs: int) -> Any:
    """Return a grid, or a list of grids, with this number of epochs in place of its own."""
    if isinstance(grid, dict):
        return grid | {"epochs": [epochs]}
    return [part | {"epochs": [epochs]} for part in grid]


def _without_seeds(grid: Any) -> Any:
    """Return a grid, or a list of grids, without seeds of its own."""
    if isinstance(grid, dict):
        return {key: values for key, values in grid.items() if key != "seeds"}
    return [_without_seeds(part) for part in grid]


def has_own_seeds(settings: Config) -> bool:
    """Say whether an experiment of the config, or a grid of it, has seeds of its own."""
    grid = settings["grid"]
    grids = [grid] if isinstance(grid, dict) else grid
    return any("seeds" in one for one in (settings, *grids))


def expand_experiments(config: Config) -> dict[str, list[Run]]:
    """List the runs of each experiment: the product of its grids and its seeds.

    Args:
        config: a config that fits workflow/schemas/config.schema.yaml; see `whole_numbers`.

    Returns:
        Experiment name -> runs, without duplicates, in the order of the grid.

    Raises:
        ConfigError: a grid lacks a parameter or holds a value no run can have, or there
            are more than MAX_RUNS runs.
    """
    found = {
        name: list(_grids(("experiments", name), settings, config["seeds"]))
        for name, settings in config["experiments"].items()
    }
    _check_number([one for some in found.values() for one in some])
    return {
        name: list(dict.fromkeys(run for one in some for run in _runs(one)))
        for name, some in found.items()
    }


def expand_kernels(config: Config) -> dict[str, list[Run]]:
    """List the runs that are trained again under other kernels, by the job that does it.

    Args:
        config: a config that fits workflow/schemas/config.schema.yaml, after its preset.

    Returns:
        "<backend>-<kernels>" -> runs, the native kernels of a backend first; nothing for a
        backend that config.yaml gives no kernels or no runs.

    Raises:
        ConfigError: a backend has no such kernels, or the grid cannot be used.
    """
    settings = config["kernels"]
    for backend in BACKENDS:
        for number, name in enumerate(settings[backend]):
            if name not in KERNELS[backend]:
                reason = f"{shown(repr(name))} is not one of {', '.join(KERNELS[backend])}"
                raise ConfigError(("kernels", backend, number), reason)
    found = list(_grids(("kernels",), settings, config["seeds"]))
    _check_number(found)
    runs = dict.fromkeys(run for one in found for run in _runs(one))
    jobs: dict[str, list[Run]] = {}
    for backend in BACKENDS:
        own = [run for run in runs if run.backend == backend]
        if own and settings[backend]:
            jobs |= {f"{backend}-{name}": own for name in (NATIVE, *settings[backend])}
    return jobs


@dataclass(frozen=True)
class _Grid:
    """One grid, with the seeds of its runs.

    Attributes:
        keys: its place in the config.
        values: parameter -> list of values.
        seeds: one run each for every combination of values.
    """

    keys: Keys
    values: Config
    seeds: list[int]

    @property
    def size(self) -> int:
        """Return the number of runs."""
        return prod(map(len, self.values.values())) * len(self.seeds)


def _grids(keys: Keys, settings: Config, seeds: list[int]) -> Iterator[_Grid]:
    """Yield the grids of an experiment, or of `kernels`, one or several.

    Args:
        keys: its place in the config.
        settings: its `grid`, and its `seeds` if it has its own; a grid may have others.
        seeds: otherwise.
    """
    seeds, grid = settings.get("seeds", seeds), settings["grid"]
    keys = (*keys, "grid")
    single = isinstance(grid, dict)
    for number, part in enumerate([grid] if single else grid):
        own = part.get("seeds", seeds)
        yield _Grid(keys if single else (*keys, number), _without_seeds(part), own)


def _check_number(grids: list[_Grid]) -> None:
    """Raise a ConfigError that names the largest grid if there are too many runs in all."""
    sizes = [grid.size for grid in grids]
    if sum(sizes) > MAX_RUNS:
        most = max(sizes)
        reason = f"{most} of {sum(sizes)} runs, and {MAX_RUNS} are allowed; take values out"
        raise ConfigError(grids[sizes.index(most)].keys, reason)


def _runs(grid: _Grid) -> Iterator[Run]:
    """Yield the runs of one grid."""
    missing = [key for key in _REQUIRED if key not in grid.values]
    if missing:
        raise ConfigError(grid.keys, f"{missing[0]} is missing; add a list of values")
    keys = [key for key in GRID_KEYS if key in grid.values]
    for values in product(*(grid.values[key] for key in keys)):
        for seed in grid.seeds:
            try:
                yield Run(**dict(zip(keys, values, strict=True)), seed=seed)
            except LabError as error:  # it begins with the name of the parameter
                key, _, reason = str(error).partition(": ")
                raise ConfigError((*grid.keys, key), reason) from None
