"""claims.json as facts for the prose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from backprop_lab.claims.evaluation import VERDICTS
from backprop_lab.claims.measures import is_timed
from backprop_lab.claims.register import LABELS, POST_HOC, label_of
from backprop_lab.facts.book import FactBook
from backprop_lab.facts.place import at, pointer
from backprop_lab.facts.scrutiny import EVERY, Fact, of_criteria, of_criterion, of_interval
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
    for fact in _of_file(content):
        book.add(f"claims.{fact.key}", fact.value, fact.unit, fact.place.inside(path), fact.n)
    for name, claim in content["claims"].items():
        if is_timed(claim):
            book.mark_clock(f"claims.{name}.")


def _of_file(content: Mapping[str, Any]) -> Iterator[Fact]:
    """Yield the facts of the whole file, keys without "claims."."""
    counts = Counter(claim["verdict"] for claim in content["claims"].values())
    yield Fact("n", len(content["claims"]), "count", at("/claims/*", how="count"))
    yield Fact("level", content["level"], "fraction", at("/level"))
    if "sequential" in content:
        yield from _of_looks(content)
    for verdict in VERDICTS:
        such = at("/claims/*", how="such", such=f"verdict = {verdict}")
        yield Fact(f"n_{verdict}", counts[verdict], "count", such)
    yield from _of_seals(content["claims"])
    if "register" in content:
        yield from _of_register(content)
    outcomes = [
        part["outcome"]
        for claim in content["claims"].values()
        for part in claim["parts"].values()
        if part["decides"]
    ]
    undecided = at(EVERY, how="such", such="decides = True, outcome = undecided")
    yield Fact("n_criteria_undecided", outcomes.count("undecided"), "count", undecided)
    for name, claim in content["claims"].items():
        for fact in _of_claim(claim):
            yield fact.below(name, pointer("claims", name))
    yield from of_criteria(content)


def _of_claim(claim: Mapping[str, Any]) -> Iterator[Fact]:
    """Yield the facts of one claim, keys and places as in it."""
    yield Fact("verdict", claim["verdict"], "text", at("/verdict"))
    yield Fact("reason", claim["reason"]["key"], "text", at("/reason/key"))
    deciding = [part["outcome"] for part in claim["parts"].values() if part["decides"]]
    which = "decides = True"
    yield Fact("n_parts", len(deciding), "count", at("/parts/*", how="such", such=which))
    for outcome in ("supported", "opposed", "undecided"):
        place = at("/parts/*", how="such", such=f"{which}, outcome = {outcome}")
        yield Fact(f"n_{outcome}", deciding.count(outcome), "count", place)
    noted = [part["kernels"]["within"] for part in claim["parts"].values() if "kernels" in part]
    if noted:
        within = at("/parts/*", how="such", such="kernels/within = True")
        yield Fact("n_within_kernels", sum(noted), "count", within)
    for part, entry in claim["parts"].items():
        for fact in _of_part(entry):
            yield fact.below(part, pointer("parts", part))


def _of_looks(content: Mapping[str, Any]) -> Iterator[Fact]:
    """Yield the facts of the rule of further seeds, and of the criteria that were given some."""
    rule = content["sequential"]
    looked = [part for part in _parts(content) if "looks" in part]
    ceiling = at(pointer("sequential", "looks", len(rule["looks"]) - 1))
    yield Fact("sequential.wrong", rule["wrong"], "fraction", at("/sequential/wrong"))
    yield Fact("sequential.ceiling", rule["looks"][-1], "count", ceiling)
    if "seal" in rule:
        label = at("/sequential/seal/label")
        yield Fact("sequential.label", rule["seal"]["label"], "text", label)
        yield Fact("sequential.as_sealed", rule["as_sealed"], "flag", at("/sequential/as_sealed"))
    if not looked:
        return
    n_looks = at(f"{EVERY}/looks", how="count")
    by_rule = at(EVERY, how="such", such="seal/by_rule = True")
    yield Fact("sequential.n_by_rule", _by_rule(looked), "count", by_rule)
    yield Fact("sequential.n_criteria", len(looked), "count", n_looks)
    decided = sum(part["outcome"] != "undecided" for part in looked)
    place = at(f"{EVERY}/outcome", f"{EVERY}/looks", how="computed")
    yield Fact("sequential.n_decided", decided, "count", place)


def _of_register(content: Mapping[str, Any]) -> Iterator[Fact]:
    """Yield the facts of the register, and of the seeds that criteria have beyond it."""
    register = content["register"]
    for key, unit in (("seeds", "count"), ("compared_with_git", "flag")):
        yield Fact(f"register.{key}", register[key], unit, at(f"/register/{key}"))
    firsts = [
        part["looks"][0]["n"] if "looks" in part else part["n_seeds"]
        for part in _parts(content)
        if part["decides"] and part.get("seeds")
    ]
    more = [n for n in firsts if n > register["seeds"]]
    seeds = at(f"{EVERY}/looks/0/n", f"{EVERY}/n_seeds", "/register/seeds", how="computed")
    most = max(more, default=register["seeds"])
    yield Fact("register.n_more_seeds", len(more), "count", seeds)
    yield Fact("register.most_seeds", most, "count", seeds)


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
    seals = at(f"{EVERY}/seal/label", how="count")
    yield Fact("n_criteria", sum(of_criteria.values()), "count", seals)
    for label in LABELS:
        such = at(EVERY, how="such", such=f"seal/label = {label}")
        yield Fact(f"n_criteria_{label}", of_criteria[label], "count", such)
        yield Fact(f"n_{label}", of_claims[label], "count", replace(seals, how="computed"))
    reasons = [claim["reason"]["key"] for claim in claims.values()]
    such = at("/claims/*", how="such", such="reason/key = not_as_registered")
    yield Fact("n_not_as_registered", reasons.count("not_as_registered"), "count", such)
    for name, claim in claims.items():
        own = pointer("claims", name)
        by_rule = _by_rule(claim["parts"].values())
        such = at(f"{own}/parts/*", how="such", such=f"seal/label = {POST_HOC}")
        place = replace(such, how="computed", such="") if by_rule else such
        yield Fact(f"{name}.n_post_hoc", labels[name].count(POST_HOC) - by_rule, "count", place)
        for number, lack in enumerate(claim["reason"]["values"].get("lacks", ()), 1):
            for key in ("registered", "found"):
                if isinstance(lack[key], int):
                    place = at(own + pointer("reason", "values", "lacks", number - 1, key))
                    yield Fact(f"{name}.lacks.{number}.{key}", lack[key], "count", place)


def _of_part(entry: Mapping[str, Any]) -> Iterator[Fact]:
    """Yield the facts of one part of a claim, keys and places as in that part."""
    yield Fact("outcome", entry["outcome"], "text", at("/outcome"))
    unit = entry["unit"]
    for key, bound in zip(("above", "below"), entry["region"] or (), strict=False):
        yield Fact(key, bound, unit, at(pointer("region", int(key == "below"))))
    if entry["outcome"] == "not_run":
        return
    n = entry["n"]
    yield Fact("estimate", entry["estimate"], unit, at("/estimate"), n)
    yield from of_interval(entry, ("low", "high"), unit, n)
    yield Fact("n", n, "count", at("/n"))
    for key in ("format", "method"):
        yield Fact(key, entry[key], "text", at(f"/{key}"))
    for key in ("z", "p_value"):
        yield Fact(key, entry.get(key), "number", at(f"/{key}"))
    yield Fact("level", entry.get("level"), "fraction", at("/level"))
    if "kernels" in entry:
        for key in ("spread", "distance"):
            yield Fact(f"kernel_{key}", entry["kernels"][key], unit, at(f"/kernels/{key}"))
    if "p_above" in entry:
        share = entry["p_above"]
        yield Fact("p_above", share["estimate"], "fraction", at("/p_above/estimate"), share["n"])
        for fact in of_interval(share, ("p_above_low", "p_above_high"), "fraction", share["n"]):
            yield fact.below("", "/p_above")
    yield from of_criterion(entry)
    for side in ("setting", "first", "second"):
        if side in entry:
            for fact in _of_side(entry[side]):
                yield fact.below(side, f"/{side}")


def _of_side(side: Mapping[str, Any]) -> Iterator[Fact]:
    """Yield the facts of one setting that a part compares."""
    for key in ("mean", "std"):
        yield Fact(key, side[key], side["unit"], at(f"/{key}"), side["n"])
    for key in ("variant", "format"):
        yield Fact(key, side[key], "text", at(f"/{key}"))
    yield Fact("n_diverged", side["n_diverged"], "count", at("/n_diverged"))
    yield Fact("learning_rate", side["learning_rate"], "number", at("/learning_rate"))
    yield Fact("at_edge", side["at_edge"], "flag", at("/at_edge"))
    if "images" in side:
        ends = ("images_low", "images_high")
        for fact in of_interval(side["images"], ends, "fraction", side["n"]):
            yield fact.below("", "/images")
