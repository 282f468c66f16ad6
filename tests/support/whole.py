"""Whole files from the few columns or keys that a test is about.

    write_table(folder / "variants.csv", [{"variant": "a", "n": 3}])
    write_document(folder / "dataset.json", {"name": "mnist"})

What the form of the file declares besides is filled in with a value that fits.
"""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from backprop_lab.files.forms.kinds import Flag, Number, Text
from backprop_lab.files.forms.registry import document_form, table_form
from backprop_lab.files.forms.structures import Items, Matrix, Record

#: Texts of kinds with a pattern.
_SIZES, _SHA256 = "360", "ab" * 32


def write_table(path: Path, rows) -> Path:
    """Write a CSV file whose name has a form; `rows` is a frame, or what makes one."""
    path.write_text(table(path.name, rows), encoding="utf-8")
    return path


def table(name: str, rows) -> str:
    """Return what `write_table` writes."""
    form, frame = table_form(Path(name)), pd.DataFrame(rows)
    for column, kind in form.columns.items():
        if column not in frame:
            frame[column] = _value(kind)
    others = [column for column in frame if column not in form.columns]
    return frame[[*form.names, *others]].to_csv(index=False)


def write_document(path: Path, known: dict | None = None) -> Path:
    """Write a JSON file whose name has a form; `known` goes before what is filled in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document(path.name, known or {})), encoding="utf-8")
    return path


def document(name: str, known: dict) -> dict:
    """Return what `write_document` writes."""
    content = _value(document_form(Path(name)).content, known)
    if name == "dataset.json" and "class_names" not in known:
        content["class_names"] = [str(digit) for digit in range(10)]
    if name == "dataset.json" and "class_counts" not in known:
        content["class_counts"] = {
            part: [size - 9 * (size // 10), *[size // 10] * 9]
            for part, size in content["sizes"].items()
        }
    return content


def _value(kind, known=None) -> object:
    """Return a value of a kind; what is known goes before what is filled in."""
    if isinstance(kind, Record) and isinstance(known or {}, dict):
        kinds, known = {**kind.may, **kind.fields}, known or {}
        filled = {key: _value(inner) for key, inner in kind.fields.items() if key not in known}
        given = {key: _value(kinds.get(key, kind.others), own) for key, own in known.items()}
        return given | filled
    if isinstance(kind, Items) and isinstance(known, list):
        return [_value(kind.kind, one) for one in known]
    if known is not None:
        return known
    if isinstance(kind, Items):
        return [_value(kind.kind) for _ in range(kind.length or 0)]
    if isinstance(kind, Matrix):
        return [[0] * 10 for _ in range(10)]
    if getattr(kind, "optional", False):
        return None
    if isinstance(kind, Number):
        return max(kind.low, 1 if kind.whole else 0.5)
    if isinstance(kind, Text):
        patterned = _SHA256 if kind.pattern.startswith("[0-9a-f]") else _SIZES
        return kind.choices[0] if kind.choices else patterned if kind.pattern else "none yet"
    return True if isinstance(kind, Flag) else None
