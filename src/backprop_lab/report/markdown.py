"""Small pieces of pandoc's Markdown: escaped text, attributes, captions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from backprop_lab.errors import LabError
from backprop_lab.report.font_files import unshown

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+!|~^$@\"'.:-])")

#: Signs by which a text becomes more than words.
_READ = re.compile(r"[\\`*_{}\[\]<>#!|~^$@&]")

#: Jinja's name for the text inside a call block (`<% call figure(...) %> text <% endcall %>`).
Caller = Callable[[], str]


def one_line(text: str) -> str:
    """Put text on one line; spaces that do not break (as in "98 %") stay."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")


def escape(text: str) -> str:
    """Escape text so that Markdown shows it as it is."""
    return _SPECIAL.sub(r"\\\1", one_line(text))


def code_span(text: str) -> str:
    """Write text as code on one line, whatever signs it has."""
    text = one_line(text)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    fence = backticks(text)
    return f"{fence}{space}{text}{space}{fence}"


def listing(text: str, summary: str, language: str = "yaml") -> str:
    r"""Write a text of a file as a block of code that the page folds, whatever it holds.

    A character that the report has no font for stands as Python writes it, such as \u0e01.

    Args:
        text: what the file holds.
        summary: words that stand for it while it is folded.
        language: of the code.
    """
    text = str(text).strip("\n")
    for sign in unshown(text):
        text = text.replace(sign, ascii(sign)[1:-1])
    fence = backticks(text, 3)
    listed = attribute_list({"summary": summary})
    return f"\n\n{fence} {{.{language} {listed}}}\n{text}\n{fence}\n\n"


def backticks(text: str, least: int = 1) -> str:
    """Return at least so many backticks, more than stand together in the text."""
    longest = max(map(len, re.findall("`+", text)), default=0)
    return "`" * max(least, longest + 1)


class Literal(str):
    """A text of a file that Markdown must show as it is; a template prints it escaped."""


def literal(value: Any) -> Any:
    """Make each text of a JSON value a Literal, if it has a sign that Markdown would read."""
    if isinstance(value, str):
        return Literal(value) if _READ.search(value) else value
    if isinstance(value, dict):
        return {key: literal(one) for key, one in value.items()}
    return [literal(one) for one in value] if isinstance(value, list) else value


def attribute_list(attributes: Mapping[str, str]) -> str:
    """Write attributes of a span, div or image: `key="value" ...`."""
    return " ".join(f'{key}="{_quoted(value)}"' for key, value in attributes.items())


def caption_of(kind: str, name: str, caption: str, caller: Caller | None) -> str:
    """Return the caption on one line, taken from the call block if there is one.

    Args:
        kind: "figure" or "table", for the message.
        name: the figure or table.
        caption: Markdown.
        caller: the call block's text; its words win over `caption`.

    Raises:
        LabError: there are no words.
    """
    text = one_line(caller() if caller else caption)
    if not text:
        raise LabError(f"{kind} {name!r}: needs a caption")
    return text


def _quoted(text: str) -> str:
    """Make text fit between the double quotes of an attribute."""
    text = one_line(text).replace("&", "&amp;").replace('"', "&quot;")
    return text.replace("\\", "&#92;")
