"""report/claims.yaml: read it, check it, and look up what it refers to."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from backprop_lab.errors import LabError
from backprop_lab.files.documents import leaves, read_yaml
from backprop_lab.files.frames import read_csv
from backprop_lab.results.original import published_curve
from backprop_lab.results.units import unit_of

#: Keys of a part that name a setting.
_SETTINGS = ("setting", "first", "second")
#: Keys of a part that hold a number or the name of one of the original's.
_NUMBERS = ("above", "below", "near")
#: Texts of a part: the criterion in a few words, and why this estimate and this bound.
_TEXTS = ("label", "why")


def load_claims(path: Path, schema: Path, known: Collection[str] | None = None) -> dict:
    """Read claims.yaml and check it against its schema and against itself.

    Args:
        schema: workflow/schemas/claims.schema.yaml.
        known: names of all experiments that config.yaml declares, also those
            that the preset skips; None leaves experiments unchecked.

    Returns:
        {"settings": {name: setting}, "claims": {id: claim}}, as the schema describes.

    Raises:
        LabError: the file cannot be read, does not fit the schema, or a claim
            names an unknown setting or experiment.
    """
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    declared = read_yaml(path)
    error = best_match(Draft202012Validator(read_yaml(schema)).iter_errors(declared))
    if error is not None:
        key = ".".join(str(part) for part in error.absolute_path) or "top level"
        raise LabError(f"{path}: {key}: {error.message.splitlines()[0]}")
    settings = declared["settings"]
    for where, part in _parts(declared["claims"]):
        if part.get("decides", True) and not any(key in part for key in _NUMBERS):
            raise LabError(
                f"{path}: {where}: decides nothing; add above, below, or near and within"
            )
        for key in _SETTINGS:
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


class Original:
    """The numbers that the original prints, by the names that facts.json gives them.

    `published.figure<n>.<first|last|best>.<quantity>` is read off a printed log
    (best: the epoch of its highest validation accuracy), `stated.<key>` is a
    single number of stated.csv.  Accuracies are fractions.
    """

    def __init__(self, published: Path, stated: Path) -> None:
        self.numbers: dict[str, tuple[float, str]] = {}
        for figure in sorted(read_csv(published, ("figure",))["figure"].unique()):
            log = published_curve(published, figure)
            best = log["val_accuracy"].to_numpy().argmax()
            for name, position in (("first", 0), ("last", -1), ("best", best)):
                for column, value in log.iloc[position].items():
                    key = f"published.figure{figure}.{name}.{column}"
                    self.numbers[key] = (float(value), unit_of(column))
        for row in read_csv(stated, ("key", "value", "unit")).to_dict("records"):
            self.numbers[f"stated.{row['key']}"] = (float(row["value"]), row["unit"])

    def number(self, where: str, value: float | str) -> float:
        """A number, or the one that a name stands for.

        Args:
            where: the key in claims.yaml, named in the error.

        Raises:
            LabError: the original prints no such number.
        """
        return self._entry(where, value)[0] if isinstance(value, str) else float(value)

    def printed(self, where: str, key: str) -> dict:
        """{"key", "value", "unit"} of a number."""
        value, unit = self._entry(where, key)
        return {"key": key, "value": value, "unit": unit}

    def region(self, where: str, part: Mapping) -> tuple[float, float] | None:
        """Where a part says that its estimate lies: (low, high), infinite where open."""
        bounds = {key: self.number(f"{where}.{key}", part[key]) for key in _NUMBERS if key in part}
        if "near" in bounds:
            return bounds["near"] - part["within"], bounds["near"] + part["within"]
        if not bounds:
            return None
        low, high = bounds.get("above", -math.inf), bounds.get("below", math.inf)
        if low >= high:
            raise LabError(f"claims.yaml: {where}: above {low:g} leaves nothing below {high:g}")
        return low, high

    def _entry(self, where: str, key: str) -> tuple[float, str]:
        if key not in self.numbers or math.isnan(self.numbers[key][0]):
            raise LabError(
                f"claims.yaml: {where}: no fact {key!r}; see published_curves.csv and stated.csv"
            )
        return self.numbers[key]


def _parts(claims: Mapping) -> list[tuple[str, Mapping]]:
    """(key in the file, part) of every part of every claim."""
    return [
        (f"claims.{name}.parts.{part}", content)
        for name, claim in claims.items()
        for part, content in claim.get("parts", {}).items()
    ]
