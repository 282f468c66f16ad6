"""The kinds of criteria: each turns runs into one estimate with an interval.

A part of a claim is supported when the whole interval lies where the claim
says that the estimate lies, opposed when none of it does, and undecided
otherwise.  For a region on both sides of 0 that is an equivalence test by two
one-sided tests (Schuirmann 1987), at half the usual error.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from backprop_lab.claims.entries import outcome
from backprop_lab.claims.kernels import KernelSpread
from backprop_lab.claims.measures import IN_TURN, NotRunError, Results
from backprop_lab.claims.printed import PrintedNumbers
from backprop_lab.claims.selection import Selection, select, sweep
from backprop_lab.results import statistics
from backprop_lab.results.statistics import Interval

_UNITS = {
    "train_accuracy": "fraction",
    "val_accuracy": "fraction",
    "test_accuracy": "fraction",
    "accuracy_gap": "fraction",
    "train_loss": "loss",
    "val_loss": "loss",
    "loss_gap": "loss",
    "seconds_per_epoch": "seconds",
    "seconds_in_turn": "seconds",
}
#: A part of a claim, as claims.yaml has it.
Part = Mapping[str, Any]
#: A part's entry in claims.json, or some of its keys.
Entry = dict[str, Any]
#: How a number is shown (`report.facts`): by unit, a value and a difference.
_FORMATS = {
    "fraction": ("percent:2", "signed:points:2"),
    "loss": ("fixed:4", "signed:fixed:4"),
    "seconds": ("seconds:2", "signed:fixed:2"),
    "ratio": ("ratio:2", "ratio:2"),
}


@dataclass(frozen=True)
class Evidence:
    """The settings, runs and printed numbers on which the parts of the claims are evaluated.

    Attributes:
        settings: name -> setting, of claims.yaml.
        results: our runs.
        numbers: the numbers that the original prints.
        kernels: how far other kernels move single runs, if that was measured.
        level: two-sided confidence of every interval over seeds.
        method: of those intervals; None takes what suits the number of seeds.
    """

    settings: Mapping[str, Mapping[str, Any]]
    results: Results
    numbers: PrintedNumbers
    kernels: KernelSpread | None = None
    level: float = statistics.LEVEL
    method: str | None = None

    def at(self, seeds: Sequence[int]) -> Evidence:
        """Return the evidence of these seeds alone."""
        return replace(self, results=self.results.at(seeds))


@dataclass(frozen=True)
class Sample:
    """What a part of a claim averages.

    Attributes:
        values: one number a seed, by seed; NaN where a run has none.
        described: what else the part's entry in claims.json says: the settings compared,
            p_above, the values swept.
        is_log: whether the values are logarithms, and the estimate exp of their mean.
        limits: the least and the greatest value that the mean can have.
    """

    values: pd.Series
    described: Entry
    is_log: bool = False
    limits: tuple[float, float] = (-math.inf, math.inf)

    def interval(self, *, level: float = statistics.LEVEL, method: str | None = None) -> Interval:
        """Return the mean with its interval, in the unit of the criterion.

        Args:
            level, method: see `statistics.mean_interval`.
        """
        found = statistics.mean_interval(self.values, level=level, method=method)
        estimate = math.exp(found.estimate) if self.is_log else found.estimate
        return Interval(estimate, *self.ends(found), found.n, found.method)

    def ends(self, found: Interval) -> tuple[float, float]:
        """Return the ends of an interval of the values in the unit of the criterion."""
        low, high = (
            min(max(end, self.limits[0]), self.limits[1]) for end in (found.low, found.high)
        )
        return (math.exp(low), math.exp(high)) if self.is_log else (low, high)


def evaluate(where: str, part: Part, evidence: Evidence) -> Entry:
    """Evaluate one part of a claim.

    Args:
        where: the part's key in claims.yaml, named in errors.
        part: the part, as claims.yaml has it.

    Returns:
        The part's entry in claims.json: kind, decides, measure, unit, format, region
        and outcome; unless that is "not_run", also estimate, interval (None for one
        value), method, n, n_seeds, seeds, the settings compared, and p_above or a z test.
    """
    region = evidence.numbers.region(where, part)
    entry: Entry = {
        "kind": part["kind"],
        "decides": part.get("decides", True),
        "measure": part.get("measure"),
        "unit": _unit(part),
        "format": _FORMATS[_unit(part)][_is_signed(part)],
        "region": None if region is None else [_number(bound) for bound in region],
    }
    try:
        if part["kind"] == "proportions":
            entry |= _proportions(where, part, evidence)
        else:
            found = sample(part, evidence)
            entry |= (
                _estimate(found.interval(level=evidence.level, method=evidence.method))
                | found.described
            )
            entry["n_seeds"] = len(found.values)
            if part["measure"]["quantity"] != IN_TURN:
                entry["seeds"] = [int(seed) for seed in found.values.index]
    except NotRunError as error:
        return entry | {"outcome": "not_run", "experiment": str(error)}
    if evidence.kernels and region and (note := evidence.kernels.note(part, entry, region)):
        entry["kernels"] = note
    return entry | {"outcome": outcome(entry, region)}


def sample(part: Part, evidence: Evidence) -> Sample:
    """Return what a part of a claim averages: one number a seed.

    Args:
        part: as claims.yaml has it, of any kind but "proportions", which has no seeds.

    Raises:
        NotRunError: the runs that it needs are not among the results.
    """
    return _SAMPLES[part["kind"]](part, evidence)


def _value(part: Part, evidence: Evidence) -> Sample:
    """Return a measure by seed."""
    chosen = select(evidence.results, evidence.settings[part["setting"]])
    values = evidence.results.values(chosen.rows, part["measure"])
    side = _side(chosen, values, part["measure"], evidence.results)
    if _is_signed(part):
        return Sample(values, {"setting": side})
    # Student's t assumes no limits, but no loss is below 0 and no accuracy above 1.
    highest = 1.0 if _unit(part) == "fraction" else math.inf
    return Sample(values, {"setting": side}, limits=(0.0, highest))


def _difference(part: Part, evidence: Evidence) -> Sample:
    """Return first - second by seed."""
    sides, first, second = _pair(part, evidence)
    return Sample(first - second, sides | _outperformance(first, second))


def _ratio(part: Part, evidence: Evidence) -> Sample:
    """Return the logarithm of first / second by seed: the criterion is their geometric mean."""
    sides, first, second = _pair(part, evidence)
    found = sides | _outperformance(first, second)
    return Sample(pd.Series(np.log(first / second)), found, is_log=True)


def _trend(part: Part, evidence: Evidence) -> Sample:
    """Return a measure's slope against log2 of the parameter swept, by seed."""
    results, setting = evidence.results, evidence.settings[part["setting"]]
    bounds = part.get("from", -math.inf), part.get("to", math.inf)
    groups = sweep(results, setting, *bounds)
    # One column a value, one row a seed.
    table = pd.DataFrame(
        {value: results.values(rows, part["measure"]) for value, rows in groups.items()}
    )
    doublings = np.log2(table.columns.to_numpy(dtype=float)).tolist()
    slopes = pd.Series(
        [statistics.slope(doublings, row) for row in table.to_numpy().tolist()], index=table.index
    )
    variants = [rows[0]["variant"] for rows in groups.values()]
    swept = {"over": setting["over"], "values": list(groups), "variants": variants}
    return Sample(slopes, {"sweep": swept})


