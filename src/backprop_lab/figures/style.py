"""The look of every figure: sizes, fonts, colours, lines, legends; and how it is saved.

The colours are those of Okabe and Ito, which colour-blind readers can tell apart.
Lines also differ in dash and marker, so that a black-and-white print can be read.  In
all figures, training is dashed with squares, validation is solid with circles, and the
original report's values are black with hollow markers.  The axes are in `scales`.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager
from matplotlib.layout_engine import ConstrainedLayoutEngine
from matplotlib.lines import Line2D
from matplotlib.transforms import Transform

from backprop_lab.errors import LabError
from backprop_lab.figures.words import Words
from backprop_lab.files.atomic import replacing

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

#: How a line or bar looks, and its `gid`, the id in the SVG: what matplotlib takes by keyword.
Look: TypeAlias = dict[str, Any]

BLUE, VERMILLION, GREEN, ORANGE = "#0072B2", "#D55E00", "#009E73", "#E69F00"
BLACK, GREY, LIGHT_GREY = "#000000", "#767676", "#E4E4E4"

TEXT_WIDTH = 16 / 2.54  # inches: the width of the report's text block
SMALL = 7  # points

TRAINING: Look = {"color": BLUE, "linestyle": (0, (4, 1.6)), "marker": "s"}
VALIDATION: Look = {"color": VERMILLION, "linestyle": "-", "marker": "o"}
CURVES: dict[str, Look] = {"train": TRAINING, "val": VALIDATION}
PUBLISHED: Look = {"color": BLACK, "markerfacecolor": "white", "linewidth": 0.8, "zorder": 3}
SERIES: tuple[Look, ...] = (
    {"color": BLUE, "linestyle": "-", "marker": "o"},
    {"color": VERMILLION, "linestyle": (0, (4, 1.6)), "marker": "s"},
    {"color": GREEN, "linestyle": (0, (1, 1.2)), "marker": "^"},
    {"color": ORANGE, "linestyle": (0, (4, 1.2, 1, 1.2)), "marker": "D"},
)

#: The first character of East Asian scripts, and a family of mplfonts that has them.
_EAST_ASIAN, _EAST_ASIAN_FONT = "\u2e80", "Noto Sans CJK SC"

_CROSS: Look = {"marker": "X", "linestyle": "None", "markersize": 6, "markeredgecolor": "white"}

#: Ending of a file -> the entries about the time and the program that it is written without.
_UNDATED = {
    ".svg": ("Date", "Creator"),
    ".pdf": ("CreationDate", "Creator", "Producer"),
    ".png": ("Software",),
}
_PNG_DPI = 300  # pixels an inch

_RC: dict[RcKeyType, Any] = {
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
    "mathtext.fontset": "stix",  # the report's text and formulas
    "svg.fonttype": "none",  # text, which can be searched and copied; the report has its fonts
    "svg.hashsalt": "backprop-lab",  # the same element ids in every build
    "pdf.fonttype": 42,  # whole fonts: some journals refuse those of type 3
}


@contextmanager
def figure(
    words: Words, height: float, width: float = TEXT_WIDTH, names: Iterable[str] = ()
) -> Iterator[Figure]:
    """Open a new figure of `width` x `height` inches, and undo the style's settings at the end.

    Characters that the default font lacks are in the font that `words` names under `font`.
    A Chinese character can have another shape in another language; the language of `words`
    decides.

    Args:
        words: the figure's words.
        height, width: in inches.
        names: texts of the data in it, which may be in another script than the words.
    """
    fonts = [matplotlib.rcParamsDefault["font.sans-serif"][0], words("font")]
    if max("".join(names), default="") >= _EAST_ASIAN:
        fonts.append(_EAST_ASIAN_FONT)
    for family_name in fonts:
        _register(family_name)
    family: dict[RcKeyType, Any] = {
        "font.family": list(dict.fromkeys(fonts)),
        "text.language": words.language,
    }
    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # without the settings of a user or of the current folder
        matplotlib.rcParams.update({**_RC, **family})
        yield Figure(figsize=(width, height), layout=ConstrainedLayoutEngine(wspace=0.05))


@cache
def _register(family: str) -> None:
    """Make a family of the mplfonts package known to matplotlib, before the system's."""
    spec = find_spec("mplfonts")
    if spec is None or spec.origin is None:
        return
    if family == matplotlib.rcParamsDefault["font.sans-serif"][0]:
        return
    stem = family.replace(" ", "").lower() + "-"
    fonts = fontManager.ttflist
    for path in sorted((Path(spec.origin).parent / "fonts").iterdir()):
        if path.name.lower().startswith(stem):
            before = len(fonts)
            fontManager.addfont(path)
            fonts[:] = fonts[before:] + fonts[:before]  # of equally good fonts, the first is taken


def save(fig: Figure, output: Path) -> None:
    """Write `fig` as its file's ending says, whole or not at all, the same bytes every time.

    Args:
        fig: the figure.
        output: a file that ends in .svg, .pdf or .png (300 pixels an inch).

    Raises:
        LabError: the ending is another, or the fonts lack a character of the figure's words.
    """
    if output.suffix not in _UNDATED:
        raise LabError(f"{output}: a figure ends in {', '.join(_UNDATED)}")
    image = BytesIO()
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message="Glyph .* missing", category=UserWarning)
        try:
            metadata = dict.fromkeys(_UNDATED[output.suffix])
            dpi = _PNG_DPI if output.suffix == ".png" else "figure"
            fig.savefig(image, format=output.suffix[1:], metadata=metadata, dpi=dpi)
        except UserWarning as warning:
            raise LabError(
                f"{output}: {warning}; name a font that has it under `font` in the words file"
            ) from None
    with replacing(Path(output)) as file:
        file.write(image.getvalue())


