"""How every figure looks: sizes, fonts, colours, axes; and how it is saved.

Colours are those of Okabe and Ito, told apart by colour-blind readers, and
never the only difference: lines also differ in dash and marker, so that a
black-and-white print can be read.  Throughout, training is dashed with
squares, validation solid with circles, and what the original report printed
is black and hollow.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullLocator
from matplotlib.transforms import Transform

from backprop_lab.errors import LabError
from backprop_lab.figures.words import Words
from backprop_lab.files.atomic import replacing

BLUE, VERMILLION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
BLACK, GREY, LIGHT_GREY = "#000000", "#767676", "#E4E4E4"

TEXT_WIDTH = 16 / 2.54  # inches: the width of the report's text block
SMALL = 7  # points

TRAINING = {"color": BLUE, "linestyle": (0, (4, 1.6)), "marker": "s"}
VALIDATION = {"color": VERMILLION, "linestyle": "-", "marker": "o"}
CURVES = {"train": TRAINING, "val": VALIDATION}
PUBLISHED = {"color": BLACK, "markerfacecolor": "white", "linewidth": 0.8, "zorder": 3}
SERIES = (
    {"color": BLUE, "linestyle": "-", "marker": "o"},
    {"color": VERMILLION, "linestyle": (0, (4, 1.6)), "marker": "s"},
    {"color": GREEN, "linestyle": (0, (1, 1.2)), "marker": "^"},
    {"color": ORANGE, "linestyle": (0, (4, 1.2, 1, 1.2)), "marker": "D"},
)

_CROSS = {"marker": "X", "linestyle": "None", "markersize": 6, "markeredgecolor": "white"}

_RC = {
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.labelsize": 8,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "legend.fontsize": 7.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.titlepad": 5,
    "axes.titlelocation": "left",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": LIGHT_GREY,
    "grid.linewidth": 0.5,
    "lines.linewidth": 1.2,
    "lines.markersize": 3,
    "lines.markeredgewidth": 0.7,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.width": 0.4,
    "ytick.minor.width": 0.4,
    "legend.frameon": False,
    "legend.handlelength": 2.6,
    "legend.columnspacing": 1.6,
    "mathtext.fontset": "dejavusans",
    "svg.fonttype": "path",  # the same shapes on every machine
    "svg.hashsalt": "backprop-lab",  # the same element ids in every build
}


@contextmanager
def figure(words: Words, height: float, width: float = TEXT_WIDTH) -> Iterator[Figure]:
    """A new figure of `width` x `height` inches in the house style.

    Its font is the one that `words` names under `font`, for the characters that
    the default font lacks.  The language of `words` chooses between the shapes that
    a Chinese character has in different places.
    """
    fonts = [matplotlib.rcParamsDefault["font.sans-serif"][0], words("font")]
    _register(words("font"))
    family = {"font.family": list(dict.fromkeys(fonts)), "text.language": words.language}
    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # without the settings of a user or of the current folder
        matplotlib.rcParams.update({**_RC, **family})
        fig = Figure(figsize=(width, height), layout="constrained")
        fig.get_layout_engine().set(wspace=0.05)
        yield fig


@cache
def _register(family: str) -> None:
    """Make a family of the mplfonts package known to matplotlib, before the system's."""
    spec = find_spec("mplfonts")
    if spec is None or family == matplotlib.rcParamsDefault["font.sans-serif"][0]:
        return
    stem = family.replace(" ", "").lower() + "-"
    fonts = fontManager.ttflist
    for path in sorted((Path(spec.origin).parent / "fonts").iterdir()):
        if path.name.lower().startswith(stem):
            before = len(fonts)
            fontManager.addfont(path)
            fonts[:] = fonts[before:] + fonts[:before]  # of equally good fonts, the first is taken


