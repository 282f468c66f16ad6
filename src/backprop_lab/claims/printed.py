"""The numbers that the original prints, by the names that claims.yaml and the facts use."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from backprop_lab.claims.declaration import BOUNDS
from backprop_lab.errors import LabError
from backprop_lab.files.frames import line_of, read_lines
from backprop_lab.results.original import published_curve
from backprop_lab.results.units import unit_of


@dataclass(frozen=True)
class Printed:
    """The two files of what the original prints.

    Attributes:
        published: published_curves.csv, its training logs.
        stated: stated.csv (key, value, unit, where), its single numbers.
    """

    published: Path
    stated: Path


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
        self.numbers: dict[str, PrintedNumber] = {}
        published, stated = printed.published, printed.stated
        printed_rows = read_lines(published, ("figure",))
        for figure in sorted(printed_rows["figure"].unique()):
            lines = printed_rows.index[printed_rows["figure"] == figure].tolist()
            log = published_curve(published, figure)
            best = int(log["val_accuracy"].to_numpy().argmax())
            for name, position in (("first", 0), ("last", -1), ("best", best)):
                for quantity, value in log.iloc[position].to_dict().items():
                    column = str(quantity)
                    key, unit = f"published.figure{figure}.{name}.{column}", unit_of(column)
                    at = lines[position], column + "_percent" * column.endswith("accuracy")
                    self.numbers[key] = PrintedNumber(float(value), unit, published, *at)
        for line, row in read_lines(stated, ("key", "value", "unit")).iterrows():
            number = PrintedNumber(float(row["value"]), row["unit"], stated, line_of(line), "value")
            self.numbers[f"stated.{row['key']}"] = number

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

    def _named(self, where: str, key: str) -> PrintedNumber:
        """Return the number called `key`, or raise LabError where there is none."""
        if key not in self.numbers or math.isnan(self.numbers[key].value):
            raise LabError(
                f"claims.yaml: {where}: no fact {key!r}; see published_curves.csv and stated.csv"
            )
        return self.numbers[key]
