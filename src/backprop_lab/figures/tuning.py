"""The best validation accuracy to expect against the number of learning rates tried."""

from __future__ import annotations

from pathlib import Path

from matplotlib.ticker import MaxNLocator

from backprop_lab.figures import scales, style
from backprop_lab.figures.words import Words
from backprop_lab.files.frames import read_csv

FIGURES = {
    "tuning_curves": {
        "function": "draw",
        "inputs": ("curves=tables/tuning_curves",),
        "needs": ("learning_rate_grid",),
    },
}


def draw(*, curves: Path, words: Words, output: Path) -> None:
    """Draw a line for each activation and optimiser, with a band from lowest to highest seed.

    Args:
        curves: tuning_curves.csv.
    """
    table = read_csv(curves, ("activation", "optimizer", "n_rates", "val_accuracy_mean"))
    groups = list(table.groupby(["activation", "optimizer"], sort=False))
    with style.figure(words, height=2.9, width=0.75 * style.TEXT_WIDTH) as fig:
        ax = fig.subplots()
        handles = []
        for ((activation, optimizer), part), look in zip(
            groups, style.series(len(groups)), strict=True
        ):
            line = look | {"gid": f"tuning-{activation}-{optimizer}"}
            style.line_and_range(ax, part, "n_rates", "val_accuracy", line)
            names = (
                words.name("activation", str(activation)),
                words.name("optimizer", str(optimizer)),
            )
            handles.append(style.handle(", ".join(names), **look))
        scales.stretched_percent_axis(ax, table[["val_accuracy_min", "val_accuracy_max"]])
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.set_xlabel(words("axis.n_rates"))
        ax.set_ylabel(words("axis.expected_val_accuracy"))
        style.legend(fig, handles, ncols=2)
        style.save(fig, output)
