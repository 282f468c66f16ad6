"""The meaning of a module's code: its definitions as text, without what changes no result.

Left out are comments, docstrings, annotations, formatting and import lines.  A name that comes
from elsewhere is written as what it stands for: `np` as `numpy`, a function of another module
of the package by its own name, wherever it lies.  So a function may move between modules and
nothing changes, while importing another one under the same name is a change.

The text does not depend on the version of Python, as `ast.dump` does.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

IMPORTS = (ast.Import, ast.ImportFrom)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
#: Fields of a syntax tree that say nothing about what the code does.
_MEANINGLESS = {"annotation", "returns", "type_comment", "kind", "ctx", "type_params"}
#: The module of what is not of the package.
_ELSEWHERE = "elsewhere"
_NONE = ("", "none")


@dataclass(frozen=True)
class Definition:
    """A function, class or constant at the top of a module.

    Attributes:
        text: its syntax tree as text.
        uses: what it uses of the package, sorted: (module, name).
    """

    text: str
    uses: tuple[tuple[str, str], ...]


@dataclass(frozen=True, eq=False)
class Meaning:
    """The meaning of one module.

    Attributes:
        module: its name without the package.
        tree: its syntax tree.
        package: the package.
        exists: says whether the package has a module of a name.
    """

    module: str
    tree: ast.Module
    package: str
    exists: Callable[[str], bool]

    @cached_property
    def definitions(self) -> dict[str, Definition]:
        """Each definition whose name is bound once, and under "" all other statements."""
        bound: dict[str, list[ast.stmt]] = {}
        for node in filter(_counts, self.tree.body):
            bound.setdefault(_bound_name(node), []).append(node)
        again = [name for name, nodes in bound.items() if len(nodes) > 1 and name]
        # The order of statements counts only among those that are not definitions.
        others = [node for name in ["", *again] for node in bound.pop(name, [])]
        outside = self._imported(self.tree.body) | {name: (self.module, name) for name in bound}
        found = {name: self._define(nodes[0], outside) for name, nodes in bound.items()}
        if others:
            block = ast.Module(sorted(others, key=lambda node: node.lineno), [])
            found[""] = self._define(block, outside)
        return found

    def _define(self, node: ast.AST, outside: Mapping[str, tuple[str, str]]) -> Definition:
        """Write one definition as text, and note what it uses.

        What it imports itself is a door: it counts by its name alone, since the rule that
        opens the door names the module behind it.
        """
        inside = list(_walk(node))
        text = _text(node, {**outside, **self._imported(inside)})
        own = {name: origin for name, origin in outside.items() if origin[0] != _ELSEWHERE}
        uses = {own[one.id] for one in inside if isinstance(one, ast.Name) and one.id in own}
        for one in inside:
            if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name):
                module, name = own.get(one.value.id, _NONE)
                if not name:
                    uses.add((module, one.attr))
        return Definition(text, tuple(sorted(use for use in uses if use[1])))

    def _imported(self, nodes: Iterable[ast.AST]) -> dict[str, tuple[str, str]]:
        """Map each name that is imported among `nodes` to its module and its name there.

        A module of the package has the name "".  What is not of the package has the module
        `_ELSEWHERE`, and its full name.
        """
        names: dict[str, tuple[str, str]] = {}
        for node in nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    first = alias.name.partition(".")[0]
                    full = alias.name if alias.asname else first
                    names[alias.asname or first] = (_ELSEWHERE, full)
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    names[alias.asname or alias.name] = self._origin(node, alias.name)
        return names

    def _origin(self, node: ast.ImportFrom, name: str) -> tuple[str, str]:
        """Return where a name of a `from ... import` comes from; see `_imported`."""
        module = node.module or ""
        if module.partition(".")[0] != self.package:
            return _ELSEWHERE, f"{module}.{name}"
        inside = module.removeprefix(self.package).removeprefix(".")
        below = f"{inside}.{name}".removeprefix(".")
        return (below, "") if self.exists(below) else (inside, name)


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    """Yield a node and all below it, except what changes no result, such as annotations."""
    yield node
    for field, value in ast.iter_fields(node):
        if field not in _MEANINGLESS:
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, ast.AST):
                    yield from _walk(one)


def _counts(node: object) -> bool:
    """Say whether a statement does anything that can change a result."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return not isinstance(node.value.value, str)  # a docstring, or a remark
    if isinstance(node, ast.If):
        return not ast.unparse(node.test).endswith("TYPE_CHECKING")
    return not isinstance(node, IMPORTS)


def _bound_name(node: ast.stmt) -> str:
    """Return the one name that a statement binds, or "" where it does something else."""
    if isinstance(node, _DEFINITIONS):
        return node.name
    target: ast.expr | None = None
    if isinstance(node, ast.Assign) and len(node.targets) == 1:
        target = node.targets[0]
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        target = node.target
    return target.id if isinstance(target, ast.Name) else ""


def _text(node: object, names: Mapping[str, tuple[str, str]], *, in_class: bool = False) -> str:
    """Write a syntax tree as text: all that decides what it does, and nothing else.

    Args:
        names: where names come from, see `Meaning._imported`.
        in_class: whether it stands in a class, where `x: int = 1` declares a field.
    """
    match node:
        case ast.Name(id=name):
            module, origin = names.get(name, ("", name))
            return origin or module
        case ast.Attribute(value=ast.Name(id=name), attr=attribute) if (
            names.get(name, _NONE)[1] == ""
        ):
            return attribute  # of a module of the package: the definition, wherever it lies
        case ast.AnnAssign(target=target, value=ast.expr() as given) if not in_class:
            node = ast.Assign([target], given)
    if isinstance(node, list):
        kept = filter(_counts, node)
        return f"[{';'.join([_text(item, names, in_class=in_class) for item in kept])}]"
    if isinstance(node, ast.AST):
        inside = isinstance(node, ast.ClassDef)
        parts = [
            f"{field}={_text(value, names, in_class=inside)}"
            for field, value in ast.iter_fields(node)
            if field not in _MEANINGLESS and not (value is None or value == [])
        ]
        return f"{type(node).__name__}({','.join(parts)})"
    return repr(node)
