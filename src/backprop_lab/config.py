"""What config.yaml asks for: its experiments, expanded into runs."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from itertools import product
from pathlib import Path

from backprop_lab.documents import read_yaml
from backprop_lab.errors import LabError
from backprop_lab.run import GRID_KEYS, Run

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

#: The experiments that tables, facts and the report's text name: no report without their runs.
REQUIRED = ("matrix", "task1_final", "task2_final", "learning_rate_transfer")

#: An experiment that is made into a section -> the others whose runs that section needs.
TOGETHER = {
    "forensics_screen": ("forensics_refine", "counterfactual"),
    "variance_seed": ("variance_initialization", "variance_order", "variance_split"),
}

#: Names that no experiment can have besides those of rules: build.csv's last row is "total".
_RESERVED = ("total",)


def explain(error) -> str:
    """Say in one line what a jsonschema.ValidationError found, and under which key."""
    # "anyOf" says nothing by itself; its most relevant branch does.
    while error.context:
        error = max(error.context, key=lambda sub: len(sub.absolute_path))
    key = ".".join(str(part) for part in error.absolute_path) or "top level"
    return f"config.yaml: {key}: {error.message.splitlines()[0]}{_remedy(error)}"


def _remedy(error) -> str:
    """What to do about a jsonschema.ValidationError where its message does not say it."""
    if error.validator == "additionalProperties" and error.validator_value is False:
        known = error.schema["properties"]
        unknown = next(name for name in error.instance if name not in known)
        near = get_close_matches(str(unknown), known, n=1)
        return f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(known)}"
    if error.validator == "type" and error.validator_value == "number":
        try:
            number = float(error.instance)
        except (TypeError, ValueError):
            return ""
        return f"; YAML reads it as a text, write {number!r} without quotation marks"
    return ""


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


def check_experiments(config: dict, claims: Path) -> None:
    """See that no experiment is missing that a later step would ask for in vain.

    Args:
        config: a config that fits workflow/schemas/config.schema.yaml, before its preset.
        claims: claims.yaml; its experiments may be skipped, but must be known.

    Raises:
        LabError: an experiment that is needed is not declared, or the preset skips it.
    """
    declared, preset = config["experiments"], config["preset"]
    skipped = config["presets"][preset].get("skip", ())
    needed = dict.fromkeys(REQUIRED, "the report")
    for first, others in TOGETHER.items():
        if first in declared and first not in skipped:
            needed |= dict.fromkeys(others, first)
    for name, by in needed.items():
        if name not in declared:
            raise LabError(f"config.yaml: experiments.{name}: missing, but {by} needs it; add it")
        if name in skipped:
            raise LabError(
                f"config.yaml: presets.{preset}.skip: {name} cannot be skipped where {by} "
                "needs it; take it off the list"
            )
    for name in _claimed(claims):
        if name not in declared:
            raise LabError(
                f"config.yaml: experiments.{name}: missing, but {claims} names it; add it, and to "
                f"presets.{preset}.skip if it is not to run"
            )


def check_names(experiments: Mapping, rules: Collection[str]) -> None:
    """See that every experiment can be a target of Snakemake.

    Args:
        experiments: those of config.yaml, by name.
        rules: names of all rules.

    Raises:
        LabError: an experiment has a name that is taken.
    """
    for name in experiments:
        if name in (*rules, *_RESERVED):
            raise LabError(
                f"config.yaml: experiments.{name}: the name is taken by the workflow; "
                "give the experiment another one"
            )


def _claimed(claims: Path) -> list[str]:
    """The experiments that claims.yaml names, none where it does not fit its schema.

    That is refused where the claims are judged: here it would cost each call the imports.
    """
    try:
        settings = read_yaml(claims)["settings"].values()
        return [name for setting in settings for name in setting["experiments"]]
    except (AttributeError, KeyError, TypeError):
        return []


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
