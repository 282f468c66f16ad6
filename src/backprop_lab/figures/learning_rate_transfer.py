"""Figure 9 of the original: Task 2 trained with Task 1's learning rate."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from backprop_lab.figures import scales, style
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
            panel = _Panel(f"{optimizer}-{pixels}", here, rates, epochs, with_theirs)
            for ax, measure in zip(column, MEASURES, strict=True):
                _draw_panel(ax, measure, panel)
            names = {"optimizer": words.name("optimizer", optimizer)}
            names["pixels"] = words(f"pixels.{pixels}")
            style.panel_title(column[0], words("transfer.panel", **names))
            scales.epoch_axis(column[1], words)
        axes[0, 0].set_ylabel(words("axis.train_loss"))
        axes[1, 0].set_ylabel(words("axis.val_accuracy"))
        scales.loss_axis(axes[0, 0])
        seen = np.concatenate([line.get_ydata() for ax in axes[1] for line in ax.lines])
        for ax in axes[1]:
            scales.stretched_percent_axis(ax, seen)
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


@dataclass(frozen=True)
class _Panel:
    """The content of the two panels of one optimiser and pixel scale.

    Attributes:
        name: begins the ids of their lines.
        rows: the runs' rows of runs.csv.
        rates: all learning rates of the figure, largest first.
        history: history.csv.
        theirs: the original's log, or None to leave it out.
    """

    name: str
    rows: pd.DataFrame
    rates: list[float]
    history: pd.DataFrame
    theirs: pd.DataFrame | None


def _draw_panel(ax: Axes, measure: str, panel: _Panel) -> None:
    """Draw mean and range of the runs that completed, and each diverged run up to its end."""
    for rate, line in zip(panel.rates, style.series(len(panel.rates)), strict=True):
        group = panel.rows[panel.rows["learning_rate"] == rate]
        gid = f"{panel.name}-lr{rate:g}-{measure}"
        ours = curve(panel.history, group)
        style.line_and_range(ax, ours, "epoch", measure, line | {"gid": gid})
        for _, run in diverged(group).iterrows():
            own = panel.history[panel.history["id"] == run["id"]]
            own = own[np.isfinite(own[measure]) & np.isfinite(own["train_loss"])]
            end = (own["epoch"].iloc[-1], own[measure].iloc[-1]) if len(own) else (1, np.nan)
            thin = line | {"linewidth": 0.8, "marker": "None"}
            ax.plot(own["epoch"], own[measure], gid=f"{gid}-seed{run['seed']}", **thin)
            style.mark_diverged(ax, end, f"{gid}-seed{run['seed']}-diverged", line["color"])
    if panel.theirs is not None:
        black = style.published_style(style.SERIES[0])
        gid = f"{panel.name}-{measure}-published"
        ax.plot(panel.theirs["epoch"], panel.theirs[measure], gid=gid, **black)
