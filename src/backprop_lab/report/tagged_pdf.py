"""A tagged PDF, as a screen reader knows it: its parts in the order of reading, and where each is.

The tags (PDF/UA) name what was set: headings, paragraphs, tables with their rows, captions.  pdfium
has them page by page; a part that goes on over several pages is put together again here, by its
place in the tree.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pypdfium2
from pypdfium2 import raw

from backprop_lab.errors import LabError


@dataclass(frozen=True)
class Box:
    """A rectangle on a page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float

    @staticmethod
    def around(boxes: Sequence[Box]) -> Box:
        """Return the smallest box that holds all of `boxes`, at least one."""
        return Box(
            min(box.left for box in boxes),
            min(box.bottom for box in boxes),
            max(box.right for box in boxes),
            max(box.top for box in boxes),
        )


@dataclass
class PdfPart:
    """One tag of the PDF: what it is, what is in it, and where it stands.

    Attributes:
        kind: the tag's name: "H1", "P", "Table", "TR", "Caption", ...
        children: the parts inside it, in the order of reading.
        marks: number of a page (from 0) -> the boxes of what is drawn for this tag itself.
    """

    kind: str
    children: dict[int, PdfPart] = field(default_factory=dict)
    marks: dict[int, list[Box]] = field(default_factory=dict)

    def walk(self) -> Iterator[PdfPart]:
        """Yield this part and all inside it, in the order of reading."""
        yield self
        for _, child in sorted(self.children.items()):
            yield from child.walk()

    def find(self, kind: str) -> list[PdfPart]:
        """Return the parts of a kind inside this one, in the order of reading."""
        return [part for part in self.walk() if part.kind == kind]

    def pages(self) -> list[int]:
        """Return the pages that this part stands on, in order."""
        return sorted({page for part in self.walk() for page in part.marks})

    def boxes(self, page: int) -> list[Box]:
        """Return the boxes of all that is drawn for this part on a page."""
        return [box for part in self.walk() for box in part.marks.get(page, ())]

    def box(self, page: int) -> Box:
        """Return the box around this part on one of its pages."""
        return Box.around(self.boxes(page))

    def lines(self, page: int) -> int:
        """Count the lines of text of this part on a page."""
        return count_lines(self.boxes(page))


@dataclass(frozen=True)
class Panel:
    """A rectangle with a colour, on which a box of the report stands.

    Attributes:
        box: its place.
        colour: red, green and blue, 0 to 255.
    """

    box: Box
    colour: tuple[int, int, int]


@dataclass
class PdfPage:
    """One page.

    Attributes:
        size: width and height in points.
        drawn: the boxes of all that is drawn, tagged or not.
        panels: the coloured rectangles, from the top.
    """

    size: tuple[float, float]
    drawn: list[Box]
    panels: list[Panel]
    _text: Any

    def text_in(self, box: Box) -> str:
        """Return the text inside a box, on one line."""
        text = self._text.get_text_bounded(box.left, box.bottom, box.right, box.top)
        return " ".join(text.split())


@dataclass
class TaggedPdf:
    """All pages and parts of a PDF.

    Attributes:
        pages: in order.
        root: the part that holds all others.
    """

    pages: list[PdfPage]
    root: PdfPart

    @staticmethod
    def of(source: Path | bytes) -> TaggedPdf:
        """Read a PDF, a file or what would be one.

        Raises:
            LabError: the file is missing, is no PDF, or has no tags.
        """
        name = source if isinstance(source, Path) else "the PDF"
        if isinstance(source, Path) and not source.is_file():
            raise LabError(f"{name}: not found; render the report first")
        try:
            document = pypdfium2.PdfDocument(source)
        except pypdfium2.PdfiumError as error:
            raise LabError(f"{name}: not a PDF ({error}); render the report again") from None
        if not raw.FPDFCatalog_IsTagged(document):
            raise LabError(f"{name}: has no tags, which say what is a heading, table or paragraph")
        pages, root = [], PdfPart("Document")
        for number, page in enumerate(document):
            drawn, panels, marked = _drawn(page)
            pages.append(PdfPage(page.get_size(), drawn, panels, page.get_textpage()))
            tree = raw.FPDF_StructTree_GetForPage(page)
            for index in range(raw.FPDF_StructTree_CountChildren(tree)):
                top = raw.FPDF_StructTree_GetChildAtIndex(tree, index)
                if top:
                    _add(root, top, number, marked)
            raw.FPDF_StructTree_Close(tree)
        return TaggedPdf(pages, root)

    def parts(self) -> list[PdfPart]:
        """Return the outermost parts that are drawn, in the order of reading."""
        return [part for _, part in sorted(self.root.children.items()) if part.pages()]


