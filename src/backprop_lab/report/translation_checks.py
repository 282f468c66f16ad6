"""Is a translation of the report whole?  Its folder of texts against the English one.

Both languages ask for the same facts, files and claims, show the same figures, tables and
equations, cite the same works and give the same commands, paragraph by paragraph and under the same
conditions (see passages); and nothing is left in English.  Templates are compared before they are
filled in, so that every branch of a condition counts.

What is left in English is found by comparison, not by its letters, so that a language may be
written in any.  A passage is left in English if it stands in the English text too: a whole
sentence, heading, table cell or string, or `RUN` words in a row.  Words that both languages write
alike do not count; labels.yaml lists them (`checks: same_as_english:`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from backprop_lab.errors import LabError
from backprop_lab.files.documents import leaves, read_yaml
from backprop_lab.report.passages import compare_passages

REFERENCE = "en"
#: So many words in a row, as in the English text, are left in English.
RUN = 3
#: Files of a language that hold texts by key.
_TREES = ("labels.yaml", "words.yaml", "claims.yaml")
#: Keys of labels.yaml that are no texts: what the PDF's program and the checks need to know.
_NO_TEXT = ("typst.", "checks.")

_COMMENT = re.compile(r"<#.*?#>", re.DOTALL)
_JINJA = re.compile(r"<<.*?>>|<%.*?%>", re.DOTALL)
_INCLUDE = re.compile(r'<%\s*include\s+"([^"]+)"\s*%>')
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"(\s*:)?', re.DOTALL)
_COMMAND = re.compile(r'<<\s*command\(\s*"((?:[^"\\]|\\.)*)"[^>]*>>', re.DOTALL)
_FORMAT = re.compile(r"(?:abs:|signed:)?[a-z]+:\d")
_PLACEHOLDER = re.compile(r"\{\w*\}")

#: What is no prose, or stands in another kind of element.
_SKIPPED = (
    r"^(`{3,}|~{3,}).*?^\1",
    r"\$\$.*?\$\$",
    r"\$[^$\n]+\$",
    r"(`+)[^`\n]+?\1",
    r"\]\([^)\n]*\)",
    r"https?://\S+",
    r"\[?@[\w:-]+",
    r"\[\^[\w-]+\]",
    r"^:::+ *\w*",
    r"^(?:lang|keywords|nocite|author): .*?$",
    r"^(?:title|subtitle|description):",
)
_ATTRIBUTES = re.compile(r"\{[#.=][^}\n]*?(?:alt=\"([^\"]*)\"[^}\n]*)?\}|\{alt=\"([^\"]*)\"\}")
_NOT_A_WORD = re.compile(r"&\w+;|\\\w+|\{\w*\}")
#: A word in any script; the letters of Chinese have no spaces between them, and count as one.
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
#: Where a sentence, a table's cell or a key of the front matter ends.
_END = re.compile(r"[.!?:;](?=\s|$|[*_\"])|[|。！？：；]")

Words = tuple[str, ...]


@dataclass(frozen=True)
class English:
    """An English text, to look up what another one has in common with it.

    Attributes:
        segments: its sentences, headings, cells and strings, each as its words.
        runs: every `RUN` words in a row of one of its lines.
        same: words that the other language writes in the same way, in small letters.
    """

    segments: Collection[Words]
    runs: Collection[Words]
    same: Collection[str]

    @classmethod
    def of(cls, texts: Iterable[str], same: Collection[str]) -> English:
        """Take texts apart; `same` are the words that are no English, see above."""
        segments: set[Words] = set()
        runs: set[Words] = set()
        for text in texts:
            for _, line in _lines(text):
                segments.update(_words(segment) for segment in _END.split(line))
                runs.update(_runs(_words(line)))
        return cls(segments, runs, same)

    def left_in(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield each passage of a template that stands here too, with the number of its line."""
        for number, line in _lines(text):
            passage = next(filter(None, map(self._shared, _END.split(line))), "")
            if passage:
                yield number, passage

    def _shared(self, segment: str) -> str:
        """Return the segment, or the words in it, that stand in the English text too, or ""."""
        words = _words(segment)
        if words in self.segments and self._count(words):
            return " ".join(segment.split())
        for stands_here, runs in groupby(_runs(words), self.runs.__contains__):
            first, *others = runs
            passage = (*first, *(run[-1] for run in others))
            if stands_here and self._count(passage) >= RUN:
                return " ".join(passage)
        return ""

    def _count(self, words: Words) -> int:
        """Return how many words are English: no single letters, and not written alike."""
        return sum(len(word) > 1 and word not in self.same for word in words)