def shortened(text: str, most: int) -> str:
    """Cut a text that takes more room than `most` letters; an East Asian one takes that of two.

    >>> shortened("T-shirt/top", 11), shortened("a polar bear", 11), shortened("類別名稱", 5)
    ('T-shirt/top', 'a polar be…', '類別…')
    """
    room = list(accumulate(1 + (sign >= _EAST_ASIAN) for sign in text))
    if not room or room[-1] <= most:
        return text
    return text[: sum(one <= most - 1 for one in room)] + "…"


def line_and_range(ax: Axes, frame: pd.DataFrame, x: str, quantity: str, line: Look) -> None:
    """Draw the mean over seeds as a line and, for several seeds, their range as a band.

    Args:
        ax: where to draw.
        frame: has the columns `x` and <quantity>_mean, _min and _max.
        x: the column along the axis.
        quantity: the value over the axis.
        line: how the line looks, with its `gid`; the band's is <gid>-range.
    """
    mean, low, high = (frame[f"{quantity}_{name}"] for name in ("mean", "min", "max"))
    ax.plot(frame[x], mean, **line)
    if (high > low).any():
        color, gid = line["color"], f"{line['gid']}-range"
        ax.fill_between(frame[x], low, high, color=color, alpha=0.22, linewidth=0, gid=gid)


def series(n: int, lines: Sequence[Look] = SERIES) -> list[Look]:
    """Return a look for each of n lines, no two alike.

    If there are more lines than looks, the colours are used again, each time with other
    dashes and markers.

    Args:
        n: how many lines.
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


def for_length(line: Look, n: int) -> Look:
    """Return `line` for a curve of n points: a long curve has no markers, which would touch.

    >>> for_length({"color": BLUE, "marker": "o"}, 200)["marker"]
    'None'
    """
    return line | {"marker": "None"} if n > 15 else line


def mark_diverged(ax: Axes, end: tuple[float, float], gid: str, color: str) -> None:
    """Draw a cross where a run ended in inf or NaN.

    Args:
        ax: where to draw.
        end: x and y of the run's last point; where y is not finite, the cross stands at
            the top edge.
        gid: the cross's id in the SVG.
        color: of the run's line.
    """
    x, y = end
    if np.isfinite(y):
        cross(ax, end, ax.transData, gid, color)
    else:
        cross(ax, (x, 0.97), ax.get_xaxis_transform(), gid, color)


def cross(ax: Axes, place: tuple[float, float], transform: Transform, gid: str, color: str) -> None:
    """Draw the sign of a diverged run at a place, (x, y) in the coordinates of `transform`."""
    look = _CROSS | {"color": color, "clip_on": False, "zorder": 4, "gid": gid}
    ax.plot(*([one] for one in place), transform=transform, **look)


def diverged_handle(words: Words) -> Line2D:
    """Return the legend's entry for `mark_diverged`."""
    return handle(words("series.diverged"), color=BLACK, **_CROSS)


def handle(label: str, **line: Any) -> Line2D:
    """Return a legend's entry for a line of this look."""
    return Line2D([], [], label=label, **line)


def legend(fig: Figure, handles: Sequence[Artist], ncols: int | None = None) -> None:
    """Put one legend above the whole figure, with its entries in `ncols` columns or one row."""
    fig.legend(handles=handles, loc="outside upper center", ncols=ncols or len(handles))


def published_style(line: Look) -> Look:
    """Return the look of the original's line beside ours: the same dash and marker, but black."""
    # Without markers, ten epochs of two hundred need a thick line to be seen.
    return line | PUBLISHED | ({"linewidth": 2} if line["marker"] == "None" else {})


def draw_curves(
    ax: Axes, name: str, measure: str, ours: pd.DataFrame, theirs: pd.DataFrame | None
) -> None:
    """Draw training and validation against the epoch, ours and the original's.

    Args:
        ax: where to draw.
        name: begins the ids of the lines: <name>-train-loss, <name>-train-loss-published.
        measure: "loss" or "accuracy".
        ours: from `collected.curve`.
        theirs: from `collected.published_curve`, or None to leave it out.
    """
    for part, line in CURVES.items():
        quantity = f"{part}_{measure}"
        gid = f"{name}-{part}-{measure}"
        line = for_length(line, len(ours))
        line_and_range(ax, ours, "epoch", quantity, line | {"gid": gid})
        if theirs is not None:
            black = published_style(line)
            ax.plot(theirs["epoch"], theirs[quantity], gid=f"{gid}-published", **black)


def curve_handles(words: Words, length: int, *, with_published: bool) -> list[Line2D]:
    """Return the legend's entries for `draw_curves`, for curves of `length` epochs."""
    lines = {part: for_length(line, length) for part, line in CURVES.items()}
    if not with_published:
        return [handle(words(f"series.{part}"), **line) for part, line in lines.items()]
    ours = [handle(words(f"series.{part}_ours"), **line) for part, line in lines.items()]
    return ours + [
        handle(words(f"series.{part}_published"), **published_style(line))
        for part, line in lines.items()
    ]


def panel_title(ax: Axes, text: str) -> None:
    """Write the title of one of several panels."""
    ax.set_title(text)
