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
    MAY_TEXT,
    SHA256,
    TEXT,
    Kind,
    Number,
    Text,
    shown,
)
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

# --- facts.json: `facts.facts.write_facts` writes it --------------------------------------

UNITS = ("fraction", "seconds", "count", "ratio", "loss", "number", "bytes", "text", "flag")
#: What makes the value of a fact of its cells or keys: one of them as it is, the one that all
#: share, a statistic, how many there are (different, filled, or such as its place says), all that
#: are off a square's diagonal; another computation; or a constant of the program.
HOW = (
    *("value", "same", "mean", "median", "min", "max", "std", "sum"),
    *("count", "distinct", "filled", "such", "off_diagonal", "computed", "constant"),
)
_CELLS: dict[str, Kind] = {
    "columns": Items(TEXT),
    "lines": Text(pattern=r"\d+(-\d+)?(,\d+(-\d+)?)*"),
    "keys": Items(Text(pattern="(/[^/]*)+")),
}
_PLACE = Record(
    {"how": Text(choices=HOW)},
    may={
        **_CELLS,
        "such": TEXT,
        "minus": Record(may=_CELLS),
        "over": Record(may=_CELLS),
        "also": Record({"source": TEXT}, may=_CELLS),
    },
)


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
                "place": _PLACE,
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
    may={"config": Record({"text": MAY_TEXT, "over": TEXT})},
    others=Anything(),
)
ENVIRONMENT = DocumentForm(_ENVIRONMENT)
#: The report names the programs that were timed, each with its version.
_TIMED = Record(dict.fromkeys(("numpy", "torch", "scikit-learn"), TEXT), others=MAY_TEXT)
MACHINE = DocumentForm(replace(_ENVIRONMENT, fields={**_ENVIRONMENT.fields, "packages": _TIMED}))
