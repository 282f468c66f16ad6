"""How the tables of a PDF break over its pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from backprop_lab.report.tagged_pdf import Box, PdfPart, TaggedPdf

#: Rows that a table needs to be split over pages.
ROWS = 10
#: Rows of a split table that each page has at least.
TOGETHER = 2


def table_findings(pdf: TaggedPdf, tables: list[PdfPart], top: float) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with the tables that go on over a page: its page (from 0) and words.

    A table of fewer than ROWS rows should not go on at all.  A longer one has at least TOGETHER
    rows on each page, and its head again, below a line that says what goes on ("Table 3,
    continued").

    Args:
        pdf: the whole.
        tables: its tables.
        top: the upper margin of a page, in points.
    """
    for table in tables:
        heads = {id(row) for head in table.find("THead") for row in head.find("TR")}
        rows = [row for row in table.find("TR") if id(row) not in heads and row.pages()]
        pages = sorted({page for row in rows for page in row.pages()})
        if len(pages) < 2:
            continue
        name = _name(pdf, table)
        if len(rows) < ROWS:
            yield pages[0], f"{name}, of {len(rows)} rows, is split over pages"
        for page in pages:
            here = sum(page in row.pages() for row in rows)
            if here < TOGETHER:
                yield page, f"{here} row of {name} stands alone on its page"
        for row in rows:
            if len(row.pages()) > 1:
                yield row.pages()[0], f"a row of {name} is split over two pages"
        head = _letters(_head(pdf, table))
        for before, page in pairwise(pages):
            first = max(row.box(page).top for row in rows if page in row.pages())
            width, height = pdf.pages[page].size
            above = _letters(pdf.pages[page].text_in(Box(0, first, width, height - top)))
            if head not in above:
                yield page, f"{name} goes on from page {before + 1} without its head"
            elif not _says_more(above.replace(head, "", 1), _letters(name)):
                yield page, f"{name} goes on from page {before + 1} without saying so"


def _says_more(words: str, name: str) -> bool:
    """Say whether words name the table and add something, such as "continued".

    >>> _says_more("table3continued", "table3"), _says_more("table3", "table3")
    (True, False)
    """
    return name in words and len(words) > len(name)


def _name(pdf: TaggedPdf, table: PdfPart) -> str:
    """Return "Table 3", from the table's caption; "a table" for one without."""
    captions = table.find("Caption")
    if not captions or not captions[0].pages():
        return "a table"
    page = captions[0].pages()[0]
    text = pdf.pages[page].text_in(captions[0].box(page))
    found = re.match(r"\D*\d+", text)
    return found[0] if found else "a table"


def _head(pdf: TaggedPdf, table: PdfPart) -> str:
    """Return the text of a table's head, cell by cell, as it stands on the page."""
    heads = [head for head in table.find("THead") if head.pages()]
    if not heads:
        return ""
    page = heads[0].pages()[0]
    return pdf.pages[page].text_in(heads[0].box(page))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()
