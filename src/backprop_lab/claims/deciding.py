"""What decides a criterion, in one form and as one digest, so that two states can be compared.

Kind, measure, region, and the variants that its settings mean decide; words do not, nor which
experiment trains a variant, nor how many seeds it has.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from backprop_lab.claims.declaration import BOUNDS, SIDES
from backprop_lab.runs.run import Run

#: Experiment -> its variants, each once, in the order of config.yaml.
Variants = Mapping[str, Iterable[str]]
#: What decides a criterion; see `what_decides`.
Content = dict[str, Any]
#: The name, among what is sealed, of the rule by which further seeds are given.
RULE = "sequential"
#: The keys of a criterion that stand in its content as they are.
_PLAIN = ("from", "to", "within")


def criteria(declared: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield ("<claim>.<part>", part) of every part that decides, of what claims.yaml says."""
    for name, claim in declared.get("claims", {}).items():
        for part, content in claim.get("parts", {}).items():
            if content.get("decides", True):
                yield f"{name}.{part}", content


def rule_of(declared: Mapping[str, Any]) -> Content | None:
    """Return what decides how further seeds are given, of what claims.yaml says; or None.

    >>> rule_of({"sequential": {"looks": [5, 10], "wrong": 0.05}})
    {'looks': [5, 10], 'wrong': 0.05}
    """
    return dict(declared[RULE]) if RULE in declared else None


def what_decides(
    part: Mapping[str, Any],
    settings: Mapping[str, Mapping[str, Any]],
    variants: Variants,
    value: Callable[[str], float],
) -> Content:
    """Bring what decides a criterion into one form.

    Args:
        part: the criterion, as claims.yaml has it.
        settings: name -> setting, of claims.yaml.
        variants: those that there are.
        value: the number that the original prints under a name such as "stated.x".

    Returns:
        {"kind", "decides", "measure", ...}: the keys of the part, numbers as floats, a named
        bound as {"name", "value"}; a setting as {"variants"} with "pick" and "over" if it has
        them. A setting without runs has no variants.
    """
    content: Content = {"kind": part["kind"], "decides": part.get("decides", True)}
    for key in ("measure", "second_measure"):
        if key in part:
            content[key] = {"at": "last"} | dict(part[key])
    for key in BOUNDS:
        if key in part:
            bound = part[key]
            named = isinstance(bound, str)
            content[key] = {"name": bound, "value": value(bound)} if named else float(bound)
    content |= {key: float(part[key]) for key in _PLAIN if key in part}
    for key in SIDES:
        if key in part and part["kind"] == "proportions":
            content[key] = {"name": part[key], "value": value(part[key])}
        elif key in part:
            content[key] = _meant(part, settings[part[key]], variants)
    return content


def digest(content: Content | None) -> str | None:
    """Return the SHA-256 of what decides a criterion, in hex digits; None of nothing.

    >>> digest({"kind": "value", "below": 0.2}) == digest({"below": 0.2, "kind": "value"})
    True
    """
    if content is None:
        return None
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def changed(old: Content | None, new: Content | None) -> list[str]:
    """Name the keys in which two contents differ; "all" where one of them is nothing."""
    if old is None or new is None:
        return ["all"]
    keys = dict.fromkeys([*old, *new])
    return [key for key in keys if old.get(key) != new.get(key)]


def sides(content: Content) -> dict[str, Mapping[str, Any]]:
    """Return the settings of a criterion's content by their keys: setting, first, second."""
    if content.get("kind") == "proportions":
        return {}
    return {key: content[key] for key in SIDES if key in content}


@cache
def parameters_of(variant: str) -> Mapping[str, Any]:
    """Return the parameters that a variant's name spells, the seed 0 among them."""
    return Run.from_id(f"{variant}/seed0").parameters()


def _meant(part: Mapping[str, Any], setting: Mapping[str, Any], variants: Variants) -> Content:
    """Return what a setting means to a criterion: as `Results.select` and `sweep` choose."""
    found = {key: setting[key] for key in ("pick", "over") if key in setting}
    offered = list(_offered(setting, variants))
    if part["kind"] == "trend":
        low, high = part.get("from", -math.inf), part.get("to", math.inf)
        offered = [one for one in offered if low <= _swept(one, setting["over"]) <= high]
    elif "pick" not in setting:
        found, offered = {}, offered[:1]
    return found | {"variants": sorted(offered)}


def _offered(setting: Mapping[str, Any], variants: Variants) -> Iterator[str]:
    """Yield the variants of a setting's experiments that have its parameters, each once."""
    names = dict.fromkeys(
        variant for name in setting["experiments"] for variant in variants.get(name, ())
    )
    where = setting.get("where", {})
    for name in names:
        parameters = parameters_of(name)
        if all(parameters[key] == value for key, value in where.items()):
            yield name


def _swept(variant: str, over: str) -> float:
    """Return the value of a swept parameter; "width" is the units of the first hidden layer."""
    parameters = parameters_of(variant)
    return float(parameters["hidden_sizes"][0] if over == "width" else parameters[over])
