"""claims.csv: every criterion of every claim, with its estimate and its outcome."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from backprop_lab.claims.register import lack_line
from backprop_lab.files.documents import read_json
from backprop_lab.files.frames import write_csv

TABLES = {
    "claims": {"function": "write_claims_table", "inputs": ("claims",)},
}


def write_claims_table(*, claims: Path, output: Path) -> None:
    """Write one row a criterion; a claim without criteria has one row with empty cells.

    Columns: claim, verdict, reason, part, decides, kind, quantity, unit,
    estimate, low, high (its interval), method, n, above, below (where the claim
    puts the estimate), outcome, kernel_spread and kernel_distance (see
    `claims.kernels`), p_above with its _low and _high, variant and
    mean of the setting (or first setting) and of the second, and for a criterion that decides
    seal (its label), sealed_commit, sealed_date, results_existed, n_amendments and lacks (what
    the build lacks of what is registered; see `claims.register`).

    Args:
        claims: claims.json.
    """
    rows = []
    for name, claim in read_json(claims)["claims"].items():
        head = {"claim": name, "verdict": claim["verdict"], "reason": claim["reason"]["key"]}
        rows += [head | _row(part, entry) for part, entry in claim["parts"].items()] or [head]
    columns = ["claim", "verdict", "reason", *_row("", {})]
    # Counts stay whole numbers where a row without any leaves a gap.
    table = pd.DataFrame(rows, columns=columns).astype({"n": "Int64", "n_amendments": "Int64"})
    write_csv(table, output)


def _row(part: str, entry: Mapping[str, Any]) -> dict[str, object]:
    """Return the cells of one criterion; what it lacks is empty."""
    interval, region = entry.get("interval") or (None, None), entry.get("region") or (None, None)
    above, kernels = entry.get("p_above") or {}, entry.get("kernels") or {}
    seal = entry.get("seal") or {}
    first, second = entry.get("setting") or entry.get("first") or {}, entry.get("second") or {}
    return {
        "part": part,
        "decides": entry.get("decides"),
        "kind": entry.get("kind"),
        "quantity": (entry.get("measure") or {}).get("quantity"),
        "unit": entry.get("unit"),
        "estimate": entry.get("estimate"),
        "low": interval[0],
        "high": interval[1],
        "method": entry.get("method"),
        "n": entry.get("n"),
        "above": region[0],
        "below": region[1],
        "outcome": entry.get("outcome"),
        "kernel_spread": kernels.get("spread"),
        "kernel_distance": kernels.get("distance"),
        "p_above": above.get("estimate"),
        "p_above_low": (above.get("interval") or (None, None))[0],
        "p_above_high": (above.get("interval") or (None, None))[1],
        "first_variant": first.get("variant"),
        "first_mean": first.get("mean"),
        "second_variant": second.get("variant"),
        "second_mean": second.get("mean"),
        "seal": seal.get("label"),
        "sealed_commit": seal.get("commit"),
        "sealed_date": seal.get("date"),
        "results_existed": seal.get("results_existed"),
        "n_amendments": len(seal["amendments"]) if seal else None,
        "lacks": "; ".join(lack_line(lack) for lack in entry.get("lacks", ())) or None,
    }
