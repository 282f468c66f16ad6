"""claims.json and multiverse.json: what the verdicts rest on."""

from __future__ import annotations

from typing import Any

from backprop_lab.files.forms.document import DocumentForm
from backprop_lab.files.forms.kinds import (
    COUNT,
    FLAG,
    FRACTION,
    FROM_ONE,
    MAY_COUNT,
    MAY_NUMBER,
    MAY_POSITIVE,
    NUMBER,
    POSITIVE,
    SEED,
    SHA256,
    TEXT,
    Flag,
    Kind,
    Text,
)
from backprop_lab.files.forms.seals import SEALED
from backprop_lab.files.forms.structures import Anything, Items, Record, Scalar

# --- claims.json: `claims.evaluation.write_claims` writes it ------------------------------

_INTERVAL = Items(NUMBER, length=2, optional=True)
_SHARE: dict[str, Kind] = {
    "estimate": MAY_NUMBER,
    "interval": _INTERVAL,
    "n": COUNT,
    "method": TEXT,
}
_SIDE = Record(
    {
        "variant": TEXT,
        "mean": MAY_NUMBER,
        "std": MAY_POSITIVE,
        "n": COUNT,
        "n_diverged": COUNT,
        "learning_rate": NUMBER,
        "at_edge": Flag(optional=True),
        "unit": TEXT,
        "format": TEXT,
    },
    may={"images": Record({"n": FROM_ONE, "interval": Items(NUMBER, length=2), "method": TEXT})},
)
#: What a part has that was measured, beside what every part has.
_FOUND: dict[str, Kind] = {
    "estimate": MAY_NUMBER,
    "interval": _INTERVAL,
    "method": TEXT,
    "n": COUNT,
    "n_seeds": MAY_COUNT,
}
_OUTCOMES = ("supported", "opposed", "undecided", "one_seed", "not_run", "not_as_registered")
_OUTCOME = Text(choices=_OUTCOMES, optional=True)
#: Another interval of the same estimate, and what it would decide.
_ANOTHER = Record({"interval": _INTERVAL, "method": TEXT}, may={"outcome": _OUTCOME})
_LOOK = Record(
    {
        "n": COUNT,
        "level": FRACTION,
        "estimate": MAY_NUMBER,
        "interval": _INTERVAL,
        "outcome": Text(choices=_OUTCOMES, optional=True),
    }
)
_PART = Record(
    {
        "kind": TEXT,
        "decides": FLAG,
        "measure": Record({"quantity": TEXT}, others=TEXT, optional=True),
        "unit": TEXT,
        "format": TEXT,
        "region": Items(MAY_NUMBER, length=2, optional=True),
        "outcome": Text(choices=_OUTCOMES, optional=True),
    },
    may=_FOUND
    | {
        "experiment": TEXT,
        "setting": _SIDE,
        "first": _SIDE,
        "second": _SIDE,
        "p_above": Record(
            {"estimate": MAY_NUMBER, "interval": _INTERVAL, "n": COUNT, "method": TEXT}
        ),
        "kernels": Record(
            {
                "spread": POSITIVE,
                "distance": POSITIVE,
                "within": FLAG,
                "variants": Items(TEXT),
            }
        ),
        "sweep": Record(
            {"over": TEXT, "values": Items(NUMBER), "variants": Items(TEXT)},
        ),
        "z": NUMBER,
        "p_value": FRACTION,
        "zero_spread": FLAG,
        "two_way": _ANOTHER,
        "p_decision": FRACTION,
        "p_holm": FRACTION,
        "stands": FLAG,
        "strength": Record(
            {"power": FRACTION, "detectable": MAY_POSITIVE, "seeds_needed": MAY_COUNT}
        ),
        "sensitivity": Record(
            {
                "sign_flip": _ANOTHER,
                "pooled": Record(
                    {"interval": _INTERVAL, "method": TEXT, "std": POSITIVE, "degrees": FROM_ONE},
                    may={"outcome": _OUTCOME},
                    optional=True,
                ),
            }
        ),
        "split": Record({"spread": POSITIVE, "distance": POSITIVE, "within": FLAG}),
        "seeds": Items(SEED),
        "level": FRACTION,
        "looks": Items(_LOOK),
        **SEALED,
    },
)
_CLAIM = Record(
    {
        "section": TEXT,
        "figures": Items(FROM_ONE),
        "printed": Items(Record({"key": TEXT, "value": NUMBER, "unit": TEXT})),
        "experiments": Items(TEXT),
        "verdict": Text(
            choices=("reproduced", "partly", "contradicted", "not_reproduced", "untestable")
        ),
        "reason": Record(
            {"key": TEXT, "values": Record(may={"lacks": SEALED["lacks"]}, others=Anything())}
        ),
        "parts": Record(others=_PART),
        "sources": Items(TEXT),
    }
)


