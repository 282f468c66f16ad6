"""Call a function with the files that a command line names, after a check that they fit."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import partial
from pathlib import Path
from typing import get_type_hints

from backprop_lab.errors import LabError

#: One file, or (for a function that asks for a `Sequence[Path]`) several.
Inputs = Mapping[str, Path | Sequence[Path]]


@dataclass(frozen=True)
class _Wanted:
    """One input of a function.

    Attributes:
        parameter: the function's parameter that takes it, alone or in a group.
        several: whether it takes several files.
        required: whether the function cannot do without it.
    """

    parameter: str
    several: bool
    required: bool


def call(function: Callable[..., object], title: str, inputs: Inputs, **others: object) -> None:
    """Call `function(**inputs, **others)` after a check that its inputs fit.

    A parameter whose type is a dataclass, such as `results.collected.Collected`, is a group:
    the inputs of its fields' names become one object.

    Args:
        function: takes keyword-only paths and groups of paths; one without a default is required.
        title: what is being made, for errors: "table variants".
        inputs: a file, or several, for each name.
        others: the remaining arguments, such as output and words.

    Raises:
        LabError: an input is missing, unknown, given twice or not a file.
    """
    wanted, groups = _wanted(function, set(others))
    names = ", ".join(wanted) or "none"
    for name in inputs:
        if name not in wanted:
            raise LabError(f"{title}: unknown input {name!r}; it takes: {names}")
    for name, what in wanted.items():
        if what.required and name not in inputs:
            raise LabError(f"{title}: input {name!r} is missing; it takes: {names}")
    arguments: dict[str, object] = {}
    grouped: dict[str, dict[str, object]] = {parameter: {} for parameter in groups}
    for name, given in inputs.items():
        what = wanted[name]
        place = grouped.get(what.parameter, arguments)
        place[name] = _files(given, f"{title}: {name}", several=what.several)
    for parameter, group in groups.items():
        arguments[parameter] = group(**grouped[parameter])
    function(**arguments, **others)


def _wanted(
    function: Callable[..., object], given: set[str]
) -> tuple[dict[str, _Wanted], dict[str, type]]:
    """List the inputs that a function takes, by name, and its groups, by parameter."""
    bound = set(function.keywords) if isinstance(function, partial) else set()
    wanted: dict[str, _Wanted] = {}
    groups: dict[str, type] = {}
    for name, parameter in inspect.signature(function, eval_str=True).parameters.items():
        if name in given | bound:
            continue
        kind = parameter.annotation
        if is_dataclass(kind) and isinstance(kind, type):
            groups[name] = kind
            types = get_type_hints(kind)
            for field in fields(kind):
                required = field.default is MISSING
                wanted[field.name] = _Wanted(name, types[field.name] == Sequence[Path], required)
        else:
            required = parameter.default is inspect.Parameter.empty
            wanted[name] = _Wanted(name, kind == Sequence[Path], required)
    return wanted, groups


def _files(given: Path | Sequence[Path], where: str, *, several: bool) -> Path | list[Path]:
    """Return the file, or the files, after a check that they exist and are not too many."""
    paths = [Path(given)] if isinstance(given, str | Path) else [Path(path) for path in given]
    for path in paths:
        if not path.is_file():
            raise LabError(f"{where}: {path} is no file; build it first")
    if several:
        return paths
    if len(paths) != 1:
        raise LabError(f"{where}: takes one file, not {len(paths)}")
    return paths[0]
