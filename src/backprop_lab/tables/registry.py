"""Every table there is, as the modules of this room declare them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from backprop_lab.errors import LabError
from backprop_lab.files.declarations import Made, declared
from backprop_lab.files.inputs import Inputs


@cache
def tables() -> dict[str, Made]:
    """Return name -> table, without importing the modules that make them."""
    return declared(Path(__file__).parent, __package__, "TABLES")


def write(name: str, inputs: Inputs, output: Path) -> None:
    """Write the table `name` to `output` from the files that its function asks for.

    Raises:
        LabError: no such table, or its inputs do not fit.
    """
    if name not in tables():
        raise LabError(f"table {name}: there is none; choose from {', '.join(tables())}")
    tables()[name].make(inputs, output=Path(output))