def check_translation(template: Path) -> None:
    """See that a language's template, labels, words and claims say what the English ones say.

    Args:
        template: report/text/<language>/lab-report.md; the English one stands in the folder
            beside it. Nothing is asked of English itself.

    Raises:
        LabError: listing everything that is missing or left in English, in one line.
    """
    folder = template.parent
    if folder.name == REFERENCE:
        return
    reference = folder.with_name(REFERENCE)
    same = same_words(folder)
    ours, theirs = _texts(template), _texts(reference / template.name)
    findings = [*_compare(_elements(ours), _elements(theirs), template.name)]
    for name in [name for name in theirs if name in ours]:
        findings += compare_passages(ours[name], theirs[name], name)
    english = English.of(theirs.values(), same)
    for name, text in ours.items():
        findings += left_in_english(text, english, name)
    for name in _TREES:
        findings += compare_words(read_yaml(folder / name), read_yaml(reference / name), same, name)
    if findings:
        advice = ""
        if any("left in English" in finding for finding in findings):
            advice = (
                "; translate what is left, or list the words that this language writes as English "
                "does under checks.same_as_english in labels.yaml"
            )
        raise LabError(f"{folder}: translation incomplete: {'; '.join(findings)}{advice}")


def same_words(folder: Path) -> frozenset[str]:
    """Read the words that a language and English write alike, in small letters.

    Those of the English labels.yaml are written alike in every language.

    Args:
        folder: report/text/<language>.

    Raises:
        LabError: a labels.yaml cannot be read, or its list is none.
    """
    same: set[str] = set()
    for path in (folder.with_name(REFERENCE) / "labels.yaml", folder / "labels.yaml"):
        checks = read_yaml(path).get("checks")
        listed = checks.get("same_as_english") if isinstance(checks, dict) else None
        if not isinstance(listed, list):
            raise LabError(f"{path}: checks.same_as_english: must be a list of words")
        same.update(word for text in listed for word in _words(str(text)))
    return frozenset(same)


def left_in_english(text: str, english: English, name: str) -> list[str]:
    """Name the passages of a template that a translation left as they were, with their lines."""
    return [
        f"{name}:{line}: left in English: {passage[:60]!r}"
        for line, passage in english.left_in(text)
    ]


def compare_words(
    ours: dict[str, object], theirs: dict[str, object], same: Collection[str], name: str
) -> list[str]:
    """Name what differs in two trees of texts: keys, {placeholders} and facts, and English left."""
    texts, originals = _texts_by_key(ours), _texts_by_key(theirs)
    findings = [f"{name}: lacks {key}" for key in originals if key not in texts]
    findings += [
        f"{name}: {key} is not in the English one" for key in texts if key not in originals
    ]
    for key in [key for key in originals if key in texts]:
        text, original = texts[key], originals[key]
        if original and set(_PLACEHOLDER.findall(text)) != set(_PLACEHOLDER.findall(original)):
            findings.append(f"{name}: {key} has other {{placeholders}} than the English one")
        findings += _compare(elements(text), elements(original), f"{name}: {key}")
        if [*English.of([original], same).left_in(text)]:
            findings.append(f"{name}: {key} is left in English: {text!r}")
    return findings


