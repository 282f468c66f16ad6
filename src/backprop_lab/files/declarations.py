"""Declarations: what each module of a room makes, and from which files.

A module of `tables/` or `figures/` declares it in one dictionary at its top:

    TABLES = {
        "sweep_{swept}": {
            "function": "write_sweep",
            "inputs": ("runs", "experiments"),
            "each": {"swept": ("learning_rate", "batch_size", "width")},
            "needs": ("sweep_{swept}",),
        },
    }

The declaration is read from the source without importing it, so that a dry run, which must
know every table and figure, does not wait for matplotlib.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module
from pathlib import Path

from backprop_lab.errors import LabError
from backprop_lab.files.inputs import Inputs, call


@dataclass(frozen=True)
class Made:
    """A table or a figure, as its module declares it.

    Attributes:
        name: of the file, without its ending.
        module: full name of the module that makes it.
        function: the function in it.
        inputs: the function's parameter -> the file for it, by its name in the workflow
            (`workflow/rules/common.smk`).
        arguments: the other arguments of the function.
        needs: experiments without which it is not made.
        any_of: experiments of which it needs one at least; none if it needs none.
        on_request: a key of config.yaml's `report` without which it is not made; "" for none.
        timed: whether a clock decides how it looks, so that equal builds differ in it.
        about: what the function does, the first sentence of its docstring.
    """

    name: str
    module: str
    function: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, object] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    on_request: str = ""
    timed: bool = False
    about: str = ""

    def wanted(self, experiments: Collection[str], requested: Mapping[str, object]) -> bool:
        """Say whether a build makes it.

        >>> variance = Made("variance", "tables.variance", "write", needs=("variance_seed",))
        >>> variance.wanted(["matrix", "variance_seed"], {})
        True
        >>> variance.wanted(["matrix"], {})
        False

        Args:
            experiments: those that config.yaml asks for and the preset does not skip.
            requested: config.yaml's `report`.
        """
        return (
            all(name in experiments for name in self.needs)
            and (not self.any_of or any(name in experiments for name in self.any_of))
            and (not self.on_request or bool(requested[self.on_request]))
        )

    def make(self, inputs: Inputs, **others: object) -> None:
        """Import the module and call its function; see `files.inputs.call`."""
        function = getattr(import_module(self.module), self.function)
        call(partial(function, **self.arguments), self.name, inputs, **others)


def declared(folder: Path, package: str, variable: str) -> dict[str, Made]:
    """Read what the modules of a folder declare in `variable`, in the order of their names.

    Args:
        folder: where the modules lie.
        package: their package, such as "backprop_lab.tables".
        variable: "TABLES" or "FIGURES".

    Returns:
        Name -> the table or figure.

    Raises:
        LabError: a declaration is no literal, or a name is declared twice.
    """
    made: dict[str, Made] = {}
    for path in sorted(folder.glob("*.py")):
        for one in _declared_in(path, f"{package}.{path.stem}", variable):
            if one.name in made:
                raise LabError(f"{path}: {variable}: {one.name} is also in {made[one.name].module}")
            made[one.name] = one
    return made


def _declared_in(path: Path, module: str, variable: str) -> list[Made]:
    """Read what one module declares, without importing it; nothing where it has no `variable`."""
    statements = ast.parse(path.read_text(encoding="utf-8")).body
    about = {
        one.name: (ast.get_docstring(one) or "").partition("\n\n")[0].replace("\n", " ")
        for one in statements
        if isinstance(one, ast.FunctionDef)
    }
    for statement in statements:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name == variable:
                try:
                    declaration = ast.literal_eval(value)
                    return [
                        replace(one, about=about.get(one.function, ""))
                        for name, entry in declaration.items()
                        for one in _expand(name, module, **entry)
                    ]
                except (AttributeError, TypeError, ValueError) as error:
                    raise LabError(
                        f"{path}:{statement.lineno}: {variable} must be a literal as "
                        f"files.declarations describes it ({error})"
                    ) from None
    return []


def _expand(
    name: str,
    module: str,
    *,
    function: str,
    inputs: tuple[str, ...] = (),
    each: Mapping[str, tuple[object, ...]] | None = None,
    needs: tuple[str, ...] = (),
    any_of: tuple[str, ...] = (),
    on_request: str = "",
    timed: bool = False,
) -> list[Made]:
    """Return one `Made` for each combination of values in `each` of one entry.

    >>> each = {"swept": ("batch_size", "width")}
    >>> [one.name for one in _expand("sweep_{swept}", "tables.sweeps", function="f", each=each)]
    ['sweep_batch_size', 'sweep_width']
    """
    choices: list[dict[str, object]] = [{}]
    for argument, values in (each or {}).items():
        choices = [chosen | {argument: value} for chosen in choices for value in values]
    return [
        Made(
            name=name.format(**chosen),
            module=module,
            function=function,
            inputs=dict(_pair(text.format(**chosen)) for text in inputs),
            arguments=chosen,
            needs=tuple(text.format(**chosen) for text in needs),
            any_of=any_of,
            on_request=on_request,
            timed=timed,
        )
        for chosen in choices
    ]


def _pair(text: str) -> tuple[str, str]:
    """Split an input into the function's parameter and the file for it.

    >>> _pair("sweep=tables/sweep_width")
    ('sweep', 'tables/sweep_width')
    >>> _pair("runs")
    ('runs', 'runs')
    """
    parameter, _, file = text.partition("=")
    return parameter, file or parameter
