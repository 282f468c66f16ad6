"""Learning curves: mean and range of ours over the seeds, and the original's single run.

Figures 2 to 4 of the original compare depths, figures 5 and 6 activations.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from backprop_lab.figures import scales, style
from backprop_lab.figures.words import Words
from backprop_lab.results.collected import Collected, curve
from backprop_lab.results.original import (
    ACTIVATION_FIGURES,
    DEPTH_FIGURES,
    PrintedLogs,
    counterpart,
)

FIGURES = {
    "curves_depth": {
        "function": "draw_depth",
        "inputs": ("runs", "experiments", "history", "published", "dataset"),
    },
    "curves_activation": {
        "function": "draw_activation",
        "inputs": ("runs", "experiments", "history", "published", "dataset"),
    },
}


def draw_depth(*, collected: Collected, printed: PrintedLogs, words: Words, output: Path) -> None:
    """Draw one, two and three hidden layers side by side."""
    _draw(_Logs(collected, printed, DEPTH_FIGURES), "depth", words, output)


def draw_activation(
    *, collected: Collected, printed: PrintedLogs, words: Words, output: Path
) -> None:
    """Draw ReLU and sigmoid side by side."""
    _draw(_Logs(collected, printed, ACTIVATION_FIGURES), "activation", words, output)


@dataclass(frozen=True)
class _Logs:
    """Our results and the original's logs, for some figures of the original."""

    collected: Collected
    printed: PrintedLogs
    figures: tuple[int, ...]


def _draw(logs: _Logs, kind: str, words: Words, output: Path) -> None:
    """Draw accuracy above and loss below, a column for each figure number of the original."""
    epochs, comparable = logs.collected.epochs(), logs.printed.comparable
    with style.figure(words, height=4.1) as fig:
        axes = fig.subplots(2, len(logs.figures), sharex=True, sharey="row")
        for column, number in zip(axes.T, logs.figures, strict=True):
            rows = counterpart(logs.collected, number)
            ours = curve(epochs, rows)
            theirs = logs.printed.comparable_curve(number)
            for ax, measure in zip(column, ("accuracy", "loss"), strict=True):
                style.draw_curves(ax, f"figure{number}", measure, ours, theirs)
            style.panel_title(column[0], _title(rows, kind, words))
            scales.epoch_axis(column[1], words)
        axes[0, 0].set_ylabel(words("axis.accuracy"))
        axes[1, 0].set_ylabel(words("axis.loss"))
        seen = [line.get_ydata() for ax in axes[0] for line in ax.lines]
        for ax in axes[0]:
            scales.stretched_percent_axis(ax, np.concatenate(seen))
        scales.loss_axis(axes[1, 0])
        style.legend(fig, style.curve_handles(words, len(ours), with_published=comparable))
        style.save(fig, output)


def _title(rows: pd.DataFrame, kind: str, words: Words) -> str:
    """Return the title of a column: what differs between the columns."""
    first = rows.iloc[0]
    sizes = first["hidden_sizes"].split("-")
    if kind == "activation":
        return words.name("activation", first["activation"])
    number = "one" if len(sizes) == 1 else "many"
    return words(f"hidden_layers.{number}_sizes", n=len(sizes), sizes="–".join(sizes))
