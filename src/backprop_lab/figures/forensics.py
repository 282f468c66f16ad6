"""The runs nearest to the original's printed logs, laid over them."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from backprop_lab.collected import published_curve, read_csv
from backprop_lab.figures import style
from backprop_lab.words import Words

LINES = {"train": style.TRAINING, "val": style.VALIDATION}
ALL = {"color": style.GREY, "linewidth": 0.8, "marker": "None"}


def draw(
    *,
    best: Path,
    history: Path,
    published: Path | None = None,
    words: Words,
    output: Path,
) -> None:
    """Draw, for each figure of the original, its log and the nearest run's.

    The thin grey lines are the one setting that is nearest to all of Task 1's
    figures together.  Without `published` there is nothing to compare.

    Args:
        best: forensics_best.csv.
    """
    table = read_csv(best, ("choice", "figure", "id"))
    with style.figure(words, height=4.1) as fig:
        if published is None or table.empty:
            fig.text(0.5, 0.5, words("forensics.none"), ha="center", va="center")
            style.save(fig, output)
            return
        logs = {run_id: log for run_id, log in read_csv(history).groupby("id")}
        nearest = table[table["choice"] == "figure"]
        one = table[table["choice"] == "all"].set_index("figure")["id"]
        axes = fig.subplots(2, len(nearest), sharex=True, sharey="row", squeeze=False)
        for column, (_, row) in zip(axes.T, nearest.iterrows(), strict=True):
            figure = row["figure"]
            printed = published_curve(published, figure)
            for ax, measure in zip(column, ("accuracy", "loss"), strict=True):
                for part, line in LINES.items():
                    name, gid = f"{part}_{measure}", f"forensics-figure{figure}-{part}-{measure}"
                    if figure in one.index and one[figure] != row["id"]:
                        own = logs[one[figure]]
                        grey = line | ALL
                        ax.plot(own["epoch"], own[name], gid=f"{gid}-all", **grey)
                    own = logs[row["id"]]
                    ax.plot(own["epoch"], own[name], gid=gid, **line)
                    black = style.published_style(line)
                    ax.plot(printed["epoch"], printed[name], gid=f"{gid}-published", **black)
            layers = row["hidden_sizes"].replace("-", "–")
            title = words("forensics.panel", figure=figure, layers=layers)
            style.panel_title(column[0], title)
            style.epoch_axis(column[1], words)
        axes[0, 0].set_ylabel(words("axis.accuracy"))
        axes[1, 0].set_ylabel(words("axis.loss"))
        seen = np.concatenate([line.get_ydata() for ax in axes[0] for line in ax.lines])
        for ax in axes[0]:
            style.stretched_percent_axis(ax, seen)
        style.loss_axis(axes[1, 0])
        losses = np.concatenate([line.get_ydata() for ax in axes[1] for line in ax.lines])
        # What exploded leaves the axes at the top, so that the rest can be told apart.
        axes[1, 0].set_ylim(top=min(losses[np.isfinite(losses)].max() * 1.5, 20))
        handles = [style.handle(words(f"forensics.{part}"), **line) for part, line in LINES.items()]
        handles += [
            style.handle(words(f"series.{part}_published"), **style.published_style(line))
            for part, line in LINES.items()
        ]
        handles.append(style.handle(words("forensics.all"), **ALL))
        style.legend(fig, handles)
        style.save(fig, output)