def elements(text: str) -> dict[str, set[str]]:
    """Return what a template asks for and shows, by kind, without its prose."""
    text = _COMMENT.sub("", text)
    code = " ".join(_JINJA.findall(text))
    called = set(re.findall(r'\w\(\s*"([\x21-\x7e]*)"', code))
    literals = {string for string, _ in _STRING.findall(code)}
    literals |= set(re.findall(r'\w\(\s*"([^"\s]*)"', code))
    keys = {
        literal.strip(".")
        for literal in literals
        if re.fullmatch(r"[\x21-\x7e]*[._/\d][\x21-\x7e]*|[a-z]+", literal)
    }
    keys = {key for key in keys if re.search(r"[._]\w|\w[._]", key) or key in called}
    without_code = re.sub(r"^(`{3,}).*?^\1", "", text, flags=re.DOTALL | re.MULTILINE)
    boxes = Counter(re.findall(r"^::: (\w+)$", text, re.MULTILINE))
    macros = re.findall(r"<%-?\s*macro (\w+)", text)
    return {
        "call of": set(re.findall(r"(?<![\w.])([a-z]\w*)\(", _STRING.sub("", code))) - set(macros),
        "fact, file or claim": {key for key in keys if not _FORMAT.fullmatch(key)},
        "label": set(re.findall(r"\{#([\w-]+)", text)),
        "reference to": set(re.findall(r"\]\(#([\w-]+)\)", text)),
        "citation of": set(re.findall(r"(?<![\w`])@([a-z]+\d[\w:-]*)", without_code)),
        "equation": {
            " ".join(re.sub(r"\\text\{[^}]*\}", r"\\text", equation).split())
            for equation in re.findall(r"\$\$(.*?)\$\$", text, re.DOTALL)
        },
        "command": set(_COMMAND.findall(text)),
        "number of boxes": {f"{count} × {kind}" for kind, count in boxes.items()},
    }


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the prose of a template, line by line with its number, and the strings in its code."""
    prose = _COMMAND.sub(_blank, _COMMENT.sub(_blank, text))
    for pattern in _SKIPPED:
        prose = re.sub(pattern, _blank, prose, flags=re.DOTALL | re.MULTILINE)
    prose = _ATTRIBUTES.sub(lambda match: _blank(match, match[1] or match[2] or ""), prose)
    for match in _JINJA.finditer(prose):
        for string in _STRING.finditer(match[0]):
            # One word is a name or an identifier, and a dictionary's key is no text.
            if re.search(r"\s", string[1]) and not string[2]:
                line = prose.count("\n", 0, match.start() + string.start()) + 1
                yield from enumerate(string[1].split("\n"), start=line)
    yield from enumerate(_JINJA.sub(_blank, prose).split("\n"), start=1)


def _words(text: str) -> Words:
    return tuple(_WORD.findall(_NOT_A_WORD.sub(" ", text).casefold()))


def _runs(words: Words) -> list[Words]:
    return [words[start : start + RUN] for start in range(len(words) - RUN + 1)]


def _texts_by_key(tree: dict[str, object]) -> dict[str, str]:
    """Return the texts of a tree by their dotted keys, a list as one text, "" for what is none."""
    found = {}
    for key, text in leaves(tree):
        if not key.startswith(_NO_TEXT):
            listed = text if isinstance(text, list) else [text]
            found[key] = "|".join(one for one in listed if isinstance(one, str))
    return found


def _texts(template: Path) -> dict[str, str]:
    """Read a template and those that it includes, by file name."""
    try:
        text = template.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise LabError(f"{template}: not found; translate the English one") from None
    texts = {template.name: text}
    for included in _INCLUDE.findall(text):
        texts |= _texts(template.with_name(included))
    return texts


def _elements(texts: dict[str, str]) -> dict[str, set[str]]:
    return elements("\n".join(texts.values()))


def _compare(ours: dict[str, set[str]], theirs: dict[str, set[str]], name: str) -> Iterator[str]:
    for kind, wanted in theirs.items():
        for element in sorted(wanted - ours[kind]):
            yield f"{name}: lacks the {kind} {element!r}"
        for element in sorted(ours[kind] - wanted):
            yield f"{name}: the English one lacks the {kind} {element!r}"


def _blank(match: re.Match[str], kept: str = "") -> str:
    """Return what is kept, as a segment of its own, and the match's line breaks."""
    return (f"|{kept}|" if kept else " ") + "\n" * match[0].count("\n")
