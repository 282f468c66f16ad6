"""Which code a command's result depends on, and a fingerprint of what that code means.

The workflow gives each rule the fingerprint of the code behind its command.  Snakemake
runs a rule again when its parameters have changed, so a rule runs again when its code
means something else, and only then: comments, docstrings, annotations, formatting and the
place of a function among the modules leave the fingerprint as it is.

A command is a function of `backprop_lab.cli`.  The modules that it imports, and those that
these import at their top, all the way down, are its closure.  An import inside any other
function is a door, which the rule names: a run depends on the network of its own backend
(`training.backends.build` imports one of the two), a table on the module that writes it, a
figure on the module that draws it.  `planning.meaning` says what the code means.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from backprop_lab.errors import LabError
from backprop_lab.planning.meaning import IMPORTS, Meaning

#: Modules that no result depends on: they read arguments, report errors, rename files, and
#: refuse files that are damaged.
PLUMBING = (
    *("cli", "errors", "planning"),
    *(f"files.{name}" for name in ("arrays", "atomic", "documents", "forms", "inputs")),
)


class SourceTree:
    """The source files of the package, each read and parsed once.

    Modules are named without the package: "nn.layers", "runs.run".

    Attributes:
        folder: the package's folder.
        package: its name.
    """

    def __init__(
        self, folder: Path = Path(__file__).parents[1], package: str = "backprop_lab"
    ) -> None:
        self.folder = folder
        self.package = package
        # Cached for each object, which a decorator of the class would keep alive.
        self.closure = cache(self._closure)
        self._parse = cache(self._read)
        self._exists = cache(self._find)
        self._meaning = cache(self._mean)
        self._texts = cache(self._write)
        self._digest = cache(self._sum)

    def fingerprint(self, command: str, *doors: str) -> str:
        """Return the digest of what the code behind a command means, 16 hexadecimal digits.

        Args:
            command: "module:function" below `backprop_lab.cli`, such as "train:_train"; a
                module of the package, such as "results.collect"; or a program outside the
                package, such as "benchmarks/trainers.py", of which all imports count.
            doors: modules that the command imports inside other functions.

        Raises:
            LabError: there is no such command or module.
        """
        return self._digest(self.closure(command, *doors))

    def modules(self) -> list[str]:
        """List every module that a result can depend on."""
        files = (
            file.relative_to(self.folder).with_suffix("") for file in self.folder.rglob("*.py")
        )
        names = (".".join(file.parts).removesuffix("__init__").removesuffix(".") for file in files)
        return sorted(name for name in names if name and not is_plumbing(name))

    def digests(self) -> dict[str, str]:
        """Return a digest of each module by itself, which tells where a change was made."""
        return {
            name: _hash(
                "\n".join(sorted(one.text for one in self._meaning(name).definitions.values()))
            )
            for name in self.modules()
        }

    def _closure(self, command: str, *doors: str) -> frozenset[str]:
        """Return the modules whose code a command's result depends on; see `fingerprint`."""
        place, _, function = command.partition(":")
        if function:
            first = self._imported_by(f"cli.{place}", function)
        elif command.endswith(".py"):
            program = ast.parse(Path(command).read_text(encoding="utf-8"))
            first = self._modules_in(ast.walk(program))
        else:
            first = [command]
        found: set[str] = set()
        waiting = [*first, *doors]
        while waiting:
            name = waiting.pop()
            if name not in found and not is_plumbing(name):
                found.add(name)
                waiting += self._modules_in(self._parse(name).body)
        return frozenset(found)

    def _sum(self, modules: frozenset[str]) -> str:
        """Return the digest of all definitions together, wherever they stand."""
        return _hash("\n".join(sorted(text for name in modules for text in self._texts(name))))

    def _write(self, name: str) -> list[str]:
        """Return each definition of a module as text, with the digests of those that it uses.

        These tell which of several definitions of one name is meant.
        """
        return [
            f"{defined} {one.text} {sorted(self._marked(*used) for used in one.uses)}"
            for defined, one in self._meaning(name).definitions.items()
        ]

    def _marked(self, module: str, name: str) -> str:
        """Return the name of a definition, with a digest of its own text."""
        one = self._meaning(module).definitions.get(name) if self._exists(module) else None
        return f"{name}#{_hash(one.text)}" if one else name

    def _mean(self, name: str) -> Meaning:
        return Meaning(name, self._parse(name), self.package, self._exists)

    def _path(self, name: str) -> Path | None:
        path = self.folder.joinpath(*name.split("."))
        files = (path.with_suffix(".py"), path / "__init__.py")
        return next((file for file in files if file.is_file()), None)

    def _find(self, name: str) -> bool:
        """Say whether there is a module, or a folder of modules, of this name."""
        return self._path(name) is not None

    def _read(self, name: str) -> ast.Module:
        path = self._path(name)
        if path is None:
            raise LabError(f"{self.package}.{name}: there is no such module in {self.folder}")
        return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))

    def _imported_by(self, module: str, function: str) -> list[str]:
        """List the modules that a function imports, itself or in functions beside it it calls."""
        tree = self._parse(module)
        functions = {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef)}
        if function not in functions:
            raise LabError(f"{self.package}.{module}: there is no function {function}")
        seen: set[str] = set()
        waiting = [function]
        statements: list[ast.AST] = []
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            for node in ast.walk(functions[name]):
                if isinstance(node, IMPORTS):
                    statements.append(node)
                elif isinstance(node, ast.Name) and node.id in functions:
                    waiting.append(node.id)
        return self._modules_in(statements)

    def _modules_in(self, nodes: Iterable[ast.AST]) -> list[str]:
        """List the package's modules that import statements load, with the rooms around them."""
        found: dict[str, None] = {}
        for node in nodes:
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            for name in names:
                package, *parts = name.split(".")
                inside = ".".join(parts)
                if package == self.package and inside and self._exists(inside):
                    rooms = [".".join(parts[:depth]) for depth in range(1, len(parts))]
                    found |= dict.fromkeys([*rooms, inside])
        return list(found)


def is_plumbing(name: str) -> bool:
    """Say whether no result depends on a module."""
    return any(name == one or name.startswith(f"{one}.") for one in PLUMBING)


def _hash(text: str) -> str:
    """Return the first 16 hexadecimal digits of a text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
