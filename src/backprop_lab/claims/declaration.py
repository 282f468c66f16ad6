"""report/claims.yaml: read it, check it, and pick its texts of one language."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backprop_lab.errors import LabError
from backprop_lab.files.documents import leaves, read_yaml
from backprop_lab.runs.run import ACTIVATIONS, OPTIMIZERS

#: Keys of a part that name a setting.
SIDES = ("setting", "first", "second")
#: Keys of a part that hold a number, or the name of a number that the original prints.
BOUNDS = ("above", "below", "near")
#: Parameters of a setting whose values have names.
_NAMES = {"activation": ACTIVATIONS, "optimizer": OPTIMIZERS}
#: Texts of a part: the criterion in a few words, and why this estimate and this bound.
_TEXTS = ("label", "why")


@dataclass(frozen=True)
class Declared:
    """The two files that declare the claims.

    Attributes:
        claims: report/claims.yaml.
        schema: workflow/schemas/claims.schema.yaml.
    """

    claims: Path
    schema: Path


def load_claims(path: Path, schema: Path, known: Collection[str] | None = None) -> dict[str, Any]:
    """Read claims.yaml and check it against its schema and against itself.

    Args:
        path: claims.yaml.
        schema: claims.schema.yaml.
        known: names of all experiments that config.yaml declares, also those
            that the preset skips; None leaves experiments unchecked.

    Returns:
        {"settings": {name: setting}, "claims": {id: claim}}, as the schema describes.

    Raises:
        LabError: the file cannot be read, does not fit the schema, or a claim
            names an unknown setting or experiment, or a setting an unknown activation or
            optimiser.
    """
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    declared = read_yaml(path)
    error = best_match(Draft202012Validator(read_yaml(schema)).iter_errors(declared))
    if error is not None:
        key = ".".join(str(part) for part in error.absolute_path) or "top level"
        raise LabError(f"{path}: {key}: {error.message.splitlines()[0]}; correct it")
    settings = declared["settings"]
    for name, setting in settings.items():
        for key, names in _NAMES.items():
            value = setting.get("where", {}).get(key, names[0])
            if value not in names:
                raise LabError(
                    f"{path}: settings.{name}.where.{key}: {value!r} is not one of "
                    f"{', '.join(names)}"
                )
    for where, part in _parts(declared["claims"]):
        if part.get("decides", True) and not any(key in part for key in BOUNDS):
            raise LabError(
                f"{path}: {where}: decides nothing; add above, below, or near and within"
            )
        for key in SIDES:
            name = part.get(key)
            if part["kind"] == "proportions" or name is None:
                continue
            if name not in settings:
                raise LabError(f"{path}: {where}.{key}: no setting {name!r}; add it to settings")
            if part["kind"] == "trend" and "over" not in settings[name]:
                raise LabError(f"{path}: {where}.{key}: setting {name!r} needs `over` for a trend")
            for experiment in settings[name]["experiments"]:
                if known is not None and experiment not in known:
                    raise LabError(
                        f"{path}: {where}.{key}: setting {name!r} names the experiment "
                        f"{experiment!r}, which config.yaml does not have"
                    )
    return declared


def claim_words(declared: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Read the texts of the claims in one language: fragments of a report's template.

    Args:
        declared: from load_claims.
        path: report/text/<language>/claims.yaml, with the same names of claims and parts.

    Returns:
        {claim id: {"text": str, "parts": {part id: {"label": str, "why": str}}}}

    Raises:
        LabError: texts are missing, or belong to no claim or part that is declared; all are
            listed in one line.
    """
    parts = {name: claim.get("parts", {}) for name, claim in declared["claims"].items()}
    wanted = [f"{name}.text" for name in parts]
    wanted += [
        f"{name}.parts.{part}.{key}" for name in parts for part in parts[name] for key in _TEXTS
    ]
    found = dict(leaves(read_yaml(path)))
    texts = {key: " ".join(text.split()) for key, text in found.items() if isinstance(text, str)}
    findings = [f"lacks the text {key}" for key in wanted if not texts.get(key)]
    findings += [
        f"{key} belongs to no claim or part that is declared" for key in found if key not in wanted
    ]
    if findings:
        raise LabError(f"{path}: {'; '.join(findings)}")
    return {
        name: {
            "text": texts[f"{name}.text"],
            "parts": {
                part: {key: texts[f"{name}.parts.{part}.{key}"] for key in _TEXTS}
                for part in parts[name]
            },
        }
        for name in parts
    }


def _parts(claims: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """List (key in the file, part) of every part of every claim."""
    return [
        (f"claims.{name}.parts.{part}", content)
        for name, claim in claims.items()
        for part, content in claim.get("parts", {}).items()
    ]
