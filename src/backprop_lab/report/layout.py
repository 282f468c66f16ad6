"""Measure how a PDF of the report is laid out, and list what a careful printer would mend.

All is read from the finished file: what is a heading, a table's row or a caption from its tags,
where it stands from what is drawn.  Nothing is asked of typst, so any PDF that was once made can
be measured, and what is measured is what a reader sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise, product
from pathlib import Path

from backprop_lab.report.layout_tables import table_findings
from backprop_lab.report.tagged_pdf import (
    Box,
    Panel,
    PdfPage,
    PdfPart,
    TaggedPdf,
    count_lines,
    gaps,
)

#: Margins of a page in points (page.typ: `set page`): left and right, top, bottom.
SIDE, TOP, BOTTOM = (28.3465 * centimetres for centimetres in (2.6, 2.7, 2.6))
#: Share of a page's text area that may be empty in one piece.
EMPTY = 0.25
#: Points that a sign may reach over the edge of the text area: tails of letters, hanging signs.
OVER = 5.0
#: Lines of text that a heading needs under it.
UNDER = 2
#: Points between one part of the text and the next; further away is what floated elsewhere.
NEXT = 48.0
#: Points that a line of text is high at least; a lower panel is the rule of a table.
LINE = 8.0
#: Lines of a box (a verdict, a note) that stays on one page.
SHORT_BOX = 12

_HEADING = re.compile(r"H[1-6]")
#: What stands where it is read, one below the other.
_FLOWS = re.compile(r"H[1-6]|P|L")


@dataclass(frozen=True)
class PageLayout:
    """What was measured in one PDF.

    Attributes:
        pages: how many there are.
        emptiest: the largest share of a page that is empty in one piece, and that page (from 1),
            among those that should be full.
        split: number of tables that go on over a page.
        found: what to mend: the page (from 0), and words.
        sections: the pages (from 0) on which headings of the first two levels stand.
    """

    pages: int
    emptiest: tuple[float, int]
    split: int
    found: list[tuple[int, str]]
    sections: list[int]

    @property
    def findings(self) -> list[str]:
        """Return what to mend, each as a line with its page."""
        return [f"page {page + 1}: {words}" for page, words in self.found]


def measure_layout(source: Path | bytes) -> PageLayout:
    """Measure a PDF, a file or what would be one.

    Raises:
        LabError: it is missing, no PDF, or has no tags.
    """
    pdf = TaggedPdf.of(source)
    parts = pdf.parts()
    tables = pdf.root.find("Table")
    empty = dict(_empty(pdf, parts))
    found: list[tuple[int, str]] = []
    for page, share in empty.items():
        if share > EMPTY:
            found.append((page, f"{share:.0%} of the page is empty in one piece"))
    found += _headings(pdf, parts)
    found += _captions(pdf)
    found += table_findings(pdf, tables, top=TOP)
    found += _boxes(pdf, parts)
    found += _astray(pdf, parts)
    found += _lone_lines(pdf)
    found += _outside(pdf)
    worst = max(empty, key=lambda page: empty[page], default=0)
    return PageLayout(
        pages=len(pdf.pages),
        emptiest=(empty.get(worst, 0.0), worst + 1),
        split=sum(len(table.pages()) > 1 for table in tables),
        found=sorted(found),
        sections=[part.pages()[0] for part in parts if part.kind in ("H1", "H2")],
    )


def _area(page: PdfPage) -> Box:
    """Return the text area of a page."""
    width, height = page.size
    return Box(SIDE, BOTTOM, width - SIDE, height - TOP)


def _empty(pdf: TaggedPdf, parts: list[PdfPart]) -> Iterator[tuple[int, float]]:
    """Yield each page that should be full, and the share of its largest empty band.

    The last page of a part need not be full: the document's last, and the one before the first
    appendix, if that begins a page.
    """
    opening = {part.pages()[0] for part in parts if part.kind == "H1" and _opens(pdf, part)}
    for number, page in enumerate(pdf.pages[:-1]):
        if number + 1 in opening:
            continue
        area = _area(page)
        # What is wholly in the margin is the page's head or foot.
        inside = [box for box in page.drawn if box.top > box.bottom]
        inside = [b for b in inside if b.bottom < area.top and b.top > area.bottom]
        bands = gaps(inside, area.top, area.bottom)
        tallest = max((high - low for high, low in bands), default=0.0)
        yield number, tallest / (area.top - area.bottom)


def _opens(pdf: TaggedPdf, heading: PdfPart) -> bool:
    """Say whether a heading is the first appendix's, at the top of its page."""
    page = heading.pages()[0]
    box = heading.box(page)
    text = pdf.pages[page].text_in(box)
    return text.startswith("A ") and box.top > _area(pdf.pages[page]).top - 3 * OVER


def _headings(pdf: TaggedPdf, parts: list[PdfPart]) -> Iterator[tuple[int, str]]:
    """Yield the headings with fewer than UNDER lines of text below them on their page."""
    for index, heading in enumerate(parts):
        if not _HEADING.fullmatch(heading.kind):
            continue
        page = heading.pages()[-1]
        below, lines = heading.box(page).bottom, 0
        for part in parts[index + 1 :]:
            if lines >= UNDER or part.pages()[0] > page + 1:
                break
            if part.pages()[0] != page:
                continue  # a figure may have floated on; what follows it may not
            box = part.box(page)
            if box.top > below + OVER or below - box.top > NEXT:
                continue  # it floated to another place on the page
            if not _HEADING.fullmatch(part.kind):
                lines += part.lines(page)
            below = box.bottom
        if lines < UNDER:
            title = pdf.pages[page].text_in(heading.box(page))
            yield page, f"{lines} lines under the heading {title!r}"


