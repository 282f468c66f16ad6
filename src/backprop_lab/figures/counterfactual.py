"""The deep network that did not train, with one part of its training repaired at a time."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from backprop_lab.figures import scales, style
from backprop_lab.figures.words import Words
from backprop_lab.files.frames import read_csv

FIGURES = {
    "counterfactual": {
        "function": "draw",
        "inputs": ("counterfactual=tables/counterfactual", "history"),
        "needs": ("forensics_screen",),
    },
}

#: The unrepaired network, each single repair, then several together.
LINES: tuple[style.Look, ...] = (
    {"color": style.BLACK, "linestyle": "-", "marker": "x"},
    *style.SERIES,
    {"color": style.GREY, "linestyle": (0, (6, 1.2, 1, 1.2)), "marker": "v"},
)


def draw(*, counterfactual: Path, history: Path, words: Words, output: Path) -> None:
    """Draw training loss and validation accuracy of every repair, epoch by epoch.

    Args:
        counterfactual: counterfactual.csv.
    """
    table = read_csv(counterfactual, ("repair", "id"))
    logs = {run_id: log for run_id, log in read_csv(history).groupby("id")}
    with style.figure(words, height=2.9) as fig:
        axes = fig.subplots(1, 2)
        handles = []
        lines = style.series(len(table), LINES)
        for (_, row), line in zip(table.iterrows(), lines, strict=True):
            own = logs[row["id"]]
            for ax, quantity in zip(axes, ("train_loss", "val_accuracy"), strict=True):
                gid = f"counterfactual-{row['repair']}-{quantity}"
                ax.plot(own["epoch"], own[quantity], gid=gid, **line)
            parts = [words(f"counterfactual.{name}") for name in row["repair"].split("+")]
            handles.append(style.handle(words("counterfactual.and").join(parts), **line))
        for ax, axis in zip(axes, ("axis.train_loss", "axis.val_accuracy"), strict=True):
            scales.epoch_axis(ax, words)
            ax.set_ylabel(words(axis))
        scales.loss_axis(axes[0])
        seen = np.concatenate([line.get_ydata() for line in axes[1].lines])
        scales.stretched_percent_axis(axes[1], seen)
        fig.legend(handles=handles, loc="outside upper center", ncols=3)
        style.save(fig, output)
