"""What a fact comes to when it is computed again from the cells that its place names.

Nothing of the package is used: a file's lines are counted here, and its cells read as text.
"""

import csv
import json
import math
import operator
import statistics
from functools import cache
from itertools import chain
from pathlib import Path

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
