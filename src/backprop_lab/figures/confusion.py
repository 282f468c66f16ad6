"""Confusion matrices of the final networks on the test set."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from backprop_lab.figures import style
from backprop_lab.figures.words import Words
from backprop_lab.files.frames import read_csv

FIGURES = {
    "confusion_task1": {"function": "draw", "inputs": ("confusion=tables/confusion_task1",)},
    "confusion_task2": {"function": "draw", "inputs": ("confusion=tables/confusion_task2",)},
}

#: Classes from which on the letters shrink, and above which the counts are left out.
_MANY, _MOST = 16, 30


def draw(*, confusion: Path, words: Words, output: Path) -> None:
    """Draw the counts as a heat map in which the errors are seen.

    The colour scale spans the errors alone.  The counts on the diagonal are about a
    hundred times larger: on their scale, every error would be white.  A further column
    gives each class's recall, the fraction of its images that were recognised.
    """
    table = read_csv(confusion, ("label",))
    names = [str(label) for label in table["label"]]
    counts = table.drop(columns="label").to_numpy()  # (classes, classes): true label, predicted
    n = len(counts)
    errors = np.ma.masked_array(counts, np.eye(n, dtype=bool))
    most = max(int(errors.max()), 1)
    size = style.SMALL * min(1, _MANY / n)
    with style.figure(words, 4.1, 0.75 * style.TEXT_WIDTH, names) as fig:
        ax = fig.subplots()
        ax.grid(False)
        ax.set_facecolor(style.LIGHT_GREY)  # what the masked diagonal shows
        ax.pcolormesh(
            errors,
            cmap="Blues",
            vmin=0,
            vmax=1.25 * most,
            edgecolors="white",
            linewidth=0.8,
            gid="errors",
        )
        for i in range(n):
            for j in range(n):
                if n <= _MOST:
                    _write_count(ax, i, j, int(counts[i, j]), most, size)
            total = counts[i].sum()
            recall = f"{100 * counts[i, i] / total:.1f}" if total else "–"
            ax.text(
                n + 0.55,
                i + 0.5,
                recall,
                ha="center",
                va="center",
                fontsize=size,
                gid=f"recall-{i}",
            )
        ax.text(
            n + 0.55, -0.18, words("axis.recall"), ha="center", va="bottom", fontsize=style.SMALL
        )
        centres = np.arange(n) + 0.5
        # Long class names would run into each other.
        slanted = max(map(len, names)) > 2
        look: style.Look = {"parse_math": False, "fontsize": size}  # a name may hold a $
        ax.set_xticks(
            centres,
            names,
            rotation=45 if slanted else 0,
            ha="right" if slanted else "center",
            **look,
        )
        ax.set_yticks(centres, names, **look)
        ax.tick_params(length=0)
        ax.spines[:].set_visible(False)
        ax.set_xlabel(words("axis.predicted"))
        ax.set_ylabel(words("axis.true"))
        ax.set_aspect("equal")
        ax.invert_yaxis()
        style.save(fig, output)


def _write_count(ax: Axes, i: int, j: int, count: int, most: int, size: float) -> None:
    """Write one count in its cell; leave a zero out, so that the errors are seen."""
    if count == 0:
        return
    dark = i != j and count > 0.75 * most
    ax.text(
        j + 0.5,
        i + 0.5,
        f"{count}",
        ha="center",
        va="center",
        fontsize=size,
        color="white" if dark else style.BLACK,
        gid=f"count-{i}-{j}",
    )
