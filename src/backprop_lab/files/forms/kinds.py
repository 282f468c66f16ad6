"""Kinds of values: what a cell of a table, or a plain value of a JSON file, may be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf, isfinite
from typing import Protocol, cast

_CODES = ("#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN")
#: Cells that pandas reads as a missing value, in whatever column they stand.
MISSING = frozenset((*_CODES, "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"))
#: Cells that are no finite number, as Python writes them.
NOT_FINITE = frozenset(("nan", "inf", "-inf"))
_DIGITS = re.compile(r"[+-]?[0-9]+")
#: A number as programs write it: float() would also read "1_000", " 1" and full-width digits.
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
#: What the digits of numbers need, and the commas and lines between them.
_PLAIN = b"0123456789.eE+-,\n"
#: Whole numbers beyond it cannot become floating-point numbers.
_LARGEST = 2**1000
#: Up to here every whole number is a floating-point number, which pandas may make of it.
_LARGEST_WHOLE = 2**53
#: Characters of a value that an error shows.
_SHOWN = 60


class Kind(Protocol):
    """What a value of a JSON file may be."""

    def right(self, value: object) -> bool:
        """Say whether a value is of this kind: quickly, since thousands of files are checked."""

    def problem(self, value: object, where: str) -> str:
        """Say what is wrong with a value, which is not right, at the key `where`."""


class CellKind(Protocol):
    """What a cell of a table may be."""

    @property
    def what(self) -> str:
        """Return the words for it, such as "a number from 0 to 1"."""

    def fits(self, cell: str) -> bool:
        """Say whether the text of a cell is of this kind."""

    def all_fit(self, cells: Sequence[str], plain: bool = False) -> bool:
        """Say whether all cells of a column fit, faster than one by one.

        Args:
            plain: whether they are known to hold nothing but what the digits of numbers need.
        """


@dataclass(frozen=True)
class Number:
    """A number.

    Attributes:
        low, high: the least and the largest value.
        optional: whether it may be missing: an empty cell, or null in JSON.
        finite: whether a cell may not be "nan" or "inf"; in JSON these never stand.
        whole: whether only whole numbers fit.
    """

    low: float = -inf
    high: float = inf
    optional: bool = False
    finite: bool = True
    whole: bool = False

    @property
    def what(self) -> str:
        """Return the words for it, such as "a whole number of at least 1"."""
        name = "a whole number" if self.whole else "a number"
        if isfinite(self.low) and isfinite(self.high):
            name += f" from {self.low:g} to {self.high:g}"
        elif isfinite(self.low):
            name += f" of at least {self.low:g}"
        return name + (" or nothing" if self.optional else "")

    @cached_property
    def _largest(self) -> int:
        return _LARGEST_WHOLE if self.whole and self.high == inf else _LARGEST

    def fits(self, cell: str) -> bool:
        """Say whether the text of a cell is such a number."""
        if not cell:
            return self.optional
        if cell in NOT_FINITE:
            return not self.finite
        if not _NUMBER.fullmatch(cell):
            return False
        value = float(cell)
        # A column of whole numbers with an empty cell is written with decimals: "3.0".
        if self.whole and not (_DIGITS.fullmatch(cell) or (self.optional and value.is_integer())):
            return False
        if abs(value) > self._largest:
            return False
        return isfinite(value) and self.low <= value <= self.high

    def all_fit(self, cells: Sequence[str], plain: bool = False) -> bool:
        """Say whether all cells of a column are such numbers."""
        if self.whole:  # few that differ: seeds, epochs
            return all(map(self.fits, set(cells)))
        if not cells or not (plain or is_plain("".join(cells))):
            return all(map(self.fits, cells))
        # Of plain digits float() reads what _NUMBER allows, much faster than it.
        try:
            values = list(map(float, cells))
        except ValueError:
            return all(map(self.fits, cells))
        least, largest = min(values), max(values)  # infinite where digits overflow
        return self.low <= least and largest <= self.high and -inf < least and largest < inf

    def right(self, value: object) -> bool:
        """Say whether a value of a JSON file is such a number."""
        if type(value) is int:
            return self.low <= value <= self.high and -self._largest <= value <= self._largest
        if type(value) is float:
            if self.whole and not (value.is_integer() and abs(value) <= self._largest):
                return False
            return self.low <= value <= self.high and isfinite(value)
        return value is None and self.optional

    def all_right(self, values: Sequence[object]) -> bool:
        """Say whether all values of a list in JSON are such numbers."""
        if set(map(type, values)) != {int}:
            return all(map(self.right, values))
        numbers = cast(Sequence[int], values)
        return self.right(min(numbers)) and self.right(max(numbers))

    def problem(self, value: object, where: str) -> str:
        """Say what is wrong with a value of a JSON file."""
        return refusal(where, value, self.what)


@dataclass(frozen=True)
class Text:
    """A text.

    Attributes:
        choices: the only texts that fit; () for any.
        pattern: a regular expression for the whole text; "" for any.
        optional: whether it may be missing: an empty cell, or null in JSON.
    """

    choices: tuple[str, ...] = ()
    pattern: str = ""
    optional: bool = False

    @property
    def what(self) -> str:
        """Return the words for it, such as "completed or diverged"."""
        name = " or ".join(self.choices) or "a text"
        if self.pattern:
            name += f" like {self.pattern}"
        return name + (" or nothing" if self.optional else "")

    def fits(self, cell: str) -> bool:
        """Say whether the text of a cell fits, and pandas does not read it as missing."""
        if not cell:
            return self.optional
        return self._allows(cell) and cell not in MISSING

    def all_fit(self, cells: Sequence[str], plain: bool = False) -> bool:
        """Say whether all cells of a column fit."""
        if self.choices or self.pattern:
            return all(map(self.fits, set(cells)))
        return (self.optional or "" not in cells) and MISSING.isdisjoint(cells)

    def right(self, value: object) -> bool:
        """Say whether a value of a JSON file is such a text."""
        return self.optional if value is None else isinstance(value, str) and self._allows(value)

    def problem(self, value: object, where: str) -> str:
        """Say what is wrong with a value of a JSON file."""
        return refusal(where, value, self.what)

    def _allows(self, text: str) -> bool:
        if self.choices:
            return text in self.choices
        return not self.pattern or re.fullmatch(self.pattern, text) is not None


@dataclass(frozen=True)
class Flag:
    """Yes or no: true or false in JSON, True or False in a cell.

    Attributes:
        optional: whether it may be missing: an empty cell, or null in JSON.
    """

    optional: bool = False

    @property
    def what(self) -> str:
        """Return the words for it."""
        return "True or False" + (" or nothing" if self.optional else "")

    def fits(self, cell: str) -> bool:
        """Say whether the text of a cell is True or False."""
        return cell in ("True", "False") if cell else self.optional

    def all_fit(self, cells: Sequence[str], plain: bool = False) -> bool:
        """Say whether all cells of a column are True or False."""
        return all(map(self.fits, set(cells)))

    def right(self, value: object) -> bool:
        """Say whether a value of a JSON file is true or false."""
        return self.optional if value is None else isinstance(value, bool)

    def problem(self, value: object, where: str) -> str:
        """Say what is wrong with a value of a JSON file."""
        return refusal(where, value, self.what)


@dataclass(frozen=True)
class AnyCell:
    """Any text of a cell, of which nothing is known."""

    what: str = "a text"

    def fits(self, cell: str) -> bool:
        """Return True."""
        return True

    def all_fit(self, cells: Sequence[str], plain: bool = False) -> bool:
        """Return True."""
        return True


def is_plain(text: str) -> bool:
    """Say whether a text holds nothing but what the digits of numbers, and a table, need."""
    return not text.encode().translate(None, _PLAIN)  # much faster than a regular expression


def refusal(where: str, value: object, what: str) -> str:
    """Say that the value at `where` is not what it must be."""
    return f"{where or 'it'} is {shown(value)}, not {what}"


def shown(value: object) -> str:
    """Write a value for an error: in quotes where it is a text, cut short where it is long."""
    if type(value) is int and abs(value) > _LARGEST:
        return "a number of more than 300 digits"  # which Python may refuse to write
    text = repr(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


#: The kinds that many columns share.
NUMBER = Number()
POSITIVE = Number(low=0)
FRACTION = Number(low=0, high=1)
COUNT = Number(low=0, whole=True)
FROM_ONE = Number(low=1, whole=True)
#: 63 bits, as much as PyTorch and a column of pandas hold.
SEED = Number(low=0, high=2**63 - 1, whole=True)
#: NaN or infinite in the epoch in which a run diverges.
LOSS = Number(low=0, finite=False)
TEXT = Text()
FLAG = Flag()
#: Units of the hidden layers, such as 360-100.
SIZES = Text(pattern="[0-9]+(-[0-9]+)*")
SHA256 = Text(pattern="[0-9a-f]{64}")
#: The same, where there may be none.
MAY_NUMBER = Number(optional=True)
MAY_POSITIVE = Number(low=0, optional=True)
MAY_FRACTION = Number(low=0, high=1, optional=True)
MAY_COUNT = Number(low=0, whole=True, optional=True)
MAY_FROM_ONE = Number(low=1, whole=True, optional=True)
MAY_SEED = Number(low=0, high=2**63 - 1, whole=True, optional=True)
MAY_LOSS = Number(low=0, optional=True, finite=False)
MAY_TEXT = Text(optional=True)
