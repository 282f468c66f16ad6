"""Check that the report is whole: the finished HTML and PDF against their source."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from backprop_lab.errors import LabError
from backprop_lab.files.documents import read_json
from backprop_lab.report.content_security import policy_problems
from backprop_lab.report.editions import edition_links
from backprop_lab.report.inputs import ReportInputs
from backprop_lab.report.page import PageParser
from backprop_lab.report.pandoc import run_pandoc
from backprop_lab.report.parts import Part
from backprop_lab.report.source import fill

MAX_HTML_BYTES = 5_000_000

#: Words that a number leaves behind when it went missing.  "None of" is English.
_LOST = re.compile(r"\b(?:nan|NaN|inf|None(?! of\b))\b")
#: What decoders put in place of bytes that they cannot read, alone or read wrongly once more.
_LOST_CHARACTER = re.compile("\ufffd|ï¿½|[\udc80-\udcff]")
_LOST_NUMBERS = {"nan", "NaN", "inf", "-inf", "None", "null", "undefined", ""}
_TEMPLATE = re.compile(r"<<|>>|<%|%>|<#|\?\?|\{#[a-z]+-|\{\{|\}\}")
#: The same in a PDF, whose text does not tell code from words.
_LEFT_IN_PDF = re.compile(r"<<|<%|\?\?|\{#[a-z]+-")


@dataclass(frozen=True)
class SourceParts:
    """The parts that a report's source declares.

    Attributes:
        sections: identifier -> head.
        figures, tables, equations: identifiers, in order.
        code: texts of the code that it shows.
    """

    sections: dict[str, str] = field(default_factory=dict)
    figures: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    equations: list[str] = field(default_factory=list)
    code: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class CheckedReport:
    """Numbers of pages, sections, ... and sizes in bytes of a report that passed."""

    pages: int
    sections: int
    figures: int
    tables: int
    equations: int
    facts: int
    html_bytes: int
    pdf_bytes: int


def check_report(
    inputs: ReportInputs, html: Path, pdf: Path, supplement: Path | None = None
) -> CheckedReport:
    """Compare the finished report with its source.

    Every section, figure, table and numbered equation of the source stands in the PDF and once in
    the HTML, with its number; no reference is unresolved, no link leads nowhere, no number is
    missing, no template code is left; the HTML needs no other file; the PDF is tagged and
    bookmarked.

    Args:
        supplement: the page with the appendices; None where `html` has them.

    Raises:
        LabError: listing everything found, in one line.
    """
    contents = declared(inputs)
    made = {edition["file"] for part in Part for edition in edition_links(inputs, part)}
    pages = {path: PageParser.read(path) for path in (html, supplement) if path}
    code = " ".join(page.code for page in pages.values())
    text, outline, n_pages, problems = _read_pdf(pdf)
    findings = [
        *(f"{html.name}: {finding}" for finding in _check_parts(contents, [*pages.values()])),
        *(finding for path in pages for finding in _check_page(path, pages, made)),
        *_check_characters(pdf.name, text),
        *(f"{pdf.name}: {finding}" for finding in problems),
        *(f"{pdf.name}: {finding}" for finding in _check_pdf(contents, inputs, text, outline)),
        *_check_lost(pdf.name, text, spared=code),
        *_check_banner(inputs, {path.name: page.text for path, page in pages.items()}),
        *_check_banner(inputs, {pdf.name: text}),
    ]
    if findings:
        raise LabError("report incomplete: " + "; ".join(findings))
    return CheckedReport(
        pages=n_pages,
        sections=len(contents.sections),
        figures=len(contents.figures),
        tables=len(contents.tables),
        equations=len(contents.equations),
        facts=sum(len(page.facts) for page in pages.values()),
        html_bytes=sum(path.stat().st_size for path in pages),
        pdf_bytes=pdf.stat().st_size,
    )


def declared(inputs: ReportInputs) -> SourceParts:
    """List what the filled source contains; LabError if pandoc cannot read it."""
    done = run_pandoc(["--from=markdown", "--to=json"], text=fill(inputs).markdown)
    if done.returncode:
        raise LabError(f"{inputs.template}: {' '.join(done.stderr.split())}")
    contents = SourceParts()
    for kind, content in _nodes(json.loads(done.stdout)["blocks"]):
        if kind == "Header":
            contents.sections[content[1][0]] = _text(content[2])
            continue
        attributes = content[0]
        if kind in ("Code", "CodeBlock"):
            contents.code.append(content[1])
        elif kind == "Figure":
            contents.figures.append(attributes[0])
        elif (kind == "Div" and "lab-table" in attributes[1]) or (
            kind == "Table" and attributes[0]
        ):
            contents.tables.append(attributes[0])
        elif kind == "Span" and attributes[0].startswith("eq-"):
            contents.equations.append(attributes[0])
    return contents


def _nodes(tree: object) -> Iterator[tuple[str, list[Any]]]:
    """Yield all that `declared` looks at in a pandoc document, in order."""
    if isinstance(tree, dict):
        if tree.get("t") in ("Header", "Figure", "Table", "Div", "Span", "Code", "CodeBlock"):
            yield tree["t"], tree["c"]
        tree = list(tree.values())
    if isinstance(tree, list):
        for branch in tree:
            yield from _nodes(branch)


def _text(inlines: list[Any]) -> str:
    """Join the words of a head, without maths, which HTML and PDF set differently."""
    words = []
    for inline in inlines:
        match inline:
            case {"t": "Str", "c": word}:
                words.append(word)
            case {"t": "Code", "c": [_, word]}:
                words.append(word)
            case {"t": "Space" | "SoftBreak"}:
                words.append(" ")
            case {"t": "Quoted", "c": [_, inner]} | {"t": "Span" | "Link", "c": [_, inner, *_]}:
                words.append(_text(inner))
            case {"t": "Emph" | "Strong", "c": inner}:
                words.append(_text(inner))
    return "".join(words)


def _letters(text: str) -> str:
    """Keep letters and digits alone: PDF and HTML differ in spaces, ligatures and hyphens."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text))).casefold()


