"""What config.yaml asks for: its experiments, expanded into runs."""

from __future__ import annotations

from itertools import product

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


def whole_numbers(value):
    """Return a config, or a part of it, with every 40.0 as 40.

    JSON Schema takes both for an integer, but a run's folder name spells them differently.
    """
    if isinstance(value, dict):
        return {key: whole_numbers(part) for key, part in value.items()}
    if isinstance(value, list):
        return [whole_numbers(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def apply_preset(config: dict) -> dict:
    """Return the config with its chosen preset laid over it.

    A preset may set `seeds` and `epochs` for all experiments, and `skip` some.
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
            settings["grid"] = [
                grid | {"epochs": [preset["epochs"]]} for grid in _grids(settings["grid"])
            ]
        experiments[experiment] = settings
    return config | {"experiments": experiments}


def expand_experiments(config: dict) -> dict[str, list[Run]]:
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
        seeds = settings.get("seeds", config["seeds"])
        found: dict[Run, None] = {}
        for number, grid in enumerate(_grids(settings["grid"])):
            where = f"config.yaml: experiments.{name}.grid.{number}"
            missing = [key for key in _REQUIRED if key not in grid]
            if missing:
                raise LabError(f"{where}: {missing[0]} is missing; add a list of values")
            keys = [key for key in GRID_KEYS if key in grid]
            for values in product(*(grid[key] for key in keys)):
                for seed in seeds:
                    try:
                        run = Run(**dict(zip(keys, values, strict=True)), seed=seed)
                    except LabError as error:
                        raise LabError(f"{where}: {error}") from None
                    found[run] = None
        runs[name] = list(found)
    return runs


def _grids(grid: dict | list[dict]) -> list[dict]:
    return [grid] if isinstance(grid, dict) else grid
