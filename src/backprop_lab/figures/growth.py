"""Time and memory of a dry run, and of collecting the results, against the number of runs."""

from __future__ import annotations

from pathlib import Path

from matplotlib.ticker import FuncFormatter, LogLocator

from backprop_lab.figures import style
from backprop_lab.figures.words import Words
from backprop_lab.files.frames import read_csv

FIGURES = {
    "growth": {
        "function": "draw",
        "inputs": ("growth=results/benchmarks/growth.csv",),
        "on_request": "benchmarks",
        "timed": True,
    },
}

#: Panel, left and right -> the end of the column's name, and what one unit of the axis is.
PANELS = {"seconds": ("seconds", 1), "memory": ("peak_bytes", 1e6)}
WORK: dict[str, style.Look] = {"dry_run": style.SERIES[0], "collect": style.SERIES[1]}


def draw(*, growth: Path, words: Words, output: Path) -> None:
    """Draw a panel for time and one for memory, both axes logarithmic, a line for each task.

    Args:
        growth: growth.csv.
    """
    ends = [f"{work}_{end}" for work in WORK for end, _ in PANELS.values()]
    table = read_csv(growth, ("runs", *ends)).sort_values("runs")
    with style.figure(words, height=2.5) as fig:
        for ax, (panel, (end, unit)) in zip(fig.subplots(1, 2), PANELS.items(), strict=True):
            for work, line in WORK.items():
                values = table[f"{work}_{end}"] / unit
                ax.plot(table["runs"], values, gid=f"growth-{panel}-{work}", **line)
            ax.set_xscale("log")
            ax.set_yscale("log")
            ax.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
            for axis in (ax.xaxis, ax.yaxis):
                axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,g}"))
                axis.set_minor_formatter(FuncFormatter(lambda value, _: ""))
            ax.set_xlabel(words("growth.runs"))
            ax.set_ylabel(words(f"growth.{panel}"))
        handles = [style.handle(words(f"growth.{work}"), **line) for work, line in WORK.items()]
        style.legend(fig, handles)
        style.save(fig, output)
