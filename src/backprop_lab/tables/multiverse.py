"""multiverse.csv: how robust the verdict on each claim is."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from backprop_lab.claims.choices import CELLS, CHOICES
from backprop_lab.claims.evaluation import VERDICTS
from backprop_lab.claims.measures import is_timed
from backprop_lab.claims.robustness import Robustness, read_robustness
from backprop_lab.errors import LabError
from backprop_lab.files.documents import read_json
from backprop_lab.files.frames import write_csv

TABLES = {
    "multiverse": {
        "function": "write_multiverse_table",
        "inputs": ("claims", "multiverse"),
    },
}


def write_multiverse_table(*, claims: Path, multiverse: Path, output: Path) -> None:
    """Write in how many cells of the multiverse the verdict on each claim is the same.

    One row a claim.  Columns: claim, verdict (as sealed), timed (whether a clock measured what
    it is judged by), n_cells, n_same (cells with the same verdict), share, n_<verdict> (cells
    with each), alone (what flips the verdict when nothing else is changed, such as
    "level=0.99 margin=2"), n_alone_<choice> (how many other values of the choice do so) and
    effect_<choice> (of all pairs of cells that differ in this choice alone, the share whose
    verdicts differ).  A claim that cannot be judged has n_cells 0 and is otherwise empty.

    Args:
        claims: claims.json.
        multiverse: multiverse.json.

    Raises:
        LabError: the sealed cell is not what claims.json says: one of them is out of date.
            A claim with criteria that were given further seeds may differ from it.
    """
    judged = read_json(claims)["claims"]
    found = read_robustness(multiverse)
    sealed = {name: one.verdict if one else "untestable" for name, one in found.items()}
    verdicts = {name: claim["verdict"] for name, claim in judged.items()}
    other = [
        name
        for name in dict.fromkeys([*verdicts, *sealed])
        if sealed.get(name) != verdicts.get(name) and not _has_looks(judged.get(name, {}))
    ]
    if other:
        raise LabError(
            f"{multiverse}: {', '.join(other)}: the sealed cell has another verdict than "
            f"{claims}; delete both and build them again"
        )
    rows = [
        {"claim": name, "verdict": sealed[name], "timed": is_timed(judged[name])} | _row(one)
        for name, one in found.items()
    ]
    counts = [name for name in _row(None) if name.startswith("n_")]
    table = pd.DataFrame(rows).astype(dict.fromkeys(counts, "Int64"))
    write_csv(table, output)


def _has_looks(claim: Mapping[str, Any]) -> bool:
    """Say whether a criterion of a claim was given further seeds."""
    return any("looks" in part for part in claim.get("parts", {}).values())


def _row(found: Robustness | None) -> dict[str, object]:
    """Return the cells of one claim; nothing but n_cells of one that cannot be judged."""
    named = [f"n_{verdict}" for verdict in VERDICTS if verdict != "untestable"]
    if found is None:
        empty = ["n_same", "share", *named, "alone"]
        empty += [f"{what}_{choice}" for what in ("n_alone", "effect") for choice in CHOICES]
        return {"n_cells": 0} | dict.fromkeys(empty)
    alone = [
        f"{choice}={value:g}" if isinstance(value, int | float) else f"{choice}={value}"
        for choice, values in found.alone.items()
        for value in values
    ]
    return {
        "n_cells": len(CELLS),
        "n_same": found.n_same,
        "share": found.share,
        **{name: found.counts.get(name.removeprefix("n_"), 0) for name in named},
        "alone": " ".join(alone) or None,
        **{f"n_alone_{choice}": len(values) for choice, values in found.alone.items()},
        **{f"effect_{choice}": share for choice, share in found.effects.items()},
    }
