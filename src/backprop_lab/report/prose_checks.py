"""No result stands in the prose as typed digits: every number comes from a file.

Take maths, code, citations, identifiers and the template's own expressions away.  What is left
may hold no number but those of `_EVERYWHERE`, and those that a language's labels.yaml allows
(`checks: numbers:`), such as the number of a figure of the original.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backprop_lab.errors import LabError


class ProseError(LabError):
    """A number typed by hand."""


_LATIN = "A-Za-z\u00c0-\u024f"
#: What comes before a number: no part of another one, and no Latin letter. A Chinese one may.
_START = rf"(?<![{_LATIN}\d])(?<!\d[.,])"
#: Numbers that are no result in any language, each with what it is.
_EVERYWHERE = {
    "a year": _START + r"(?:19|20)\d\d(?![.,]?\d)(?!\s*[%％])",
    "a pixel's value, or an end of an interval": _START + r"(?:[01]|255)(?![.,]?\d)(?!\s*[%％])",
    "an initialisation's name": _START + r"0[.,]0?1\s?(?-i:N)(?![A-Za-z])",
    "the size of an image": _START + r"28\s*×\s*28(?!\d)",
    "the number of a list's item": r"(?m)^\s*\d{1,2}\.(?=\s)",
}
#: What {n} stands for in the patterns of a language, by their key in labels.yaml.
_FIGURE = r"\d{1,2}(?![.,]?\d)(?!\s*[%％])"
_NUMBERS = {
    "figure": _FIGURE + r"(?:\s*{list}\s*" + _FIGURE + ")*",
    "section": r"\d(?:\.\d)?(?![.,]?\d)(?!\s*[%％])",
    "task": r"[12](?![.,]?\d)(?!\s*[%％])",
    "page": r"\d+(?:[-–]\d+)?",
    "size": r"28(?!\d)",
}
#: Signs after a number that belong to it, in every language.
_UNITS = ("%", "％")

#: What is no prose: left out before numbers are looked for.
_SKIPPED = (
    r"<#.*?#>",
    r"^(`{3,}|~{3,}).*?^\1",
    r"(?<=\$)\]\{[^}]*\}",  # an equation, read aloud
    r"\$\$.*?\$\$",
    r"\$[^$\n]+\$",
    r"(`+)[^`\n]+?\1",
    r"\{[#.=][^}\n]*\}",
    r"\]\([^)\n]*\)",
    r"https?://\S+",
    r"@[\w:-]+",
)
_JINJA = re.compile(r"<<.*?>>|<%.*?%>", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'', re.DOTALL)
_LITERAL = re.compile(r"(?<![\w.])\d+\.\d+(?![\w.])")
_GIVEN = re.compile(r"(?:<<|\bnumber\()\s*(\d+)")
_TYPED = re.compile(r"[+−-]?\d+(?:[.,]\d+)+|[+−-]?\d+(?:[.,]\d+)*\s?%")


@dataclass(frozen=True)
class TypedNumbers:
    """The numbers that the prose of one language may hold.

    Attributes:
        allowed: patterns of numbers that are no result, with the words around them.
        number: a pattern of any number, with the unit after it.
        path: labels.yaml, named in errors.
    """

    allowed: tuple[re.Pattern[str], ...]
    number: re.Pattern[str]
    path: Path

    @classmethod
    def of(cls, labels: Mapping[str, Any], path: Path) -> TypedNumbers:
        """Build the patterns from a language's labels; en/labels.yaml explains their keys.

        Args:
            labels: what labels.yaml holds.
            path: the file.

        Raises:
            LabError: `checks: numbers:` lacks a list, or has an unknown or a wrong one.
        """
        checks = labels.get("checks")
        words = checks.get("numbers") if isinstance(checks, Mapping) else None
        known = {*_NUMBERS, "list", "units"}
        if not isinstance(words, Mapping) or words.keys() != known:
            keys = ", ".join(sorted(known))
            raise LabError(f"{path}: checks.numbers: must have a list for each of {keys}")
        for key, texts in words.items():
            if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
                raise LabError(f"{path}: checks.numbers.{key}: must be a list of texts")
            if key in _NUMBERS and not all("{n}" in text for text in texts):
                raise LabError(f"{path}: checks.numbers.{key}: each text needs {{n}}, the number")
        units = _any_of([*_UNITS, *words["units"]])
        patterns = [
            _pattern(text).replace(r"\{n\}", number)
            for kind, number in _NUMBERS.items()
            for text in words[kind]
        ]
        listed = _any_of(words["list"])
        allowed = [
            re.compile(pattern.replace("{list}", listed), re.IGNORECASE)
            for pattern in (*_EVERYWHERE.values(), *patterns)
        ]
        number = rf"(?<![A-Za-z_\d])(?<![A-Za-z_\d][.-])\.?\d+(?:[.,]\d+)*(?:\s*{units})?"
        return cls(tuple(allowed), re.compile(number, re.IGNORECASE), path)


def check_prose(text: str, name: str, typed: TypedNumbers) -> None:
    """See that a template's prose has no number typed by hand.

    Prose is the Markdown and, inside expressions, every string with a space in
    it (captions, descriptions); commands are not.

    Args:
        text: a template, not filled in.
        name: the file, for the message.
        typed: the numbers that its language allows.

    Raises:
        ProseError: naming each line and number, in one line.
    """
    prose = text
    for pattern in _SKIPPED:
        prose = re.sub(pattern, _blank, prose, flags=re.DOTALL | re.MULTILINE)
    prose = _JINJA.sub(_prose_of_expression, prose)
    for allowed in typed.allowed:
        prose = allowed.sub(_blank, prose)
    found = [
        f"{name}:{prose.count(chr(10), 0, match.start()) + 1}: the number {match[0]!r} is typed"
        for match in typed.number.finditer(prose)
    ]
    if found:
        raise ProseError(
            f"{'; '.join(found)}; write << fact(...) >>, or see checks.numbers in {typed.path}"
        )


def _any_of(texts: Iterable[str]) -> str:
    """Return a pattern of any of the texts, the longest first; of none if there are none."""
    patterns = [_pattern(text) for text in sorted(texts, key=len, reverse=True)]
    return f"(?:{'|'.join(patterns) or '(?!)'})"


def _pattern(text: str) -> str:
    """Return a pattern of a text, with any white space, or none, where the text has some.

    Where the text begins or ends with a Latin letter, a word does: "p. {n}" is not found in
    "step. 3".
    """
    pattern = r"\s*".join(re.escape(word) for word in text.split())
    if text.startswith("{n}"):
        return _START + pattern
    before = rf"(?<![{_LATIN}])" if re.match(f"[{_LATIN}]", text) else ""
    after = rf"(?![{_LATIN}])" if re.search(f"[{_LATIN}]$", text) else ""
    return before + pattern + after


def _blank(match: re.Match[str]) -> str:
    """Return as much white space, so that lines keep their numbers."""
    return re.sub(r"[^\n]", " ", match[0])


def _prose_of_expression(match: re.Match[str]) -> str:
    """Return an expression without all but what it would print as it stands."""
    code = match[0]
    if re.match(r"<<\s*command\(", code):
        return _blank(match)
    kept = [" " if character != "\n" else "\n" for character in code]
    bare = list(code)
    for string in _STRING.finditer(code):
        words, start = string[0][1:-1], string.start() + 1
        is_width = code[: string.start()].endswith("width=")
        if re.search(r"\s", words) or (_TYPED.fullmatch(words) and not is_width):
            kept[start : start + len(words)] = words
        bare[string.start() : string.end()] = re.sub(r"[^\n]", " ", string[0])
    rest = "".join(bare)
    for literal in (*_LITERAL.finditer(rest), *_GIVEN.finditer(rest)):
        group = 1 if literal.re is _GIVEN else 0
        kept[literal.start(group) : literal.end(group)] = literal[group]
    return "".join(kept)
