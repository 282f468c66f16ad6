"""Tables of the report: rows and columns as Markdown for filters/tables.lua."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from backprop_lab.errors import LabError
from backprop_lab.report.formats import Format, format_number
from backprop_lab.report.markdown import Caller, attribute_list, caption_of, code_span, escape
from backprop_lab.report.rows import Row


@dataclass(frozen=True)
class Column:
    """One column of a table, as a template asks for it with `column(...)`.

    Attributes:
        name: the CSV's column.
        head: the words above it, Markdown.
        format: see formats.py; "" shows the cell as the CSV has it.
        std: the CSV's column with the standard deviation, shown after a ±.
        group: a head that spans all neighbours of the same group, Markdown.
        values: cell -> the text to show instead of it.
        missing: the text to show for an empty or NaN cell; "" makes one an error.
        align: "left", "right" or "center"; "" takes left for text, right for numbers.

    Raises:
        LabError: `align` is none of these.
    """

    name: str
    head: str
    format: str = ""
    std: str = field(default="", kw_only=True)
    group: str = field(default="", kw_only=True)
    values: Mapping[Any, str] | None = field(default=None, kw_only=True)
    missing: str = field(default="", kw_only=True)
    align: str = field(default="", kw_only=True)

    def __post_init__(self) -> None:
        if self.align not in ("", "left", "right", "center"):
            raise LabError(
                f"column {self.name!r}: align {self.align!r} is not left, right or center"
            )

    def alignment(self) -> str:
        """Return the side that the cells are set against."""
        if self.align:
            return self.align
        numeric = self.format and not Format.parse(self.format).is_text
        return "right" if numeric else "left"


@dataclass(frozen=True)
class AskedTable:
    """A table of OUT/tables, as a template asks for it with `table(...)`.

    Attributes:
        name: the CSV, without its ending.
        caption: Markdown, if a call block does not give it.
        columns: left to right.
        where, sort, limit: the rows to show, see rows.read_rows.
        label: the name for references; "" takes tbl-<name>.
        fold: whether the HTML shows a long table's rows only when asked.
        size: "normal" or "small" letters.
        caller: the call block's text.

    Raises:
        LabError: `size` is none of these.
    """

    name: str
    caption: str = ""
    columns: Sequence[Column] = field(kw_only=True)
    where: Mapping[str, Any] | None = field(default=None, kw_only=True)
    sort: Sequence[str] | None = field(default=None, kw_only=True)
    limit: int | None = field(default=None, kw_only=True)
    label: str = field(default="", kw_only=True)
    fold: bool = field(default=False, kw_only=True)
    size: str = field(default="normal", kw_only=True)
    caller: Caller | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if self.size not in ("normal", "small"):
            raise LabError(f"table {self.name!r}: size {self.size!r} is not normal or small")

    def block(self, provenance: Mapping[str, str]) -> TableBlock:
        """Return the block that goes around the cells.

        Args:
            provenance: attributes that say where the data come from.

        Raises:
            LabError: the table has no caption.
        """
        return TableBlock(
            label=self.label or f"tbl-{self.name}",
            caption=caption_of("table", self.name, self.caption, self.caller),
            attributes={"fold": str(self.fold).lower(), "size": self.size, **provenance},
        )


@dataclass(frozen=True)
class TableBlock:
    """The Markdown block around a table's cells.

    Attributes:
        label: the name for references, such as tbl-variants.
        caption: Markdown, on one line.
        attributes: of the block: fold, size, csv, rebuild, ...
        widths: the columns' shares of the line, which add up to 1; () goes by content.
    """

    label: str
    caption: str
    attributes: Mapping[str, str]
    widths: Sequence[float] = ()


def cells_of(
    rows: Sequence[Row], columns: Sequence[Column], path: Path, style: Mapping[str, str]
) -> list[list[str]]:
    """Write the cells of a table in Markdown, one list a row.

    Args:
        rows: from read_rows, at least one.
        columns: left to right.
        path: the CSV, for messages.
        style: the text that follows a number, see formats.ENGLISH.

    Raises:
        LabError: a column is not in the CSV, or a cell is empty or does not fit its format.
    """
    for each in columns:
        for name in filter(None, (each.name, each.std)):
            if name not in rows[0]:
                raise LabError(f"{path}: no column {name!r}; it has {', '.join(rows[0])}")
    return [
        [_cell(row, each, f"{path}, row {number}", style) for each in columns]
        for number, row in enumerate(rows, start=1)
    ]


def fenced_table(
    columns: Sequence[Column], cells: Sequence[Sequence[str]], block: TableBlock
) -> str:
    """Write a table as a fenced div with JSON inside, for filters/tables.lua.

    Args:
        columns: left to right.
        cells: Markdown, one list a row, in the order of the columns.
        block: label, caption and attributes.
    """
    data = {"align": [each.alignment() for each in columns], "head": _heads(columns), "rows": cells}
    if block.widths:
        data["widths"] = list(block.widths)
    return (
        f"\n\n::: {{#{block.label} .lab-table {attribute_list(block.attributes)}}}\n"
        f"``` {{.json}}\n{json.dumps(data, ensure_ascii=False)}\n```\n\n"
        f"{block.caption}\n:::\n\n"
    )


def _heads(columns: Sequence[Column]) -> list[list[dict[str, str | int]]]:
    """Return the rows of heads, each head with the number of columns that it spans."""
    heads: list[list[dict[str, str | int]]] = [[{"text": each.head, "span": 1} for each in columns]]
    if any(each.group for each in columns):
        spans: list[dict[str, str | int]] = []
        # Columns without a group stay apart, each under an empty cell.
        for key, members in groupby(enumerate(columns), lambda item: item[1].group or item[0]):
            text = key if isinstance(key, str) else ""
            spans.append({"text": text, "span": len(list(members))})
        heads.insert(0, spans)
    return heads


def _cell(row: Row, each: Column, where: str, style: Mapping[str, str]) -> str:
    """Write one cell in Markdown; `where` names its file and row in messages."""
    value: Any = row[each.name]
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
    return code_span(text) if name == "code" else escape(text) if name == "text" else text
