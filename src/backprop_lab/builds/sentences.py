"""The sentences of a report as its reader finds them, each with the facts that it shows."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from difflib import SequenceMatcher
from html.parser import HTMLParser
from pathlib import Path

from backprop_lab.errors import LabError

#: Sections that are about times, by identifier.
TIMED_SECTIONS = ("sec-speed", "sec-build", "sec-benchmarks", "sec-growth")
#: Elements that a sentence does not go beyond.
_BLOCKS = {"p", "li", "h1", "h2", "h3", "h4", "h5", "figcaption", "caption", "dt", "dd", "section"}
#: Elements whose text is no sentence; numbers in tables are compared where they come from.
_SKIPPED = {"script", "style", "svg", "nav", "header", "footer", "tbody", "thead", "pre", "select"}
#: Classes of what numbers a part: a part that is added renumbers all that follow.
_NUMBERING = {"label", "section-number"}
_VOID = {"meta", "link", "br", "hr", "img", "input", "source", "wbr", "col", "area", "base"}
#: Where a sentence ends: Latin marks before a space, Chinese ones anywhere.
_END = re.compile(r"(?<=[.!?])\s+(?=[^a-z\s])|(?<=[。！？])")
#: Stands for a fact inside the text of a block: its key follows, then its words.
_FACT = re.compile("\x00([^\x01]*)\x01([^\x02]*)\x02")
#: What is shown in place of a number that a clock wrote.
_TIME = "…"


@dataclass(frozen=True)
class Sentence:
    """A sentence, and the keys of the facts in it; times are left out of its text."""

    text: str
    facts: tuple[str, ...] = ()


def read_sentences(path: Path, clock: Collection[str]) -> list[Sentence]:
    """Read the sentences of a report's HTML, but for tables and sections about times.

    Args:
        clock: keys of the facts that a clock wrote.

    Raises:
        LabError: the file cannot be read.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise LabError(f"{path}: cannot be read ({error}); build the report anew") from None
    reader = _Reader()
    reader.feed(text)
    reader.close()
    sentences = []
    for block in reader.blocks:
        for part in _END.split(" ".join(block.split())):
            keys = tuple(match[1] for match in _FACT.finditer(part))
            shown = _FACT.sub(lambda match: _TIME if match[1] in clock else match[2], part)
            if shown.strip():
                sentences.append(Sentence(shown.strip(), keys))
    return sentences


def changed(
    first: list[Sentence], second: list[Sentence]
) -> list[tuple[Sentence | None, Sentence | None]]:
    """Pair the sentences that differ, old and new; None where one was added or left out."""
    before, after = ([one.text for one in sentences] for sentences in (first, second))
    pairs: list[tuple[Sentence | None, Sentence | None]] = []
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        old: list[Sentence | None] = [*first[a:b]]
        new: list[Sentence | None] = [*second[c:d]]
        length = max(len(old), len(new))
        old += [None] * (length - len(old))
        new += [None] * (length - len(new))
        pairs += list(zip(old, new, strict=True))
    return pairs


class _Reader(HTMLParser):
    """Collects the text of each block, with its facts marked.

    Attributes:
        blocks: the texts, in the order of the page.
    """

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = [""]
        self._open: list[tuple[str, bool, bool]] = []  # tag, skipped, a fact

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note an element; called by HTMLParser."""
        if tag in _VOID:
            return
        given = dict(attributes)
        classes = set((given.get("class") or "").split())
        skipped = tag in _SKIPPED or bool(classes & _NUMBERING)
        skipped |= given.get("id") in TIMED_SECTIONS
        fact = "fact" in classes and not self._skipping
        if tag in _BLOCKS:
            self.blocks.append("")
        target = given.get("href") or ""
        if tag == "a" and target.startswith("#"):  # the number of a reference, by its name
            self.handle_data(f"[{target.removeprefix('#')}]")
            skipped = True
        self._open.append((tag, skipped, fact))
        if fact:
            self.blocks[-1] += f"\x00{given.get('data-key') or ''}\x01"

    def handle_endtag(self, tag: str) -> None:
        """Close an element, and those left open in it; called by HTMLParser."""
        if tag not in {name for name, _, _ in self._open}:
            return
        while self._open:
            name, _, fact = self._open.pop()
            if fact:
                self.blocks[-1] += "\x02"
            if name == tag:
                break
        if tag in _BLOCKS:
            self.blocks.append("")

    def handle_data(self, data: str) -> None:
        """Add text; called by HTMLParser."""
        if not self._skipping:
            self.blocks[-1] += data

    @property
    def _skipping(self) -> bool:
        return any(skipped for _, skipped, _ in self._open)
