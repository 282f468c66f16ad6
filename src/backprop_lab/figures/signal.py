"""The strength of the signal by depth: activations (forward) above, gradients below."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, LogLocator, NullLocator

from backprop_lab.figures import style
from backprop_lab.figures.words import Words
from backprop_lab.files.frames import read_csv

FIGURES = {
    "signal": {
        "function": "draw",
        "inputs": ("signal=tables/signal",),
    },
}

MEASURES = ("activation_std", "gradient_std")
ACTIVATION = "relu"
_NO_SIGNAL = 1e-12  # below it, a logarithmic axis would show rounding


def draw(*, signal: Path, words: Words, output: Path) -> None:
    """Draw the strength of activations and gradients by layer, a column a depth.

    Solid lines are before the first step; the dashed, hollow ones after the last
    epoch measured.

    Args:
        signal: signal.csv.
    """
    table = read_csv(signal, ("hidden_sizes", "init", "epoch", "layer", *MEASURES))
    table = table[table["activation"] == ACTIVATION]
    depths = list(dict.fromkeys(table["hidden_sizes"]))
    inits = list(dict.fromkeys(table["init"]))
    looks = dict(zip(inits, style.series(len(inits)), strict=True))
    last = int(table["epoch"].max())
    with style.figure(words, height=4.3) as fig:
        axes = fig.subplots(2, len(depths), sharey="row", squeeze=False)
        for column, sizes in zip(axes.T, depths, strict=True):
            here = table[table["hidden_sizes"] == sizes]
            for ax, measure in zip(column, MEASURES, strict=True):
                for init, line in looks.items():
                    own = here[here["init"] == init]
                    gid = f"signal-{sizes}-{init}-{measure}"
                    _line(ax, own[own["epoch"] == last], measure, f"{gid}-{last}", _after(line))
                    _line(ax, own[own["epoch"] == 0], measure, f"{gid}-0", _before(line))
                layers = sorted(here["layer"].unique())
                ax.xaxis.set_major_locator(FixedLocator(layers))
                names = [words("signal.hidden", n=n) for n in layers[:-1]]
                ax.set_xticklabels([*names, words("signal.output")])
                ax.set_xlim(layers[0] - 0.3, layers[-1] + 0.3)
            style.panel_title(column[0], sizes.replace("-", "–"))
            column[1].set_xlabel(words("signal.layer"))
        for row, measure in zip(axes, MEASURES, strict=True):
            row[0].set_ylabel(words(f"signal.{measure}"))
            row[0].set_yscale("log")
            row[0].yaxis.set_major_locator(LogLocator(numticks=8))
            row[0].yaxis.set_minor_locator(NullLocator())
        handles = [
            style.handle(words(f"init.{init.replace('.', '_')}"), **_before(line))
            for init, line in looks.items()
        ]
        black = style.SERIES[0] | {"color": style.BLACK, "marker": "None"}
        handles.append(style.handle(words("signal.before"), **_before(black)))
        handles.append(style.handle(words("signal.after", n=last), **_after(black)))
        style.legend(fig, handles)
        style.save(fig, output)


def _line(ax: Axes, rows: pd.DataFrame, measure: str, gid: str, line: style.Look) -> None:
    """Draw a line over the layers; a layer through which no signal passes has no point."""
    values = rows[measure].where(rows[measure] > _NO_SIGNAL)
    ax.plot(rows["layer"], values, gid=gid, **line)


def _before(line: style.Look) -> style.Look:
    """Return the look of a line before the first step: solid."""
    return line | {"linestyle": "-"}


def _after(line: style.Look) -> style.Look:
    """Return the look of a line after the last epoch: thin and dashed, with hollow markers."""
    return line | {"linestyle": (0, (3, 1.5)), "linewidth": 0.8, "markerfacecolor": "white"}
