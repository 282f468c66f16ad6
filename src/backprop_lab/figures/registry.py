"""Every figure there is, as the modules of this room declare them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from backprop_lab.errors import LabError
from backprop_lab.figures.words import Words
from backprop_lab.files.declarations import Made, declared
from backprop_lab.files.inputs import Inputs


@cache
def figures() -> dict[str, Made]:
    """Return name -> figure, without importing the modules that make them."""
    return declared(Path(__file__).parent, __package__, "FIGURES")


def draw(name: str, inputs: Inputs, words: Words, output: Path) -> None:
    """Draw the figure `name` to `output` from the files that its function asks for.

    Raises:
        LabError: no such figure, its inputs do not fit, or a word is missing.
    """
    if name not in figures():
        raise LabError(f"figure {name}: there is none; choose from {', '.join(figures())}")
    figures()[name].make(inputs, words=words, output=Path(output))
