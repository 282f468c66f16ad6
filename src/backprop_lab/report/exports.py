"""Tables of the report as files for other documents: LaTeX, Markdown and CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from backprop_lab.errors import LabError
from backprop_lab.files.atomic import replacing
from backprop_lab.report.contents import Contents, HeadCell, ShownTable

#: A table with more rows is set so that it can go over several pages.
_ONE_PAGE = 40
#: Signs that LaTeX's older engines have only in formulas.
_FORMULAS = {
    "−": r"\ensuremath{-}",
    "±": r"\ensuremath{\pm}",
    "×": r"\ensuremath{\times}",
    "≤": r"\ensuremath{\leq}",
    "≥": r"\ensuremath{\geq}",
    "∅": r"\ensuremath{\varnothing}",
    "\u202f": r"\,",
}
_LETTERS = {"left": "l", "right": "r", "center": "c"}


def write_tables(contents: Contents, folder: Path, formats: Sequence[str]) -> None:
    """Write every table of the report into a folder, as <name>.<format>.

    Args:
        contents: what the report shows, with cells.
        folder: made if missing; other files in it stay.
        formats: "csv", "tex" or "md".

    Raises:
        LabError: a format is none of these, or a file cannot be written.
    """
    for format in formats:
        if format not in TABLE_FORMATS:
            known = ", ".join(TABLE_FORMATS)
            raise LabError(f"{folder}: no format {format!r} for tables; choose from {known}")
    texts = {
        folder / f"{name}.{format}": TABLE_FORMATS[format](name, table)
        for name, table in contents.tables.items()
        for format in formats
    }
    for path, text in texts.items():
        with replacing(path, "w") as file:
            file.write(text)


def as_latex(name: str, table: ShownTable) -> str:
    r"""Return a table in LaTeX, in the style of the package booktabs.

    It is a float, or, with many rows, a `longtable`, which goes over several pages.  A column
    that the report gives a share of the line has that share of `\linewidth`.
    """
    long = len(table.rows) > _ONE_PAGE
    packages = r"\usepackage{booktabs,longtable}" if long else r"\usepackage{booktabs}"
    caption = rf"\caption{{{_latex(table.caption)}}}\label{{tbl-{name}}}"
    columns = "".join(_latex_columns(table))
    head = [line for row in table.head for line in _latex_head(row, last=row is table.head[-1])]
    rows = [" & ".join(map(_latex, row)) + r" \\" for row in table.rows]
    head += [r"\midrule", r"\endhead"] if long else [r"\midrule"]
    body = [r"\toprule", *head, *rows, r"\bottomrule"]
    needed = "% " + packages + (r", \usepackage{amssymb}" if r"\varnothing" in str(rows) else "")
    if long:
        lines = [rf"\begin{{longtable}}{{{columns}}}", caption + r" \\", *body, r"\end{longtable}"]
    else:
        inner = [rf"\begin{{tabular}}{{{columns}}}", *body, r"\end{tabular}"]
        lines = [r"\begin{table}", r"\centering", caption, *inner, r"\end{table}"]
    return "\n".join([needed, *lines]) + "\n"


def as_markdown(name: str, table: ShownTable) -> str:
    """Return a table in Markdown as GitHub reads it, with its caption below.

    Such a table has one row for a head: what stands above several columns goes before each.
    """
    marks = {"left": ":--", "right": "--:", "center": ":-:"}
    heads = [" ".join(parts) for parts in _columns_of(table, "markdown")]
    lines = [
        _markdown_row(heads),
        "|" + "|".join(marks[side] for side in table.align) + "|",
        *(_markdown_row([cell["markdown"] for cell in row]) for row in table.rows),
        "",
        f"Table: {table.caption['markdown']}",
    ]
    return "\n".join(lines) + "\n"


def as_csv(name: str, table: ShownTable) -> str:
    """Return a table's words and numbers as the report shows them, as CSV.

    All digits of the numbers are in the file that the table is made from, OUT/tables/<name>.csv.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([": ".join(parts) for parts in _columns_of(table, "plain")])
    writer.writerows([cell["plain"] for cell in row] for row in table.rows)
    return text.getvalue()


#: Format, a file's ending -> what returns a table's text, from its name and the table.
TABLE_FORMATS: Mapping[str, Callable[[str, ShownTable], str]] = {
    "csv": as_csv,
    "tex": as_latex,
    "md": as_markdown,
}


def _latex(texts: Mapping[str, str]) -> str:
    text = texts["latex"]
    for sign, formula in _FORMULAS.items():
        text = text.replace(sign, formula)
    return text


def _latex_columns(table: ShownTable) -> list[str]:
    if table.widths:
        # The space between columns is part of the line, too.
        return [rf"p{{{0.94 * share:.3f}\linewidth}}" for share in table.widths]
    return [_LETTERS[side] for side in table.align]


def _latex_head(row: Sequence[HeadCell], *, last: bool) -> list[str]:
    """Return a row of the head, and under one that stands above several columns, its rules."""
    cells, rules, column = [], [], 1
    for cell in row:
        text = _latex(cell.texts)
        cells.append(rf"\multicolumn{{{cell.span}}}{{c}}{{{text}}}" if cell.span > 1 else text)
        if cell.span > 1:
            rules.append(rf"\cmidrule(lr){{{column}-{column + cell.span - 1}}}")
        column += cell.span
    lines = [" & ".join(cells) + r" \\"]
    return lines if last or not rules else [*lines, " ".join(rules)]


def _columns_of(table: ShownTable, format: str) -> list[list[str]]:
    """Return for each column what stands in the head above it, from the top."""
    parts: list[list[str]] = [[] for _ in table.align]
    for row in table.head:
        column = 0
        for cell in row:
            for place in range(column, column + cell.span):
                if cell.texts[format]:
                    parts[place].append(cell.texts[format])
            column += cell.span
    return parts


def _markdown_row(cells: Sequence[str]) -> str:
    # A bar ends a cell, also inside of code.
    return "| " + " | ".join(re.sub(r"(?<!\\)\|", r"\|", cell) for cell in cells) + " |"
