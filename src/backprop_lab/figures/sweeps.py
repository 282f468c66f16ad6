"""One parameter varied, all else equal: accuracy against its value."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from backprop_lab.figures import scales, style
from backprop_lab.figures.words import Words
from backprop_lab.files.frames import read_csv
from backprop_lab.runs.run import OPTIMIZERS

FIGURES = {
    "sweep_learning_rate": {
        "function": "draw_learning_rate",
        "inputs": ("sweep=tables/sweep_learning_rate",),
        "needs": ("sweep_learning_rate",),
    },
    "sweep_batch_size": {
        "function": "draw_batch_size",
        "inputs": ("sweep=tables/sweep_batch_size",),
        "needs": ("sweep_batch_size",),
    },
    "sweep_width": {
        "function": "draw_width",
        "inputs": ("sweep=tables/sweep_width",),
        "needs": ("sweep_width",),
    },
    "sweep_epochs": {
        "function": "draw_epochs",
        "inputs": ("sweep=tables/sweep_epochs",),
        "any_of": ("sweep_learning_rate", "sweep_batch_size", "sweep_width"),
    },
}


def draw_learning_rate(*, sweep: Path, words: Words, output: Path) -> None:
    """Draw validation accuracy against the learning rate, a line an optimiser."""
    table = read_csv(sweep, ("learning_rate", "optimizer", "val_accuracy_mean"))
    with style.figure(words, height=2.9, width=0.75 * style.TEXT_WIDTH) as fig:
        ax = fig.subplots()
        handles = _draw_accuracy(ax, table, "learning_rate", words)
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        style.legend(fig, handles)
        style.save(fig, output)


def draw_batch_size(*, sweep: Path, words: Words, output: Path) -> None:
    """Draw validation accuracy against the batch size."""
    _draw_doubled(read_csv(sweep), "batch_size", words, output)


def draw_width(*, sweep: Path, words: Words, output: Path) -> None:
    """Draw validation accuracy against the units of the hidden layer."""
    _draw_doubled(read_csv(sweep), "width", words, output)


def draw_epochs(*, sweep: Path, words: Words, output: Path) -> None:
    """Draw accuracy against the number of epochs, taken from the long runs, a line a task."""
    table = read_csv(sweep, ("task", "backend", "epoch", "val_accuracy_mean"))
    with style.figure(words, height=2.9, width=0.75 * style.TEXT_WIDTH) as fig:
        ax = fig.subplots()
        handles = []
        # The longer curve solid and below, the shorter one dashed over it.
        tasks = sorted(set(table["task"]))
        for task, look in zip(tasks, style.SERIES[1::-1], strict=True):
            part = table[table["task"] == task]
            line = style.for_length(look, len(part)) | {"zorder": 4 - task}
            gid = f"epochs-task{task}"
            style.line_and_range(ax, part, "epoch", "val_accuracy", line | {"gid": gid})
            backend = words(f"backend.{part['backend'].iloc[0]}")
            handles.append(style.handle(words("series.task", task=task, backend=backend), **line))
        scales.stretched_percent_axis(ax, table[["val_accuracy_min", "val_accuracy_max"]])
        if table["val_accuracy_mean"].isna().all():  # every run diverged: no line sets the limits
            ax.set_xlim(1, max(table["epoch"].max(), 2))
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        ax.xaxis.set_minor_formatter(FuncFormatter(lambda value, _: ""))
        ax.set_xlabel(words("axis.epochs"))
        ax.set_ylabel(words("axis.val_accuracy"))
        style.legend(fig, handles)
        style.save(fig, output)


def _draw_doubled(table: pd.DataFrame, swept: str, words: Words, output: Path) -> None:
    """Draw accuracy against a parameter whose values double from one to the next."""
    with style.figure(words, height=2.6, width=0.75 * style.TEXT_WIDTH) as fig:
        ax = fig.subplots()
        handles = _draw_accuracy(ax, table, swept, words)
        ax.set_xscale("log", base=2)
        ax.xaxis.set_major_locator(FixedLocator(sorted(table[swept].unique())))
        ax.xaxis.set_minor_locator(NullLocator())
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        if len(handles) > 1:
            style.legend(fig, handles)
        style.save(fig, output)


def _draw_accuracy(ax: Axes, table: pd.DataFrame, swept: str, words: Words) -> list[Line2D]:
    """Draw a line a series, a cross where runs diverged; return the legend's entries."""
    scales.stretched_percent_axis(ax, table[["val_accuracy_min", "val_accuracy_max"]])
    handles = []
    for name, part, line in _series(table):
        gid = f"{swept}-{name}"
        style.line_and_range(ax, part, swept, "val_accuracy", line | {"gid": gid})
        handles.append(style.handle(words.name("optimizer", name), **line))
        height = 0.05 + 0.08 * len(handles)
        cells = part.loc[part["n_diverged"] > 0, [swept, "n_diverged", "n"]]
        for x, n, total in cells.itertuples(index=False):
            text = words("series.n_of", n=n, total=total)
            _mark_diverged(ax, (x, height), text, f"{gid}-{x:g}-diverged", line["color"])
    if (table["n_diverged"] > 0).any():
        handles.append(style.diverged_handle(words))
    ax.set_xlabel(words(f"axis.{swept}"))
    ax.set_ylabel(words("axis.val_accuracy"))
    return handles


def _mark_diverged(ax: Axes, place: tuple[float, float], text: str, gid: str, color: str) -> None:
    """Draw a cross with a text on its left.

    Args:
        ax: where to draw.
        place: x as in the data, y as a fraction of the axes' height.
        text: how many of the runs diverged.
        gid: the cross's id in the SVG.
        color: of the runs' line.
    """
    across = ax.get_xaxis_transform()
    style.cross(ax, place, across, gid, color)
    ax.annotate(
        text,
        place,
        xycoords=across,
        xytext=(-6, 0),
        textcoords="offset points",
        ha="right",
        va="center",
        fontsize=style.SMALL,
        color=color,
    )


def _series(table: pd.DataFrame) -> list[tuple[str, pd.DataFrame, style.Look]]:
    """Return the name and rows of each optimiser and the look of its line, SGD first."""
    names = [name for name in OPTIMIZERS if name in np.unique(table["optimizer"])]
    looks = style.series(len(names))
    return [
        (name, table[table["optimizer"] == name], line)
        for name, line in zip(names, looks, strict=True)
    ]