def save(fig: Figure, output: Path) -> None:
    """Write `fig` as SVG, whole or not at all, the same bytes every time.

    Raises:
        LabError: the fonts lack a character of the figure's words.
    """
    image = BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing", category=UserWarning)
        try:
            fig.savefig(image, format="svg", metadata={"Date": None, "Creator": None})
        except UserWarning as warning:
            raise LabError(
                f"{output}: {warning}; name a font that has it under `font` in the words file"
            ) from None
    with replacing(Path(output)) as file:
        file.write(image.getvalue())


def line_and_range(ax: Axes, x: pd.Series, frame: pd.DataFrame, quantity: str, gid: str, **line):
    """Draw the mean over seeds as a line and, for several seeds, their range as a band.

    Args:
        x: one value a row of `frame`, which has the columns <quantity>_mean, _min, _max.
        gid: id of the line in the SVG; the band's is `gid`-range.
    """
    mean, low, high = (frame[f"{quantity}_{name}"] for name in ("mean", "min", "max"))
    ax.plot(x, mean, gid=gid, **line)
    if (high > low).any():
        color = line["color"]
        ax.fill_between(x, low, high, color=color, alpha=0.22, linewidth=0, gid=f"{gid}-range")


def series(n: int, lines: Sequence[dict] = SERIES) -> list[dict]:
    """A look for each of n lines, no two alike.

    Where there are more lines than looks, each further round gives the colours to other
    dashes and markers.

    Args:
        lines: the looks of the first lines.

    Raises:
        LabError: n is more than can be told apart.
    """
    most = len(lines) ** 2
    if n > most:
        raise LabError(
            f"figure: {n} lines in one panel, of which {most} can be told apart; "
            "leave values out of the experiment in config.yaml"
        )
    return [
        lines[(i + i // len(lines)) % len(lines)] | {"color": lines[i % len(lines)]["color"]}
        for i in range(n)
    ]


def for_length(line: dict, n: int) -> dict:
    """`line` for a curve of n points: on a long one, markers would only thicken it."""
    return line | {"marker": "None"} if n > 15 else line


def mark_diverged(ax: Axes, x: float, y: float, gid: str, color: str) -> None:
    """Put a cross where a run ended in inf or NaN; at the top edge where y is not finite."""
    if np.isfinite(y):
        cross(ax, x, y, gid, color, transform=ax.transData)
    else:
        cross(ax, x, 0.97, gid, color, transform=ax.get_xaxis_transform())


def cross(ax: Axes, x: float, y: float, gid: str, color: str, transform: Transform) -> None:
    """The sign of a diverged run, at (x, y) of `transform`."""
    ax.plot([x], [y], color=color, transform=transform, clip_on=False, zorder=4, gid=gid, **_CROSS)


def diverged_handle(words: Words) -> Line2D:
    """The legend's entry for `mark_diverged`."""
    return handle(words("series.diverged"), color=BLACK, **_CROSS)


def handle(label: str, **line: object) -> Line2D:
    """A legend's entry for a line of this style."""
    return Line2D([], [], label=label, **line)


def legend(fig: Figure, handles: list[Line2D], ncols: int | None = None) -> None:
    """One legend for the whole figure, above it; in one line unless `ncols` says otherwise."""
    fig.legend(handles=handles, loc="outside upper center", ncols=ncols or len(handles))


def published_style(line: dict) -> dict:
    """The original's counterpart of one of our lines: its dash and marker, but black."""
    # Without markers, ten epochs of two hundred need a thick line to be seen.
    return line | PUBLISHED | ({"linewidth": 2} if line["marker"] == "None" else {})


def draw_curves(
    ax: Axes, name: str, measure: str, ours: pd.DataFrame, theirs: pd.DataFrame | None
) -> None:
    """Draw training and validation against the epoch, ours and the original's.

    Args:
        name: begins the ids of the lines: <name>-train-loss, <name>-train-loss-published.
        measure: "loss" or "accuracy".
        ours: from `collected.curve`.
        theirs: from `collected.published_curve`, or None to leave it out.
    """
    for part, line in CURVES.items():
        quantity = f"{part}_{measure}"
        gid = f"{name}-{part}-{measure}"
        line = for_length(line, len(ours))
        line_and_range(ax, ours["epoch"], ours, quantity, gid=gid, **line)
        if theirs is not None:
            black = published_style(line)
            ax.plot(theirs["epoch"], theirs[quantity], gid=f"{gid}-published", **black)


def curve_handles(words: Words, length: int, *, with_published: bool) -> list[Line2D]:
    """The legend's entries for `draw_curves` of curves of `length` epochs."""
    lines = {part: for_length(line, length) for part, line in CURVES.items()}
    if not with_published:
        return [handle(words(f"series.{part}"), **line) for part, line in lines.items()]
    ours = [handle(words(f"series.{part}_ours"), **line) for part, line in lines.items()]
    return ours + [
        handle(words(f"series.{part}_published"), **published_style(line))
        for part, line in lines.items()
    ]


def epoch_axis(ax: Axes, words: Words) -> None:
    """Whole epochs from the first."""
    ax.xaxis.set_major_locator(
        MaxNLocator(nbins=6, integer=True, min_n_ticks=1, steps=[1, 2, 5, 10])
    )
    ax.set_xlabel(words("axis.epoch"))


def percent_axis(ax: Axes) -> None:
    """Fractions on a linear axis, labelled in percent; the axis label says so."""
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.4g}"))


#: Ticks of the stretched axis, coarse and fine; 1 stands at its very end.
_COARSE = (0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9998, 1)
_FINE = (0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.975, 0.98)
_FINE += (0.985, 0.99, 0.992, 0.994, 0.995, 0.996, 0.997, 0.998, 0.9985, 0.999, 0.9995, 0.9998, 1)
_SMALLEST_ERROR = 5e-5


def stretched_percent_axis(ax: Axes, values: np.ndarray) -> None:
    """Accuracy on a logarithmic axis of the error, labelled in percent.

    From 90 to 99 % is as far as from 0 to 90 %: ten times fewer errors.  So a
    collapsed network and two good ones fit on one axis.

    Args:
        values: fractions that must be in view; NaN is ignored.
    """

    def forward(accuracy):
        return -np.log10(np.clip(1 - np.asarray(accuracy), _SMALLEST_ERROR, None))

    def inverse(height):
        return 1 - 10 ** -np.asarray(height)

    values = np.asarray(values, dtype=float)
    values = values[np.isfinite(values)]
    low, high = (values.min(), min(values.max(), 1)) if len(values) else (0, 1)
    low = min(low, 0.9998)  # leave room for a tick above
    for choice in (_COARSE, _FINE):
        bottom = max(tick for tick in choice if tick <= low)
        top = min(tick for tick in choice if tick >= high and tick > bottom)
        ticks = [tick for tick in choice if bottom <= tick <= top]
        if len(ticks) > 4:
            break
    ax.set_yscale("function", functions=(forward, inverse))
    ax.set_ylim(bottom, top)
    ax.yaxis.set_major_locator(FixedLocator(ticks))
    ax.yaxis.set_minor_locator(NullLocator())
    percent_axis(ax)


def loss_axis(ax: Axes) -> None:
    """Losses on a logarithmic axis, one grid line a decade, more where it spans few."""
    shared = ax.get_shared_y_axes().get_siblings(ax)
    if not any(np.isfinite(other.dataLim.minposy) for other in shared):
        ax.set_ylim(0.01, 10)  # every run diverged at once: nothing but crosses
    ax.set_yscale("log")
    low, high = ax.get_ylim()
    subs = (1,) if high / low > 30 else (1, 2, 5)
    ax.yaxis.set_major_locator(LogLocator(subs=subs, numticks=8))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _loss(value)))
    ax.yaxis.set_minor_formatter(FuncFormatter(lambda value, _: ""))


def _loss(value: float) -> str:
    """A tick of a loss; an exploded one's as a power of ten."""
    exponent = np.log10(value)
    return f"$10^{{{exponent:.0f}}}$" if exponent >= 4 and exponent % 1 == 0 else f"{value:g}"


def panel_title(ax: Axes, text: str) -> None:
    """The title of one of several panels."""
    ax.set_title(text)