def count_lines(boxes: Sequence[Box]) -> int:
    """Count the lines that boxes of text form, one above the other.

    Boxes are on one line if they share a third of the lower one's height; so an exponent is
    on the line of its base.

    >>> count_lines([Box(0, 0, 9, 10), Box(9, 6, 12, 12), Box(0, 14, 9, 24)])
    2
    """
    lines = 0
    low = high = 0.0
    for box in sorted(boxes, key=lambda box: -box.top):
        tall = box.top - box.bottom
        if tall <= 0:
            continue
        shared = min(high, box.top) - max(low, box.bottom)
        if lines and shared > min(tall, high - low) / 3:
            low = min(low, box.bottom)
        else:
            lines, low, high = lines + 1, box.bottom, box.top
    return lines


def gaps(boxes: Sequence[Box], top: float, bottom: float) -> list[tuple[float, float]]:
    """Return the empty bands between `top` and `bottom`, each as its upper and lower edge.

    >>> gaps([Box(0, 70, 9, 90), Box(0, 75, 9, 80)], 100, 0)
    [(100, 90), (70, 0)]
    """
    edges = [(top, top)]
    for box in sorted(boxes, key=lambda box: -box.top):
        if box.bottom < top and box.top > bottom:
            edges.append((min(box.top, top), max(bottom, min(box.bottom, edges[-1][1]))))
    edges.append((bottom, bottom))
    return [(low, high) for (_, low), (high, _) in pairwise(edges) if low > high]


def _add(parent: PdfPart, element: Any, page: int, marked: dict[int, list[Box]]) -> None:
    """Add a tag that pdfium has for a page, and all inside it, to the parts known so far.

    Args:
        parent: the part for the tag itself; both have the same place in the tree.
        element: pdfium's handle.
        page: the page's number.
        marked: identity of marked content -> its boxes on this page.
    """
    for index in range(raw.FPDF_StructElement_CountChildren(element)):
        content = raw.FPDF_StructElement_GetChildMarkedContentID(element, index)
        if content != -1:
            parent.marks.setdefault(page, []).extend(marked.get(content, ()))
            continue
        child = raw.FPDF_StructElement_GetChildAtIndex(element, index)
        if child:
            part = parent.children.setdefault(index, PdfPart(_kind(child)))
            _add(part, child, page, marked)


def _kind(element: Any) -> str:
    length = raw.FPDF_StructElement_GetType(element, None, 0)
    buffer = ctypes.create_string_buffer(length)
    raw.FPDF_StructElement_GetType(element, buffer, length)
    return buffer.raw.decode("utf-16-le").rstrip("\0")


def _drawn(page: Any) -> tuple[list[Box], list[Panel], dict[int, list[Box]]]:
    """Return what a page draws: all boxes, the coloured panels, and the boxes of each tag."""
    boxes: list[Box] = []
    panels: list[Panel] = []
    marked: dict[int, list[Box]] = {}
    for index in range(raw.FPDFPage_CountObjects(page)):
        thing = raw.FPDFPage_GetObject(page, index)
        edges = [ctypes.c_float() for _ in range(4)]
        if not raw.FPDFPageObj_GetBounds(thing, *edges):
            continue
        box = Box(*(edge.value for edge in edges))
        boxes.append(box)
        content = raw.FPDFPageObj_GetMarkedContentID(thing)
        if content != -1:
            marked.setdefault(content, []).append(box)
        colour = _fill(thing)
        if colour:
            panels.append(Panel(box, colour))
    panels.sort(key=lambda panel: -panel.box.top)
    return boxes, panels, marked


def _fill(thing: Any) -> tuple[int, int, int] | None:
    """Return the colour that a drawn path is filled with; None for text, images and lines."""
    if raw.FPDFPageObj_GetType(thing) != raw.FPDF_PAGEOBJ_PATH:
        return None
    mode, stroked = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(thing, mode, stroked)
    if mode.value == raw.FPDF_FILLMODE_NONE:
        return None
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    raw.FPDFPageObj_GetFillColor(thing, red, green, blue, alpha)
    return red.value, green.value, blue.value
