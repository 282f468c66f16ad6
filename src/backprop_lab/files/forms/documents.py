"""The form of the JSON files beside those of a run's folder."""

from __future__ import annotations

from dataclasses import replace
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
    MAY_TEXT,
    NUMBER,
    POSITIVE,
    SEED,
    SHA256,
    TEXT,
    Flag,
    Kind,
    Number,
    Text,
    shown,
)
from backprop_lab.files.forms.seals import SEALED
from backprop_lab.files.forms.structures import Anything, Items, Record, Scalar

_PARTS = ("train", "validation", "test")

# --- source.json: `data.download.fetch` writes it -----------------------------------------

#: What dataset.json repeats of it.
_ORIGIN: dict[str, Kind] = {
    "name": TEXT,
    "title": TEXT,
    "embedded": FLAG,
    "source": TEXT,
    "archives": Record(others=Record({"sha256": SHA256}, others=Anything())),
}
_SPLIT = Record(
    {"kind": TEXT, "seed": COUNT, "sizes": Record(dict.fromkeys(_PARTS, FROM_ONE))}, optional=True
)
_SHAPE = Items(FROM_ONE, length=2)
#: What it says besides of a data set of one's own: see `data.own`.
_OWN: dict[str, Kind] = {
    "class_names": Items(TEXT),
    "image_shape": _SHAPE,
    "licence": TEXT,
    "inverted": FLAG,
    "contents_sha256": SHA256,
}
SOURCE = DocumentForm(
    Record(
        {**_ORIGIN, "split": _SPLIT},
        may={
            "folder": MAY_TEXT,
            "forms": Anything(),
            "tried": Items(TEXT),
            **_OWN,
        },
    )
)

# --- dataset.json: `data.datasets.prepare` writes it --------------------------------------


def _counts_add_up(data: dict[str, Any]) -> str:
    """Say where the images of the classes are not as many as those of their part, or ""."""
    shape = data.get("image_shape")
    if shape is not None and not _SHAPE.right(shape):
        return _SHAPE.problem(shape, "image_shape")
    n_classes = len(data["class_names"])
    if n_classes < 2:
        return f"class_names has {n_classes}: there must be two at least"
    for part in _PARTS:
        counts, size = data["class_counts"][part], data["sizes"][part]
        if len(counts) != n_classes:
            return f"class_counts.{part} has {len(counts)} classes, class_names has {n_classes}"
        if sum(counts) != size:
            return f"class_counts.{part} add up to {sum(counts)}, not to sizes.{part}, {size}"
    return ""


DATASET = DocumentForm(
    Record(
        {
            **_ORIGIN,
            "split": TEXT,
            "split_seed": MAY_COUNT,
            "sizes": Record(dict.fromkeys(_PARTS, FROM_ONE)),
            "class_names": Items(TEXT),
            "class_counts": Record(dict.fromkeys(_PARTS, Items(COUNT))),
            "sha256": SHA256,
        },
        others=Anything(),
    ),
    also=_counts_add_up,
)

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
        may={"sequential": Record({"looks": Items(FROM_ONE), "wrong": FRACTION})},
    ),
    also=_parts_are_whole,
)

# --- facts.json: `facts.facts.write_facts` writes it --------------------------------------

UNITS = ("fraction", "seconds", "count", "ratio", "loss", "number", "bytes", "text", "flag")


def _values_fit_units(facts: dict[str, Any]) -> str:
    """Say which fact is a text by its unit or by its value alone, or ""."""
    for key, fact in facts.items():
        if isinstance(fact["value"], str) != (fact["unit"] == "text"):
            return f"{key}.value is {shown(fact['value'])}, and its unit is {fact['unit']}"
    return ""


FACTS = DocumentForm(
    Record(
        others=Record(
            {
                "value": Scalar(),
                "unit": Text(choices=UNITS),
                "source": Text(pattern=".+"),
                "content_sha256": SHA256,
            },
            may={"n": COUNT, "clock": FLAG},
        )
    ),
    also=_values_fit_units,
)

# --- gallery.json: `report.gallery.write_gallery` writes it -------------------------------


def _mistakes_have_names(content: dict[str, Any]) -> str:
    """Say which mistake is of a class without a name, or ""."""
    n_classes = len(content["class_names"])
    for number, one in enumerate(content["mistakes"]):
        for key in ("label", "predicted"):
            if one[key] >= n_classes:
                return f"mistakes.{number}.{key} is {one[key]}: there are {n_classes} classes"
    return ""


GALLERY = DocumentForm(
    Record(
        {
            "class_names": Items(TEXT),
            "height": FROM_ONE,
            "width": FROM_ONE,
            "n_mistakes": COUNT,
            "n_test": FROM_ONE,
            "mistakes": Items(
                Record(
                    {
                        "index": COUNT,
                        "label": COUNT,
                        "predicted": COUNT,
                        "confidence": FRACTION,
                        "png": Text(pattern="[A-Za-z0-9+/]+=*"),
                    }
                )
            ),
        }
    ),
    also=_mistakes_have_names,
)

# --- environment.json, machine.json: `measurements.environment` writes them ---------------

_GIT = Record(
    {
        "commit": Text(pattern="[0-9a-f]{40}([0-9a-f]{24})?", optional=True),
        "date": MAY_TEXT,
        "dirty": FLAG,
    },
    others=Anything(),
)
_ENVIRONMENT = Record(
    {
        "git": _GIT,
        "python": TEXT,
        "packages": Record(others=MAY_TEXT),
        "operating_system": TEXT,
        "cpu": Record(
            {
                "model": MAY_TEXT,
                "architecture": TEXT,
                "cores": Number(low=1, whole=True, optional=True),
            },
            others=Anything(),
        ),
        "memory_bytes": MAY_COUNT,
        "blas": Items(
            Record(
                {
                    "package": TEXT,
                    "library": TEXT,
                    "version": MAY_TEXT,
                    "architecture": MAY_TEXT,
                },
                others=Anything(),
            )
        ),
        "torch": Record({"blas": MAY_TEXT, "cuda": MAY_TEXT, "device": TEXT}, others=Anything()),
        "threads_per_run": FROM_ONE,
    },
    others=Anything(),
)
ENVIRONMENT = DocumentForm(_ENVIRONMENT)
#: The report names the programs that were timed, each with its version.
_TIMED = Record(dict.fromkeys(("numpy", "torch", "scikit-learn"), TEXT), others=MAY_TEXT)
MACHINE = DocumentForm(replace(_ENVIRONMENT, fields={**_ENVIRONMENT.fields, "packages": _TIMED}))

# --- multiverse.json: `claims.multiverse.write_multiverse` writes it ----------------------

_ENDS = Items(MAY_NUMBER, length=2)
#: Of a criterion under one epoch and one kind of interval: by level, and by margin.
_JUDGED = Record({"intervals": Items(_ENDS, length=3), "p_values": Items(FRACTION, length=3)})
_CRITERION = Record(
    {
        "measure": Record({"quantity": TEXT}, others=TEXT),
        "family": Text(choices=("runs", "times")),
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
