"""The numbers that the original prints, by the names that claims.yaml and the facts use."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from backprop_lab.claims.declaration import BOUNDS
from backprop_lab.errors import LabError
from backprop_lab.files.forms.collected import PUBLISHED, STATED
from backprop_lab.results.units import unit_of
from backprop_lab.runs.columns import HISTORY_COLUMNS


@dataclass(frozen=True)
class Printed:
    """The two files of what the original prints.

    Attributes:
        published: published_curves.csv, its training logs.
        stated: stated.csv (key, value, unit, where), its single numbers.
    """

    published: Path
    stated: Path

    @classmethod
    def within(cls, folder: Path) -> Printed:
        """Return the two files of a folder, report/original or a copy."""
        return cls(folder / "published_curves.csv", folder / "stated.csv")


class PrintedNumber(NamedTuple):
    """One number of the original: its value, unit, and the cell that it stands in.

    `line` is that of the file `source`, from 1, which holds the columns' names.
    """

    value: float
    unit: str
    source: Path
    line: int
    column: str


class PrintedNumbers:
    """The numbers that the original prints, by name.

    `published.figure<n>.<first|last|best>.<quantity>` is read off a printed log
    (best: the epoch of its highest validation accuracy), `stated.<key>` is a
    single number of stated.csv.  Accuracies are fractions; what the scan lost is NaN.

    Attributes:
        numbers: name -> number.
    """

    def __init__(self, printed: Printed) -> None:
        self.numbers: dict[str, PrintedNumber] = dict(_logged(printed.published))
        stated = STATED.read(printed.stated)
        for line, (key, value, unit) in enumerate(
            zip(stated["key"], stated["value"], stated["unit"], strict=True), start=2
        ):
            number = PrintedNumber(float(value), unit, printed.stated, line, "value")
            self.numbers[f"stated.{key}"] = number

    def check(self, claims: Mapping[str, Any]) -> None:
        """Check that there is every number that the claims name, and that no region is empty.

        Args:
            claims: "claims" of claims.yaml.

        Raises:
            LabError: one is not so.
        """
        for name, claim in claims.items():
            for key in claim["printed"]:
                self.entry(f"claims.{name}.printed", key)
            for part, content in claim.get("parts", {}).items():
                where = f"claims.{name}.parts.{part}"
                self.region(where, content)
                if content["kind"] == "proportions":
                    self.proportions(where, content)

    def number(self, where: str, value: float | str) -> float:
        """Return a number as it is, and for a name the number that it stands for.

        Args:
            where: the key in claims.yaml, named in the error.

        Raises:
            LabError: the original prints no such number.
        """
        return self._named(where, value).value if isinstance(value, str) else float(value)

    def entry(self, where: str, key: str) -> dict[str, Any]:
        """Return {"key", "value", "unit"} of the number called `key`.

        Raises:
            LabError: the original prints no such number.
        """
        number = self._named(where, key)
        return {"key": key, "value": number.value, "unit": number.unit}

    def region(self, where: str, part: Mapping[str, Any]) -> tuple[float, float] | None:
        """Return the region in which a part says that its estimate lies.

        Args:
            where: the part's key in claims.yaml, named in the error.
            part: the part of a claim, as claims.yaml has it.

        Returns:
            (low, high), infinite where a side is open; None where the part names no region.

        Raises:
            LabError: a bound is no number of the original, or the region is empty.
        """
        bounds = {key: self.number(f"{where}.{key}", part[key]) for key in BOUNDS if key in part}
        if "near" in bounds:
            return bounds["near"] - part["within"], bounds["near"] + part["within"]
        if not bounds:
            return None
        low, high = bounds.get("above", -math.inf), bounds.get("below", math.inf)
        if low >= high:
            raise LabError(f"claims.yaml: {where}: above {low:g} leaves nothing below {high:g}")
        return low, high

    def proportions(self, where: str, part: Mapping[str, Any]) -> tuple[float, float, float]:
        """Return the two proportions that a part compares, and the number of their images.

        Raises:
            LabError: the original prints no such number.
        """
        first, second, n = (
            self.number(f"{where}.{key}", part[key]) for key in ("first", "second", "n")
        )
        return first, second, n

    def _named(self, where: str, key: str) -> PrintedNumber:
        """Return the number called `key`, or raise LabError where there is none."""
        if key not in self.numbers or math.isnan(self.numbers[key].value):
            raise LabError(
                f"claims.yaml: {where}: no fact {key!r}; see published_curves.csv and stated.csv"
            )
        return self.numbers[key]


def _logged(path: Path) -> Iterator[tuple[str, PrintedNumber]]:
    """Read the first, last and best epoch of each log of published_curves.csv, by name."""
    columns = PUBLISHED.read(path)
    figures = columns["figure"]

    def number(quantity: str, row: int) -> PrintedNumber:
        percent = quantity.endswith("accuracy")
        column = f"{quantity}_percent" if percent else quantity
        value = float(columns[column][row] or "nan")
        value = round(value / 100, 6) if percent else value
        return PrintedNumber(value, unit_of(quantity), path, row + 2, column)

    def accuracy(row: int) -> float:
        value = number("val_accuracy", row).value
        return -1.0 if math.isnan(value) else value

    for figure in sorted(set(figures), key=int):
        rows = [row for row, other in enumerate(figures) if other == figure]
        for name, row in (
            ("first", rows[0]),
            ("last", rows[-1]),
            ("best", max(rows, key=accuracy)),
        ):
            for quantity in HISTORY_COLUMNS:
                yield f"published.figure{figure}.{name}.{quantity}", number(quantity, row)
