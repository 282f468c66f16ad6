"""A finished HTML page taken apart, for the checks."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

from backprop_lab.errors import LabError

_VOID = {"meta", "link", "br", "hr", "img", "input", "source", "wbr", "col", "area", "base"}
#: Elements that draw something; a figure with an <svg> alone is empty.
_DRAWN = {"path", "line", "polyline", "polygon", "circle", "use", "image", "text", "img", "table"}


class PageParser(HTMLParser):
    """An HTML page, taken apart.

    Attributes:
        text: what is read, without code.
        code: the text of all <code>.
        ids: identifier -> how many elements have it.
        links: [address, words, or else its name for a blind reader] of each.
        heads: identifier of a section -> its head.
        h1: number of <h1>.
        facts: the text of each number that carries its source.
        cells: the text of each table cell.
        figures: identifier -> [caption, names of the elements that draw].
        nameless: images without words for a blind reader.
        outside: files that the page would load.
        lang: the page's language.
    """

    def __init__(self) -> None:
        super().__init__()
        self.text = ""
        self.code = ""
        self.ids: Counter[str] = Counter()
        self.links: list[list[str]] = []
        self.heads: dict[str, str] = {}
        self.h1 = 0
        self.facts: list[str] = []
        self.cells: list[str] = []
        self.figures: dict[str, list[str]] = {}
        self.nameless: list[str] = []
        self.outside: list[str] = []
        self.lang = ""
        self._open: list[tuple[str, dict[str, str]]] = []
        self._figure = ""
        self._section = ""

    @classmethod
    def read(cls, path: Path) -> PageParser:
        """Take apart a file; LabError if there is none."""
        try:
            source = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise LabError(f"{path}: not found; render the report first") from None
        page = cls()
        page.feed(source)
        page.close()
        return page

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note an element's identifier, language, address, ... (called by HTMLParser)."""
        given = {name: value or "" for name, value in attributes}
        if tag not in _VOID:
            self._open.append((tag, given))
        if any(name == "template" for name, _ in self._open):
            return  # what the page carries of the other page
        if given.get("id"):
            self.ids[given["id"]] += 1
        if tag == "html":
            self.lang = given.get("lang", "")
        if tag == "a":
            self.links.append([given.get("href", ""), given.get("aria-label", "")])
        if tag == "section":
            self._section = given.get("id", "")
        if tag == "h1":
            self.h1 += 1
        if tag in ("h2", "h3", "h4"):
            self.heads.setdefault(self._section, "")
        if tag == "figure":
            self._figure = given.get("id", "")
            self.figures[self._figure] = ["", ""]
        if tag in _DRAWN and self._figure:
            self.figures[self._figure][1] += tag + " "
        if tag == "img" and not given.get("alt"):
            self.nameless.append(given.get("src", "")[:40])
        if tag == "svg" and given.get("role") == "img" and not given.get("aria-label"):
            self.nameless.append("svg")
        if "fact" in given.get("class", "").split():
            self.facts.append("")
        if tag in ("td", "th"):
            self.cells.append("")
        source = given.get("src") or (given.get("href", "") if tag == "link" else "")
        if source and not source.startswith("data:"):
            self.outside.append(source)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note an element that is closed at once, as in SVG."""
        self.handle_starttag(tag, attributes)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close an element and those inside it that were left open."""
        for depth in range(len(self._open) - 1, -1, -1):
            if self._open[depth][0] == tag:
                del self._open[depth:]
                break
        if tag == "figure":
            self._figure = ""

    def handle_data(self, data: str) -> None:
        """Add text to each thing that it stands in: link, head, caption, number, cell."""
        tags = {tag for tag, _ in self._open}
        if tags & {"script", "style", "title", "svg", "annotation", "template"}:
            return
        if "code" in tags:
            self.code += data + "\n"
        else:
            self.text += data
        if "a" in tags:
            self.links[-1][1] += data
        if tags & {"h2", "h3", "h4"}:
            self.heads[self._section] += data
        if "figcaption" in tags and self._figure:
            self.figures[self._figure][0] += data
        if any("fact" in given.get("class", "").split() for _, given in self._open):
            self.facts[-1] += data
        if tags & {"td", "th"}:
            self.cells[-1] += data
