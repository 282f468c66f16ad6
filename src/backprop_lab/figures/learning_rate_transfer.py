"""Figure 9 of the original: what Task 1's learning rate does to Task 2."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd

from backprop_lab.figures import style
from backprop_lab.figures.words import Words
from backprop_lab.results.collected import Collected, curve, diverged
from backprop_lab.results.original import PrintedLogs
from backprop_lab.runs.run import OPTIMIZERS

FIGURES = {
    "learning_rate_transfer": {
        "function": "draw",
        "inputs": ("runs", "experiments", "history", "published", "dataset"),
    },
}

FIGURE = 9
PUBLISHED_OPTIMIZER, PUBLISHED_LEARNING_RATE = "sgd", 0.1
MEASURES = ("train_loss", "val_accuracy")


def draw(*, collected: Collected, printed: PrintedLogs, words: Words, output: Path) -> None:
    """Draw training loss and validation accuracy by optimiser, pixel scale and learning rate.

    The original's curve lies over the panels with its optimiser, SGD at 0.1; its
    report does not say how the pixels were scaled.
    """
    rows = collected.experiment("learning_rate_transfer")
    epochs = collected.epochs()
    rates = sorted(rows["learning_rate"].unique(), reverse=True)
    panels = [
        (optimizer, pixels)
        for optimizer, pixels in product(OPTIMIZERS, ("unit", "raw"))
        if ((rows["optimizer"] == optimizer) & (rows["pixels"] == pixels)).any()
    ]
    theirs = printed.comparable_curve(FIGURE)
    with style.figure(words, height=4.1) as fig:
        axes = fig.subplots(2, len(panels), sharex=True, sharey="row", squeeze=False)
        for column, (optimizer, pixels) in zip(axes.T, panels, strict=True):
            here = rows[(rows["optimizer"] == optimizer) & (rows["pixels"] == pixels)]
            with_theirs = theirs if optimizer == PUBLISHED_OPTIMIZER else None
            for ax, measure in zip(column, MEASURES, strict=True):
                _draw_panel(ax, measure, f"{optimizer}-{pixels}", here, rates, epochs, with_theirs)
            names = {"optimizer": words.name("optimizer", optimizer)}
            names["pixels"] = words(f"pixels.{pixels}")
            style.panel_title(column[0], words("transfer.panel", **names))
            style.epoch_axis(column[1], words)
        axes[0, 0].set_ylabel(words("axis.train_loss"))
        axes[1, 0].set_ylabel(words("axis.val_accuracy"))
        style.loss_axis(axes[0, 0])
        seen = np.concatenate([line.get_ydata() for ax in axes[1] for line in ax.lines])
        for ax in axes[1]:
            style.stretched_percent_axis(ax, seen)
        handles = [
            style.handle(words("series.learning_rate", value=f"{rate:g}"), **line)
            for rate, line in zip(rates, style.series(len(rates)), strict=True)
        ]
        if theirs is not None:
            label = words("series.published_at", value=f"{PUBLISHED_LEARNING_RATE:g}")
            handles.append(style.handle(label, **style.published_style(style.SERIES[0])))
        if len(diverged(rows)):
            handles.append(style.diverged_handle(words))
        style.legend(fig, handles, ncols=min(len(handles), 4))
        style.save(fig, output)


def _draw_panel(
    ax,
    measure: str,
    name: str,
    rows: pd.DataFrame,
    rates: list[float],
    history: pd.DataFrame,
    theirs: pd.DataFrame | None,
) -> None:
    """Mean and range of the runs that completed, each run that did not up to its end."""
    for rate, line in zip(rates, style.series(len(rates)), strict=True):
        group = rows[rows["learning_rate"] == rate]
        ours = curve(history, group)
        gid = f"{name}-lr{rate:g}-{measure}"
        style.line_and_range(ax, ours["epoch"], ours, measure, gid=gid, **line)
        for _, run in diverged(group).iterrows():
            own = history[history["id"] == run["id"]]
            own = own[np.isfinite(own[measure]) & np.isfinite(own["train_loss"])]
            end = (own["epoch"].iloc[-1], own[measure].iloc[-1]) if len(own) else (1, np.nan)
            thin = line | {"linewidth": 0.8, "marker": "None"}
            ax.plot(own["epoch"], own[measure], gid=f"{gid}-seed{run['seed']}", **thin)
            style.mark_diverged(ax, *end, f"{gid}-seed{run['seed']}-diverged", line["color"])
    if theirs is not None:
        black = style.published_style(style.SERIES[0])
        ax.plot(theirs["epoch"], theirs[measure], gid=f"{name}-{measure}-published", **black)
