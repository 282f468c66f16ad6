"""Texts that others wrote, such as the words of a claim: filled in, and held to words.

A fragment of claims.yaml is a template of its own, which may ask for facts and do nothing else.
What it and the labels say in Markdown may be words, emphasis, code, mathematics, citations and
links inside the report: no image, no link to anywhere else, no HTML and no typst code.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from backprop_lab.errors import LabError
from backprop_lab.report.pandoc import run_pandoc

#: How a template of the report is written: the signs do not clash with those of TeX.
SYNTAX: dict[str, Any] = {
    "variable_start_string": "<<",
    "variable_end_string": ">>",
    "block_start_string": "<%",
    "block_end_string": "%>",
    "comment_start_string": "<#",
    "comment_end_string": "#>",
    "trim_blocks": True,
    "lstrip_blocks": True,
    "keep_trailing_newline": True,
    "undefined": jinja2.StrictUndefined,
}
#: Jinja's functions that a report has no use for; each leads to Python's modules.
_UNUSED = ("cycler", "joiner", "lipsum")
#: The functions that a fragment may call.
VOCABULARY = ("fact", "plain")
_ASKING = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Call,
    nodes.Const,
    nodes.Keyword,
)
#: Of so many texts what was found out is kept, for the next report of the same process.
_KEPT = 1000
#: Attributes that `fact` gives to the span around a number.
_FACT = [f"data-{name}" for name in ("key", "source", "place", "rebuild", "content-sha256", "runs")]


def sandbox(
    loader: jinja2.BaseLoader | None = None,
    finalize: Callable[[object], object] | None = None,
) -> ImmutableSandboxedEnvironment:
    """Return a Jinja environment whose templates cannot reach Python behind their values.

    Args:
        loader: where templates are looked for; None finds none.
        finalize: what is done to a value before it is printed.
    """
    environment = ImmutableSandboxedEnvironment(loader=loader, finalize=finalize, **SYNTAX)
    for name in _UNUSED:
        del environment.globals[name]
    return environment


class Fragments:
    """Fills in fragments; each may call the functions of VOCABULARY, with plain values."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        """Args: the functions of a report's template, by name."""
        self._names = {name: names[name] for name in VOCABULARY}
        self._environment = sandbox()
        self._environment.globals.clear()

    def fill(self, text: str) -> str:
        """Fill in one fragment.

        Raises:
            LabError: it does something else than to ask for facts, or for one that does not exist.
        """
        template = jinja2.Template.from_code(self._environment, _compiled(text), {})
        return template.render(self._names)


@lru_cache(maxsize=_KEPT)
def _compiled(text: str) -> CodeType:
    """Compile a fragment; LabError if it does something else than to ask for facts."""
    environment = sandbox()
    for node in _all_nodes(environment.parse(text)):
        if not isinstance(node, _ASKING):
            what = node.name if isinstance(node, nodes.Name) else type(node).__name__
            raise LabError(
                f"{what!r} is not allowed here; a text may ask for facts alone, as in "
                '<< fact("claims.n") >>'
            )
    return environment.compile(text)


def _all_nodes(node: nodes.Node) -> Iterator[nodes.Node]:
    """Yield a node and all below it, but for the names of the functions that may be called."""
    yield node
    for child in node.iter_child_nodes():
        called = isinstance(node, nodes.Call) and child is node.node
        if not (called and isinstance(child, nodes.Name) and child.name in VOCABULARY):
            yield from _all_nodes(child)


def check_words(texts: Mapping[str, str], path: Path, filters: Path) -> None:
    """See that texts are words in Markdown and nothing else.

    Args:
        texts: place in the file -> Markdown, filled in.
        path: the file, for messages.
        filters: the folder of words.lua, which says what is allowed.

    Raises:
        LabError: a text holds an image, a link out of the report, HTML, typst code or the like.
    """
    asked = json.dumps({"texts": texts, "attributes": _FACT})
    status, told, errors = _look(asked, filters, (filters / "words.lua").read_bytes())
    if status:
        raise LabError(f"{path}: {' '.join(errors.split())}")
    for place, found in sorted(json.loads(told or "{}").items()):
        raise LabError(
            f"{path}: {place}: holds {found}; a text may hold words, emphasis, code, mathematics, "
            "citations and links such as [](#sec-depth)"
        )


@lru_cache(maxsize=_KEPT)
def _look(asked: str, filters: Path, _code: bytes) -> tuple[int, str, str]:
    """Return the status of words.lua, whose text is `_code`, what it prints and its errors."""
    done = run_pandoc(["lua", "words.lua"], folder=filters, text=asked)
    return done.returncode, done.stdout, done.stderr


def flatten(tree: object, place: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text of nested mappings and lists with its place, such as "claims.heads.claim"."""
    if isinstance(tree, Mapping):
        for key, branch in tree.items():
            yield from flatten(branch, f"{place}.{key}" if place else str(key))
    elif isinstance(tree, list):
        for number, branch in enumerate(tree):
            yield from flatten(branch, f"{place}[{number}]")
    elif isinstance(tree, str):
        yield place, tree
