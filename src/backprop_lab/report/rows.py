"""Rows of a CSV for the report, chosen and in order, with numbers as numbers."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from backprop_lab.errors import LabError
from backprop_lab.files.forms.registry import ANY_TABLE, table_form

_INTEGER = re.compile(r"[+-]?\d+")

Cell = str | int | float
Row = dict[str, Cell]


def read_rows(
    path: Path,
    *,
    where: Mapping[str, Any] | None = None,
    sort: Sequence[str] = (),
    limit: int | None = None,
) -> list[Row]:
    """Read the rows of a CSV that are asked for, in the order asked for.

    Args:
        path: the file.
        where: column -> the value, or a list or range of values, that a row must have.
        sort: columns to sort by, most important first; a leading "-" sorts downwards.
        limit: at most so many rows.

    Raises:
        LabError: no such file, no such column, or no row is left.
    """
    if not path.is_file():
        raise LabError(f"{path}: not found; build the tables first")
    columns = (table_form(path) or ANY_TABLE).read(path)
    names = list(columns)
    rows: list[Row] = [
        {name: _cell_value(text) for name, text in zip(names, row, strict=True)}
        for row in zip(*columns.values(), strict=True)
    ]
    for name in [*(where or {}), *(key.removeprefix("-") for key in sort)]:
        if name not in names:
            raise LabError(f"{path}: no column {name!r}; it has {', '.join(names)}")
    for name, wanted in (where or {}).items():
        rows = [row for row in rows if _matches(row[name], wanted)]
    for key in reversed(sort):
        _sort(rows, key.removeprefix("-"), downwards=key.startswith("-"))
    if where and not rows:
        raise LabError(f"{path}: no row has {where}")
    return rows[:limit]


def _cell_value(text: str) -> Cell:
    """Turn a cell into a number where it is one ("nan" and "inf" included)."""
    if _INTEGER.fullmatch(text):
        return int(text)
    try:
        return float(text)
    except ValueError:
        return text


def _matches(value: Cell, wanted: object) -> bool:
    choices = wanted if isinstance(wanted, list | tuple | range) else [wanted]
    return value in choices or str(value) in {str(choice) for choice in choices}


def _sort(rows: list[Row], name: str, *, downwards: bool) -> None:
    """Sort rows in place by one column."""
    rows.sort(key=lambda row: _sort_key(row[name]), reverse=downwards)


def _sort_key(value: Cell) -> tuple[tuple[int, float, str], ...]:
    """Order numbers by size, also those inside text (360 < 360-100 < 1024)."""
    if isinstance(value, str):
        parts = re.split(r"(\d+)", value)
        return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts)
    return ((1, 0, ""), (0, math.inf if math.isnan(value) else value, ""), (1, 0, ""))
