"""The runs nearest to the original's printed logs, drawn together with them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from backprop_lab.figures import scales, style
from backprop_lab.figures.words import Words
from backprop_lab.files.frames import read_csv
from backprop_lab.results.original import PrintedLogs

FIGURES = {
    "forensics": {
        "function": "draw",
        "inputs": ("best=tables/forensics_best", "history", "published", "dataset"),
        "needs": ("forensics_screen",),
    },
}

LINES: dict[str, style.Look] = {"train": style.TRAINING, "val": style.VALIDATION}
COLUMNS = 3
#: Losses that differ by more than this factor are drawn on a logarithmic axis.
WIDE = 3
ALL: style.Look = {"color": style.GREY, "linewidth": 0.8, "marker": "None"}


def draw(
    *,
    best: Path,
    history: Path,
    printed: PrintedLogs,
    words: Words,
    output: Path,
) -> None:
    """Draw, for each figure of the original, the losses it prints and the nearest run's.

    The thin grey lines are the one setting that is nearest to all of Task 1's
    figures together.  Where our runs are not of MNIST there is nothing to compare.

    Args:
        best: forensics_best.csv.
    """
    table = read_csv(best, ("choice", "figure", "id"))
    with style.figure(words, height=4.4) as fig:
        if not printed.comparable or table.empty:
            fig.text(0.5, 0.5, words("forensics.none"), ha="center", va="center")
            style.save(fig, output)
            return
        logs = {run_id: log for run_id, log in read_csv(history).groupby("id")}
        nearest = table[table["choice"] == "figure"]
        one = table[table["choice"] == "all"].set_index("figure")["id"]
        axes = fig.subplots(-(-(len(nearest) + 1) // COLUMNS), COLUMNS).flat
        for ax, (_, row) in zip(axes, nearest.iterrows(), strict=False):
            number = row["figure"]
            other = logs[one[number]] if one.get(number, row["id"]) != row["id"] else None
            _draw_panel(ax, number, logs[row["id"]], other, printed.curve(number))
            layers = row["hidden_sizes"].replace("-", "–")
            style.panel_title(ax, words("forensics.panel", figure=number, layers=layers))
            scales.epoch_axis(ax, words)
            ax.set_ylabel(words("axis.loss"))
        handles = [style.handle(words(f"forensics.{part}"), **line) for part, line in LINES.items()]
        handles += [
            style.handle(words(f"series.{part}_published"), **style.published_style(line))
            for part, line in LINES.items()
        ]
        handles.append(style.handle(words("forensics.all"), **ALL))
        for ax in axes[len(nearest) :]:
            ax.set_axis_off()
        axes[len(nearest)].legend(handles=handles, loc="center")
        style.save(fig, output)


def _draw_panel(
    ax: Axes, number: int, own: pd.DataFrame, other: pd.DataFrame | None, printed: pd.DataFrame
) -> None:
    """Draw both losses of the nearest run, of the one setting's run, and as printed."""
    drawn = []
    for part, line in LINES.items():
        name, gid = f"{part}_loss", f"forensics-figure{number}-{part}-loss"
        if other is not None:
            ax.plot(other["epoch"], other[name], gid=f"{gid}-all", **line | ALL)
            drawn.append(other[name])
        ax.plot(own["epoch"], own[name], gid=gid, **line)
        black = style.published_style(line)
        ax.plot(printed["epoch"], printed[name], gid=f"{gid}-published", **black)
        drawn += [own[name], printed[name]]
    losses = np.concatenate(drawn)
    losses = losses[np.isfinite(losses)]
    if losses.max() > WIDE * losses.min():
        scales.loss_axis(ax)
