"""Parse YAML strictly: what YAML would take in silence is refused, with its line.

YAML lets a key stand twice and keeps the last, and it reads `no`, `010` and `2024-01-01` as
false, 8 and a date.  Snakemake's own reader takes all of this, and its errors name no line.
"""

from __future__ import annotations

import math
import re
from difflib import get_close_matches
from typing import Any, NoReturn

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from backprop_lab.errors import LabError
from backprop_lab.runs.config_error import Keys, dotted, shown

#: Values of a file, those of an alias counted anew each time: aliases of aliases can stand
#: for more than any memory holds.
_MAX_VALUES = 200_000
#: In C, where PyYAML has it: ten times as fast.
_FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_TAGS = {
    ScalarNode: [f"{_TAG}{kind}" for kind in ("str", "int", "float", "bool", "null")],
    SequenceNode: [f"{_TAG}seq"],
    MappingNode: [f"{_TAG}map"],
}
_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9_]{0,40})")
_DECIMAL = re.compile(r"[-+]?([0-9][0-9_]*)?\.[0-9_]*([eE][-+][0-9]+)?")
#: What YAML takes a value for, in words.
_KINDS = {
    "bool": "true or false",
    "float": "a number",
    "int": "a number",
    "null": "no value",
    "timestamp": "a date",
}


def parse(text: str, name: str) -> tuple[dict[str, Any], MappingNode]:
    """Parse YAML that holds a mapping; `name` says in errors where it stands.

    Returns:
        The mapping, and the node that it was made from, which knows lines (see `merged`).

    Raises:
        LabError: the text is no YAML mapping, or may not mean what it says.
    """
    loader = None
    try:
        try:
            root = _FAST(text).get_single_node()
        except (yaml.YAMLError, RecursionError):
            loader = yaml.SafeLoader(text)  # whose errors `_explain` knows
            root = loader.get_single_node()
        if root is None:
            raise LabError(f"{name}: empty; it must be a mapping of keys to values")
        if not isinstance(root, MappingNode):
            raise LabError(f"{name}, line 1: must be a mapping of keys to values")
        content = _Strict(name).read(root, ())
    except yaml.YAMLError as error:
        raise LabError(f"{name}{_explain(error, text)}") from None
    except RecursionError:
        line = loader.line + 1 if loader else 1
        raise LabError(
            f"{name}, line {line}: lists or mappings lie too deep in each other; flatten them"
        ) from None
    return content, root


class _Strict:
    """Turns nodes of YAML into values, and refuses what may not mean what it says."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.values = 0
        self.inside: set[int] = set()

    def read(self, node: Node, keys: Keys) -> Any:
        """Return the value of a node, which stands at `keys`.

        Raises:
            LabError: it is refused.
        """
        self.count(node, keys, 1)
        if node.tag not in _TAGS[type(node)]:
            kind = node.tag.removeprefix(_TAG)
            self.refuse(node, keys, f"is read as {_spelt(kind)}; put it in quotation marks")
        if isinstance(node, ScalarNode):
            return self.scalar(node, keys)
        if id(node) in self.inside:
            self.refuse(node, keys, "contains itself by an alias (*); write it out")
        self.inside.add(id(node))
        value: Any
        if isinstance(node, MappingNode):
            self.check_keys(node, keys)
            pairs = merged(node).items()
            value = {key: self.read(part, (*keys, key)) for key, (_, part) in pairs}
        else:
            value = [self.read(part, (*keys, number)) for number, part in enumerate(node.value)]
        self.inside.remove(id(node))
        return value

    def scalar(self, node: ScalarNode, keys: Keys) -> str | int | float | bool | None:
        """Return the value of a scalar whose tag is one of those allowed."""
        text, kind = node.value, node.tag.removeprefix(_TAG)
        if kind == "str":
            return str(text)
        if kind == "null":
            return None
        if kind == "bool" and text.lower() in ("yes", "true", "on", "no", "false", "off"):
            return text.lower() in ("yes", "true", "on")
        if kind == "int" and _WHOLE.fullmatch(text):
            return int(text.replace("_", ""))
        if kind == "float" and _DECIMAL.fullmatch(text):
            number = float(text.replace("_", ""))
            if math.isfinite(number):
                return number
        self.refuse(node, keys, _no_number(text, kind))

    def check_keys(self, node: MappingNode, keys: Keys) -> None:
        """Refuse a mapping with a key that is no text, or that stands there twice."""
        lines: dict[str, int] = {}
        self.count(node, keys, len(node.value))
        for name, value in node.value:
            kind = name.tag.removeprefix(_TAG)
            if not isinstance(name, ScalarNode):
                self.refuse(name, keys, "a key that is a list or a mapping; write a name instead")
            line = name.start_mark.line + 1
            if kind == "merge":
                self.check_merge(value, keys)
            elif kind != "str":
                what = shown(name.value) or "nothing"
                advice = "put it in quotation marks, or take another name"
                self.refuse(name, keys, f"the key {what} is read as {_spelt(kind)}; {advice}")
            if name.value in lines:
                advice = "write <<: [*one, *other]" if kind == "merge" else "remove one of them"
                first = lines[name.value]
                reason = f"stands here again, and first in line {first}; {advice}"
                self.refuse(name, (*keys, name.value), reason)
            lines[name.value] = line

    def check_merge(self, node: Node, keys: Keys) -> None:
        """Refuse a merge key (<<) of anything but a mapping, or a list of mappings."""
        parts = node.value if isinstance(node, SequenceNode) else [node]
        for part in parts:
            if id(part) in self.inside:
                self.refuse(node, (*keys, "<<"), "merges a mapping into itself; write it out")
            if not isinstance(part, MappingNode):
                reason = "must be followed by the alias of a mapping, such as *sweep"
                self.refuse(node, (*keys, "<<"), reason)
            self.inside.add(id(part))
            self.check_keys(part, keys)
            self.inside.remove(id(part))

    def count(self, node: Node, keys: Keys, more: int) -> None:
        """Count so many values more, and refuse too many."""
        self.values += more
        if self.values > _MAX_VALUES:
            self.refuse(node, keys, f"more than {_MAX_VALUES} values; take some out")

    def refuse(self, node: Node, keys: Keys, reason: str) -> NoReturn:
        """Raise a LabError that names the file, the node's line and the keys."""
        line = node.start_mark.line + 1
        raise LabError(f"{self.name}, line {line}: {dotted(keys)}: {reason}")


