"""The book of facts: values with their unit and the place that they come from."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from backprop_lab.errors import LabError
from backprop_lab.facts.clock import content_digest, is_clocks
from backprop_lab.facts.place import Place, cell
from backprop_lab.files.atomic import replacing
from backprop_lab.results.units import unit_of


class FactBook:
    """The facts that were added so far.

    Attributes:
        folder: where facts.json will lie; sources are named relative to it.
        facts: key -> fact, in the order in which they were added.  A fact is
            {"value", "unit", "source", "place", "content_sha256"} and, if it summarises runs,
            "n", and "clock": True if a clock wrote it.  source is a file, and place says where
            in it the value's cells or keys are (see `facts.place`).  content_sha256 is the
            digest of what no clock wrote of the source (see `facts.clock`), so that equal
            builds have it alike.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self.facts: dict[str, dict[str, Any]] = {}
        self._digests: dict[Path, str] = {}

    def add(self, key: str, value: object, unit: str, place: Place, n: int | None = None) -> None:
        """Add a fact, unless its value is None, NaN or infinite: then there is no such fact.

        Args:
            key: dotted, from the general to the special.
            unit: "fraction", "seconds", "count", "ratio", "loss", "number", "bytes",
                "text" or "flag".
            place: the cells or keys that the value was read or computed from.
            n: how many runs the value summarises.

        Raises:
            LabError: there is a fact of this key already.
        """
        value = _plain(value)
        if value is None:
            return
        source = Path(place.path)
        if key in self.facts:
            raise LabError(f"facts.json: {key}: this fact is given twice, also by {source}")
        fact: dict[str, Any] = {"value": value, "unit": unit, "source": self._name(source)}
        fact |= {"place": place.record(), "content_sha256": self._digest(source)}
        if place.also:
            also = {"source": self._name(place.also.path), **place.also.cells()}
            fact["place"]["also"] = also
        fact |= {} if n is None else {"n": int(n)}
        self.facts[key] = fact | ({"clock": True} if is_clocks(key, unit, source) else {})

    def add_row(self, prefix: str, row: pd.Series, source: Path, skip: Sequence[str] = ()) -> None:
        """Add each column of a table's row as the fact `<prefix>.<column>`.

        A column's unit follows from its name (`results.units`); the column "n", where there
        is one, says how many runs the row summarises.

        Args:
            row: of a frame from `files.frames.read_lines`, whole or some of its columns.
            source: the table's file.
            skip: columns to leave out.
        """
        n = int(row["n"]) if "n" in row.index else None
        for name, value in row.items():
            column = str(name)
            if column not in skip:
                place = cell(source, row, column)
                self.add(f"{prefix}.{column}", value, unit_of(column, value), place, n)

    def mark_clock(self, prefix: str) -> None:
        """Mark the facts whose key begins with `prefix` as written by a clock."""
        for key, fact in self.facts.items():
            if key.startswith(prefix):
                fact["clock"] = True

    def write(self, output: Path) -> None:
        """Write facts.json whole or not at all, keys in alphabetical order."""
        with replacing(Path(output), "w") as file:
            json.dump(self.facts, file, indent=1, sort_keys=True, ensure_ascii=False)
            file.write("\n")

    def _name(self, source: Path) -> str:
        """Name the source relative to facts.json, or by its name alone outside the project."""
        source, folder, project = Path(source).resolve(), self.folder.resolve(), Path.cwd()
        if source.is_relative_to(folder):
            return source.relative_to(folder).as_posix()
        if source.is_relative_to(project) and folder.is_relative_to(project):
            return Path(os.path.relpath(source, folder)).as_posix()
        return source.name

    def _digest(self, source: Path) -> str:
        """Return the digest of the source's content, which is read once."""
        if source not in self._digests:
            self._digests[source] = content_digest(source)
        return self._digests[source]


def _plain(value: object) -> object:
    """Return a value that JSON can hold: whole numbers as int, None for NaN and infinity.

    >>> _plain(3.0), _plain(0.5), _plain(math.nan), _plain("relu")
    (3, 0.5, None, 'relu')
    """
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    return value
