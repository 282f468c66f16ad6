"""multiverse.json: the verdict on each claim under every combination of five choices.

The file holds, of each criterion that decides, its regions, intervals and p-values, so that the
report's page computes the same verdicts from them; and the verdicts that this module computed.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from backprop_lab.claims.choices import CELLS, CHOICES, SEALED, Cell, at_epoch, regions
from backprop_lab.claims.correction import corrected, decision_p_value
from backprop_lab.claims.criteria import Entry, Evidence, Part, Sample, sample
from backprop_lab.claims.declaration import Declared, load_claims
from backprop_lab.claims.entries import bounds_of, outcome_of
from backprop_lab.claims.evaluation import verdict_of
from backprop_lab.claims.measures import Measured, Results, is_timed
from backprop_lab.claims.printed import Printed, PrintedNumbers
from backprop_lab.files.atomic import replacing
from backprop_lab.files.documents import read_json

#: claim -> criterion -> its entry in multiverse.json, of the claims that can be judged.
Criteria = Mapping[str, Mapping[str, Entry]]


def write_multiverse(
    *,
    declared: Declared,
    measured: Measured,
    printed: Printed,
    verdicts: Path,
    output: Path,
    known: Collection[str] | None = None,
) -> None:
    """Judge every claim in every cell, into multiverse.json.

    Each claim has "verdict", that of the sealed cell; "cells", verdict -> numbers of the cells
    of `choices.CELLS` that have it; and "parts", see `_criterion`.  A claim that cannot be
    judged is untestable whatever is chosen: it has no cells and no parts.  Further seeds
    (`claims.looks`) are left out: they belong to one level.

    Args:
        verdicts: claims.json, which says what can be judged.
        known: names of all experiments of config.yaml, also those that the preset skips.

    Raises:
        LabError: a claim names an unknown experiment, setting, fact or key.
    """
    declaration = load_claims(declared.claims, declared.schema, known)
    evidence = Evidence(declaration["settings"], Results(measured), PrintedNumbers(printed))
    judged = {
        name
        for name, claim in read_json(verdicts)["claims"].items()
        if claim["verdict"] != "untestable"
    }
    criteria = {
        name: _criteria(f"claims.{name}", claim, evidence) if name in judged else {}
        for name, claim in declaration["claims"].items()
    }
    tested = {name: parts for name, parts in criteria.items() if parts}
    by_cell = [verdicts_in(tested, cell) for cell in CELLS]
    sealed = CELLS.index(SEALED)
    content = {
        "criteria": {
            "file": declared.claims.name,
            "sha256": hashlib.sha256(declared.claims.read_bytes()).hexdigest(),
        },
        "choices": {name: list(values) for name, values in CHOICES.items()},
        "sealed": SEALED._asdict(),
        "claims": {
            name: {
                "verdict": by_cell[sealed].get(name, "untestable"),
                "cells": _cells([found[name] for found in by_cell]) if parts else {},
                "parts": parts,
            }
            for name, parts in criteria.items()
        },
    }
    with replacing(Path(output), "w") as file:
        json.dump(content, file, indent=1, ensure_ascii=False, allow_nan=False)
        file.write("\n")


def verdicts_in(criteria: Criteria, cell: Cell) -> dict[str, str]:
    """Return the verdict on each claim in one cell.

    Args:
        criteria: those of all claims that can be judged: a correction counts them all.
    """
    every = {
        f"{claim}.{part}": entry
        for claim, parts in criteria.items()
        for part, entry in parts.items()
    }
    found = outcomes(every, cell)
    return {
        claim: verdict_of(
            None,
            {part: {"decides": True, "outcome": found[f"{claim}.{part}"]} for part in parts},
            "mnist",
        )[0]
        for claim, parts in criteria.items()
    }


def outcomes(criteria: Mapping[str, Entry], cell: Cell) -> dict[str, str]:
    """Return the outcome of each criterion in one cell.

    Without a correction it is that of the interval.  Holm's method leaves undecided a criterion
    whose adjusted p-value is above 1 - level (`correction.corrected`).
    """
    margin, level = cell.place("margin"), cell.place("level")
    found = {name: _found(entry, cell) for name, entry in criteria.items()}
    decided = {
        name: outcome_of(
            bounds_of(one["intervals"][level]), bounds_of(criteria[name]["regions"][margin])
        )
        for name, one in found.items()
    }
    if cell.correction == "holm":
        adjusted = corrected(
            {name: one["p_values"][margin] for name, one in found.items()},
            {name for name, entry in criteria.items() if entry["timed"]},
        )
        decided |= {name: "undecided" for name, p in adjusted.items() if p > 1 - cell.level}
    return decided


def _criteria(where: str, claim: Mapping[str, Any], evidence: Evidence) -> dict[str, Entry]:
    """Return the entry of each criterion of a claim that decides."""
    deciding = {
        name: part for name, part in claim.get("parts", {}).items() if part.get("decides", True)
    }
    return {
        name: _criterion(
            part, _samples(part, evidence), regions(f"{where}.parts.{name}", part, evidence)
        )
        for name, part in deciding.items()
    }


def _samples(part: Part, evidence: Evidence) -> list[Sample]:
    """Return what a criterion averages, by epoch; once where that choice does not touch it."""
    parts = [at_epoch(part, epoch) for epoch in CHOICES["epoch"]]
    return [sample(one, evidence) for one in (parts if parts[0] != parts[1] else parts[:1])]


def _criterion(part: Part, samples: Sequence[Sample], own: Sequence[tuple[float, float]]) -> Entry:
    """Return all that the outcome of a criterion depends on.

    Args:
        samples: see `_samples`.
        own: its regions, by margin.

    Returns:
        {"measure", "timed", "regions", "found"}.  timed: whether it is on times.  regions:
        [low, high] by margin.  found: by epoch and, in it, by interval {"intervals": [low, high]
        by level, "p_values": by margin}; of one epoch alone where that choice does not touch
        the criterion.  All in the order of CHOICES; None is an end that is infinite.
    """
    return {
        "measure": part["measure"],
        "timed": is_timed(part),
        "regions": [_finite(region) for region in own],
        "found": [
            [_intervals(one, method, own) for method in CHOICES["interval"]] for one in samples
        ],
    }


def _intervals(found: Sample, method: str, own: Sequence[tuple[float, float]]) -> Entry:
    """Return a criterion's intervals by level, and its p-values by margin.

    Values that are all equal have intervals of the width 0, but say nothing of how they vary:
    their p-values are 1, so that none of it outlives a correction.
    """
    varies = found.values.nunique() > 1

    @cache
    def ends(level: float) -> tuple[float, float]:
        interval = found.interval(level=level, method=None if method == "t" else method)
        # Fewer than two values have no interval: nothing is excluded.
        low, high = interval.low, interval.high
        return (-math.inf, math.inf) if math.isnan(low) or math.isnan(high) else (low, high)

    by_region = {
        region: decision_p_value(ends, region) if varies else 1.0 for region in dict.fromkeys(own)
    }
    return {
        "intervals": [_finite(ends(level)) for level in CHOICES["level"]],
        "p_values": [by_region[region] for region in own],
    }


def _found(entry: Entry, cell: Cell) -> Entry:
    """Return a criterion's intervals and p-values under a cell's epoch and interval."""
    epochs = entry["found"]
    found: Entry = epochs[min(cell.place("epoch"), len(epochs) - 1)][cell.place("interval")]
    return found


def _cells(found: Sequence[str]) -> dict[str, list[int]]:
    """Return verdict -> the numbers of the cells that have it, from the verdict of each cell."""
    return {
        verdict: [number for number, one in enumerate(found) if one == verdict]
        for verdict in dict.fromkeys(found)
    }


def _finite(ends: tuple[float, float]) -> list[float | None]:
    """Return two ends as JSON can hold them: None for an infinite one."""
    return [end if math.isfinite(end) else None for end in ends]
