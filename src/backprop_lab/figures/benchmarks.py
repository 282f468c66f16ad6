"""Our training time divided by that of other programs, on a logarithmic axis."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from backprop_lab.figures import style
from backprop_lab.figures.words import Words
from backprop_lab.files.frames import read_csv

FIGURES = {
    "benchmarks": {
        "function": "draw",
        "inputs": ("ratios=results/benchmarks/trainers_ratios.csv",),
        "on_request": "benchmarks",
        "timed": True,
    },
}

#: Left and right.
OURS = ("numpy", "torch")
#: From top to bottom: what ours is compared with; "ours" is our network on the other backend.
ROWS = ("sklearn", "torch_dataloader", "torch_fused", "numpy_plain", "ours", "floor")
#: Marks of the main settings lie side by side around the middle of a row, the grid's below.
_SPREAD, _GRID = 0.15, 0.42
_TICKS = (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20)


def draw(*, ratios: Path, words: Words, output: Path) -> None:
    """Draw a panel for each of ours, a row for each other program.

    Main settings: the median over the rounds and the range of the rounds.  The grid, if it
    was measured: a tick for the median of each setting.

    Args:
        ratios: trainers_ratios.csv.
    """
    columns = ("group", "ours", "other", "ratio_median", "ratio_min", "ratio_max")
    table = read_csv(ratios, columns)
    main, grid = (table[table["group"] == group] for group in ("main", "grid"))
    settings = list(dict.fromkeys(zip(main["optimizer"], main["batch_size"], strict=True)))
    lines = dict(zip(settings, style.series(len(settings)), strict=True))
    with style.figure(words, height=3.6) as fig:
        axes = fig.subplots(1, len(OURS), sharex=True, sharey=True)
        for ax, ours in zip(axes, OURS, strict=True):
            [second] = set(OURS) - {ours}
            for place, name in enumerate(ROWS):
                other = second if name == "ours" else name
                gid = f"benchmarks-{ours}-{other}"
                own = grid[(grid["ours"] == ours) & (grid["other"] == other)]
                look = {"color": style.GREY, "marker": "|", "linestyle": "None", "markersize": 5}
                heights = np.full(len(own), place + _GRID)
                ax.plot(own["ratio_median"], heights, gid=f"{gid}-grid", **look)
                own = main[(main["ours"] == ours) & (main["other"] == other)]
                for row in own.to_dict("records"):
                    key = (row["optimizer"], row["batch_size"])
                    y = place + _SPREAD * (settings.index(key) - 1.5)
                    _dot(ax, y, row, lines[key], f"{gid}-{key[0]}-{key[1]}")
            ax.grid(visible=False, axis="y")
            ax.axvline(1, color=style.BLACK, linewidth=0.8, zorder=1.5, gid=f"benchmarks-{ours}-1")
            ax.set_xscale("log")
            ax.set_xlabel(words("benchmarks.ratio"))
            style.panel_title(ax, words(f"benchmarks.{ours}"))
        axes[0].set_yticks(range(len(ROWS)), [words(f"contender.{name}") for name in ROWS])
        axes[0].set_ylim(len(ROWS) - 0.4, -0.6)
        _ticks(axes[0], table)
        handles = [
            style.handle(
                words(
                    "benchmarks.setting", optimizer=words.name("optimizer", str(name)), size=size
                ),
                **line | {"linestyle": "None"},
            )
            for (name, size), line in lines.items()
        ]
        if len(grid):
            handles.append(style.handle(words("benchmarks.grid"), **look))
        style.legend(fig, handles, ncols=3)
        style.save(fig, output)


def _dot(ax: Axes, y: float, row: Mapping[Hashable, Any], line: style.Look, gid: str) -> None:
    """Draw the median of the rounds as a mark, and a bar from their minimum to their maximum."""
    ax.plot([row["ratio_min"], row["ratio_max"]], [y, y], color=line["color"], gid=f"{gid}-range")
    ax.plot([row["ratio_median"]], [y], gid=gid, **line | {"linestyle": "None", "markersize": 4})


def _ticks(ax: Axes, table: pd.DataFrame) -> None:
    """Set one tick for each factor of about two, over the range of the ratios."""
    low, high = table["ratio_min"].min() / 1.15, table["ratio_max"].max() * 1.15
    ax.set_xlim(min(low, 0.45), max(high, 1.15))
    ax.xaxis.set_major_locator(FixedLocator(_TICKS))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
