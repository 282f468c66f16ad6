"""Entries of claims.json: what was compared, what came of it, how far from its bounds it lies."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

#: The outcomes of a criterion that was judged.
JUDGED = ("supported", "opposed", "undecided")
#: Kinds of criteria whose estimate has the unit of a run's figure.
_KINDS = ("value", "difference")


def outcome(entry: Mapping[str, Any], region: tuple[float, float] | None) -> str | None:
    """Compare an interval with the region in which a claim says that the estimate lies.

    Returns:
        "supported" where the whole interval lies in the region, "opposed" where none of it
        does, "undecided" otherwise or without an interval, "one_seed" where one seed cannot
        give an interval; None where nothing is claimed.

    >>> outcome({"n_seeds": 3, "interval": [0.01, 0.03]}, (0.0, math.inf))
    'supported'
    >>> outcome({"n_seeds": 3, "interval": [-0.01, 0.03]}, (0.0, math.inf))
    'undecided'
    """
    if entry["n_seeds"] == 1:
        return "one_seed"
    if region is None:
        return None
    if entry["interval"] is None:
        return "undecided"
    return outcome_of(entry["interval"], region)


def outcome_of(interval: Sequence[float], region: tuple[float, float]) -> str:
    """Compare an interval, [low, high], with a region: one of JUDGED.

    A region with one bound does not contain it: what is equal is not higher.

    >>> outcome_of((0.0, 0.0), (0.0, math.inf)), outcome_of((0.0, 0.0), (-math.inf, 0.0))
    ('opposed', 'opposed')
    """
    (low, high), (start, end) = interval, region
    if math.isinf(end):
        inside, outside = start < low, high <= start
    elif math.isinf(start):
        inside, outside = high < end, end <= low
    else:
        inside, outside = start <= low and high <= end, high < start or end < low
    return "supported" if inside else "opposed" if outside else "undecided"


def is_judged(entry: Mapping[str, Any]) -> bool:
    """Say whether a criterion decides, has an interval over seeds, and was judged by it."""
    return bool(
        entry["decides"]
        and entry.get("interval")
        and entry["kind"] != "proportions"
        and entry["outcome"] in JUDGED
    )


def compared(entry: Mapping[str, Any]) -> tuple[str, ...]:
    """Name the variants that a criterion compares; none where it is a trend over many."""
    return tuple(entry[side]["variant"] for side in ("setting", "first", "second") if side in entry)


def is_of_last_epoch(part: Mapping[str, Any]) -> bool:
    """Say whether a part of a claim takes one figure of the last epoch, or its difference."""
    measure = part.get("measure") or {}
    last = measure.get("at", "last") == "last" and "since" not in measure
    return part["kind"] in _KINDS and "second_measure" not in part and last


def bound_distance(mean: float, region: tuple[float, float]) -> float:
    """Return how far a mean lies from the nearest bound of a region, inside it or outside.

    >>> bound_distance(0.5, (0.25, 1.0))
    0.25
    """
    return min(abs(mean - bound) for bound in region if math.isfinite(bound))


def bounds_of(region: Sequence[float | None]) -> tuple[float, float]:
    """Return the bounds of a region of claims.json, infinite where it has none.

    >>> bounds_of([None, 0.5])
    (-inf, 0.5)
    """
    low, high = region
    return (-math.inf if low is None else low), (math.inf if high is None else high)


def least_shift(interval: Sequence[float], region: tuple[float, float]) -> float:
    """Return the least distance of an end of an interval from a bound of a region.

    >>> least_shift([0.25, 0.5], (-math.inf, 1.0))
    0.5
    """
    return min(abs(end - bound) for end in interval for bound in region if math.isfinite(bound))
