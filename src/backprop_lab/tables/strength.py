"""criteria_strength.csv: how firmly each criterion is decided, and what it could have seen."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from backprop_lab.claims.entries import is_judged
from backprop_lab.files.documents import read_json
from backprop_lab.files.frames import write_csv

TABLES = {
    "criteria_strength": {"function": "write_criteria_strength", "inputs": ("claims",)},
}


def write_criteria_strength(*, claims: Path, output: Path) -> None:
    """Write one row a criterion that was judged.

    Columns: claim, part, kind, quantity, unit, n, outcome, estimate, low and high (for new
    seeds), two_way_low, two_way_high and two_way_outcome (for new seeds and new images),
    p_decision (the smallest alpha at which the interval at 1 - alpha decides), p_holm (after
    Holm's correction over all rows), stands (whether a decided outcome is one after it), and for
    the sign-flip test and the pooled variance <name>_low, _high and _outcome, pooled_std and
    pooled_degrees; detectable (the least distance from a bound that would have been decided with
    the power of `claims.strength`), seeds_needed (at the distance observed; empty above its
    MOST_SEEDS), split_spread and split_distance (see `claims.split`), and zero_spread (whether
    all seeds give the same value, of which nothing follows).

    Args:
        claims: claims.json.
    """
    rows = [
        {"claim": name, "part": part} | _row(entry)
        for name, claim in read_json(claims)["claims"].items()
        for part, entry in claim["parts"].items()
        if is_judged(entry)
    ]
    columns = ["claim", "part", *_row({})]
    # Counts stay whole numbers where a row without any leaves a gap.
    counts = dict.fromkeys(("n", "pooled_degrees", "seeds_needed"), "Int64")
    write_csv(pd.DataFrame(rows, columns=columns).astype(counts), output)


def _row(entry: Mapping[str, Any]) -> dict[str, object]:
    """Return the cells of one criterion; what it lacks is empty."""
    other, strength = entry.get("sensitivity") or {}, entry.get("strength") or {}
    pooled, split = other.get("pooled") or {}, entry.get("split") or {}
    measure = entry.get("measure") or {}
    return {
        "kind": entry.get("kind"),
        "quantity": measure.get("quantity"),
        **{key: entry.get(key) for key in ("unit", "n", "outcome", "estimate")},
        **_interval("", entry),
        **_interval("two_way_", entry.get("two_way") or {}),
        "two_way_outcome": (entry.get("two_way") or {}).get("outcome"),
        **{key: entry.get(key) for key in ("p_decision", "p_holm", "stands")},
        **_interval("sign_flip_", other.get("sign_flip") or {}),
        "sign_flip_outcome": (other.get("sign_flip") or {}).get("outcome"),
        **_interval("pooled_", pooled),
        "pooled_outcome": pooled.get("outcome"),
        "pooled_std": pooled.get("std"),
        "pooled_degrees": pooled.get("degrees"),
        "detectable": strength.get("detectable"),
        "seeds_needed": strength.get("seeds_needed"),
        "split_spread": split.get("spread"),
        "split_distance": split.get("distance"),
        "zero_spread": entry.get("zero_spread", False),
    }


def _interval(prefix: str, found: Mapping[str, Any]) -> dict[str, object]:
    low, high = found.get("interval") or (None, None)
    return {f"{prefix}low": low, f"{prefix}high": high}
