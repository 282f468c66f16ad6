"""The sentences of a filled report, each with the facts that it shows.

    for sentence in sentences(fill(inputs).markdown):
        print(sentence.text, sentence.keys)

A sentence is taken from wherever words stand: paragraphs, lists, boxes, captions, cells of tables
and the words that describe a figure to a blind reader.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from backprop_lab.report.pandoc import run_pandoc

#: Where a sentence ends, in English and in Chinese.
_END = re.compile(r"(?<=[.!?])[)\u201d\"*]*\s+(?=\S)|(?<=[。！？])\s*|(?<=；)|\n+")
#: The place of a fact in a text that is not yet taken apart: its number between two signs.
_PLACE = re.compile("\ue000(\\d+)\ue001")
#: What a word of a sentence is not: a number, which differs from build to build.
_NUMBER = re.compile(r"[+−±-]?\d+(?:[.,\u202f]\d+)*")


@dataclass(frozen=True)
class Shown:
    """A fact as a sentence shows it.

    Attributes:
        key: its name in facts.json.
        text: what the reader sees.
    """

    key: str
    text: str


@dataclass(frozen=True)
class Sentence:
    """One sentence, or what stands for one in a caption or a cell.

    Attributes:
        raw: its words; a fact is a mark with its number, a reference [#where].
        facts: the facts that it shows, in order.
        section: identifier of the section.
        place: "text", "caption", "alt", "head" or "cell".
    """

    raw: str
    facts: tuple[Shown, ...]
    section: str
    place: str

    @cached_property
    def text(self) -> str:
        """As the reader sees it."""
        return _PLACE.sub(lambda match: self.facts[int(match[1])].text, self.raw)

    @cached_property
    def skeleton(self) -> str:
        """The words alone: {} for a fact, # for a number that is none."""
        bare = _NUMBER.sub("#", _PLACE.sub("\ue000", self.raw))
        return re.sub(r"\s+", " ", bare.replace("\ue000", "{}")).strip()

    @cached_property
    def keyed(self) -> str:
        """The words, with the key of each fact in braces."""
        shown = _PLACE.sub(lambda match: "{" + self.facts[int(match[1])].key + "}", self.raw)
        return re.sub(r"\s+", " ", shown).strip()

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of its facts, in order."""
        return tuple(fact.key for fact in self.facts)

    @property
    def references(self) -> list[str]:
        """The identifiers that it refers to."""
        return re.findall(r"\[#([\w-]+)\]", self.raw)


def sentences(markdown: str) -> list[Sentence]:
    """Take a filled report apart.

    Raises:
        ValueError: pandoc cannot read it.
    """
    return [*_Reader(document(markdown)).sentences()]


def document(markdown: str) -> list[dict[str, Any]]:
    """Return the blocks of a filled report, as pandoc sees them."""
    done = run_pandoc(["--from=markdown", "--to=json"], text=markdown)
    if done.returncode:
        raise ValueError(done.stderr)
    return json.loads(done.stdout)["blocks"]


def identifiers(markdown: str) -> set[str]:
    """Return what a reference may lead to."""
    return set(re.findall(r"\{#([\w-]+)", markdown))


class _Reader:
    """Walks through a document and collects its sentences."""

    def __init__(self, blocks: Sequence[dict[str, Any]]) -> None:
        self._blocks = blocks
        self._section = ""

    def sentences(self) -> Iterator[Sentence]:
        yield from self._of(self._blocks, "text")

    def _of(self, blocks: Sequence[dict[str, Any]], place: str) -> Iterator[Sentence]:
        for block in blocks:
            yield from self._block(block, place)

    def _block(self, block: dict[str, Any], place: str) -> Iterator[Sentence]:
        kind, content = block["t"], block.get("c")
        match kind:
            case "Para" | "Plain":
                yield from self._line(content, place)
            case "LineBlock":
                for line in content:
                    yield from self._line(line, place)
            case "Header":
                self._section = content[1][0]
                yield from self._line(content[2], "head")
            case "BlockQuote":
                yield from self._of(content, place)
            case "BulletList":
                for item in content:
                    yield from self._of(item, place)
            case "OrderedList":
                for item in content[1]:
                    yield from self._of(item, place)
            case "Div":
                classes = content[0][1]
                yield from self._of(content[1], "caption" if "lab-table" in classes else place)
            case "CodeBlock" if place == "caption":
                yield from self._cells(json.loads(content[1]))
            case "Figure":
                yield from self._of(content[1][1], "caption")
                for text in _alts(content[2]):
                    yield from self._line(text, "alt")
            case "Table":
                yield from self._of(content[1][1], "caption")
                for cell in _cells_of_table(content):
                    yield from self._of(cell, "cell")

    def _cells(self, table: dict[str, Any]) -> Iterator[Sentence]:
        """Take apart the cells of a table of the report's own; they are Markdown."""
        texts = [head["text"] for row in table["head"] for head in row]
        texts += [str(cell) for row in table["rows"] for cell in row]
        words = [text for text in dict.fromkeys(texts) if re.search(r"[^\W\d_]{2}", text)]
        if words:
            blocks = document("\n\n".join(words))
            yield from self._of(blocks, "cell")

    def _line(self, inlines: Sequence[dict[str, Any]], place: str) -> Iterator[Sentence]:
        facts: list[Shown] = []
        text = _written(inlines, facts)
        for piece in _END.split(text):
            if not piece.strip():
                continue
            own: list[Shown] = []
            raw = _PLACE.sub(lambda match, own=own: _moved(match, facts, own), piece)
            yield Sentence(raw.strip(), tuple(own), self._section, place)


def _moved(match: re.Match[str], facts: Sequence[Shown], own: list[Shown]) -> str:
    own.append(facts[int(match[1])])
    return f"\ue000{len(own) - 1}\ue001"


def _written(inlines: Sequence[dict[str, Any]], facts: list[Shown]) -> str:
    """Write inlines as text, with a mark for each fact, which is added to the list."""
    parts = []
    for inline in inlines:
        kind, content = inline["t"], inline.get("c")
        match kind:
            case "Str":
                parts.append(content)
            case "Space" | "SoftBreak":
                parts.append(" ")
            case "LineBreak":
                parts.append("\n")
            case "Emph" | "Strong" | "SmallCaps" | "Superscript" | "Subscript":
                parts.append(_written(content, facts))
            case "Quoted":
                parts.append(f'"{_written(content[1], facts)}"')
            case "Code":
                parts.append(f"`{content[1]}`")
            case "Math":
                parts.append("$")
            case "Link":
                shown, target = _written(content[1], facts), content[2][0]
                parts.append(shown or f"[{target}]")
            case "Cite":
                parts.append("")
            case "Span":
                key = dict(content[0][2]).get("data-key")
                if key is None:
                    parts.append(_written(content[1], facts))
                else:
                    facts.append(Shown(key, _written(content[1], [])))
                    parts.append(f"\ue000{len(facts) - 1}\ue001")
    return "".join(parts)


def _alts(tree: object) -> Iterator[list[dict[str, Any]]]:
    """Yield what describes each image inside to a blind reader."""
    if isinstance(tree, dict):
        if tree.get("t") == "Image":
            yield tree["c"][1]
        tree = list(tree.values())
    if isinstance(tree, list):
        for branch in tree:
            yield from _alts(branch)


def _cells_of_table(content: list[Any]) -> Iterator[list[dict[str, Any]]]:
    """Yield the blocks of each cell of a pandoc table, heads first."""
    _, _, _, head, bodies, foot = content
    rows = [*head[1]]
    for body in bodies:
        rows += [*body[2], *body[3]]
    for row in (*rows, *foot[1]):
        for cell in row[1]:
            yield cell[4]


def in_words(sentence: Sentence, **changes: object) -> Sentence:
    """Return a sentence with other words, for tests of the checks themselves."""
    return replace(sentence, **changes)
