"""Tables of the report: a CSV of OUT/tables, chosen columns, as Markdown for filters/tables.lua."""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from backprop_lab.errors import LabError
from backprop_lab.report.facts import ENGLISH, Format, format_number

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~^$@\"'.:-])")
_INTEGER = re.compile(r"[+-]?\d+")

Row = dict[str, str | int | float]


@dataclass(frozen=True)
class Column:
    """One column of a table in the report.

    Attributes:
        name: the CSV's column.
        head: what stands above it, Markdown.
        format: see facts_view; "" shows the cell as the CSV has it.
        std: the CSV's column with the standard deviation, shown after a ±.
        group: a head that spans all neighbours of the same group, Markdown.
        values: what to show instead of a cell's text.
        missing: what to show for an empty or NaN cell; "" makes one an error.
        align: "left" or "right"; "" takes left for text, right for numbers.
    """

    name: str
    head: str
    format: str = ""
    std: str = ""
    group: str = ""
    values: dict | None = None
    missing: str = ""
    align: str = ""

    def alignment(self) -> str:
        if self.align:
            return self.align
        numeric = self.format and not Format.parse(self.format).is_text
        return "right" if numeric else "left"


def column(
    name: str,
    head: str,
    format: str | None = None,
    *,
    std: str | None = None,
    group: str | None = None,
    values: dict | None = None,
    missing: str | None = None,
    align: str | None = None,
) -> Column:
    """A Column, as templates write it."""
    if align not in (None, "left", "right", "center"):
        raise LabError(f"column {name!r}: align {align!r} is not left, right or center")
    return Column(
        name, head, format or "", std or "", group or "", values, missing or "", align or ""
    )


def one_line(text: str) -> str:
    """Text without line breaks; spaces that do not break (as in "98 %") stay."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")


def caption_of(kind: str, name: str, caption: str, caller) -> str:
    """A caption given in words or by a call block, in one line; LabError without any."""
    text = one_line(caller() if caller else caption)
    if not text:
        raise LabError(f"{kind} {name!r}: needs a caption")
    return text


def escape(text: str) -> str:
    """Text that Markdown leaves as it is."""
    return _SPECIAL.sub(r"\\\1", one_line(text))


def cell_value(text: str) -> str | int | float:
    """A CSV's cell as a number where it is one ("nan" and "inf" included)."""
    if _INTEGER.fullmatch(text):
        return int(text)
    try:
        return float(text)
    except ValueError:
        return text


