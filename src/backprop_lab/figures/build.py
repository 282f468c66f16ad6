"""The training jobs of a build over time, core by core."""

from __future__ import annotations

from pathlib import Path

from matplotlib.patches import Patch

from backprop_lab.figures import style
from backprop_lab.figures.words import Words
from backprop_lab.files.frames import read_csv
from backprop_lab.measurements.schedule import schedule

FIGURES = {
    "build": {
        "function": "draw",
        "inputs": ("jobs=tables/jobs",),
        "on_request": "timings",
        "timed": True,
    },
}

#: Backend -> the look of its bars, which differ in hatching as well as in colour.
LOOKS: dict[str, style.Look] = {
    "numpy": {"facecolor": style.BLUE, "edgecolor": "white"},
    "torch": {"facecolor": style.ORANGE, "edgecolor": "white", "hatch": "////"},
}
#: A bar narrower than this share of the axis has no outline, which would cover it.
_NARROW = 1 / 150


def draw(*, jobs: Path, words: Words, output: Path) -> None:
    """Draw a bar a job, in minutes of the build; pauses are cut out and marked.

    Args:
        jobs: jobs.csv.
    """
    table = read_csv(jobs, ("id", "backend", "started", "finished", "part", "core"))
    found = schedule(table)
    begins, elapsed = {}, 0.0  # part -> what to take off a moment in it
    for number, (start, end) in enumerate(found.parts, start=1):
        begins[number] = start - elapsed
        elapsed += end - start
    left = (table["started"] - table["part"].map(begins)) / 60
    minutes = (table["finished"] - table["started"]) / 60
    n_lanes = table["core"].max()
    with style.figure(words, height=1.0 + 0.28 * min(n_lanes, 16)) as fig:
        ax = fig.subplots()
        for backend, look in LOOKS.items():
            own = table["backend"] == backend
            # One collection a backend keeps the file small with hundreds of jobs.
            for core in sorted(set(table.loc[own, "core"])):
                rows = table[own & (table["core"] == core)]
                spans = list(zip(left[rows.index], minutes[rows.index], strict=True))
                gid = f"build-{backend}-core{core}"
                wide = minutes[rows.index] > _NARROW * elapsed / 60
                lines = [0.3 if one else 0 for one in wide]
                ax.broken_barh(spans, (core - 0.4, 0.8), linewidth=lines, gid=gid, **look)
        place = found.longest
        ax.broken_barh(
            [(left[place], minutes[place])],
            (table["core"][place] - 0.4, 0.8),
            facecolor="none",
            edgecolor=style.BLACK,
            linewidth=1.2,
            gid="build-longest",
        )
        for number in list(begins)[1:]:
            pause = (found.parts[number - 1][0] - begins[number]) / 60
            ax.axvline(pause, color=style.BLACK, linestyle=":", gid=f"build-pause{number}")
        ax.set_ylim(n_lanes + 0.6, 0.4)
        ax.set_yticks(range(1, n_lanes + 1, 1 + n_lanes // 16))
        ax.set_xlim(0, elapsed / 60)
        ax.grid(visible=False, axis="y")
        ax.set_xlabel(words("build.minutes"))
        ax.set_ylabel(words("build.core"))
        handles = [Patch(label=words(f"backend.{name}"), **look) for name, look in LOOKS.items()]
        longest = Patch(label=words("build.longest"), facecolor="none", edgecolor=style.BLACK)
        style.legend(fig, [*handles, longest])
        style.save(fig, output)
