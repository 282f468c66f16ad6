"""The network as a diagram, figure 1 of the original."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, pairwise
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from backprop_lab.data.image_shape import image_shape
from backprop_lab.figures import style
from backprop_lab.figures.words import Words
from backprop_lab.files.documents import read_json
from backprop_lab.results.collected import Collected
from backprop_lab.results.original import counterpart

FIGURES = {
    "network": {"function": "draw", "inputs": ("runs", "experiments", "history", "dataset")},
}

MOST_UNITS = 10  # a larger layer is drawn as its first and last units
GAP = 3.6  # between layers, in units' distances
_LONGEST = 8  # characters of a class's name beside its unit


def draw(*, collected: Collected, dataset: Path, words: Words, output: Path) -> None:
    """Draw the network that Task 1 ends with: its layers, weights and dimensions.

    Args:
        collected: the runs.
        dataset: dataset.json, for the size of an image and the names of the classes.
    """
    about = read_json(dataset)
    (height, width), classes = image_shape(about), _short_names(about["class_names"])
    first = counterpart(collected, 10).iloc[0]
    hidden = [int(size) for size in first["hidden_sizes"].split("-")]
    sizes = [height * width, *hidden, len(classes)]
    with style.figure(words, height=3.1, names=classes) as fig:
        ax = fig.subplots()
        ax.axis("off")
        activation = words.name("activation", first["activation"])
        names = [
            words("network.input"),
            *_hidden_names(len(hidden), words),
            words("network.output"),
        ]
        notes = [
            words("network.pixels", height=height, width=width),
            *[activation] * len(hidden),
            words("network.softmax"),
        ]
        layers = [_Layer(*one) for one in zip(count(), sizes, names, notes, strict=False)]
        for left, right in pairwise(layers):
            _draw_weights(ax, left, right, words)
        for layer in layers:
            _draw_layer(ax, layer)
        for place, level in enumerate(heights := layers[-1].heights):
            # Of many classes, the first and the last.
            name = classes[place if place < len(heights) / 2 else place - len(heights)]
            look: style.Look = {"va": "center", "fontsize": style.SMALL, "parse_math": False}
            ax.text(layers[-1].x + 0.32, level, name, **look)
        ax.set_xlim(-1.1, layers[-1].x + 1.1)
        ax.set_ylim(-4.2, 4.1)
        style.save(fig, output)


def _short_names(names: Sequence[str]) -> list[str]:
    """Return the names of the classes, or their numbers where a name is too long to be drawn."""
    if max(map(len, names)) > _LONGEST:
        return [str(number) for number in range(len(names))]
    return list(names)


def _hidden_names(n: int, words: Words) -> list[str]:
    """Return the names of n hidden layers, numbered where there are several."""
    if n == 1:
        return [words("network.hidden")]
    return [words("network.hidden_numbered", n=i) for i in range(1, n + 1)]


@dataclass(frozen=True)
class _Layer:
    """A layer of the network, from the input on.

    Attributes:
        number: 0 for the input.
        size: its units.
        name: what it is.
        note: what its units hold, or the function that they apply.
    """

    number: int
    size: int
    name: str
    note: str

    @property
    def x(self) -> float:
        """The position of its units from left to right."""
        return GAP * self.number

    @property
    def heights(self) -> list[float]:
        """The heights of the units that are drawn; of a large layer, its first and last."""
        if self.size <= MOST_UNITS:
            return [(self.size - 1) / 2 * 0.6 - 0.6 * i for i in range(self.size)]
        return [0.6 * i for i in (4.5, 3.5, 2.5, 1.5, -1.5, -2.5, -3.5, -4.5)]


def _draw_weights(ax: Axes, left: _Layer, right: _Layer, words: Words) -> None:
    """Draw every connection between units that are drawn, and write the shapes above them."""
    lines = [((left.x, a), (right.x, b)) for a in left.heights for b in right.heights]
    gid = f"weights-{right.number}"
    ax.add_collection(LineCollection(lines, colors=style.GREY, linewidths=0.22, zorder=1, gid=gid))
    layer, n_in, n_out = right.number, left.size, right.size
    middle = (left.x + right.x) / 2
    ax.text(
        middle,
        3.75,
        f"$W_{{{layer}}}$: {n_in} × {n_out},  $b_{{{layer}}}$: {n_out}",
        ha="center",
        va="center",
        fontsize=style.SMALL,
    )
    ax.text(
        middle,
        3.3,
        words("network.parameters", n=f"{n_in * n_out + n_out:,}"),
        ha="center",
        va="center",
        fontsize=style.SMALL,
        color=style.GREY,
    )


def _draw_layer(ax: Axes, layer: _Layer) -> None:
    """Draw the units of a layer, three dots for those left out, and its name below."""
    x, heights = layer.x, layer.heights
    ax.plot(
        [x] * len(heights),
        heights,
        linestyle="None",
        marker="o",
        markersize=8.5,
        markerfacecolor="white",
        markeredgecolor=style.BLUE,
        markeredgewidth=1,
        zorder=2,
        gid=f"layer-{layer.number}",
    )
    if layer.size > len(heights):
        ax.plot(
            [x] * 3,
            [-0.35, 0, 0.35],
            linestyle="None",
            marker="o",
            markersize=1.8,
            color=style.BLUE,
            gid=f"layer-{layer.number}-left-out",
        )
    ax.text(x, -3.3, layer.name, ha="center", va="center")
    note = f"{layer.size} ({layer.note})"
    ax.text(x, -3.85, note, ha="center", va="center", fontsize=style.SMALL)
