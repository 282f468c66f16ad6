"""Where in a CSV a fact stands: its line, what tells that line apart, and its column.

facts.json says which file a fact comes from.  Where that is a table, and the fact's value stands
in it once, a reader is told the place; a fact that was computed from several cells has none.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from backprop_lab.report.rows import Row, read_rows


@dataclass(frozen=True)
class Place:
    """A cell of a CSV.

    Attributes:
        line: of the file, counted from 1; the columns' names are line 1.
        column: its name.
        cells: column -> cell of the same line that the fact's key names, such as
            {"backend": "numpy", "hidden_sizes": "360"}.
        variant: the runs' folder below OUT/runs, "" where the line is not of one variant.
    """

    line: int
    column: str
    cells: dict[str, str]
    variant: str


def place_of(path: Path, key: str, value: object) -> Place | None:
    """Find the one cell of a CSV that a fact shows.

    Args:
        path: the file that the fact comes from.
        key: the fact's name; its last part may name the column.
        value: the fact's value.

    Returns:
        None where there is no such file, or not exactly one such cell.
    """
    if path.suffix != ".csv" or not path.is_file() or value is None or isinstance(value, bool):
        return None
    rows = _rows(path, path.stat().st_mtime_ns)
    *named, last = key.split(".")
    columns = [last] if rows and last in rows[0] else []
    if not columns and isinstance(value, float) and not value.is_integer():
        columns = list(rows[0]) if rows else []
    found = [
        (number, column)
        for number, row in enumerate(rows)
        for column in columns
        if row[column] == value
    ]
    if len(found) > 1:
        # Of equal values, the one whose line has more of the key's words than any other.
        ranked = sorted(found, key=lambda one: len(_cells(rows[one[0]], named)), reverse=True)
        first, second = (len(_cells(rows[number], named)) for number, _ in ranked[:2])
        found = ranked[:1] if first > second else []
    if not found:
        return None
    [(number, column)] = found
    row = rows[number]
    return Place(number + 2, column, _cells(row, named), str(row.get("variant", "")))


def _cells(row: Row, named: list[str]) -> dict[str, str]:
    """Return the cells of a line that are words of a key."""
    return {column: str(cell) for column, cell in row.items() if str(cell) in named}


@cache
def _rows(path: Path, _changed: int) -> list[Row]:
    """Read a CSV, once as long as it is not written anew."""
    return read_rows(path)
