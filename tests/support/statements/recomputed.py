"""Superlatives, counts and orders, computed again from a build's files.

`expected` has what facts.json must say; `shared_by` how many things have a first place, for
a sentence that names one as *the* best, largest or most frequent is false where several are.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from statements.build import Build
from statements.forensics import of_gap
from statements.sentences import Sentence

#: Values that differ by less are equal: a mean of fractions is rounded.
_ROUNDING = 1e-12
_SIDES = {
    "backend": ("numpy", "torch"),
    "activation": ("relu", "sigmoid"),
    "optimizer": ("sgd", "adam"),
}
_CELL = ("backend", "hidden_sizes", "activation", "optimizer")
#: Experiment -> what has learning rates of its own in it.
_OWN_RATES = {"learning_rate_depth": "hidden_sizes", "learning_rate_batch_size": "batch_size"}
#: Words that claim a first place for one thing alone.
_FIRST_PLACE = re.compile(
    r"\b(?:the )?(?:best|worst|highest|lowest|largest|least|smallest|most|hardest|easiest|surest|"
    r"longest|nearest)\b|最(?!後|多相差|多差|小值|大值|佳學習率|終)"
)
#: Words that say that others share a place.
_SHARED = re.compile(
    r"\bone of\b|\bt(?:ie|ied|ies)\b|"
    r"\bequal(?:ly)?\b|\bshare(?:d|s)?\b|\bas often\b|並列|同樣|相同|之一|皆"
)

Expected = Iterator[tuple[str, object]]


def expected(build: Build) -> Expected:
    """Yield the key of each fact that is computed again, with its value."""
    yield from _of_pairs(build)
    yield from _of_sweeps(build)
    yield from _of_runs(build)
    yield from _of_claims(build)
    yield from _of_confusion(build)
    yield from _of_scrutiny(build)
    yield from _of_multiverse(build)
    yield from _of_tuning(build)
    yield from _of_jobs(build)
    yield from of_gap(build)


def check_facts(build: Build) -> Iterator[str]:
    """Yield the facts that are not what the files say."""
    for key, value in expected(build):
        found = build.value(key)
        if isinstance(value, float) and math.isnan(value):
            value = None
        same = found == value
        if isinstance(found, int | float) and isinstance(value, int | float):
            same = math.isclose(found, value, rel_tol=1e-9, abs_tol=_ROUNDING)
        if not same:
            yield f"{key} is {found!r}, its files say {value!r}"


def pairs(build: Build, factor: str) -> dict[tuple[str, ...], float]:
    """Return the mean paired difference of each pair of the matrix, NaN where none is known.

    Args:
        factor: "backend", "activation" or "optimizer", in which the two of a pair differ.
    """
    rows = build.experiment("matrix")
    firsts = rows.drop_duplicates(list(_CELL))["variant"]
    rows = rows[rows["variant"].isin(firsts)]
    first, second = _SIDES[factor]
    place = _CELL.index(factor)
    cells = {*rows[list(_CELL)].itertuples(index=False, name=None)}
    done = rows[rows["status"] == "completed"].groupby(list(_CELL))
    seeds = {cell: own.set_index("seed")["val_accuracy"] for cell, own in done}
    none = pd.Series(dtype=float)
    found = {}
    for cell in cells:
        other = tuple(second if n == place else part for n, part in enumerate(cell))
        if cell[place] == first and other in cells:
            found[cell] = (seeds.get(cell, none) - seeds.get(other, none)).mean()
    return found


def _of_pairs(build: Build) -> Expected:
    for factor, (first, second) in _SIDES.items():
        found = pairs(build, factor)
        if not found:
            continue
        prefix, means = f"comparison.{factor}", [*found.values()]
        yield f"{prefix}.n_pairs", len(means)
        yield f"{prefix}.n_{first}_higher", sum(mean > _ROUNDING for mean in means)
        yield f"{prefix}.n_{second}_higher", sum(mean < -_ROUNDING for mean in means)
        yield f"{prefix}.n_equal", sum(abs(mean) <= _ROUNDING for mean in means)
        known = [abs(mean) for mean in means if not math.isnan(mean)]
        if not known:
            continue
        named = {name: build.value(f"{prefix}.largest.{name}") for name in _CELL}
        named[factor] = first
        mean = found[tuple(named[name] for name in _CELL)]
        yield f"{prefix}.largest.val_accuracy_difference", mean
        if abs(mean) < max(known) - _ROUNDING:
            yield f"{prefix}.largest (of {named})", max(known)


def _of_sweeps(build: Build) -> Expected:
    for swept in ("learning_rate", "batch_size", "width"):
        rows = build.table(f"sweep_{swept}")
        if rows is None:
            continue
        yield f"sweep.{swept}.n_values", rows[swept].nunique()
        yield f"sweep.{swept}.n_diverged", int(rows["n_diverged"].sum())
        for optimizer, own in rows.groupby("optimizer"):
            prefix = f"sweep.{swept}.{optimizer}"
            yield f"{prefix}.lowest.{swept}", own[swept].min()
            yield f"{prefix}.highest.{swept}", own[swept].max()
            yield f"{prefix}.best.val_accuracy_mean", own["val_accuracy_mean"].max()
            yield f"{prefix}.worst.val_accuracy_mean", own["val_accuracy_mean"].min()
            for name in ("best", "worst"):
                if (value := build.value(f"{prefix}.{name}.{swept}")) is not None:
                    [mean] = own.loc[own[swept] == value, "val_accuracy_mean"]
                    yield f"{prefix}.{name}.val_accuracy_mean", mean


def _of_runs(build: Build) -> Expected:
    yield "runs.n", len(build.runs)
    yield "runs.n_diverged", int((build.runs["status"] == "diverged").sum())
    for name in build.members:
        rows = build.experiment(name)
        yield f"settings.{name}.n_seeds", rows["seed"].nunique()
        yield f"settings.{name}.n_runs", len(rows)
        if rows["epochs"].nunique() == 1:
            yield f"settings.{name}.epochs", rows["epochs"].iloc[0]
        if name in _OWN_RATES:
            n_rates = rows.groupby(_OWN_RATES[name])["learning_rate"].nunique()
            if n_rates.max() > 1:
                yield f"settings.{name}.fewest_rates", n_rates.min()
                yield f"settings.{name}.most_rates", n_rates.max()
    if "task1_final" in build.members:
        own = build.completed("task1_final")
        if own["variant"].nunique() == 1:
            for name in ("val_accuracy", "test_accuracy"):
                yield f"task1_final.{name}_mean", own[name].mean()


def _of_claims(build: Build) -> Expected:
    claims = build.claims
    verdicts = Counter(claim["verdict"] for claim in claims.values())
    yield "claims.n", len(claims)
    for name in ("reproduced", "partly", "contradicted", "not_reproduced", "untestable"):
        yield f"claims.n_{name}", verdicts[name]
    for name, claim in claims.items():
        outcomes = [part["outcome"] for part in claim["parts"].values() if part["decides"]]
        yield f"claims.{name}.n_parts", len(outcomes)
        for outcome in ("supported", "opposed", "undecided"):
            yield f"claims.{name}.n_{outcome}", outcomes.count(outcome)
        kernels = [part["kernels"] for part in claim["parts"].values() if "kernels" in part]
        if kernels:
            yield f"claims.{name}.n_within_kernels", sum(one["within"] for one in kernels)


def _of_confusion(build: Build) -> Expected:
    for task in ("task1", "task2"):
        rows = build.table(f"confusion_{task}")
        if rows is None:
            continue
        counts = rows.drop(columns="label").to_numpy()
        errors = counts.sum() - counts.trace()
        yield f"confusion.{task}.n_errors", int(errors)
        yield f"confusion.{task}.n_predictions", int(counts.sum())
        if errors:
            off = counts * (1 - np.eye(len(counts), dtype=int))
            yield f"confusion.{task}.most_confused.n", int(off.max())
            names = [str(name) for name in rows["label"]]
            true, predicted = (
                names.index(str(build.value(f"confusion.{task}.most_confused.{name}")))
                for name in ("label", "predicted")
            )
            yield f"confusion.{task}.most_confused.n", int(off[true, predicted])
            share = counts.diagonal() / counts.sum(axis=1).clip(min=1)
            hardest = names.index(str(build.value(f"confusion.{task}.hardest.label")))
            yield f"confusion.{task}.hardest.correct_share", share.min()
            yield f"confusion.{task}.hardest.correct_share", share[hardest]


def _of_scrutiny(build: Build) -> Expected:
    parts = [
        part
        for claim in build.claims.values()
        for part in claim["parts"].values()
        if part["decides"]
    ]
    labels = [part["seal"]["label"] for part in parts if "seal" in part]
    yield "claims.n_criteria", len(labels)
    for label in ("before_results", "sealed", "post_hoc"):
        yield f"claims.n_criteria_{label}", labels.count(label)
    post_hoc = [
        any(part.get("seal", {}).get("label") == "post_hoc" for part in claim["parts"].values())
        for claim in build.claims.values()
    ]
    yield "claims.n_post_hoc", sum(post_hoc)
    outcomes = [part["outcome"] for part in parts]
    yield "claims.n_criteria_undecided", outcomes.count("undecided")
    judged = [part for part in parts if part["outcome"] in ("supported", "opposed", "undecided")]
    yield "claims.n_zero_spread", sum(bool(part.get("zero_spread")) for part in judged)
    if build.mnist:
        yield "claims.n_stand", sum(part.get("stands") is True for part in parts)


def _of_multiverse(build: Build) -> Expected:
    rows = build.table("multiverse")
    if rows is None or rows.empty:
        return
    rows = rows[(rows["n_cells"] > 0) & ~rows["timed"].astype(bool)]
    if rows.empty:
        return
    flips = [name for name in rows if name.startswith("n_alone_")]
    yield "multiverse.n_judged", len(rows)
    yield "multiverse.n_stable", int((rows["n_same"] == rows["n_cells"]).sum())
    yield "multiverse.n_alone", int((rows[flips].max(axis=1) > 0).sum())
    for name in flips:
        yield f"multiverse.{name}", int((rows[name] > 0).sum())
    least = rows.set_index("claim")["n_same"]
    yield "multiverse.least.n_same", least.min()
    yield "multiverse.least.n_same", least[build.value("multiverse.least.claim")]


def _of_tuning(build: Build) -> Expected:
    rows = build.table("tuning_curves")
    if rows is None:
        return
    last = rows.groupby(["activation", "optimizer"]).tail(1)
    yield "tuning.n_rivals", len(last)
    yield "tuning.n_at_edge", int(last["at_edge"].astype(bool).sum())
    tried = build.experiment("learning_rate_grid").groupby(["activation", "optimizer"])
    n_rates = tried["learning_rate"].nunique()
    if n_rates.nunique() == 1:
        yield "tuning.n_rates", n_rates.iloc[0]


def _of_jobs(build: Build) -> Expected:
    rows = build.table("jobs")
    if rows is not None:
        yield "jobs.longest.seconds", rows["job_seconds"].max()


def shared_by(build: Build) -> Mapping[str, int]:
    """Return how many things share each first place, by the beginning of the facts' keys."""
    found: dict[str, int] = {}
    for swept in ("learning_rate", "batch_size", "width"):
        rows = build.table(f"sweep_{swept}")
        for optimizer, own in () if rows is None else rows.groupby("optimizer"):
            means = own["val_accuracy_mean"].dropna()
            for name, top in (("best", means.max()), ("worst", means.min())):
                found[f"sweep.{swept}.{optimizer}.{name}."] = _count(means, top)
    for task in ("task1", "task2"):
        rows = build.table(f"confusion_{task}")
        if rows is not None:
            counts = rows.drop(columns="label").to_numpy()
            off = counts - np.diag(counts.diagonal())
            found[f"confusion.{task}.most_confused."] = int((off == off.max()).sum())
            share = counts.diagonal() / counts.sum(axis=1).clip(min=1)
            found[f"confusion.{task}.hardest."] = _count(share, share.min())
            found[f"confusion.{task}.easiest."] = _count(share, share.max())
    for factor in _SIDES:
        values = [
            abs(entry["value"])
            for key, entry in build.facts.items()
            if re.match(
                rf"comparison\.{factor}\.(?!largest|finals).*\.val_accuracy_difference_mean$", key
            )
        ]
        if values:
            found[f"comparison.{factor}.largest."] = _count(np.array(values), max(values))
    rows = build.table("mistakes_task1")
    if rows is not None and len(rows):
        found["mistakes.task1.surest."] = _count(rows["confidence"], rows["confidence"].max())
    rows = build.table("kernels")
    if rows is not None and rows["val_accuracy_range"].notna().any():
        moved = rows["val_accuracy_range"].dropna()
        found["kernels.largest."] = _count(moved, moved.max())
        found["kernels.least."] = _count(moved, moved.min())
    rows = build.table("jobs")
    if rows is not None:
        found["jobs.longest."] = _count(rows["job_seconds"], rows["job_seconds"].max())
    rows = build.table("multiverse")
    if rows is not None and len(rows):
        judged = rows[~rows["timed"].astype(bool)]
        found["multiverse.least."] = _count(judged["n_same"], judged["n_same"].min())
    rows = build.table("tuning_curves")
    if rows is not None:
        for activation, optimizer in {*zip(rows["activation"], rows["optimizer"], strict=True)}:
            grid = build.completed("learning_rate_grid")
            grid = grid[(grid["activation"] == activation) & (grid["optimizer"] == optimizer)]
            means = grid.groupby("learning_rate")["val_accuracy"].mean()
            if len(means):
                found[f"tuning.{activation}.{optimizer}."] = _count(means, means.max())
    return {key: n for key, n in found.items() if n != 1}


def one_is_named_first(
    sentence: Sentence, build: Build, shared: Mapping[str, int]
) -> Iterator[str]:
    """No sentence names one thing as the first where several are."""
    if not _FIRST_PLACE.search(sentence.text) or _SHARED.search(sentence.text):
        return
    for prefix in {p for key in sentence.keys for p in shared if key.startswith(p)}:
        named = [key for key in sentence.keys if key.startswith(prefix)]
        # Its value is the same for all that share the place; what it is called is not.
        if any(
            not re.search(
                r"accuracy|difference|\.n$|share|seconds|confidence|range", key.removeprefix(prefix)
            )
            for key in named
        ):
            yield f"{shared[prefix]} share the place of {prefix}* (names {', '.join(named)})"


def _count(values: object, top: float) -> int:
    return int((np.abs(np.asarray(values, dtype=float) - top) <= _ROUNDING).sum())
