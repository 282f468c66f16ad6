"""Where in its file a fact stands: the cells or keys that it was read or computed from.

A place is made where its fact is made.  The rows of a CSV carry their lines as their index (see
`files.frames.read_lines`), which choosing, sorting and grouping rows leave as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd

from backprop_lab.files.frames import line_of

#: Columns of one name or several.
Columns = str | Sequence[str]


@dataclass(frozen=True)
class Place:
    """The cells of a CSV, or the keys of a JSON file, that a value comes from.

    Attributes:
        path: the file.
        how: what makes the value of them; one of `files.forms.documents.HOW`.
        columns: names of a CSV's columns.
        lines: lines of a CSV, from 1, which holds the columns' names; for a statistic of
            differences in the order of the pairs.
        keys: JSON pointers (RFC 6901), in which * stands for every key or number of a list.
        such: with "such", what the counted lines or keys have, as in "status = diverged", several
            joined by commas; the signs are =, < and >.
        minus: cells of the same file that are taken off, pair by pair, before the statistic.
        over: cells of the same file whose statistic this one's is divided by.
        also: the place in a second file that the value was computed from as well.
    """

    path: Path
    how: str = "value"
    columns: tuple[str, ...] = ()
    lines: tuple[int, ...] = ()
    keys: tuple[str, ...] = ()
    such: str = ""
    minus: Place | None = None
    over: Place | None = None
    also: Place | None = None

    def inside(self, path: Path, key: str = "") -> Place:
        """Return this place in a JSON file, its keys below another."""
        return replace(self, path=path, keys=tuple(key + own for own in self.keys))

    def record(self) -> dict[str, Any]:
        """Return the place as facts.json has it, without the file."""
        return {"how": self.how, **({"such": self.such} if self.such else {}), **self.cells()}

    def cells(self) -> dict[str, Any]:
        """Return what is not empty of columns, lines, keys, minus and over."""
        cells = {
            "columns": list(self.columns),
            "lines": ranges(self.lines),
            "keys": list(self.keys),
            "minus": self.minus.cells() if self.minus else None,
            "over": self.over.cells() if self.over else None,
        }
        return {name: value for name, value in cells.items() if value}


def cell(path: Path, row: pd.Series, column: Columns) -> Place:
    """Return the place of a cell (of several columns: cells) of a row from `read_lines`."""
    return Place(path, "value", _names(column), (line_of(row.name),))


def cells(path: Path, rows: pd.DataFrame, columns: Columns, how: str, such: str = "") -> Place:
    """Return the place of a value that is made of these columns of rows from `read_lines`.

    Args:
        how: of `files.forms.documents.HOW`.
        such: with "such", a sign and a value that the column has: "= diverged".
    """
    names, lines = _names(columns), tuple(sorted(map(line_of, rows.index)))
    return Place(path, how, names, lines, such=f"{names[0]} {such}" if such else "")


def counted(path: Path, rows: pd.DataFrame) -> Place:
    """Return the place of the number of rows from `read_lines`."""
    return cells(path, rows, (), "count")


def at(*keys: str, how: str = "value", such: str = "") -> Place:
    """Return a place in a JSON file that `Place.inside` will name.

    Args:
        keys: JSON pointers.
    """
    return Place(Path(), how, keys=keys, such=such)


def pointer(*keys: object) -> str:
    """Return the JSON pointer to a value (RFC 6901).

    >>> pointer("claims", "C1", "interval", 0), pointer("a/b", "~")
    ('/claims/C1/interval/0', '/a~1b/~0')
    """
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in keys)


def ranges(lines: Iterable[int]) -> str:
    """Write lines in their order, neighbours that go up as a range.

    >>> ranges([2, 3, 4, 9, 7])
    '2-4,9,7'
    """
    return ",".join(
        str(first) if first == last else f"{first}-{last}" for first, last in _stretches(lines)
    )


def _stretches(lines: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield the first and last line of each stretch without a gap."""
    lines = list(lines)
    if not lines:
        return
    first = lines[0]
    for before, after in pairwise(lines):
        if after != before + 1:
            yield first, before
            first = after
    yield first, lines[-1]


def _names(columns: Columns) -> tuple[str, ...]:
    return (columns,) if isinstance(columns, str) else tuple(map(str, columns))
