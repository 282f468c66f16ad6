"""Figures: pure functions from tables and collected results to SVG files.

`draw(name, inputs, words, output)` imports the one module that draws `name`,
so that a figure's code is only that module and `style.py`.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from backprop_lab.errors import LabError
from backprop_lab.figures.words import Words
from backprop_lab.files.inputs import Inputs, call

#: Figure name -> "module:function" in this package.  The function takes its
#: input files by keyword, `words` and `output`.
DRAWERS = {
    "network": "network:draw",
    "activation_functions": "activation_functions:draw",
    "curves_depth": "curves:draw_depth",
    "curves_activation": "curves:draw_activation",
    "final_task1": "final:draw_task1",
    "final_task2": "final:draw_task2",
    "learning_rate_transfer": "learning_rate_transfer:draw",
    "confusion_task1": "confusion:draw",
    "confusion_task2": "confusion:draw",
    "mistakes": "mistakes:draw",
    "sweep_learning_rate": "sweeps:draw_learning_rate",
    "sweep_batch_size": "sweeps:draw_batch_size",
    "sweep_width": "sweeps:draw_width",
    "sweep_epochs": "sweeps:draw_epochs",
    "signal": "signal:draw",
    "forensics": "forensics:draw",
    "counterfactual": "counterfactual:draw",
    "parity": "parity:draw",
    "speed": "speed:draw",
    "benchmarks": "benchmarks:draw",
    "growth": "growth:draw",
    "build": "build:draw",
}


def draw(name: str, inputs: Inputs, words: Words, output: Path) -> None:
    """Draw the figure `name` as the SVG file `output`.

    Raises:
        LabError: no such figure, its inputs do not fit, or a word is missing.
    """
    if name not in DRAWERS:
        raise LabError(f"figure {name}: there is none; choose from {', '.join(DRAWERS)}")
    module, function = DRAWERS[name].split(":")
    drawer = getattr(import_module(f"backprop_lab.figures.{module}"), function)
    call(drawer, f"figure {name}", inputs, words=words, output=Path(output))
