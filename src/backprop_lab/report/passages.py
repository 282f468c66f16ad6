"""The passages of a template: what stands together under the same conditions.

A passage is a paragraph, a caption, the head of a column or a branch of a condition.  Two
languages of a report have the same passages, and each passage asks for the same facts in both.
So a sentence that stands under another condition than the English one, or shows another number,
is found.

    for place, passage in passages(text).items():
        print(passage.line, passage.asks, passage.words)
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import jinja2
from jinja2 import nodes

from backprop_lab.report.fragments import sandbox

#: The conditions, loops and calls around a passage, and the numbers of their paragraphs.
Place = tuple[str, ...]

#: Stands for a fact in the words of a passage, and for a text in an expression.
FACT, PROSE = "#", "…"
#: What a paragraph shows besides facts: references, labels, citations and formulas.
_SHOWN = (
    r"\]\(#([\w-]+)\)",
    r"\{#([\w-]+)",
    r"(?<![\w`])@([a-z]+\d[\w:-]*)",
    r"(?<![\\$])\$(?!\$)([^$\n]+)\$",
)
_DISPLAYED = re.compile(r"\$\$.*?\$\$", re.DOTALL)
_PARAGRAPHS = re.compile(r"(\n\s*\n)")
#: A string that is a name of a fact, a file or a claim; others are prose, wherever they stand.
_NAME = re.compile(r"[a-z0-9_.:-]+|C\d+")
#: What comes before the last part of a key, as in 'task1.val_accuracy'.
_KIND = re.compile(r"'[^']*\.(?=\w+')")
_ENGLISH_PLURAL = re.compile(r"(?:eq|ne), 1\)$")
#: Writes a fact with the noun that it counts; a language may write the noun itself.
_COUNTED = "times"
#: Functions whose second argument is the format of a number.
_FORMATTED = ("fact", "plain", "number")


@dataclass
class Passage:
    """What stands in one place of a template.

    Attributes:
        line: where it begins.
        asks: what is called, referred to and cited, and the formulas; with how often.
        printed: the values that it prints, in order.
        words: the prose, with FACT for each value.
    """

    line: int
    asks: Counter[str] = field(default_factory=Counter)
    printed: list[str] = field(default_factory=list)
    words: str = ""

    def alike(self, other: Passage) -> dict[str, list[str]]:
        """Return its values that a reader could take for each other, in order, by kind.

        Those are values of the same kind, such as two accuracies: "3 of 10" may become "of 10, 3".
        A value that the other passage does not print is left out.
        """
        kinds: dict[str, list[str]] = {}
        for value in self.printed:
            if value in other.printed:
                kinds.setdefault(_KIND.sub("'", value), []).append(value)
        return kinds


def passages(text: str) -> dict[Place, Passage]:
    """Take a template apart.

    Raises:
        jinja2.TemplateSyntaxError: it is no template.
    """
    reader = _PassageReader()
    reader.read(sandbox().parse(text).body, ())
    return {place: one for place, one in reader.found.items() if one.asks or one.words.strip()}


def compare_passages(ours: str, theirs: str, name: str) -> Iterator[str]:
    """Yield where a template asks for other things than the English one, or in another order.

    Args:
        ours: the template of another language.
        theirs: the English one.
        name: the file's name, for messages.
    """
    try:
        here, there = passages(ours), passages(theirs)
    except jinja2.TemplateSyntaxError as error:
        yield f"{name}:{error.lineno}: {error.message}"
        return
    for place, passage in there.items():
        line = f"(line {passage.line} of the English one)"
        if place in here:
            where = f"{name}:{here[place].line} {line}"
            lacks, adds = passage.asks - here[place].asks, here[place].asks - passage.asks
            if lacks or adds:
                yield f"{where}: asks for other things:{_listed(' lacks', lacks)}" + _listed(
                    " has", adds
                )
            elif passage.alike(here[place]) != here[place].alike(passage):
                yield f"{where}: shows values of one kind in another order"
        elif passage.asks and not _is_local(place):
            yield f"{name}: lacks a passage, or has it under other conditions {line}"
    for place, passage in here.items():
        if place not in there and passage.asks and not _is_local(place):
            yield f"{name}:{passage.line}: stands under conditions that the English one lacks"


def _listed(verb: str, asked: Mapping[str, int]) -> str:
    return f"{verb} {', '.join(sorted(asked))}" if asked else ""


def _is_local(place: Place) -> bool:
    """Say whether a place is a name that one language sets for itself."""
    return any(step.startswith("set ") for step in place)


class _PassageReader:
    """Walks through a template and collects its passages."""

    def __init__(self) -> None:
        self.found: dict[Place, Passage] = {}
        self._paragraph: Counter[Place] = Counter()

    def read(self, body: list[nodes.Node], under: Place) -> None:
        """Read the statements that stand under some conditions."""
        for node in body:
            here = self._here(under)
            match node:
                case nodes.Output():
                    for child in node.nodes:
                        self._output(child, under)
                case nodes.If():
                    self._condition(node, here)
                case nodes.For():
                    self.read(node.body, (*here, f"for {_code(node.iter)} if {_code(node.test)}"))
                case nodes.Macro():
                    self.read(node.body, (*under, f"macro {node.name}"))
                case nodes.CallBlock():
                    self._expression(node.call, here, printed=True)
                    self.read(node.body, (*here, f"call {_code(node.call, 1)}"))
                case nodes.Assign():
                    self._expression(node.node, (*here, f"set {_code(node.target)}"))
                case nodes.Include():
                    self._at(here, node.lineno).asks[f"include {_code(node.template)}"] += 1

    def _output(self, node: nodes.Node, under: Place) -> None:
        if not isinstance(node, nodes.TemplateData):
            self._expression(node, self._here(under), printed=True)
            return
        line = node.lineno
        for number, text in enumerate(_PARAGRAPHS.split(node.data)):
            if number % 2:
                self._paragraph[under] += 1
            elif text.strip():
                self._words(text, self._here(under), line)
            line += text.count("\n")

    def _condition(self, node: nodes.If, place: Place) -> None:
        inside = (*place, f"if {_code(node.test)}")
        for number, branch in enumerate((node, *node.elif_)):
            self.read(branch.body, (*inside, f"{number} {_code(branch.test)}"))
        self.read(node.else_, (*inside, "else"))

    def _expression(self, node: nodes.Node, place: Place, *, printed: bool = False) -> None:
        match node:
            case nodes.Call() | nodes.Getattr() | nodes.Getitem() | nodes.Name():
                self._asked(node, place, printed=printed)
            case nodes.CondExpr():
                if not _ENGLISH_PLURAL.search(test := _code(node.test)):
                    self._expression(node.expr1, (*place, f"if {test}", "then"), printed=printed)
                    if node.expr2:
                        self._expression(
                            node.expr2, (*place, f"if {test}", "else"), printed=printed
                        )
            case nodes.Const(value=str() as text) if not _NAME.fullmatch(text):
                self._words(f" {text} ", place, node.lineno)
            case nodes.Concat():
                # A sentence with numbers in it, or the name of a fact.
                is_prose = any(_code(part) == PROSE for part in node.nodes)
                for part in node.nodes:
                    self._expression(part, place, printed=printed or is_prose)
            case _:
                for child in node.iter_child_nodes():
                    self._expression(child, place, printed=printed)

    def _asked(self, node: nodes.Node, place: Place, *, printed: bool) -> None:
        asked = _code(node, 1)
        passage = self._at(place, node.lineno)
        if printed:
            passage.printed.append(asked)
            passage.words += f" {FACT} "
        if not isinstance(node, nodes.Name) and not asked.startswith("column("):
            passage.asks[asked] += 1
        if isinstance(node, nodes.Call):
            for child in (*node.args, *node.kwargs):
                self._expression(child, (*place, f"call {asked}"))

    def _words(self, text: str, place: Place, line: int) -> None:
        passage = self._at(place, line)
        passage.words += text
        text = _DISPLAYED.sub("", text)
        for pattern in _SHOWN:
            passage.asks.update(re.findall(pattern, text))

    def _here(self, under: Place) -> Place:
        return (*under, f"paragraph {self._paragraph[under]}")

    def _at(self, place: Place, line: int) -> Passage:
        return self.found.setdefault(place, Passage(line))


def _code(node: object, arguments: int | None = None) -> str:
    """Write an expression in short, with PROSE for each text that a reader sees.

    Args:
        arguments: so many arguments of a call name what it asks for; the others are left out.
    """
    match node:
        case nodes.Const(value=str() as text):
            return repr(text) if _NAME.fullmatch(text) else PROSE
        case nodes.Const():
            return repr(node.value)
        case nodes.Pair(value=nodes.Const(value=str())):
            return f"{_code(node.key)}: {PROSE}"
        case nodes.Name():
            return node.name
        case nodes.Concat():
            return " ~ ".join(map(_code, node.nodes))
        case nodes.Call():
            name, given = _code(node.node), node.args
            if name == _COUNTED:
                name, arguments = "fact", 1
            elif name in _FORMATTED:
                arguments = 2
            return f"{name}({', '.join(_code(one) for one in given[:arguments])})"
        case nodes.Getattr():
            return f"{_code(node.node)}.{node.attr}"
        case nodes.Getitem():
            return f"{_code(node.node)}[{_code(node.arg)}]"
        case nodes.Node():
            fields = (_code(one) for _, one in node.iter_fields())
            return f"{type(node).__name__.lower()}({', '.join(fields)})"
        case list() | tuple():
            return ", ".join(map(_code, node))
        case _:
            return str(node)