def _captions(pdf: TaggedPdf) -> Iterator[tuple[int, str]]:
    """Yield the captions that are on another page than what they are of."""
    for part in pdf.root.walk():
        captions = [child for child in part.children.values() if child.kind == "Caption"]
        others = [child for child in part.children.values() if child.kind != "Caption"]
        for caption in captions:
            pages = caption.pages()
            here = sorted({page for other in others for page in other.pages()})
            # A table's caption is above it, a figure's below.
            near = here[:1] if part.kind == "Table" else here[-1:]
            if pages and (len(pages) > 1 or pages != near):
                words = pdf.pages[pages[0]].text_in(caption.box(pages[0]))
                yield pages[0], f"a caption apart from what it is of: {words[:40]!r}"


def _boxes(pdf: TaggedPdf, parts: list[PdfPart]) -> Iterator[tuple[int, str]]:
    """Yield the boxes that are cut, or cut from the table above them."""
    for number in range(len(pdf.pages) - 1):
        here, there = _wide(pdf.pages[number]), _wide(pdf.pages[number + 1])
        low = [panel for panel in here if panel.box.bottom < BOTTOM + NEXT]
        high = [panel for panel in there if panel.box.top > _area(pdf.pages[number + 1]).top - OVER]
        for begun, rest in product(low, high):
            lines = [_lines_on(pdf, number, begun), _lines_on(pdf, number + 1, rest)]
            if begun.colour != rest.colour or not min(lines):
                continue
            if sum(lines) <= SHORT_BOX:
                yield number, f"a box of {sum(lines)} lines is split over two pages"
            elif min(lines) < 2:
                yield number, "a box is split so that one line stands alone"
    for table, part in pairwise(parts):
        number, end = part.pages()[0], table.pages()[-1]
        box = part.box(number)
        boxed = any(_holds(panel.box, box) for panel in _wide(pdf.pages[number]))
        if table.kind == "Table" and number != end and boxed:
            words = pdf.pages[number].text_in(box)
            yield number, f"a box is cut from the table before it: {words[:40]!r}"


def _astray(pdf: TaggedPdf, parts: list[PdfPart]) -> Iterator[tuple[int, str]]:
    """Yield the boxes, headings and paragraphs that stand before what is read before them.

    The tags tell the order of reading.  Figures and tables may float to another place; a box that
    does so leaves its section, or cuts a paragraph.
    """
    # Of each: its place in the order of reading, then where it begins and where it ends.
    order: list[tuple[int, tuple[int, Box], tuple[int, Box]]] = []
    boxed: set[int] = set()
    for page in range(len(pdf.pages)):
        here = [(index, part.box(page)) for index, part in enumerate(parts) if page in part.pages()]
        for panel in _wide(pdf.pages[page]):
            held = [index for index, box in here if _holds(panel.box, box)]
            if held:
                order.append((held[0], (page, panel.box), (page, panel.box)))
            boxed.update(held)
    for index, part in enumerate(parts):
        if index not in boxed and _FLOWS.fullmatch(part.kind):
            first, *_, last = part.pages() * 2
            order.append((index, (first, part.box(first)), (last, part.box(last))))
    order.sort(key=lambda place: place[0])
    for (_, _, (before, above)), (_, (page, box), _) in pairwise(order):
        if page < before or (page == before and box.bottom > above.top - OVER):
            words = [pdf.pages[before].text_in(above)[:30], pdf.pages[page].text_in(box)[:30]]
            yield page, f"{words[1]!r} stands before {words[0]!r}, which is read first"


def _wide(page: PdfPage) -> list[Panel]:
    """Return the panels that are as wide as the text."""
    area = _area(page)
    wide, white = 0.9 * (area.right - area.left), (255, 255, 255)
    panels = [panel for panel in page.panels if panel.colour != white]
    panels = [panel for panel in panels if panel.box.right - panel.box.left > wide]
    return [panel for panel in panels if panel.box.top - panel.box.bottom > LINE]


def _holds(outer: Box, inner: Box) -> bool:
    return outer.bottom <= inner.bottom + OVER and inner.top <= outer.top + OVER


def _lines_on(pdf: TaggedPdf, number: int, panel: Panel) -> int:
    """Count the lines of text on a panel."""
    marks = [mark for part in pdf.root.walk() for mark in part.marks.get(number, ())]
    return count_lines([mark for mark in marks if _holds(panel.box, mark)])


def _lone_lines(pdf: TaggedPdf) -> Iterator[tuple[int, str]]:
    """Yield the paragraphs that leave one line alone at the foot or at the head of a page."""
    for part in pdf.root.find("P"):
        pages = part.pages()
        for page in {pages[0], pages[-1]} if len(pages) > 1 else ():
            if part.lines(page) < 2:
                place = "foot" if page == pages[0] else "head"
                words = pdf.pages[page].text_in(part.box(page))
                yield page, f"one line of a paragraph alone at the {place}: {words[:40]!r}"


def _outside(pdf: TaggedPdf) -> Iterator[tuple[int, str]]:
    """Yield what stands in the margin, but for the head and foot of a page, which have no tags."""
    for part in pdf.root.walk():
        for number, boxes in part.marks.items():
            area = _area(pdf.pages[number])
            for box in boxes:
                over = max(
                    area.left - box.left,
                    box.right - area.right,
                    area.bottom - box.bottom,
                    box.top - area.top,
                )
                if over > OVER and box.top > box.bottom:
                    words = pdf.pages[number].text_in(box)
                    yield number, f"{over:.0f} points in the margin: {words[:40]!r}"