def merged(node: MappingNode) -> dict[str, tuple[ScalarNode, Node]]:
    """Return the nodes of each key and its value, those that << merges in included.

    As in YAML: a mapping's own keys come before merged ones, and of several merged mappings
    the first that has the key.
    """
    own: dict[str, tuple[ScalarNode, Node]] = {}
    below: dict[str, tuple[ScalarNode, Node]] = {}
    for name, value in node.value:
        if name.tag == f"{_TAG}merge":
            parts = value.value if isinstance(value, SequenceNode) else [value]
            for part in reversed(parts):
                below |= merged(part)
        else:
            own[name.value] = (name, value)
    return below | own


def _spelt(kind: str) -> str:
    """Return what YAML takes a value for, in words."""
    return _KINDS.get(kind, f"a YAML {shown(kind)}")


def _no_number(text: str, kind: str) -> str:
    """Say why a scalar of the tag `kind` is refused, and what to write instead."""
    try:
        number = yaml.safe_load(text) if len(text) < 20 else None
    except (ValueError, yaml.YAMLError):
        number = None
    if isinstance(number, int) and not isinstance(number, bool):  # octal, sexagesimal ...
        return f"{text} is read as {number}; write {number}, or put it in quotation marks"
    if isinstance(number, float) or kind in ("int", "float"):
        return f"{shown(text)} is no number that can be computed with; write another one"
    return f"{shown(text)} does not fit its tag; leave the tag out"


def _explain(error: yaml.YAMLError, text: str) -> str:
    """Say in which line a text is no YAML, why, and what to do: ", line 3: ..."."""
    if isinstance(error, yaml.reader.ReaderError):
        line = text.count("\n", 0, error.position) + 1
        return f", line {line}: the character {chr(error.character)!r} is not allowed; remove it"
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return f": not valid YAML, correct it: {' '.join(str(error).split())}"
    line = error.problem_mark.line + 1
    context, problem = error.context or "", error.problem or ""
    begins = error.context_mark.line + 1 if error.context_mark else line
    alias = re.fullmatch(r"found undefined alias '(.*)'", problem)
    if alias:
        name = shown(alias[1])
        near = get_close_matches(name, re.findall(r"&([\w-]+)", text), n=1)
        advice = (
            f"did you mean *{shown(near[0])}?" if near else "set it with & before its first use"
        )
        return f", line {line}: *{name} stands for nothing, there is no &{name}; {advice}"
    if context.startswith("found duplicate anchor"):
        name = shown(context.split("'")[1])
        return f", line {line}: &{name} is set in line {begins}, too; take another name"
    if "but found another document" in problem:
        return f", line {line}: a second document begins; put all into one, without ---"
    lines = re.split("\r\n|[\r\n\x85\u2028\u2029]", text)  # as YAML counts them
    if "\\t" in problem or (line <= len(lines) and re.match(r"\s*\t", lines[line - 1])):
        return f", line {line}: a tab; indent with spaces instead"
    since = f" {context} that begins in line {begins}" if begins != line else ""
    return f", line {line}: not valid YAML: {problem[:200]}{since[:200]}; correct it"
