"""The seconds of a round of training on NumPy and on PyTorch, pair by pair."""

from __future__ import annotations

from pathlib import Path

from backprop_lab.figures import style
from backprop_lab.figures.words import Words
from backprop_lab.files.frames import read_csv

FIGURES = {
    "speed": {
        "function": "draw",
        "inputs": ("speed=tables/speed",),
        "on_request": "timings",
        "timed": True,
    },
}

#: Backend -> its distance from the tick of its network, and its look.
SIDES: dict[str, tuple[float, style.Look]] = {
    "numpy": (-0.18, {"color": style.BLUE, "marker": "o"}),
    "torch": (0.18, {"color": style.VERMILLION, "marker": "s"}),
}


def draw(*, speed: Path, words: Words, output: Path) -> None:
    """Draw the seconds of every round, a thin line joining the two of one round.

    Args:
        speed: speed.csv.
    """
    table = read_csv(speed, ("hidden_sizes", "optimizer", "n_images", "round"))
    settings = dict.fromkeys(zip(table["hidden_sizes"], table["optimizer"], strict=True))
    with style.figure(words, height=2.5, width=0.75 * style.TEXT_WIDTH) as fig:
        ax = fig.subplots()
        for place, (sizes, optimizer) in enumerate(settings):
            rows = table[(table["hidden_sizes"] == sizes) & (table["optimizer"] == optimizer)]
            xs = [place + offset for offset, _ in SIDES.values()]
            columns = [f"{backend}_seconds" for backend in SIDES]
            for number, *seconds in rows[["round", *columns]].itertuples(index=False):
                gid = f"speed-{sizes}-{optimizer}-{number}"
                ax.plot(xs, seconds, color=style.GREY, linewidth=0.5, zorder=1.5, gid=gid)
            for backend, (offset, look) in SIDES.items():
                gid = f"speed-{sizes}-{optimizer}-{backend}"
                x = [place + offset] * len(rows)
                ax.plot(x, rows[f"{backend}_seconds"], linestyle="None", gid=gid, **look)
        names = [
            f"{sizes.replace('-', '–')}\n{words(f'optimizer.{name}')}" for sizes, name in settings
        ]
        ax.set_xticks(range(len(settings)), names)
        ax.grid(visible=False, axis="x")
        ax.set_xlim(-0.5, len(settings) - 0.5)
        ax.set_ylim(bottom=0)
        ax.set_ylabel(words("speed.seconds", n=f"{table['n_images'].iloc[0]:,}"))
        style.legend(
            fig,
            [
                style.handle(words(f"backend.{name}"), linestyle="None", **look)
                for name, (_, look) in SIDES.items()
            ],
        )
        style.save(fig, output)
