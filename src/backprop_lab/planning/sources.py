"""The code that a command's result depends on, and a fingerprint of what it means.

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
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from backprop_lab.errors import LabError
from backprop_lab.files.atomic import replacing
from backprop_lab.planning.meaning import IMPORTS, Meaning

#: Modules that no result depends on: they read arguments, report errors, rename files, and
#: refuse files that are damaged.
PLUMBING = (
    "cli",
    "errors",
    "files.arrays",
    "files.atomic",
    "files.documents",
    "files.forms",
    "files.inputs",
    "files.processes",
    "planning",
)


@dataclass(frozen=True)
class Module:
    """What there is to know of one module's source.

    Attributes:
        imports: modules of the package that it imports at its top.
        functions: function -> modules that it imports inside itself, or in functions beside
            it that it calls.
        definitions: name -> digest of its text, and what it uses: (module, name).
    """

    imports: list[str]
    functions: dict[str, list[str]]
    definitions: dict[str, tuple[str, list[tuple[str, str]]]]


class SourceTree:
    """The source files of the package, each read and parsed once.

    Modules are named without the package: "nn.layers", "runs.run".

    Attributes:
        folder: the package's folder.
        package: its name.
        notes: a file in which what was found stands for the next time, since parsing all
            sources takes a second; it counts for files that are as they were.  None keeps none.
    """

    def __init__(
        self,
        folder: Path = Path(__file__).parents[1],
        package: str = "backprop_lab",
        notes: Path | None = None,
    ) -> None:
        self.folder = folder
        self.package = package
        self.notes = notes
        # Cached for each object, which a decorator of the class would keep alive.
        self.closure = cache(self._closure)
        self.module = cache(self._find_out)
        self._exists = cache(self._find)
        self._texts = cache(self._write)
        self._digest = cache(self._sum)
        self._noted: dict[str, Any] = self._read_notes()
        self._new = False

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
        return [name for name in self._all() if not is_plumbing(name)]

    def digests(self) -> dict[str, str]:
        """Return a digest of each module by itself, which tells where a change was made."""
        found = {name: self.module(name).definitions for name in self.modules()}
        return {
            name: _hash("\n".join(sorted(digest for digest, _ in definitions.values())))
            for name, definitions in found.items()
        }

    def write_notes(self) -> None:
        """Keep what was found for the next time; a folder that cannot be written is no error."""
        if self.notes is None or not self._new:
            return
        with suppress(LabError), replacing(self.notes, "w") as file:
            json.dump(self._noted, file)

    def _closure(self, command: str, *doors: str) -> frozenset[str]:
        """Return the modules whose code a command's result depends on; see `fingerprint`."""
        place, _, function = command.partition(":")
        if function:
            functions = self.module(f"cli.{place}").functions
            if function not in functions:
                raise LabError(f"{self.package}.cli.{place}: there is no function {function}")
            first = functions[function]
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
                waiting += self.module(name).imports
        return frozenset(found)

    def _sum(self, modules: frozenset[str]) -> str:
        """Return the digest of all definitions together, wherever they stand."""
        return _hash("\n".join(sorted(text for name in modules for text in self._texts(name))))

    def _write(self, name: str) -> list[str]:
        """Return a line for each definition of a module, with the digests of those that it uses.

        These tell which of several definitions of one name is meant.
        """
        return [
            f"{defined} {digest} {sorted(self._marked(*used) for used in uses)}"
            for defined, (digest, uses) in self.module(name).definitions.items()
        ]

    def _marked(self, module: str, name: str) -> str:
        """Return the name of a definition, with the digest of its own text."""
        one = self.module(module).definitions.get(name) if self._exists(module) else None
        return f"{name}#{one[0]}" if one else name

    def _find_out(self, name: str) -> Module:
        """Return what there is to know of a module, from the notes or from its source."""
        path = self._path(name)
        if path is None:
            raise LabError(f"{self.package}.{name}: there is no such module in {self.folder}")
        state = path.stat()
        stamp = [state.st_mtime_ns, state.st_ctime_ns, state.st_size]
        noted = self._noted.get(name)
        if noted is not None and noted["stamp"] == stamp:
            return Module(noted["imports"], noted["functions"], noted["definitions"])
        tree = ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        meaning = Meaning(name, tree, self.package, self._exists)
        module = Module(
            self._modules_in(tree.body),
            self._doors(tree),
            {key: (_hash(one.text), list(one.uses)) for key, one in meaning.definitions.items()},
        )
        self._noted[name] = {"stamp": stamp, **asdict(module)}
        self._new = True
        return module

    def _read_notes(self) -> dict[str, Any]:
        """Read the notes; there are none that count where modules have come or gone."""
        modules = _hash("\n".join(self._all()))
        with suppress(AttributeError, OSError, TypeError, ValueError):
            if self.notes is not None:
                noted: dict[str, Any] = json.loads(self.notes.read_text(encoding="utf-8"))
                if noted.get("modules") == modules:
                    return noted
        return {"modules": modules}

    def _all(self) -> list[str]:
        """List every module of the package."""
        files = (
            path.relative_to(self.folder).with_suffix("") for path in self.folder.rglob("*.py")
        )
        names = (".".join(file.parts).removesuffix("__init__").removesuffix(".") for file in files)
        return sorted(name for name in names if name)

    def _path(self, name: str) -> Path | None:
        path = self.folder.joinpath(*name.split("."))
        files = (path.with_suffix(".py"), path / "__init__.py")
        return next((file for file in files if file.is_file()), None)

    def _find(self, name: str) -> bool:
        """Say whether there is a module, or a folder of modules, of this name."""
        return self._path(name) is not None

    def _doors(self, tree: ast.Module) -> dict[str, list[str]]:
        """List what each function of a module imports; see `Module.functions`."""
        functions = {one.name: one for one in tree.body if isinstance(one, ast.FunctionDef)}
        own: dict[str, list[ast.AST]] = {}
        calls: dict[str, set[str]] = {}
        for name, function in functions.items():
            inside = list(ast.walk(function))
            own[name] = [node for node in inside if isinstance(node, IMPORTS)]
            calls[name] = {node.id for node in inside if isinstance(node, ast.Name)}
        found: dict[str, list[str]] = {}
        for name in functions:
            seen: set[str] = set()
            waiting = [name]
            while waiting:
                one = waiting.pop()
                if one in functions and one not in seen:
                    seen.add(one)
                    waiting += calls[one]
            found[name] = self._modules_in(node for one in sorted(seen) for node in own[one])
        return found

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