def _parts_are_whole(content: dict[str, Any]) -> str:
    """Say which part of a claim was measured, but lacks what was found, or ""."""
    for name, claim in content["claims"].items():
        for part, entry in claim["parts"].items():
            needed = ["experiment"] if entry["outcome"] == "not_run" else list(_FOUND)
            lacking = [key for key in needed if key not in entry]
            if lacking:
                return f"lacks claims.{name}.parts.{part}.{lacking[0]}"
    return ""


CLAIMS = DocumentForm(
    Record(
        {
            "criteria": Record({"file": TEXT, "sha256": SHA256}),
            "dataset": TEXT,
            "level": FRACTION,
            "claims": Record(others=_CLAIM),
        },
        may={
            "sequential": Record(
                {"looks": Items(FROM_ONE), "wrong": FRACTION},
                may={"seal": SEALED["seal"], "as_sealed": FLAG},
            ),
            "register": Record({"seeds": FROM_ONE, "compared_with_git": FLAG}),
        },
    ),
    also=_parts_are_whole,
)

# --- multiverse.json: `claims.multiverse.write_multiverse` writes it ----------------------

_ENDS = Items(MAY_NUMBER, length=2)
#: Of a criterion under one epoch and one kind of interval: by level, and by margin.
_JUDGED = Record({"intervals": Items(_ENDS, length=3), "p_values": Items(FRACTION, length=3)})
_CRITERION = Record(
    {
        "measure": Record({"quantity": TEXT}, others=TEXT),
        "timed": FLAG,
        "regions": Items(_ENDS, length=3),
        "found": Items(Items(_JUDGED, length=3)),
    }
)
_N_CELLS = 108


def _every_cell_has_a_verdict(content: dict[str, Any]) -> str:
    """Say of which claim a cell has no verdict, or two, or "" where each has one."""
    for name, claim in content["claims"].items():
        cells = sorted(number for own in claim["cells"].values() for number in own)
        if cells and cells != list(range(_N_CELLS)):
            return f"claims.{name}.cells has {len(cells)} numbers, not each below {_N_CELLS} once"
        if bool(cells) != bool(claim["parts"]):
            return f"claims.{name} lacks cells or parts"
        for part, entry in claim["parts"].items():
            if len(entry["found"]) not in (1, 2):
                return f"claims.{name}.parts.{part}.found has {len(entry['found'])}, not 1 or 2"
    return ""


MULTIVERSE = DocumentForm(
    Record(
        {
            "criteria": Record({"file": TEXT, "sha256": SHA256}),
            "choices": Record(others=Items(Scalar())),
            "sealed": Record(others=Scalar()),
            "claims": Record(
                others=Record(
                    {
                        "verdict": TEXT,
                        "cells": Record(others=Items(COUNT)),
                        "parts": Record(others=_CRITERION),
                    }
                )
            ),
        }
    ),
    also=_every_cell_has_a_verdict,
)
