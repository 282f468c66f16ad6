"""claims.json as facts for the prose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from backprop_lab.claims.evaluation import VERDICTS
from backprop_lab.facts.book import Facts
from backprop_lab.files.documents import read_json


def claim_facts(facts: Facts, path: Path) -> None:
    """Add the facts claims.*: verdicts, estimates, intervals.

    claims.n, claims.n_<verdict>, claims.level; claims.<id>.verdict, .reason,
    .n_parts, .n_supported, .n_opposed, .n_undecided; and of each part
    claims.<id>.<part>.{outcome, estimate, low, high, n, format, method,
    above, below, p_above, p_above_low, p_above_high, z, p_value} with
    .{setting, first, second}.{variant, mean, std, n_diverged, learning_rate,
    at_edge, images_low, images_high, format}.  What does not exist has no fact;
    a part that was not run has its outcome, above and below alone.

    Args:
        facts: the book to add them to.
        path: claims.json.
    """
    content = read_json(path)
    counts = Counter(claim["verdict"] for claim in content["claims"].values())
    facts.add("claims.n", len(content["claims"]), "count", path)
    facts.add("claims.level", content["level"], "fraction", path)
    for verdict in VERDICTS:
        facts.add(f"claims.n_{verdict}", counts[verdict], "count", path)
    for name, claim in content["claims"].items():
        prefix = f"claims.{name}"
        facts.add(f"{prefix}.verdict", claim["verdict"], "text", path)
        facts.add(f"{prefix}.reason", claim["reason"]["key"], "text", path)
        deciding = [part["outcome"] for part in claim["parts"].values() if part["decides"]]
        facts.add(f"{prefix}.n_parts", len(deciding), "count", path)
        for outcome in ("supported", "opposed", "undecided"):
            facts.add(f"{prefix}.n_{outcome}", deciding.count(outcome), "count", path)
        for part, entry in claim["parts"].items():
            _add_part(facts, f"{prefix}.{part}", entry, path)


def _add_part(facts: Facts, prefix: str, entry: Mapping, path: Path) -> None:
    facts.add(f"{prefix}.outcome", entry["outcome"], "text", path)
    unit = entry["unit"]
    _add_pair(facts, prefix, ("above", "below"), entry["region"], unit, path)
    if entry["outcome"] == "not_run":
        return
    n = entry["n"]
    facts.add(f"{prefix}.estimate", entry["estimate"], unit, path, n)
    _add_pair(facts, prefix, ("low", "high"), entry["interval"], unit, path, n)
    facts.add(f"{prefix}.n", n, "count", path)
    for key in ("format", "method"):
        facts.add(f"{prefix}.{key}", entry[key], "text", path)
    for key in ("z", "p_value"):
        facts.add(f"{prefix}.{key}", entry.get(key), "number", path)
    if "p_above" in entry:
        share = entry["p_above"]
        facts.add(f"{prefix}.p_above", share["estimate"], "fraction", path, share["n"])
        names = ("p_above_low", "p_above_high")
        _add_pair(facts, prefix, names, share["interval"], "fraction", path, share["n"])
    for side in ("setting", "first", "second"):
        if side in entry:
            _add_side(facts, f"{prefix}.{side}", entry[side], path)


def _add_side(facts: Facts, prefix: str, side: Mapping, path: Path) -> None:
    for key in ("mean", "std"):
        facts.add(f"{prefix}.{key}", side[key], side["unit"], path, side["n"])
    for key in ("variant", "format"):
        facts.add(f"{prefix}.{key}", side[key], "text", path)
    facts.add(f"{prefix}.n_diverged", side["n_diverged"], "count", path)
    facts.add(f"{prefix}.learning_rate", side["learning_rate"], "number", path)
    facts.add(f"{prefix}.at_edge", side["at_edge"], "flag", path)
    if "images" in side:
        names, interval = ("images_low", "images_high"), side["images"]["interval"]
        _add_pair(facts, prefix, names, interval, "fraction", path, side["n"])


def _add_pair(facts, prefix, names, pair, unit, path, n=None) -> None:
    """Two ends of an interval; an open end is no fact."""
    for name, value in zip(names, pair or (None, None), strict=True):
        facts.add(f"{prefix}.{name}", value, unit, path, n)