def _check_parts(contents: SourceParts, pages: Sequence[PageParser]) -> Iterator[str]:
    """Yield what of the source is on no page, or on several."""
    heads = {name: head for page in pages for name, head in page.heads.items()}
    figures = {name: figure for page in pages for name, figure in page.figures.items()}
    for identifier, head in contents.sections.items():
        if _letters(head) not in _letters(heads.get(identifier, "")):
            yield f"section {head!r} (#{identifier}) is missing"
    for kind, identifiers, tags in (
        ("figure", contents.figures, ("path", "line", "polyline", "circle", "use", "image", "img")),
        ("table", contents.tables, ("table",)),
    ):
        for identifier in identifiers:
            caption, inside = figures.get(identifier, ("", ""))
            if not any(tag in inside.split() for tag in tags):
                yield f"{kind} #{identifier} is missing or empty"
            elif not re.search(r"\d+\.", caption):
                yield f"{kind} #{identifier} has no number"
    for identifier in contents.equations:
        if not any(identifier in page.ids for page in pages):
            yield f"equation #{identifier} is missing"
    for identifier in (*contents.sections, *contents.figures, *contents.tables):
        if sum(identifier in page.ids for page in pages) > 1:
            yield f"#{identifier} is on both pages"


def _check_page(
    path: Path, pages: Mapping[Path, PageParser], made: Container[str]
) -> Iterator[str]:
    """Yield what is wrong with one page of the HTML, each with its name.

    Args:
        made: the files that the build makes beside it, some of them later.
    """
    code = path.read_text(encoding="utf-8", errors="replace")
    ids = {f"{other.name}#{name}" for other, page in pages.items() for name in page.ids}
    for finding in (*_check_html(pages[path], path.name, ids), *policy_problems(code)):
        yield f"{path.name}: {finding}"
    for href, _ in pages[path].links:
        is_file = href and "#" not in href and not urlsplit(href).scheme
        if is_file and href not in made and not path.with_name(unquote(href)).is_file():
            yield f"{path.name}: a link leads to a file that is not there: {href}"
    yield from _check_characters(path.name, code)
    if path.stat().st_size > MAX_HTML_BYTES:
        yield f"{path.name}: {path.stat().st_size:,} bytes, over {MAX_HTML_BYTES:,}"


