"""The form of a CSV file, and the check of its text."""

from __future__ import annotations

import codecs
import csv
import io
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from backprop_lab.errors import LabError
from backprop_lab.files.forms.kinds import CellKind, is_plain, shown

#: Column -> its cells, as text, from top to bottom.
Columns = dict[str, Sequence[str]]

#: Bytes read at first, all that a run's text file has, and bytes read at a time thereafter.
_FIRST, _CHUNK = 1 << 13, 1 << 20

#: What to do about a damaged file that a rule of the workflow makes.
REBUILD = "delete it and build it again"


@dataclass(frozen=True)
class TableForm:
    """What a CSV file must hold.

    Attributes:
        columns: column -> kind of its cells, in the order of the file.
        key: columns that tell the rows apart: no two rows are alike in them; () for none.
        least: the least number of rows.
        others: kind of the cells of further columns, of any name, after those declared;
            None where there are none.
        also: says what else is wrong with the columns, or "".
        remedy: what to do about a file that is damaged; {path} stands for its path.
    """

    columns: Mapping[str, CellKind]
    key: tuple[str, ...] = ()
    least: int = 1
    others: CellKind | None = None
    also: Callable[[Columns], str] | None = None
    remedy: str = REBUILD

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Return the names of the declared columns, in the order of the file."""
        return tuple(self.columns)

    def read(self, path: Path | str) -> Columns:
        """Read a file and check it.

        Returns:
            Column -> its cells as text.

        Raises:
            LabError: the file cannot be read, or does not have this form.
        """
        return self.check(read_text(path, self.remedy), path)

    def check(self, text: str, path: Path | str) -> Columns:
        """Check the text of a file; see `read`."""
        try:
            columns = self._columns(_split(text), plain=is_plain(text[text.find("\n") :]))
        except _CellError as error:
            raise LabError(f"{path}: {error}; {fill(self.remedy, path)}") from None
        return columns

    def check_names(self, names: Sequence[str], path: Path | str) -> None:
        """Raise a LabError unless these are the columns, in their order."""
        try:
            self._check_names(names)
        except _CellError as error:
            raise LabError(f"{path}: {error}; {fill(self.remedy, path)}") from None

    def _columns(self, lines: Sequence[Sequence[str]], *, plain: bool) -> Columns:
        names, rows = lines[0], lines[1:]
        self._check_names(names)
        if len(rows) < self.least:
            raise _CellError(f"has {len(rows)} rows, not {self.least} or more")
        try:
            # The header among the rows, so that one of another length is found.
            columns: Columns = {name: cells for name, *cells in zip(*lines, strict=True)}
        except ValueError:
            number = next(i for i, row in enumerate(rows, 1) if len(row) != len(names))
            found = len(rows[number - 1])
            raise _CellError(f"row {number} has {found} cells, not {len(names)}") from None
        for name, column in columns.items():
            kind = self.columns.get(name, self.others)
            assert kind is not None  # _check_names lets no other column pass
            if not kind.all_fit(column, plain):
                number = next(i for i, cell in enumerate(column, 1) if not kind.fits(cell))
                found_text = shown(column[number - 1])
                raise _CellError(f"row {number}: {name} is {found_text}, not {kind.what}")
        self._check_key(columns, len(rows))
        if self.also and (problem := self.also(columns)):
            raise _CellError(problem)
        return columns

    def _check_names(self, names: Sequence[str]) -> None:
        if tuple(names) == self.names:
            return
        for number, name in enumerate(self.names):
            if name not in names:
                raise _CellError(f"lacks the column {name}")
            if names[number] != name:
                raise _CellError(f"column {number + 1} is {shown(names[number])}, not {name}")
        if self.others is None and len(names) > len(self.names):
            extra = shown(names[len(self.names)])
            raise _CellError(f"has the column {extra}, which does not belong there")
        if len(set(names)) < len(names) or "" in names:
            raise _CellError("two of its columns have the same name, or one has none")

    def _check_key(self, columns: Columns, n_rows: int) -> None:
        if not self.key:
            return
        keys = list(zip(*(columns[name] for name in self.key), strict=True))
        if len(set(keys)) == n_rows:
            return
        seen: set[tuple[str, ...]] = set()
        for number, key in enumerate(keys, 1):
            if key in seen:
                raise _CellError(f"row {number} repeats {', '.join(self.key)} {', '.join(key)}")
            seen.add(key)


class _CellError(Exception):
    """What is wrong with a file, without its name."""


def read_text(path: Path | str, advice: str) -> str:
    """Read a file of UTF-8 text.

    Args:
        advice: what to do if that fails; {path} stands for the path.

    Raises:
        LabError: the file cannot be read, or is not UTF-8.
    """
    try:
        return _read(path).removeprefix(codecs.BOM_UTF8).decode()
    except OSError as error:
        reason = error.strerror or str(error)
        raise LabError(f"{path}: cannot be read ({reason}); {fill(advice, path)}") from None
    except UnicodeDecodeError as error:
        problem = f"not UTF-8 ({error.reason} at {error.start})"
        raise LabError(f"{path}: {problem}; {fill(advice, path)}") from None


def _read(path: Path | str) -> bytes:
    """Return the bytes of a file, with as few calls of the system as there can be."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        data = os.read(descriptor, _FIRST)
        if len(data) < _FIRST:
            return data
        parts = [data]
        while parts[-1]:
            parts.append(os.read(descriptor, _CHUNK))
        return b"".join(parts)
    finally:
        os.close(descriptor)


def fill(advice: str, path: Path | str) -> str:
    """Put a path in the place of {path}."""
    return advice.replace("{path}", str(path))


def _split(text: str) -> list[list[str]]:
    """Split the text of a CSV file into rows of cells, the header first.

    Raises:
        _CellError: it is empty, ends in the middle of a line, or breaks the rules of CSV.
    """
    if not text:
        raise _CellError("is empty")
    if "\0" in text:
        raise _CellError("holds bytes that are no text")
    if not text.endswith("\n"):
        raise _CellError("ends in the middle of a line")
    if '"' not in text and "\r" not in text:
        return [line.split(",") for line in text[:-1].split("\n")]
    try:
        return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise _CellError(f"is not CSV ({error})") from None
