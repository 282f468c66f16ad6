"""A finished HTML page taken apart, for the checks."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

from backprop_lab.errors import LabError

_VOID = {"meta", "link", "br", "hr", "img", "input", "source", "wbr", "col", "area", "base"}
#: What a figure consists of; an <svg> alone is an empty frame.
_DRAWN = {"path", "line", "polyline", "polygon", "circle", "use", "image", "text", "img", "table"}


class Page(HTMLParser):
    """An HTML page, taken apart: texts, identifiers, links."""

    def __init__(self) -> None:
        super().__init__()
        self.text = ""  # what is read, without code
        self.code = ""
        self.ids: Counter[str] = Counter()
        self.links: list[list[str]] = []  # href, text
        self.heads: dict[str, str] = {}
        self.h1 = 0
        self.facts: list[str] = []
        self.cells: list[str] = []
        self.figures: dict[str, list[str]] = {}  # identifier -> caption, what is in it
        self.nameless: list[str] = []  # images without words
        self.outside: list[str] = []  # files that the page would load
        self.lang = ""
        self._open: list[tuple[str, dict]] = []
        self._figure = ""
        self._section = ""

    @classmethod
    def read(cls, path: Path) -> Page:
        try:
            source = path.read_text(encoding="utf-8")
        except FileNotFoundError:
            raise LabError(f"{path}: not found; render the report first") from None
        page = cls()
        page.feed(source)
        page.close()
        return page

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag not in _VOID:
            self._open.append((tag, given))
        if given.get("id"):
            self.ids[given["id"]] += 1
        if tag == "html":
            self.lang = given.get("lang", "")
        if tag == "a":
            self.links.append([given.get("href", ""), ""])
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
        self.handle_starttag(tag, attributes)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self._open) - 1, -1, -1):
            if self._open[depth][0] == tag:
                del self._open[depth:]
                break
        if tag == "figure":
            self._figure = ""

    def handle_data(self, data: str) -> None:
        tags = {tag for tag, _ in self._open}
        if tags & {"script", "style", "title", "svg", "annotation"}:
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
