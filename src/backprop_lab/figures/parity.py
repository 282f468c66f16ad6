"""The difference between NumPy and PyTorch at each step, from the same initial weights."""

from __future__ import annotations

from pathlib import Path

from matplotlib.ticker import LogLocator, NullLocator

from backprop_lab.figures import style
from backprop_lab.figures.words import Words
from backprop_lab.files.frames import read_csv

FIGURES = {
    "parity": {
        "function": "draw",
        "inputs": ("parity=tables/parity",),
    },
}

#: Left and right: what is compared, and the words of its axis.
MEASURES = {
    "loss_relative_difference": "parity.loss",
    "weight_relative_difference": "parity.weights",
}


def draw(*, parity: Path, words: Words, output: Path) -> None:
    """Draw relative differences against the steps, both axes logarithmic; a line a comparison.

    Two values that are equal in every bit have no point.  Dotted lines: ends of epochs.

    Args:
        parity: parity.csv.
    """
    table = read_csv(parity, ("comparison", "step", "epochs", *MEASURES))
    comparisons = list(dict.fromkeys(table["comparison"]))
    looks = dict(zip(comparisons, style.series(len(comparisons)), strict=True))
    with style.figure(words, height=2.7) as fig:
        axes = fig.subplots(1, len(MEASURES), sharey=True)
        for ax, (measure, axis) in zip(axes, MEASURES.items(), strict=True):
            for end in sorted(set(table.loc[table["epochs"] > 0, "step"])):
                ax.axvline(end, color=style.GREY, linewidth=0.6, linestyle=(0, (1, 2)), zorder=1)
            for name, line in looks.items():
                own = table[table["comparison"] == name]
                values = own[measure].where(own[measure] > 0)
                ax.plot(own["step"], values, gid=f"parity-{name}-{measure}", **line)
            ax.set_xscale("log")
            ax.set_yscale("log")
            ax.xaxis.set_minor_locator(NullLocator())
            ax.yaxis.set_major_locator(LogLocator(numticks=9))
            ax.yaxis.set_minor_locator(NullLocator())
            ax.set_xlabel(words("parity.steps"))
            style.panel_title(ax, words(axis))
        axes[0].set_ylabel(words("parity.difference"))
        handles = [style.handle(words(f"parity.{name}"), **line) for name, line in looks.items()]
        style.legend(fig, handles)
        style.save(fig, output)
