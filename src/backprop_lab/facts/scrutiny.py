"""What a strict reader asks of every criterion, as facts for the prose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from backprop_lab.claims.entries import is_judged
from backprop_lab.claims.strength import MOST_SEEDS, POWER

#: Key, value, unit, and how many runs the value summarises or None.
Fact = tuple[str, object, str, int | None]


def of_criteria(content: Mapping[str, Any]) -> Iterator[Fact]:
    """Yield the facts of all criteria that decide and have an interval.

    n_judged        their number
    n_false_at_most n_judged times 1 - level: the most false outcomes to be expected
    n_decided       of them, supported or opposed
    n_stand         of these, such that are so also after Holm's correction; also of each claim,
                    <id>.n_stand
    n_zero_spread   with the same value for every seed
    n_two_way       with an interval for new seeds and new images
    n_two_way_differ  of these, such as it would decide otherwise
    n_split         that were held against another split
    n_within_split  of these, such as it could change; also of each claim, <id>.n_within_split
    power, most_seeds  of `claims.strength`

    Args:
        content: of claims.json.
    """
    judged: list[Mapping[str, Any]] = []
    for name, claim in content["claims"].items():
        of_claim = [part for part in claim["parts"].values() if is_judged(part)]
        judged += of_claim
        if any("split" in part for part in of_claim):
            within = [part for part in of_claim if part.get("split", {}).get("within")]
            yield f"{name}.n_within_split", len(within), "count", None
        yield f"{name}.n_stand", sum(part.get("stands", False) for part in of_claim), "count", None
    both = [part for part in judged if "two_way" in part]
    counts = {
        "n_judged": len(judged),
        "n_decided": sum(part["outcome"] != "undecided" for part in judged),
        "n_stand": sum(part.get("stands", False) for part in judged),
        "n_zero_spread": sum("zero_spread" in part for part in judged),
        "n_two_way": len(both),
        "n_two_way_differ": sum(part["two_way"]["outcome"] != part["outcome"] for part in both),
        "n_split": sum("split" in part for part in judged),
        "n_within_split": sum(part.get("split", {}).get("within", False) for part in judged),
    }
    for key, value in counts.items():
        yield key, value, "count", None
    yield "power", POWER, "fraction", None
    yield "most_seeds", MOST_SEEDS, "count", None
    yield "n_false_at_most", len(judged) * (1 - content["level"]), "number", None


def of_criterion(entry: Mapping[str, Any]) -> Iterator[Fact]:
    """Yield the facts of one criterion, keys as in its entry; see `claims.scrutiny`.

    zero_spread, two_way_low, two_way_high, p_decision, p_holm, stands, detectable, seeds_needed,
    pooled_low, pooled_high, sign_flip_low, sign_flip_high, split_spread, split_distance.
    """
    unit, n = entry["unit"], entry["n"]
    for key in ("zero_spread", "stands"):
        yield key, entry.get(key), "flag", None
    for key in ("p_decision", "p_holm"):
        yield key, entry.get(key), "number", n
    others = {"two_way": entry.get("two_way"), **entry.get("sensitivity", {})}
    for name, other in others.items():
        low, high = (other or {}).get("interval") or (None, None)
        yield f"{name}_low", low, unit, n
        yield f"{name}_high", high, unit, n
    strength, split = entry.get("strength", {}), entry.get("split", {})
    yield "detectable", strength.get("detectable"), unit, n
    yield "seeds_needed", strength.get("seeds_needed"), "count", None
    for key in ("spread", "distance"):
        yield f"split_{key}", split.get(key), unit, None
