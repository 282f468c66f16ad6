"""No result stands in the prose as typed digits: every number comes from a file.

What is left when maths, code, citations, identifiers and the template's own
expressions are taken away may hold no number but those of `ALLOWED`.
"""

from __future__ import annotations

import re

from backprop_lab.errors import LabError


class ProseError(LabError):
    """A number typed by hand."""


#: Numbers that are no result, each with what it is.
ALLOWED = {
    "a figure of the original": r"[Ff]igures?\s+{n}(?:(?:,| and| to|, and)\s+{n})*|圖\s*{n}",
    "a section of the original": r"[Ss]ections?\s+\d(?:\.\d)?(?![.\d])|第\s*\d(?:\.\d)?\s*節",
    "a task of the original": r"Task\s*[12](?![.,]?\d)",
    "a year": r"{start}(?:19|20)\d\d(?![.,]?\d)(?!\s*[%％])",
    "a pixel's value, or an end of an interval": r"{start}(?:[01]|255)(?![.,]?\d)(?!\s*[%％])",
    "an initialisation's name": r"{start}0\.0?1\s?N(?![A-Za-z])",
    "the size of an image": r"{start}28\s*(?:by|×|乘)\s*28(?!\d)",
    "a page": r"\bpp?\.\s*\d+(?:[-–]\d+)?",
    "the number of a list's item": r"(?m)^\s*\d{1,2}\.(?=\s)",
}
#: What {n} and {start} stand for above. Chinese writes numbers without a space before them.
_FIGURE = r"\d{1,2}(?![.,]?\d)(?!\s*[%％])"
_START = r"(?<![A-Za-z\d])(?<!\d[.,])"

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
_NUMBER = re.compile(
    r"(?<![A-Za-z_\d])(?<![A-Za-z_\d][.-])\.?\d+(?:[.,]\d+)*(?:\s*(?:[%％]|percent\b|points\b))?"
)


def check_prose(text: str, name: str) -> None:
    """See that a template's prose has no number typed by hand.

    Prose is the Markdown and, inside expressions, every string with a space in
    it (captions, descriptions); commands are not.

    Args:
        text: a template, not filled in.
        name: the file, for the message.

    Raises:
        ProseError: naming each line and number, in one line.
    """
    prose = text
    for pattern in _SKIPPED:
        prose = re.sub(pattern, _blank, prose, flags=re.DOTALL | re.MULTILINE)
    prose = _JINJA.sub(_prose_of_expression, prose)
    for pattern in ALLOWED.values():
        prose = re.sub(pattern.replace("{n}", _FIGURE).replace("{start}", _START), _blank, prose)
    found = [
        f"{name}:{prose.count(chr(10), 0, match.start()) + 1}: the number {match[0]!r} is typed"
        for match in _NUMBER.finditer(prose)
    ]
    if found:
        raise ProseError("; ".join(found) + "; write << fact(...) >>, or see prose_checks.ALLOWED")


def _blank(match: re.Match) -> str:
    """As much white space, so that lines keep their numbers."""
    return re.sub(r"[^\n]", " ", match[0])


def _prose_of_expression(match: re.Match) -> str:
    """An expression without all but what it would print as it stands."""
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