def _check_html(page: PageParser, name: str, ids: Container[str]) -> Iterator[str]:
    """Yield what is wrong with a page; `ids` has what links may lead to, as page#name."""
    if page.h1 != 1:
        yield f"{page.h1} h1, not one"
    if not page.lang:
        yield "no language"
    for href, text in page.links:
        target = f"{name}{href}" if href.startswith("#") else href
        if "#" in href and not urlsplit(href).scheme and target not in ids:
            yield f"a link leads nowhere: {href}"
        if not text.strip():
            yield f"a link without words: {href[:60]}"
    for identifier, count in page.ids.items():
        if count > 1:
            yield f"{count} elements are called #{identifier}"
    for name in page.nameless:
        yield f"an image without words for a blind reader: {name}"
    for source in page.outside:
        yield f"needs another file: {source}"
    for found in sorted(set(_TEMPLATE.findall(page.text))):
        yield f"left over from the template: {found!r}"
    for kind, texts in (("number", page.facts), ("table cell", page.cells)):
        for text in texts:
            lost = text.strip() in _LOST_NUMBERS and (kind == "number" or text.strip())
            if lost:
                yield f"a {kind} is {text.strip()!r}"
    yield from _lost(page.text)


def _lost(text: str, spared: str = "") -> Iterator[str]:
    """Yield words such as nan that a missing number leaves, unless `spared` has them too."""
    for found in _LOST.finditer(text):
        if not re.search(rf"\b{found[0]}\b", spared):
            context = " ".join(text[max(0, found.start() - 30) : found.end() + 20].split())
            yield f"{found[0]!r} in the text ({context}); write `{found[0]}` if the word is meant"


def _check_lost(name: str, text: str, spared: str) -> Iterator[str]:
    return (f"{name}: {finding}" for finding in _lost(text, spared))


def _check_characters(name: str, text: str) -> Iterator[str]:
    """Yield where a character was lost on its way through an encoding that does not have it."""
    for found in _LOST_CHARACTER.finditer(text):
        context = " ".join(text[max(0, found.start() - 30) : found.end() + 20].split())
        yield f"{name}: a character was lost, {found[0]!r} stands for it ({context})"


def _read_pdf(path: Path) -> tuple[str, list[str], int, list[str]]:
    """Read text, bookmarks and number of pages of a PDF, and what is wrong with all of it."""
    import pypdfium2

    if not path.is_file():
        raise LabError(f"{path}: not found; render the report first")
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        raise LabError(f"{path}: not a PDF ({error}); render the report again") from None
    with document:
        pages = [page.get_textpage().get_text_bounded() for page in document]
        problems = []
        if not pypdfium2.raw.FPDFCatalog_IsTagged(document):
            problems.append("not tagged for screen readers")
        if not pypdfium2.raw.FPDFCatalog_GetLanguage(document, None, 0):
            problems.append("no language")
        if not document.get_metadata_value("Title"):
            problems.append("no title")
        for key, value in document.get_metadata_dict(skip_empty=True).items():
            problems += _check_characters(key, value)
        for number, text in enumerate(pages, start=1):
            if len(_letters(text)) < 20:
                problems.append(f"page {number} is empty")
        bookmarks = [bookmark.get_title() for bookmark in document.get_toc()]
    return "\n".join(pages), bookmarks, len(pages), problems


def _check_pdf(
    contents: SourceParts, inputs: ReportInputs, text: str, outline: list[str]
) -> Iterator[str]:
    """Yield what is missing in the PDF's text and bookmarks (`outline`)."""
    letters = _letters(text)
    bookmarks = [_letters(title) for title in outline]
    for identifier, head in contents.sections.items():
        if _letters(head) not in letters:
            yield f"section {head!r} (#{identifier}) is missing"
        elif not any(_letters(head) in title for title in bookmarks):
            yield f"section {head!r} (#{identifier}) has no bookmark"
    for kind, identifiers in (("figure", contents.figures), ("table", contents.tables)):
        label = inputs.labels[kind]
        for number, identifier in enumerate(identifiers, start=1):
            if not re.search(rf"{label}\s*{number}\.", text):
                yield f"{kind} #{identifier} ({label} {number}) is missing"
    for number, identifier in enumerate(contents.equations, start=1):
        if f"({number})" not in text:
            yield f"equation #{identifier} ({number}) is missing"
    meant = Counter(_LEFT_IN_PDF.findall("\n".join(contents.code)))
    for found in sorted(Counter(_LEFT_IN_PDF.findall(text)) - meant):
        yield f"left over from the template: {found!r}"


def _check_banner(inputs: ReportInputs, texts: dict[str, str]) -> Iterator[str]:
    """Yield the files that warn of the embedded data set wrongly, or fail to; name -> text."""
    embedded = read_json(inputs.dataset)["embedded"]
    words = max(inputs.labels["banner"].split("{title}"), key=len)
    for name, text in texts.items():
        if (_letters(words) in _letters(text)) != embedded:
            state = "lacks the banner of" if embedded else "has the banner of"
            yield f"{name}: {state} the embedded data set"
