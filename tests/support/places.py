"""What a fact comes to when it is computed again from the cells that its place names.

Nothing of the package is used: a file's lines are counted here, and its cells read as text.
"""

import csv
import json
import math
import operator
import re
import statistics
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from itertools import chain
from pathlib import Path

ORIGINAL = Path(__file__).parents[2] / "report/original"
#: What `recomputed` cannot say: no simple statistic.
NOT_SIMPLE = ("computed", "constant")
_STATISTICS = {
    "mean": statistics.fmean,
    "median": statistics.median,
    "min": min,
    "max": max,
    "std": statistics.stdev,
    "sum": math.fsum,
}
_SIGNS = {"=": operator.eq, "<": operator.lt, ">": operator.gt}


def recomputed(path: Path, place: dict) -> object:
    """Compute a fact's value from the cells or keys of its place in a file."""
    how = place["how"]
    rows = _rows(path, place)
    values = [value for value in chain.from_iterable(rows) if not _is_empty(value)]
    if how == "count":
        return len(rows)
    if how == "distinct":
        return len(set(map(tuple, rows)))
    if how == "filled":
        return len(values)
    if how == "such":
        return sum(
            all(_has(value, place.get("columns"), one) for one in place["such"].split(", "))
            for value in values
        )
    if how == "off_diagonal":
        return sum(n for i, row in enumerate(rows) for j, n in enumerate(row) if i != j)
    if how == "same":
        assert len(set(values)) == 1, place
        return values[0]
    if "minus" in place:
        taken_off = list(chain.from_iterable(_rows(path, place["minus"])))
        values = [a - b for a, b in zip(chain.from_iterable(rows), taken_off, strict=True)]
        values = [value for value in values if not math.isnan(value)]
    found = _statistic(how, values, place)
    if "over" in place:
        below = [value for row in _rows(path, place["over"]) for value in row]
        found /= _statistic(how, below, place)
    return found


def _has(value: object, columns: list | None, condition: str) -> bool:
    """Say whether a cell, or an object of JSON, meets a condition such as "status = diverged"."""
    name, sign, wanted = condition.split(" ", 2)
    if columns:
        assert [name] == columns
    else:
        for key in name.split("/"):
            value = value.get(key) if isinstance(value, dict) else None
    return value is not None and _SIGNS[sign](value, _value(wanted))


def _statistic(how: str, values: list, place: dict) -> object:
    if how == "value" or len(values) == 1:
        [value] = values or [None]
        return value
    assert how in _STATISTICS, place
    return _STATISTICS[how](values)


def _rows(path: Path, cells: dict) -> list[list]:
    """Return the values of cells, a list a line, or of keys, a list each."""
    if "keys" in cells:
        return [[value] for key in cells["keys"] for value in _of_key(path, key)]
    head, lines = _csv(path)
    columns = [head.index(name) for name in cells.get("columns", ())]
    return [
        [_scaled(lines[line][at], head[at]) if line > 1 else head[at] for at in columns]
        for line in _lines(cells["lines"])
    ]


def _lines(ranges: str) -> list[int]:
    found: list[int] = []
    for one in ranges.split(","):
        first, _, last = one.partition("-")
        found += range(int(first), int(last or first) + 1)
    return found


@cache
def _csv(path: Path) -> tuple[list[str], dict[int, list[str]]]:
    """Return the columns' names, and line -> cells; a row that is no line of its own is none."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        head, lines = next(reader), {}
        for row in reader:
            lines[reader.line_num] = row
    return head, lines


def _of_key(path: Path, key: str) -> list:
    """Return the values that a JSON pointer leads to, in which * stands for anything."""
    found = [_json(path)]
    for name in key.split("/")[1:]:
        name = name.replace("~1", "/").replace("~0", "~")
        held = [
            each.items() if isinstance(each, dict) else ((str(i), v) for i, v in enumerate(each))
            for each in found
            if isinstance(each, dict | list)
        ]
        found = [value for own, value in chain.from_iterable(held) if name in ("*", own)]
    return found


@cache
def _json(path: Path) -> object:
    return json.loads(path.read_text(encoding="utf-8"))


def _value(text: str) -> object:
    """Return a flag, a number, or the text."""
    if text in ("True", "False"):
        return text == "True"
    try:
        return float(text)
    except ValueError:
        return math.nan if text == "" else text


def _scaled(text: str, column: str) -> object:
    """Return a cell's value; percentages as fractions."""
    value = _value(text)
    return value / 100 if column.endswith("_percent") else value


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


