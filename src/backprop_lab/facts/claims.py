"""claims.json as facts for the prose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from backprop_lab.claims.evaluation import VERDICTS
from backprop_lab.claims.measures import is_timed
from backprop_lab.claims.register import LABELS, POST_HOC, label_of
from backprop_lab.facts.book import FactBook
from backprop_lab.facts.scrutiny import Fact, of_criteria, of_criterion
from backprop_lab.files.documents import read_json


def add_claims(book: FactBook, path: Path) -> None:
    """Add the facts claims.*: verdicts, estimates, intervals.

    claims.n, claims.n_<verdict>, claims.n_criteria and .n_criteria_undecided (of those that
    decide), claims.level; claims.sequential.{wrong, ceiling, label, as_sealed} of the rule of
    further seeds, and where criteria were given some, .n_criteria, .n_decided and .n_by_rule
    (post hoc by the rule alone); claims.register.{seeds, compared_with_git}, .n_more_seeds
    (criteria whose first look had more seeds than the register asks for) and .most_seeds (of
    them); claims.<id>.verdict, .reason, .n_parts, .n_supported, .n_opposed, .n_undecided, and
    where kernels were measured
    .n_within_kernels (parts that lie nearer to a bound than kernels move a run);
    claims.n_criteria (those that decide), .n_criteria_undecided and .n_criteria_<label>,
    claims.n_<label> (claims whose criteria all have it, or one of which is post hoc),
    claims.n_not_as_registered,
    claims.<id>.n_post_hoc and claims.<id>.lacks.<number>.{registered, found}; and of each part
    claims.<id>.<part>.{outcome, estimate, low, high, n, format, method, level,
    above, below, p_above, p_above_low, p_above_high, z, p_value, kernel_spread,
    kernel_distance} with
    .{setting, first, second}.{variant, mean, std, n_diverged, learning_rate,
    at_edge, images_low, images_high, format}.  What does not exist has no fact;
    a part that was not run has its outcome, above and below alone.  What a strict reader asks
    besides stands in `facts.scrutiny`.

    Args:
        path: claims.json.
    """
    content = read_json(path)
    for key, value, unit, n in _of_file(content):
        book.add(f"claims.{key}", value, unit, path, n)
    for name, claim in content["claims"].items():
        if is_timed(claim):
            book.mark_clock(f"claims.{name}.")


def _of_file(content: Mapping[str, Any]) -> Iterator[Fact]:
    """Yield the facts of the whole file, keys without "claims."."""
    counts = Counter(claim["verdict"] for claim in content["claims"].values())
    yield "n", len(content["claims"]), "count", None
    yield "level", content["level"], "fraction", None
    if "sequential" in content:
        yield from _of_looks(content)
    for verdict in VERDICTS:
        yield f"n_{verdict}", counts[verdict], "count", None
    yield from _of_seals(content["claims"])
    if "register" in content:
        yield from _of_register(content)
    outcomes = [
        part["outcome"]
        for claim in content["claims"].values()
        for part in claim["parts"].values()
        if part["decides"]
    ]
    yield "n_criteria_undecided", outcomes.count("undecided"), "count", None
    for name, claim in content["claims"].items():
        yield f"{name}.verdict", claim["verdict"], "text", None
        yield f"{name}.reason", claim["reason"]["key"], "text", None
        deciding = [part["outcome"] for part in claim["parts"].values() if part["decides"]]
        yield f"{name}.n_parts", len(deciding), "count", None
        for outcome in ("supported", "opposed", "undecided"):
            yield f"{name}.n_{outcome}", deciding.count(outcome), "count", None
        noted = [part["kernels"]["within"] for part in claim["parts"].values() if "kernels" in part]
        if noted:
            yield f"{name}.n_within_kernels", sum(noted), "count", None
        for part, entry in claim["parts"].items():
            for key, value, unit, n in _of_part(entry):
                yield f"{name}.{part}.{key}", value, unit, n
    yield from of_criteria(content)


def _of_looks(content: Mapping[str, Any]) -> Iterator[Fact]:
    """Yield the facts of the rule of further seeds, and of the criteria that were given some."""
    rule = content["sequential"]
    looked = [part for part in _parts(content) if "looks" in part]
    yield "sequential.wrong", rule["wrong"], "fraction", None
    yield "sequential.ceiling", rule["looks"][-1], "count", None
    if "seal" in rule:
        yield "sequential.label", rule["seal"]["label"], "text", None
        yield "sequential.as_sealed", rule["as_sealed"], "flag", None
    if not looked:
        return
    yield "sequential.n_by_rule", _by_rule(looked), "count", None
    yield "sequential.n_criteria", len(looked), "count", None
    decided = sum(part["outcome"] != "undecided" for part in looked)
    yield "sequential.n_decided", decided, "count", None


def _of_register(content: Mapping[str, Any]) -> Iterator[Fact]:
    """Yield the facts of the register, and of the seeds that criteria have beyond it."""
    register = content["register"]
    for key, unit in (("seeds", "count"), ("compared_with_git", "flag")):
        yield f"register.{key}", register[key], unit, None
    firsts = [
        part["looks"][0]["n"] if "looks" in part else part["n_seeds"]
        for part in _parts(content)
        if part["decides"] and part.get("seeds")
    ]
    more = [n for n in firsts if n > register["seeds"]]
    yield "register.n_more_seeds", len(more), "count", None
    yield "register.most_seeds", max(more, default=register["seeds"]), "count", None


def _by_rule(parts: Iterable[Mapping[str, Any]]) -> int:
    """Count the criteria that are post hoc by the rule of their further seeds alone."""
    return sum(part.get("seal", {}).get("by_rule", False) for part in parts)


def _parts(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """List the parts of all claims of claims.json."""
    return [part for claim in content["claims"].values() for part in claim["parts"].values()]


def _of_seals(claims: Mapping[str, Any]) -> Iterator[Fact]:
    """Yield the facts of what was sealed, and of what the build lacks to judge it."""
    labels = {
        name: [part["seal"]["label"] for part in claim["parts"].values() if "seal" in part]
        for name, claim in claims.items()
    }
    of_criteria = Counter(label for some in labels.values() for label in some)
    of_claims = Counter(label_of(some) for some in labels.values() if some)
    yield "n_criteria", sum(of_criteria.values()), "count", None
    for label in LABELS:
        yield f"n_criteria_{label}", of_criteria[label], "count", None
        yield f"n_{label}", of_claims[label], "count", None
    reasons = [claim["reason"]["key"] for claim in claims.values()]
    yield "n_not_as_registered", reasons.count("not_as_registered"), "count", None
    for name, claim in claims.items():
        by_rule = sum(
            part.get("seal", {}).get("by_rule", False) for part in claim["parts"].values()
        )
        yield f"{name}.n_post_hoc", labels[name].count(POST_HOC) - by_rule, "count", None
        for number, lack in enumerate(claim["reason"]["values"].get("lacks", ()), 1):
            for key in ("registered", "found"):
                if isinstance(lack[key], int):
                    yield f"{name}.lacks.{number}.{key}", lack[key], "count", None


def _of_part(entry: Mapping[str, Any]) -> Iterator[Fact]:
    """Yield the facts of one part of a claim, keys as in that part."""
    yield "outcome", entry["outcome"], "text", None
    unit = entry["unit"]
    above, below = entry["region"] or (None, None)
    yield "above", above, unit, None
    yield "below", below, unit, None
    if entry["outcome"] == "not_run":
        return
    n = entry["n"]
    low, high = entry["interval"] or (None, None)
    yield "estimate", entry["estimate"], unit, n
    yield "low", low, unit, n
    yield "high", high, unit, n
    yield "n", n, "count", None
    for key in ("format", "method"):
        yield key, entry[key], "text", None
    for key in ("z", "p_value"):
        yield key, entry.get(key), "number", None
    yield "level", entry.get("level"), "fraction", None
    if "kernels" in entry:
        for key in ("spread", "distance"):
            yield f"kernel_{key}", entry["kernels"][key], unit, None
    if "p_above" in entry:
        share = entry["p_above"]
        low, high = share["interval"] or (None, None)
        yield "p_above", share["estimate"], "fraction", share["n"]
        yield "p_above_low", low, "fraction", share["n"]
        yield "p_above_high", high, "fraction", share["n"]
    yield from of_criterion(entry)
    for side in ("setting", "first", "second"):
        if side in entry:
            for key, value, unit, n in _of_side(entry[side]):
                yield f"{side}.{key}", value, unit, n


def _of_side(side: Mapping[str, Any]) -> Iterator[Fact]:
    """Yield the facts of one setting that a part compares."""
    for key in ("mean", "std"):
        yield key, side[key], side["unit"], side["n"]
    for key in ("variant", "format"):
        yield key, side[key], "text", None
    yield "n_diverged", side["n_diverged"], "count", None
    yield "learning_rate", side["learning_rate"], "number", None
    yield "at_edge", side["at_edge"], "flag", None
    if "images" in side:
        low, high = side["images"]["interval"]
        yield "images_low", low, "fraction", side["n"]
        yield "images_high", high, "fraction", side["n"]
