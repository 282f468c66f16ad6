"""Is config.yaml usable?  What JSON Schema cannot say of it, and its errors in one line."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from backprop_lab.errors import LabError
from backprop_lab.files.documents import read_yaml
from backprop_lab.report.assets import TEXTS

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


def check_languages(languages: Collection[str], folder: Path) -> None:
    """Check that each language of the report has a folder with all texts, and English too.

    Args:
        languages: `report: languages:` of config.yaml.
        folder: report/text, with a folder a language. Translations are compared with the English
            one, whether or not an English report is built.

    Raises:
        LabError: a folder is missing, or lacks a file.
    """
    there = sorted(path.parent.name for path in Path(folder).glob(f"*/{TEXTS[0]}"))
    for language in dict.fromkeys(("en", *languages)):
        if language not in there:
            raise LabError(
                f"config.yaml: report.languages: {language} has no folder with {TEXTS[0]} in "
                f"{folder}; the languages there are {', '.join(there)}"
            )
        lacking = [name for name in TEXTS if not (Path(folder) / language / name).is_file()]
        if lacking:
            raise LabError(
                f"config.yaml: report.languages: {folder}/{language} lacks {', '.join(lacking)}; "
                f"translate those of {folder}/en, or take {language} off the list"
            )


def check_timings(report: Mapping[str, Any]) -> None:
    """Check that a report without times is not asked for the section on speed.

    Args:
        report: `report` of config.yaml.

    Raises:
        LabError: it is.
    """
    if report["benchmarks"] and not report["timings"]:
        raise LabError(
            "config.yaml: report.benchmarks: the section on speed is made of times; set "
            "report.timings to true, or this to false"
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
