"""The kinds of criteria: each turns runs into one estimate with an interval.

A part of a claim is supported when the whole interval lies where the claim
says that the estimate lies, opposed when none of it does, and undecided
otherwise.  For a region on both sides of 0 that is an equivalence test by two
one-sided tests (Schuirmann 1987), at half the usual error.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from backprop_lab.claims.declaration import Original
from backprop_lab.claims.measures import NotRunError, Results, Selection
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
#: How a number is shown (facts_view): by unit, a value and a difference.
_FORMATS = {
    "fraction": ("percent:2", "signed:points:2"),
    "loss": ("fixed:4", "signed:fixed:4"),
    "seconds": ("seconds:2", "signed:fixed:2"),
    "ratio": ("ratio:2", "ratio:2"),
}


def evaluate(
    where: str, part: Mapping, settings: Mapping, results: Results, original: Original
) -> dict:
    """Evaluate one part of a claim.

    Args:
        where: the part's key in claims.yaml, for errors.
        part: the part, as claims.yaml has it.
        settings: all settings of claims.yaml.

    Returns:
        The part's entry in claims.json: kind, decides, measure, unit, format, region
        and outcome; unless that is "not_run", also estimate, interval (None for one
        value), method, n, n_seeds, the settings compared, and p_above or a z test.
    """
    region = original.region(where, part)
    entry = {
        "kind": part["kind"],
        "decides": part.get("decides", True),
        "measure": part.get("measure"),
        "unit": _unit(part),
        "format": _FORMATS[_unit(part)][_is_signed(part)],
        "region": None if region is None else [_number(bound) for bound in region],
    }
    try:
        entry |= _KINDS[part["kind"]](where, part, settings, results, original)
    except NotRunError as error:
        return entry | {"outcome": "not_run", "experiment": str(error)}
    return entry | {"outcome": outcome(entry, region)}


def outcome(entry: Mapping, region: tuple[float, float] | None) -> str | None:
    """One of "supported", "opposed", "undecided", "one_seed"; None where nothing is claimed."""
    if entry["n_seeds"] == 1:
        return "one_seed"
    if region is None:
        return None
    if entry["interval"] is None:
        return "undecided"
    low, high = entry["interval"]
    if region[0] <= low and high <= region[1]:
        return "supported"
    return "opposed" if high < region[0] or low > region[1] else "undecided"


def _value(where, part, settings, results, original) -> dict:
    """The mean over seeds of a measure."""
    chosen = results.select(settings[part["setting"]])
    values = results.values(chosen.rows, part["measure"])
    entry = _estimate(statistics.mean_interval(values), values)
    if not _is_signed(part) and entry["interval"] is not None:
        # Student's t does not know that no loss is below 0 and no accuracy above 1.
        highest = 1.0 if _unit(part) == "fraction" else math.inf
        entry["interval"] = [min(max(end, 0.0), highest) for end in entry["interval"]]
    return entry | {"setting": _side(chosen, values, part["measure"], results)}


def _difference(where, part, settings, results, original) -> dict:
    """The mean over seeds of first - second."""
    sides, first, second = _pair(part, settings, results)
    found = statistics.paired_difference(first, second)
    return _estimate(found, first) | sides | _outperformance(first, second)


def _ratio(where, part, settings, results, original) -> dict:
    """The geometric mean over seeds of first / second."""
    sides, first, second = _pair(part, settings, results)
    found = statistics.paired_ratio(first, second)
    return _estimate(found, first) | sides | _outperformance(first, second)


def _trend(where, part, settings, results, original) -> dict:
    """The mean over seeds of a measure's slope against log2 of the parameter swept."""
    bounds = part.get("from", -math.inf), part.get("to", math.inf)
    groups = results.sweep(settings[part["setting"]], *bounds)
    # One column a value, one row a seed.
    table = pd.DataFrame(
        {value: results.values(rows, part["measure"]) for value, rows in groups.items()}
    )
    slopes = pd.Series(
        [statistics.slope(np.log2(table.columns), row) for row in table.to_numpy()], table.index
    )
    entry = _estimate(statistics.mean_interval(slopes), slopes)
    variants = [rows[0]["variant"] for rows in groups.values()]
    return entry | {
        "sweep": {
            "over": settings[part["setting"]]["over"],
            "values": list(groups),
            "variants": variants,
        }
    }


def _proportions(where, part, settings, results, original) -> dict:
    """Two proportions that the original prints, each on n images."""
    first, second, n = (
        original.number(f"{where}.{key}", part[key]) for key in ("first", "second", "n")
    )
    found = statistics.two_proportions(first, second, int(n), int(n))
    entry = _estimate(found.difference, None)
    return entry | {"z": found.z, "p_value": found.p_value}


_KINDS: dict[str, Callable] = {
    "value": _value,
    "difference": _difference,
    "ratio": _ratio,
    "trend": _trend,
    "proportions": _proportions,
}


def _pair(part: Mapping, settings: Mapping, results: Results) -> tuple[dict, pd.Series, pd.Series]:
    """Both sides described, and their values over the seeds that they share."""
    measures = part["measure"], part.get("second_measure", part["measure"])
    chosen = [results.select(settings[part[side]]) for side in ("first", "second")]
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


def _side(chosen: Selection, values: pd.Series, measure: Mapping, results: Results) -> dict:
    """One setting: what it is and what it measures by itself."""
    summary = statistics.summarize(values)
    unit = _UNITS[measure["quantity"]]
    side = {
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


def _outperformance(first: pd.Series, second: pd.Series) -> dict:
    """p(A > B): A is the first setting; larger is larger, of losses and times as well."""
    found = statistics.outperformance(first, second)
    interval = None if found.n == 0 else [found.low, found.high]
    return {
        "p_above": {
            "estimate": _number(found.estimate),
            "interval": interval,
            "n": found.n,
            "method": found.method,
        }
    }


def _unit(part: Mapping) -> str:
    """The unit of a part's estimate; a trend's is per doubling."""
    if part["kind"] in ("ratio", "proportions"):
        return {"ratio": "ratio", "proportions": "fraction"}[part["kind"]]
    return _UNITS[part["measure"]["quantity"]]


def _is_signed(part: Mapping) -> bool:
    """Whether the estimate is a change or a gap, of either sign."""
    if part["kind"] == "value":
        return "since" in part["measure"] or part["measure"]["quantity"].endswith("_gap")
    return part["kind"] != "ratio"


def _estimate(found: Interval, values: pd.Series | None) -> dict:
    known = math.isfinite(found.low)
    return {
        "estimate": _number(found.estimate),
        "interval": [found.low, found.high] if known else None,
        "method": found.method,
        "n": found.n,
        "n_seeds": None if values is None else len(values),
    }


def _number(value: float) -> float | None:
    """A JSON number; None for NaN and infinity."""
    return float(value) if math.isfinite(value) else None
