"""What a strict reader asks of every criterion, as facts for the prose."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from backprop_lab.claims.entries import is_judged
from backprop_lab.claims.strength import MOST_SEEDS, POWER
from backprop_lab.facts.place import Place, at, pointer

#: Every criterion of claims.json.
EVERY = "/claims/*/parts/*"


class Fact(NamedTuple):
    """A fact of claims.json, or of a part of it.

    Attributes:
        key, value, unit: see `FactBook.add`; the key is that within the part.
        place: its keys are those within the part.
        n: how many runs the value summarises; None where it summarises none.
    """

    key: str
    value: object
    unit: str
    place: Place
    n: int | None = None

    def below(self, name: str, key: str) -> Fact:
        """Return the fact of what the part is in, where it has this name and JSON pointer."""
        place = self.place.inside(self.place.path, key)
        return self._replace(key=f"{name}.{self.key}" if name else self.key, place=place)


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
            place = at(pointer("claims", name) + "/parts/*/split/within", how="computed")
            yield Fact(f"{name}.n_within_split", len(within), "count", place)
        stand = sum(part.get("stands", False) for part in of_claim)
        place = at(pointer("claims", name) + "/parts/*/stands", how="computed")
        yield Fact(f"{name}.n_stand", stand, "count", place)
    both = [part for part in judged if "two_way" in part]
    differ = sum(part["two_way"]["outcome"] != part["outcome"] for part in both)
    within = sum(part.get("split", {}).get("within", False) for part in judged)
    counts = {
        "n_judged": (len(judged), "interval"),
        "n_decided": (sum(part["outcome"] != "undecided" for part in judged), "outcome"),
        "n_stand": (sum(part.get("stands", False) for part in judged), "stands"),
        "n_zero_spread": (sum("zero_spread" in part for part in judged), "zero_spread"),
        "n_two_way": (len(both), "two_way"),
        "n_two_way_differ": (differ, "two_way/outcome"),
        "n_split": (sum("split" in part for part in judged), "split"),
        "n_within_split": (within, "split/within"),
    }
    for key, (value, found) in counts.items():
        place = at(f"{EVERY}/{found}", f"{EVERY}/decides", how="computed")
        yield Fact(key, value, "count", place)
    detectable, needed = (
        at(f"{EVERY}/strength/{name}", how="constant") for name in ("detectable", "seeds_needed")
    )
    yield Fact("power", POWER, "fraction", detectable)
    yield Fact("most_seeds", MOST_SEEDS, "count", needed)
    expected = at(f"{EVERY}/interval", f"{EVERY}/decides", "/level", how="computed")
    yield Fact("n_false_at_most", len(judged) * (1 - content["level"]), "number", expected)


def of_criterion(entry: Mapping[str, Any]) -> Iterator[Fact]:
    """Yield the facts of one criterion, keys as in its entry; see `claims.scrutiny`.

    zero_spread, two_way_low, two_way_high, p_decision, p_holm, stands, detectable, seeds_needed,
    pooled_low, pooled_high, sign_flip_low, sign_flip_high, split_spread, split_distance.
    """
    unit, n = entry["unit"], entry["n"]
    for key in ("zero_spread", "stands"):
        yield Fact(key, entry.get(key), "flag", at(f"/{key}"))
    for key in ("p_decision", "p_holm"):
        yield Fact(key, entry.get(key), "number", at(f"/{key}"), n)
    others = {"two_way": entry.get("two_way"), **entry.get("sensitivity", {})}
    for name, other in others.items():
        inside = "/two_way" if name == "two_way" else pointer("sensitivity", name)
        for fact in of_interval(other or {}, (f"{name}_low", f"{name}_high"), unit, n):
            yield fact.below("", inside)
    strength, split = entry.get("strength", {}), entry.get("split", {})
    yield Fact("detectable", strength.get("detectable"), unit, at("/strength/detectable"), n)
    needed = at("/strength/seeds_needed")
    yield Fact("seeds_needed", strength.get("seeds_needed"), "count", needed)
    for key in ("spread", "distance"):
        yield Fact(f"split_{key}", split.get(key), unit, at(f"/split/{key}"))


def of_interval(
    entry: Mapping[str, Any], keys: tuple[str, str], unit: str, n: int | None
) -> Iterator[Fact]:
    """Yield the ends of an entry's interval, if it has one, under these two keys."""
    for number, (key, end) in enumerate(zip(keys, entry.get("interval") or (), strict=False)):
        yield Fact(key, end, unit, at(pointer("interval", number)), n)
