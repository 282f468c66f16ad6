"""Learning curves: ours as mean and range over seeds, the original's one run over them.

Figures 2 to 4 of the original compare depths, figures 5 and 6 activations.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from backprop_lab.figures import style
from backprop_lab.figures.words import Words
from backprop_lab.files.frames import read_csv
from backprop_lab.results.collected import curve
from backprop_lab.results.original import counterpart, published_curve


def draw_depth(
    *,
    runs: Path,
    history: Path,
    experiments: Path,
    published: Path | None = None,
    words: Words,
    output: Path,
) -> None:
    """Draw one, two and three hidden layers side by side."""
    _draw(runs, history, experiments, published, (2, 3, 4), "depth", words, output)


def draw_activation(
    *,
    runs: Path,
    history: Path,
    experiments: Path,
    published: Path | None = None,
    words: Words,
    output: Path,
) -> None:
    """Draw ReLU and sigmoid side by side."""
    _draw(runs, history, experiments, published, (5, 6), "activation", words, output)


def _draw(
    runs: Path,
    history: Path,
    experiments: Path,
    published: Path | None,
    numbers: Sequence[int],
    kind: str,
    words: Words,
    output: Path,
) -> None:
    """Accuracy above, loss below; one column for each figure number of the original."""
    epochs = read_csv(history)
    with style.figure(words, height=4.1) as fig:
        axes = fig.subplots(2, len(numbers), sharex=True, sharey="row")
        for column, number in zip(axes.T, numbers, strict=True):
            rows = counterpart(runs, experiments, number)
            ours = curve(epochs, rows)
            theirs = published_curve(published, number) if published else None
            for ax, measure in zip(column, ("accuracy", "loss"), strict=True):
                style.draw_curves(ax, f"figure{number}", measure, ours, theirs)
            style.panel_title(column[0], _title(rows, kind, words))
            style.epoch_axis(column[1], words)
        axes[0, 0].set_ylabel(words("axis.accuracy"))
        axes[1, 0].set_ylabel(words("axis.loss"))
        seen = [line.get_ydata() for ax in axes[0] for line in ax.lines]
        for ax in axes[0]:
            style.stretched_percent_axis(ax, np.concatenate(seen))
        style.loss_axis(axes[1, 0])
        style.legend(
            fig, style.curve_handles(words, len(ours), with_published=published is not None)
        )
        style.save(fig, output)


def _title(rows: pd.DataFrame, kind: str, words: Words) -> str:
    first = rows.iloc[0]
    sizes = first["hidden_sizes"].split("-")
    if kind == "activation":
        return words(f"activation.{first['activation']}")
    number = "one" if len(sizes) == 1 else "many"
    return words(f"hidden_layers.{number}_sizes", n=len(sizes), sizes="–".join(sizes))
