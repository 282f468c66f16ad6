"""What a strict reader asks of every criterion, beside its interval and its outcome.

Is there any spread at all?  What would new images do, and not new seeds alone?  Does the outcome
stand when all criteria are judged together, under another interval, under another split?  How
small a difference could have been seen, and with how many seeds?
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from backprop_lab.claims.correction import corrected, decision_p
from backprop_lab.claims.criteria import Entry, Evidence, Part, Sample, sample
from backprop_lab.claims.entries import bound_distance, bounds_of, compared, is_judged, outcome
from backprop_lab.claims.images import Correctness, terms
from backprop_lab.claims.measures import IN_TURN, is_timed
from backprop_lab.claims.sensitivity import Pool, pool_key, pooled, sign_flip
from backprop_lab.claims.split import SplitSpread
from backprop_lab.claims.strength import POWER, detectable, seeds_needed
from backprop_lab.results.statistics import LEVEL, Interval


@dataclass(frozen=True)
class ScrutinySources:
    """What is known of other images and other splits; None where it was not measured.

    Attributes:
        correctness: which image each run tells.
        split: how much accuracies vary from split to split.
    """

    correctness: Correctness | None = None
    split: SplitSpread | None = None


@dataclass(frozen=True)
class _Criterion:
    """A criterion that was measured.

    Attributes:
        part: of claims.yaml.
        entry: its entry in claims.json, to which keys are added.
        sample: the number of each seed.
        values: the finite ones of them, (n,).
    """

    part: Part
    entry: Entry
    sample: Sample
    values: np.ndarray

    @property
    def judged(self) -> bool:
        """Whether it decides, and has an interval."""
        return is_judged(self.entry)

    @property
    def has_looks(self) -> bool:
        """Whether it was given further seeds."""
        return "looks" in self.entry

    @property
    def region(self) -> tuple[float, float]:
        """The region of the claim, on the scale of the values."""
        low, high = bounds_of(self.entry["region"])
        if not self.sample.is_log:
            return low, high
        return (math.log(low) if low > 0 else -math.inf), math.log(high)

    def shown(self, found: Interval) -> Entry:
        """Return an interval on the criterion's own scale, and what it would decide.

        An interval without ends in both directions is None.
        """
        low, high = self.sample.ends(found)
        entry: Entry = {
            "interval": [low, high] if math.isfinite(found.low + found.high) else None,
            "method": found.method,
        }
        if not self.entry["decides"]:
            return entry
        judged = outcome({"n_seeds": found.n, **entry}, bounds_of(self.entry["region"]))
        return entry | {"outcome": judged}


def scrutinize(
    parts: Iterable[tuple[str, Part, Entry]], evidence: Evidence, sources: ScrutinySources
) -> None:
    """Add to the entry of each criterion in claims.json what a strict reader asks.

    The keys, each where it exists:

        zero_spread   whether all seeds give the same value: the interval then has no width, and
                      says nothing
        two_way       {"interval", "method", "outcome"} for new seeds and new images
        p_decision    see `correction.decision_p`; p_holm, after Holm's correction over all
                      criteria that decide and have an interval (`correction.corrected`);
                      stands, whether a decided outcome is one also after it.  Where the spread
                      is zero there is none of these, and the criterion counts as one that
                      decides nothing.
        strength      {"power", "detectable", "seeds_needed"}, see `claims.strength`; none where
                      times are compared, whose unit is no seed
        sensitivity   {"sign_flip", "pooled"}, each as two_way; pooled also has "std" and
                      "degrees", and is None where nothing can be pooled
        split         see `split.SplitSpread`

    A criterion that was given further seeds (`claims.looks`) has none of them: its looks say
    what decides it.  For Holm's correction of the others it counts as before.

    Args:
        parts: name such as "C1.no_gain", part of claims.yaml and entry, of all parts.
    """
    measured: dict[str, _Criterion] = {}
    for name, part, entry in parts:
        if entry["outcome"] != "not_run" and part["kind"] != "proportions":
            found = sample(part, evidence)
            values = np.asarray(found.values, dtype=float)
            measured[name] = _Criterion(part, entry, found, values[np.isfinite(values)])
    pools = _pools(measured)
    for name, one in measured.items():
        if one.has_looks:
            continue
        _add_images(one, evidence, sources.correctness)
        if len(one.values) > 1 and np.ptp(one.values) == 0:
            one.entry["zero_spread"] = True
        elif one.judged:
            _add_sensitivity(one, pools[name])
            _add_strength(one)
        if one.judged and sources.split and (note := sources.split.note(one.part, one.entry)):
            one.entry["split"] = note
    _add_correction({name: one for name, one in measured.items() if one.judged})


def _add_images(one: _Criterion, evidence: Evidence, correctness: Correctness | None) -> None:
    """Add the interval for new seeds and new images."""
    whole = len(one.values) == len(one.sample.values) and np.ptp(one.values) > 0
    if correctness is None or not whole or one.entry["interval"] is None:
        return
    summands = terms(one.part, evidence.settings, evidence.results)
    if summands is None:
        return
    found = correctness.interval(one.sample.values, summands, evidence.results.chance)
    if found is not None and math.isfinite(found.low):
        one.entry["two_way"] = one.shown(found)


def _add_sensitivity(one: _Criterion, pool: Pool | None) -> None:
    """Add the intervals of other methods."""
    other = None
    if pool is not None:
        other = one.shown(pool.interval(one.values))
        other |= {"std": pool.std, "degrees": pool.degrees}
    one.entry["sensitivity"] = {"sign_flip": one.shown(sign_flip(one.values)), "pooled": other}


def _add_strength(one: _Criterion) -> None:
    """Add what the criterion could have seen, and the seeds that it would need."""
    if one.part["measure"]["quantity"] == IN_TURN:
        return
    distance = bound_distance(float(one.values.mean()), one.region)
    one.entry["strength"] = {
        "power": POWER,
        "detectable": detectable(one.values),
        "seeds_needed": seeds_needed(one.values, distance),
    }


def _add_correction(judged: Mapping[str, _Criterion]) -> None:
    """Add p-values before and after the correction for their number."""
    found = {name: decision_p(one.values, one.region) for name, one in judged.items()}
    adjusted = corrected(
        {name: 1.0 if p is None else p for name, p in found.items()},
        {name for name, one in judged.items() if is_timed(one.entry)},
    )
    for name, p in found.items():
        if p is not None and not judged[name].has_looks:
            entry = judged[name].entry
            entry["p_decision"], entry["p_holm"] = p, adjusted[name]
            if entry["outcome"] != "undecided":
                entry["stands"] = adjusted[name] <= 1 - LEVEL


def _pools(measured: Mapping[str, _Criterion]) -> dict[str, Pool | None]:
    """Return what each criterion's variance is pooled with; of equal settings one counts."""
    keys = {name: pool_key(one.part, one.entry) for name, one in measured.items()}
    groups: dict[str | None, dict[tuple[str, ...], np.ndarray]] = {}
    for name, one in measured.items():
        groups.setdefault(keys[name], {})[compared(one.entry)] = one.values
    shared = {
        key: None if key is None else pooled(list(group.values())) for key, group in groups.items()
    }
    return {name: shared[key] for name, key in keys.items()}