def read_rows(
    path: Path,
    *,
    where: dict | None = None,
    sort: Sequence[str] = (),
    limit: int | None = None,
) -> list[Row]:
    """Rows of a CSV, chosen and in order.

    Args:
        path: the file.
        where: column -> the value, or a list or range of values, that a row must have.
        sort: columns to sort by, most important first; a leading "-" sorts downwards.
        limit: at most so many rows.

    Raises:
        LabError: no such file, no such column, or no row is left.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            names = reader.fieldnames or []
            rows = [{key: cell_value(text or "") for key, text in row.items()} for row in reader]
    except FileNotFoundError:
        raise LabError(f"{path}: not found; build the tables first") from None
    for name in [*(where or {}), *(key.removeprefix("-") for key in sort)]:
        if name not in names:
            raise LabError(f"{path}: no column {name!r}; it has {', '.join(names)}")
    for name, wanted in (where or {}).items():
        rows = [row for row in rows if _matches(row[name], wanted)]
    for key in reversed(sort):
        name = key.removeprefix("-")
        rows.sort(key=lambda row, name=name: _sort_key(row[name]), reverse=key.startswith("-"))
    if not rows:
        raise LabError(f"{path}: no row has {where}")
    return rows[:limit]


def _matches(value: object, wanted: object) -> bool:
    choices = wanted if isinstance(wanted, list | tuple | range) else [wanted]
    return value in choices or str(value) in {str(choice) for choice in choices}


def _sort_key(value: str | int | float) -> tuple:
    """Numbers by size, also those inside text (360 < 360-100 < 1024)."""
    if isinstance(value, str):
        parts = re.split(r"(\d+)", value)
        return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts)
    return ((1, 0, ""), (0, math.inf if math.isnan(value) else value, ""), (1, 0, ""))


def render_table(
    rows: Sequence[Row],
    columns: Sequence[Column],
    *,
    label: str,
    caption: str,
    attributes: dict[str, str],
    where: str,
    style: dict[str, str] = ENGLISH,
) -> str:
    """The table as a fenced div with JSON inside, which filters/tables.lua turns into a table.

    Args:
        rows: from read_rows.
        columns: from column, left to right.
        label: the name for references, such as tbl-variants.
        caption: Markdown.
        attributes: of the div (fold, size, csv, rebuild, ...).
        where: the file, for messages.
        style: what follows a number (see facts_view).
    """
    known = set(rows[0])
    for each in columns:
        for name in filter(None, (each.name, each.std)):
            if name not in known:
                raise LabError(f"{where}: no column {name!r}; it has {', '.join(rows[0])}")
    cells = [
        [_cell(row, each, f"{where}, row {number}", style) for each in columns]
        for number, row in enumerate(rows, start=1)
    ]
    return fenced_table(columns, cells, label=label, caption=caption, attributes=attributes)


def fenced_table(
    columns: Sequence[Column],
    cells: Sequence[Sequence[str]],
    *,
    label: str,
    caption: str,
    attributes: dict[str, str],
    widths: Sequence[float] = (),
) -> str:
    """Cells of Markdown as the fenced div with JSON inside; see render_table.

    Args:
        cells: one list a row, in the order of the columns.
        widths: the columns' shares of the line, which add up to 1; without any, by content.
    """
    data = {"align": [each.alignment() for each in columns], "head": _heads(columns), "rows": cells}
    if widths:
        data["widths"] = list(widths)
    listed = " ".join(f'{key}="{quoted(value)}"' for key, value in attributes.items())
    return (
        f"\n\n::: {{#{label} .lab-table {listed}}}\n"
        f"``` {{.json}}\n{json.dumps(data, ensure_ascii=False)}\n```\n\n"
        f"{caption}\n:::\n\n"
    )


def quoted(text: str) -> str:
    """Text inside the double quotes of a pandoc attribute."""
    return one_line(str(text)).replace("&", "&amp;").replace('"', "&quot;")


def _heads(columns: Iterable[Column]) -> list[list[dict]]:
    columns = list(columns)
    heads = [[{"text": each.head, "span": 1} for each in columns]]
    if any(each.group for each in columns):
        spans = []
        # Columns without a group stay apart, each under an empty cell.
        for key, members in groupby(enumerate(columns), lambda item: item[1].group or item[0]):
            text = key if isinstance(key, str) else ""
            spans.append({"text": text, "span": len(list(members))})
        heads.insert(0, spans)
    return heads


def _cell(row: Row, each: Column, where: str, style: dict[str, str]) -> str:
    value = row[each.name]
    if value == "" or (isinstance(value, float) and not math.isfinite(value)):
        if each.missing:
            return each.missing
        shown = "empty" if value == "" else str(value)
        raise LabError(f'{where}: {each.name} is {shown}; give the column missing="–" or the like')
    if each.values:
        value = each.values.get(value, each.values.get(str(value), value))
    if not each.format:
        return escape(f"{value:g}" if isinstance(value, float) else str(value))
    std = row[each.std] if each.std else None
    if std == "" or (isinstance(std, float) and math.isnan(std)):
        std = None  # one run has no spread
    try:
        text = format_number(value, each.format, std=std, unit=False, style=style)
    except LabError as error:
        raise LabError(f"{where}: {each.name} {error}") from None
    name = Format.parse(each.format).name
    return f"`{text}`" if name == "code" else escape(text) if name == "text" else text