@dataclass
class Number:
    """A number of a page: the words of its note, and the text that is shown."""

    key: str
    place: str | None
    shown: str = ""


class _Numbers(HTMLParser):
    """Collects the numbers of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Number] = []
        self._open: list[bool] = []

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        if tag == "span":
            self._open.append("data-key" in attributes)
        if "data-key" in attributes:
            self.found.append(Number(attributes["data-key"], attributes.get("data-place")))

    def handle_endtag(self, tag):
        if tag == "span" and self._open:
            self._open.pop()

    def handle_data(self, data):
        if any(self._open):
            self.found[-1].shown += data


def numbers_of(page: Path) -> list[Number]:
    """Return the numbers of an HTML page that come from facts."""
    numbers = _Numbers()
    numbers.feed(page.read_text(encoding="utf-8"))
    return numbers.found


def agrees(value: object, found: object) -> bool:
    """Say whether a fact's value is what was computed again; texts may look like numbers."""
    if isinstance(value, str):
        return value == (f"{found:g}" if isinstance(found, float) else str(found))
    if isinstance(value, bool) or not isinstance(found, int | float):
        return value == found
    return math.isclose(value, found, rel_tol=1e-9, abs_tol=1e-12)


def misplaced(facts: Path) -> list[str]:
    """Return what is wrong with the places of facts.json: fact, value and what its cells give."""
    wrong = []
    for key, fact in json.loads(facts.read_text(encoding="utf-8")).items():
        place = fact["place"]
        if place["how"] not in NOT_SIMPLE:
            found = recomputed(_source(facts, fact), place)
            if not agrees(fact["value"], found):
                wrong.append(f"{key}: {fact['value']!r}, its cells give {found!r}: {place}")
    return wrong


def _source(facts: Path, fact: dict) -> Path:
    """Return a fact's file; what the original prints may lie outside of a made-up project."""
    path = facts.parent / fact["source"]
    return path if path.is_file() else ORIGINAL / path.name


def shown_wrongly(page: Path, facts: Path) -> tuple[int, list[str]]:
    """Compare what an English page shows with what the cells give.

    Returns:
        How many numbers were compared, and what is wrong with others: such as name no place, or
        show another number than their cells give, to the digits shown.  Times, bytes, powers of
        ten and bounds ("< 0.001") are not compared, and no number whose digits were cut off
        before the decimal point.
    """
    known = json.loads(facts.read_text(encoding="utf-8"))
    n, wrong = 0, []
    for number in numbers_of(page):
        fact = known[number.key]
        place = fact["place"]
        if not number.place:
            wrong.append(f"{number.key}: names no place")
        digits = re.fullmatch(r"(?:n = |[+−])?([\d,]+(?:\.\d+)?)(.*)", number.shown, re.DOTALL)
        if digits is None or place["how"] in NOT_SIMPLE or re.match(r"\s×", digits[2]):
            continue
        if fact["unit"] in ("text", "flag", "seconds", "bytes"):
            continue
        found = recomputed(_source(facts, fact), place)
        if found * ("−" in number.shown[:5]) > 0:
            wrong.append(f"{number.key}: shows {number.shown}, its cells give {found}")
        found = abs(found)
        if found > 1000 and found != int(found):
            continue
        shown = float(digits[1].replace(",", ""))
        half = 0.5 * 10 ** -len(digits[1].partition(".")[2]) * (1 + 1e-6)
        scales = (1,) if fact["unit"] == "count" else (1, 100)  # shares as percentages
        n += 1
        if all(abs(found * scale - shown) > half for scale in scales):
            wrong.append(f"{number.key}: shows {number.shown}, its cells give {found}")
    return n, wrong
