"""Tables of the report as files for other documents: LaTeX, Markdown and CSV."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from unicodedata import east_asian_width

from backprop_lab.errors import LabError
from backprop_lab.files.atomic import replacing
from backprop_lab.report.contents import Contents, HeadCell, ShownTable

#: A table with more rows is set so that it can go over several pages.
_ONE_PAGE = 40
#: So does one with so many characters in columns that wrap.
_FULL_PAGE = 2000
#: Signs that LaTeX's older engines have only in formulas.
_FORMULAS = {
    "−": r"\ensuremath{-}",
    "±": r"\ensuremath{\pm}",
    "×": r"\ensuremath{\times}",
    "≤": r"\ensuremath{\leq}",
    "≥": r"\ensuremath{\geq}",
    "∅": r"\ensuremath{\varnothing}",
    "●": r"\ensuremath{\bullet}",
    "◐": r"\ensuremath{\odot}",
    "○": r"\ensuremath{\circ}",
    "\u202f": r"\,",
    "\u2060": "",  # no sign: it keeps two others together
}
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
#: Package -> what needs it.
_PACKAGES = {
    "array": r"\arraybackslash",
    "booktabs": r"\toprule",
    "longtable": r"{longtable}",
    "graphicx": r"\resizebox",
    "amssymb": r"\varnothing",
}
#: Shrinks a table that is wider than the line.
_NO_WIDER = r"\resizebox{\ifdim\width>\linewidth \linewidth\else\width\fi}{!}{%"
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

    It is a float no wider than the line or, with many rows or long texts, a `longtable`, which
    goes over several pages.  A column that the report gives a share of the line has that share of
    `\linewidth`.  The first line names the packages that the file needs.
    """
    long = len(table.rows) > _ONE_PAGE or _length(table) > _FULL_PAGE
    caption = rf"\caption{{{_latex(table.caption)}}}\label{{tbl-{name}}}"
    columns = "".join(_latex_columns(table))
    head = [line for row in table.head for line in _latex_head(row, last=row is table.head[-1])]
    rows = [" & ".join(map(_latex, row)) + r" \\" for row in table.rows]
    head += [r"\midrule", r"\endhead"] if long else [r"\midrule"]
    body = [r"\toprule", *head, *rows, r"\bottomrule"]
    if long:
        lines = [
            r"\setlength{\LTcapwidth}{\linewidth}",
            rf"\begin{{longtable}}{{{columns}}}",
            caption + r" \\",
            *body,
            r"\end{longtable}",
        ]
    else:
        inner = [rf"\begin{{tabular}}{{{columns}}}", *body, r"\end{tabular}"]
        if not table.widths:
            inner = [_NO_WIDER, *inner[:-1], inner[-1] + "}"]
        lines = [r"\begin{table}", r"\centering", caption, *inner, r"\end{table}"]
    used = "\n".join(lines)
    needed = [package for package, macro in _PACKAGES.items() if macro in used]
    return f"% \\usepackage{{{','.join(needed)}}}\n{used}\n"


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
    return re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+", _raised, text)


def _raised(found: re.Match[str]) -> str:
    """Write the exponent of a number, as of 10⁻⁸."""
    return rf"\ensuremath{{^{{{found[0].translate(_RAISED)}}}}}"


def _length(table: ShownTable) -> int:
    """Return the characters of a table whose columns wrap, 0 for another; Chinese ones are two."""
    cells = [cell["plain"] for row in table.rows for cell in row] if table.widths else []
    return sum(1 + (east_asian_width(sign) in "WF") for text in cells for sign in text)


def _latex_columns(table: ShownTable) -> list[str]:
    if table.widths:
        # The space between columns is part of the line, too.  Narrow columns look ragged anyhow.
        wraps = r">{\raggedright\arraybackslash}"
        return [
            rf"{wraps}p{{\dimexpr {share:.4f}\linewidth-2\tabcolsep\relax}}"
            for share in table.widths
        ]
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
