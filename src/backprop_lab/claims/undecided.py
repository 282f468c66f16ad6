"""Which criteria of a finished build are undecided, and what could settle them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

from backprop_lab.claims.entries import compared
from backprop_lab.claims.sequential import Rule
from backprop_lab.errors import LabError
from backprop_lab.runs.further import FILE, Further

#: What stands against further seeds -> why, in words.
HELPLESS = {
    "ceiling": "at the ceiling: undecided is the verdict",
    "timed": "measured in rounds after the runs, and further seeds add none",
    "printed": "compares printed numbers alone, and no run can add to them",
}


@dataclass(frozen=True)
class Undecided:
    """A criterion that decides, and is undecided.

    Attributes:
        name: "<claim>.<part>".
        n: seeds that it was judged on.
        further: its seeds for the next look; None where seeds cannot help.
        why_not: then a key of HELPLESS.
    """

    name: str
    n: int | None
    further: Further | None = None
    why_not: str = ""


def undecided(
    judged: Mapping[str, Any],
    rule: Rule,
    already: Mapping[str, Further],
    experiments: Mapping[str, object],
) -> list[Undecided]:
    """List the criteria on which a verdict hangs, and which are undecided.

    Args:
        judged: claims.json.
        rule: `sequential:` of claims.yaml.
        already: the seeds that decide.yaml gives.
        experiments: those of the build, by name.

    Raises:
        LabError: a criterion has fewer than two seeds, or claims.json was judged before
            decide.yaml was written.
    """
    found = []
    for name, entry in _deciding(judged):
        _check_seeds(name, entry, experiments)
        given = already.get(name)
        if given is not None:
            _check_built(name, entry, given)
        if entry["outcome"] == "undecided":
            found.append(_next(name, entry, rule, given))
    return found


def _deciding(judged: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield "<claim>.<part>" and its entry, of all parts on which a verdict can hang."""
    for claim, content in judged["claims"].items():
        for part, entry in content["parts"].items():
            if entry["decides"]:
                yield f"{claim}.{part}", entry


def _check_seeds(name: str, entry: Mapping[str, Any], experiments: Mapping[str, object]) -> None:
    """Raise a LabError if a criterion whose runs are there has fewer than two (shared) seeds."""
    shares = "its two settings share" if "second" in entry or "setting" not in entry else "it has"
    remedy = "an interval needs two; give its experiments more `seeds:` in config.yaml, and build"
    lacks_seeds = entry["outcome"] == "not_as_registered" and entry["n_seeds"] == 1
    if entry["outcome"] == "one_seed" or lacks_seeds:
        raise LabError(f"claim {name}: {shares} one seed, and {remedy}")
    # Nothing was run of it, says the build, and yet its experiment was: the seeds do not meet.
    if entry["outcome"] == "not_run" and entry["experiment"] in experiments:
        raise LabError(f"claim {name}: {shares} no seed, and {remedy}")


def _check_built(name: str, entry: Mapping[str, Any], given: Further) -> None:
    """Raise a LabError if a criterion is not judged on the seeds that it was given."""
    looks = entry.get("looks", [])
    decided = entry["outcome"] != "undecided"
    if not looks or (looks[-1]["n"] != len(given.seeds) and not decided):
        raise LabError(
            f"{FILE} gives {name} {len(given.seeds)} seeds, and the verdicts do not have them yet; "
            "build first: snakemake --cores all"
        )


def _next(name: str, entry: Mapping[str, Any], rule: Rule, given: Further | None) -> Undecided:
    """Return an undecided criterion, with seeds for its next look if there is one."""
    if entry["kind"] == "proportions":
        return Undecided(name, None, why_not="printed")
    if "seeds" not in entry:
        return Undecided(name, entry["n_seeds"], why_not="timed")
    seeds = given.seeds if given else tuple(entry["seeds"])
    to = rule.next_look(len(seeds))
    if to is None:
        return Undecided(name, len(seeds), why_not="ceiling")
    first = given.first if given else seeds
    more = islice((seed for seed in count() if seed not in seeds), to - len(seeds))
    further = (*seeds[len(first) :], *more)
    return Undecided(name, len(seeds), Further(first, further, _variants(entry)))


def _variants(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """List the variants that a criterion compares, each once."""
    return tuple(dict.fromkeys(compared(entry) or entry["sweep"]["variants"]))
