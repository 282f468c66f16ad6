"""One parameter varied, all else equal: accuracy against its value."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from backprop_lab.figures import style
from backprop_lab.figures.words import Words
from backprop_lab.files.frames import read_csv

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
        "timed": True,
    },
    "sweep_width": {
        "function": "draw_width",
        "inputs": ("sweep=tables/sweep_width",),
        "needs": ("sweep_width",),
        "timed": True,
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
    """Draw validation accuracy and seconds an epoch against the batch size."""
    _draw_with_time(read_csv(sweep), "batch_size", words, output)


def draw_width(*, sweep: Path, words: Words, output: Path) -> None:
    """Draw validation accuracy and seconds an epoch against the units of the hidden layer."""
    _draw_with_time(read_csv(sweep), "width", words, output)


def draw_epochs(*, sweep: Path, words: Words, output: Path) -> None:
    """Draw what each number of epochs reaches, read off the long runs, a line a task."""
    table = read_csv(sweep, ("task", "backend", "epoch", "val_accuracy_mean"))
    with style.figure(words, height=2.9, width=0.75 * style.TEXT_WIDTH) as fig:
        ax = fig.subplots()
        handles = []
        # The longer curve solid and below, the shorter one dashed over it.
        for (task, part), line in zip(table.groupby("task"), style.SERIES[1::-1], strict=True):
            line = style.for_length(line, len(part)) | {"zorder": 4 - task}
            gid = f"epochs-task{task}"
            style.line_and_range(ax, part["epoch"], part, "val_accuracy", gid=gid, **line)
            backend = words(f"backend.{part['backend'].iloc[0]}")
            handles.append(style.handle(words("series.task", task=task, backend=backend), **line))
        style.stretched_percent_axis(ax, table[["val_accuracy_min", "val_accuracy_max"]])
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
        ax.xaxis.set_minor_formatter(FuncFormatter(lambda value, _: ""))
        ax.set_xlabel(words("axis.epochs"))
        ax.set_ylabel(words("axis.val_accuracy"))
        style.legend(fig, handles)
        style.save(fig, output)


def _draw_with_time(table: pd.DataFrame, swept: str, words: Words, output: Path) -> None:
    """Draw accuracy on the left and time on the right; a build without times has the left alone."""
    timed = bool(table["seconds_per_epoch"].notna().any())
    width = style.TEXT_WIDTH if timed else 0.75 * style.TEXT_WIDTH
    with style.figure(words, height=2.6, width=width) as fig:
        left, *right = fig.subplots(1, 1 + timed, squeeze=False)[0]
        handles = _draw_accuracy(left, table, swept, words)
        for ax in right:
            for name, part, line in _series(table):
                gid = f"{swept}-{name}-seconds"
                ax.plot(part[swept], part["seconds_per_epoch"], gid=gid, **line)
            ax.set_ylim(bottom=0)
            ax.set_ylabel(words("axis.seconds_per_epoch"))
        for ax in (left, *right):
            ax.set_xscale("log", base=2)
            ax.xaxis.set_major_locator(FixedLocator(sorted(table[swept].unique())))
            ax.xaxis.set_minor_locator(NullLocator())
            ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            ax.set_xlabel(words(f"axis.{swept}"))
        if len(handles) > 1:
            style.legend(fig, handles)
        style.save(fig, output)


def _draw_accuracy(ax, table: pd.DataFrame, swept: str, words: Words) -> list:
    """Draw a line a series, a cross where runs diverged; return the legend's entries."""
    style.stretched_percent_axis(ax, table[["val_accuracy_min", "val_accuracy_max"]])
    handles = []
    for name, part, line in _series(table):
        gid = f"{swept}-{name}"
        style.line_and_range(ax, part[swept], part, "val_accuracy", gid=gid, **line)
        handles.append(style.handle(words(f"optimizer.{name}"), **line))
        _mark_diverged(ax, part, swept, gid, line["color"], 0.05 + 0.08 * len(handles), words)
    if (table["n_diverged"] > 0).any():
        handles.append(style.diverged_handle(words))
    ax.set_xlabel(words(f"axis.{swept}"))
    ax.set_ylabel(words("axis.val_accuracy"))
    return handles


def _mark_diverged(
    ax, part: pd.DataFrame, swept: str, gid: str, color: str, height: float, words: Words
) -> None:
    """A cross near the foot of the axes, and how many of the runs it stands for."""
    across = ax.get_xaxis_transform()  # x in data, y as a fraction of the axes
    for _, row in part[part["n_diverged"] > 0].iterrows():
        x, n, total = row[swept], int(row["n_diverged"]), int(row["n"])
        style.cross(ax, x, height, f"{gid}-{x:g}-diverged", color, transform=across)
        ax.annotate(
            words("series.n_of", n=n, total=total),
            (x, height),
            xycoords=across,
            xytext=(-6, 0),
            textcoords="offset points",
            ha="right",
            va="center",
            fontsize=style.SMALL,
            color=color,
        )


def _series(table: pd.DataFrame) -> list[tuple[str, pd.DataFrame, dict]]:
    """The rows of each optimiser and the look of their line, SGD first."""
    names = [name for name in ("sgd", "adam") if name in np.unique(table["optimizer"])]
    looks = style.series(len(names))
    return [
        (name, table[table["optimizer"] == name], line)
        for name, line in zip(names, looks, strict=True)
    ]