_SAMPLES: dict[str, Callable[[Part, Evidence], Sample]] = {
    "value": _value,
    "difference": _difference,
    "ratio": _ratio,
    "trend": _trend,
}


def _proportions(where: str, part: Part, evidence: Evidence) -> Entry:
    """Compare two proportions that the original prints, each on n images."""
    first, second, n = evidence.numbers.proportions(where, part)
    found = statistics.two_proportions(first, second, int(n), int(n))
    entry = _estimate(found.difference)
    return entry | {"z": found.z, "p_value": found.p_value}


def _pair(part: Part, evidence: Evidence) -> tuple[Entry, pd.Series, pd.Series]:
    """Return both sides described, and their values over the seeds that they share."""
    results, settings = evidence.results, evidence.settings
    measures = part["measure"], part.get("second_measure", part["measure"])
    chosen = [select(results, settings[part[side]]) for side in ("first", "second")]
    values = [
        results.values(side.rows, measure) for side, measure in zip(chosen, measures, strict=True)
    ]
    shared = values[0].index.intersection(values[1].index).sort_values()
    if shared.empty:
        raise NotRunError(settings[part["second"]]["experiments"][0])
    first, second = values[0][shared], values[1][shared]
    sides = {
        "first": _side(chosen[0], first, measures[0], results),
        "second": _side(chosen[1], second, measures[1], results),
    }
    return sides, first, second


def _side(chosen: Selection, values: pd.Series, measure: Part, results: Results) -> Entry:
    """Describe one setting: what it is, and what it measures by itself."""
    summary = statistics.summarize(values)
    unit = _UNITS[measure["quantity"]]
    side: Entry = {
        "variant": chosen.variant,
        "mean": _number(summary.mean),
        "std": _number(summary.std),
        "n": summary.n,
        "n_diverged": sum(row["status"] == "diverged" for row in chosen.rows),
        "learning_rate": chosen.rows[0]["learning_rate"],
        "at_edge": chosen.at_edge,
        "unit": unit,
        "format": _FORMATS[unit][_is_signed({"kind": "value", "measure": measure})],
    }
    images = {"val_accuracy": "validation", "test_accuracy": "test"}.get(measure["quantity"])
    if images and "since" not in measure and summary.n:
        n = results.n_images[images]
        found = statistics.wilson_interval(round(summary.mean * n), n)
        side["images"] = {"n": n, "interval": [found.low, found.high], "method": found.method}
    return side


def _outperformance(first: pd.Series, second: pd.Series) -> Entry:
    """Estimate p(A > B), where A is the first setting.

    The larger number wins also where it is a loss or a time, of which less is better.
    """
    found = statistics.outperformance(list(first), list(second))
    interval = None if found.n == 0 else [found.low, found.high]
    return {
        "p_above": {
            "estimate": _number(found.estimate),
            "interval": interval,
            "n": found.n,
            "method": found.method,
        }
    }


def _unit(part: Part) -> str:
    """Return the unit of a part's estimate; a trend's is per doubling."""
    if part["kind"] == "ratio":
        return "ratio"
    if part["kind"] == "proportions":
        return "fraction"
    return _UNITS[part["measure"]["quantity"]]


def _is_signed(part: Part) -> bool:
    """Say whether the estimate is a change or a gap, which may have either sign."""
    if part["kind"] == "value":
        measure = part["measure"]
        return "since" in measure or str(measure["quantity"]).endswith("_gap")
    return bool(part["kind"] != "ratio")


def _estimate(found: Interval) -> Entry:
    """Return what every kind of part has; n_seeds is None where no seeds are compared."""
    known = math.isfinite(found.low)
    return {
        "estimate": _number(found.estimate),
        "interval": [found.low, found.high] if known else None,
        "method": found.method,
        "n": found.n,
        "n_seeds": None,
    }


def _number(value: float) -> float | None:
    """Return a number that JSON can hold; None for NaN and infinity."""
    return float(value) if math.isfinite(value) else None
