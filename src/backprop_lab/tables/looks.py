"""looks.csv: every look at the criteria that were given further seeds."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from backprop_lab.files.documents import read_json
from backprop_lab.files.frames import write_csv

TABLES = {
    "looks": {"function": "write_looks", "inputs": ("claims",), "needs": ("decide",)},
}


def write_looks(*, claims: Path, output: Path) -> None:
    """Write one row a look, criterion by criterion.

    Columns: claim, part, look (from 1), n (seeds), level (of the interval), unit, estimate, low
    and high (the interval's ends), outcome.

    Args:
        claims: claims.json.
    """
    rows = [
        {"claim": claim, "part": part, "look": number}
        | {"n": look["n"], "level": look["level"], "unit": entry["unit"]}
        | {"estimate": look["estimate"]}
        | dict(zip(("low", "high"), look["interval"] or (None, None), strict=True))
        | {"outcome": look["outcome"]}
        for claim, content in read_json(claims)["claims"].items()
        for part, entry in content["parts"].items()
        for number, look in enumerate(entry.get("looks", []), 1)
    ]
    columns = ["claim", "part", "look", "n", "level", "unit", "estimate", "low", "high", "outcome"]
    write_csv(pd.DataFrame(rows, columns=columns), output)
