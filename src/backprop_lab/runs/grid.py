"""The experiments of config.yaml, expanded into runs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from backprop_lab.errors import LabError
from backprop_lab.runs.run import GRID_KEYS, Run

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

    A preset may set `seeds` and `epochs` for all experiments, and `skip` some.

    Raises:
        LabError: there is no such preset, or it skips an unknown experiment.
    """
    name = config["preset"]
    if name not in config["presets"]:
        known = ", ".join(config["presets"])
        raise LabError(f"config.yaml: preset: {name!r} is not one of {known}")
    preset = config["presets"][name]
    for skipped in preset.get("skip", ()):
        if skipped not in config["experiments"]:
            raise LabError(f"config.yaml: presets.{name}.skip: no experiment {skipped!r}")
    experiments = {}
    for experiment, settings in config["experiments"].items():
        if experiment in preset.get("skip", ()):
            continue
        settings = dict(settings)
        if "seeds" in preset:
            settings["seeds"] = preset["seeds"]
        if "epochs" in preset:
            epochs = {"epochs": [preset["epochs"]]}
            grid = settings["grid"]
            settings["grid"] = (
                grid | epochs if isinstance(grid, dict) else [part | epochs for part in grid]
            )
        experiments[experiment] = settings
    return config | {"experiments": experiments}


def expand_experiments(config: Config) -> dict[str, list[Run]]:
    """List the runs of each experiment: the product of its grids and its seeds.

    Args:
        config: a config that fits workflow/schemas/config.schema.yaml; see `whole_numbers`.

    Returns:
        Experiment name -> runs, without duplicates, in the order of the grid.

    Raises:
        LabError: a grid lacks a parameter or holds a value no run can have.
    """
    runs = {}
    for name, settings in config["experiments"].items():
        seeds, grid = settings.get("seeds", config["seeds"]), settings["grid"]
        where = f"config.yaml: experiments.{name}.grid"
        parts = {where: grid}
        if isinstance(grid, list):
            parts = {f"{where}.{number}": part for number, part in enumerate(grid)}
        every = (run for key, part in parts.items() for run in _runs(key, part, seeds))
        runs[name] = list(dict.fromkeys(every))
    return runs


def _runs(where: str, grid: Config, seeds: list[int]) -> Iterator[Run]:
    """Yield the runs of one grid, which stands at the key `where`."""
    missing = [key for key in _REQUIRED if key not in grid]
    if missing:
        raise LabError(f"{where}: {missing[0]} is missing; add a list of values")
    keys = [key for key in GRID_KEYS if key in grid]
    for values in product(*(grid[key] for key in keys)):
        for seed in seeds:
            try:
                yield Run(**dict(zip(keys, values, strict=True)), seed=seed)
            except LabError as error:  # it begins with the name of the parameter
                raise LabError(f"{where}.{error}") from None
