"""The reference of the library, written from the docstrings of what it offers."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import backprop_lab as lab
from backprop_lab import api

#: The sections of a docstring in Google's style -> what the page calls them.
_SECTIONS = {
    "Args": "Arguments",
    "Attributes": "Attributes",
    "Returns": "Returns",
    "Raises": "Raises",
}
#: What a method gets without being told.
_FIRST = ("self", "cls")


def reference() -> str:
    """Return the Markdown of all that `import backprop_lab` offers, in alphabetical order."""
    return "\n".join(_section(name, getattr(lab, name)) for name in api.__all__)


def _section(name: str, thing: Any) -> str:
    """Write a heading, a signature and the docstring; of a class, its methods too."""
    text = f"## {name}\n\n    lab.{name}{_signature(thing)}\n\n{as_markdown(thing.__doc__)}\n"
    if inspect.isclass(thing) and not issubclass(thing, Exception):
        methods = [line for found in vars(thing).items() if (line := _method(*found))]
        text += "\n**Methods and properties**\n\n" + "".join(methods) if methods else ""
    return text


def _signature(thing: Any) -> str:
    """Return the arguments of a function or class as its code spells them."""
    if inspect.isclass(thing) and issubclass(thing, Exception):
        return ""
    signature = inspect.signature(thing)
    arguments = []
    for one in signature.parameters.values():
        if one.kind is one.KEYWORD_ONLY and "*" not in arguments:
            arguments.append("*")
        arguments.append(f"{one.name}: {one.annotation}{_default(one.default)}")
    returned = signature.return_annotation
    arrow = "" if inspect.isclass(thing) or returned == "None" else f" -> {returned}"
    return f"({', '.join(arguments)}){arrow}"


def _default(value: Any) -> str:
    """Spell an argument's default; one that code has no short word for is left open."""
    if value is inspect.Parameter.empty:
        return ""
    if isinstance(value, Path):
        value = value.as_posix()
    return f" = {value!r}" if value is None or isinstance(value, bool | int | str) else " = ..."


def _method(name: str, thing: Any) -> str:
    """Write one line on a public method or property; nothing on anything else."""
    function = getattr(thing, "fget", None) or getattr(thing, "func", None) or thing
    function = getattr(function, "__func__", function)
    if name.startswith("_") or not inspect.isfunction(function) or not function.__doc__:
        return ""
    called = function is thing or isinstance(thing, classmethod | staticmethod)
    arguments = [name for name in inspect.signature(function).parameters if name not in _FIRST]
    about = " ".join(inspect.cleandoc(function.__doc__).split("\n\n")[0].split())
    return f"- `{name}{'(' + ', '.join(arguments) + ')' if called else ''}`: {about}\n"


def as_markdown(docstring: str | None) -> str:
    r"""Return a docstring in Google's style as Markdown: its sections become lists.

    >>> print(as_markdown("Add.\n\nArgs:\n    x: the first\n        of both.\n    y: the other."))
    Add.
    <BLANKLINE>
    **Arguments**
    <BLANKLINE>
    - `x`: the first of both.
    - `y`: the other.
    """
    blocks = []
    for block in re.split(r"\n\n+", inspect.cleandoc(docstring or "")):
        head, _, rest = block.partition("\n")
        if head.endswith(":") and head[:-1] in _SECTIONS:
            blocks += [f"**{_SECTIONS[head[:-1]]}**", _items(rest, named=head != "Returns:")]
        else:
            blocks.append(block)
    # A < outside of code would begin HTML.
    return re.sub(r"(`[^`]*`)|<", lambda found: found[1] or "&lt;", "\n\n".join(blocks))


def _items(text: str, *, named: bool) -> str:
    """Return a section's lines as a list; a line that is indented further goes on with an item."""
    items: list[str] = []
    for line in inspect.cleandoc("\n" + text).splitlines():
        if line.startswith(" ") or (items and not named):
            items[-1] += " " + line.strip()
        else:
            items.append(line)
    if not named:
        return items[0]
    return "\n".join(re.sub(r"^([\w, ]+): ", r"- `\1`: ", item) for item in items)
