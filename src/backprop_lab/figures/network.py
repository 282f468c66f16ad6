"""The network as a diagram, figure 1 of the original."""

from __future__ import annotations

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from backprop_lab.figures import style
from backprop_lab.figures.words import Words
from backprop_lab.results.collected import Collected
from backprop_lab.results.original import counterpart

FIGURES = {
    "network": {"function": "draw", "inputs": ("runs", "experiments", "history")},
}

PIXELS, CLASSES = 28 * 28, 10
MOST_UNITS = 10  # a larger layer is drawn as its first and last units
GAP = 3.6  # between layers, in units' distances


def draw(*, collected: Collected, words: Words, output: Path) -> None:
    """Draw the network that Task 1 ends with: its layers, weights and dimensions."""
    first = counterpart(collected, 10).iloc[0]
    hidden = [int(size) for size in first["hidden_sizes"].split("-")]
    sizes = [PIXELS, *hidden, CLASSES]
    with style.figure(words, height=3.1) as fig:
        ax = fig.subplots()
        ax.axis("off")
        columns = [_unit_heights(size) for size in sizes]
        for layer in range(1, len(sizes)):
            _draw_weights(ax, layer, columns, sizes, words)
        activation = words.name("activation", first["activation"])
        names = [
            words("network.input"),
            *_hidden_names(len(hidden), words),
            words("network.output"),
        ]
        notes = [
            words("network.pixels", side=28),
            *[activation] * len(hidden),
            words("network.softmax"),
        ]
        for layer, size in enumerate(sizes):
            _draw_layer(ax, layer, columns[layer], size, names[layer], notes[layer], words)
        for digit, height in enumerate(columns[-1]):
            x = GAP * (len(sizes) - 1) + 0.32
            ax.text(x, height, str(digit), va="center", fontsize=style.SMALL)
        ax.set_xlim(-1.1, GAP * (len(sizes) - 1) + 1.1)
        ax.set_ylim(-4.2, 4.1)
        style.save(fig, output)


def _hidden_names(n: int, words: Words) -> list[str]:
    """The names of n hidden layers, numbered where there are several."""
    if n == 1:
        return [words("network.hidden")]
    return [words("network.hidden_numbered", n=i) for i in range(1, n + 1)]


def _unit_heights(size: int) -> list[float]:
    """Heights of the units that are drawn; a large layer leaves its middle out."""
    if size <= MOST_UNITS:
        return [(size - 1) / 2 * 0.6 - 0.6 * i for i in range(size)]
    return [0.6 * i for i in (4.5, 3.5, 2.5, 1.5, -1.5, -2.5, -3.5, -4.5)]


def _draw_weights(ax: Axes, layer: int, columns: list, sizes: list[int], words: Words) -> None:
    """Every connection between drawn units, and the shapes above them."""
    left, right = GAP * (layer - 1), GAP * layer
    lines = [((left, a), (right, b)) for a in columns[layer - 1] for b in columns[layer]]
    ax.add_collection(
        LineCollection(lines, colors=style.GREY, linewidths=0.22, zorder=1, gid=f"weights-{layer}")
    )
    n_in, n_out = sizes[layer - 1], sizes[layer]
    middle = (left + right) / 2
    ax.text(
        middle,
        3.75,
        f"$W_{{{layer}}}$: {n_in} × {n_out},  $b_{{{layer}}}$: {n_out}",
        ha="center",
        va="center",
        fontsize=style.SMALL,
    )
    count = f"{n_in * n_out + n_out:,}"
    ax.text(
        middle,
        3.3,
        words("network.parameters", n=count),
        ha="center",
        va="center",
        fontsize=style.SMALL,
        color=style.GREY,
    )


def _draw_layer(
    ax: Axes, layer: int, heights: list[float], size: int, name: str, note: str, words: Words
) -> None:
    x = GAP * layer
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
        gid=f"layer-{layer}",
    )
    if size > len(heights):
        ax.plot(
            [x] * 3,
            [-0.35, 0, 0.35],
            linestyle="None",
            marker="o",
            markersize=1.8,
            color=style.BLUE,
            gid=f"layer-{layer}-left-out",
        )
    ax.text(x, -3.3, name, ha="center", va="center")
    ax.text(x, -3.85, f"{size} ({note})", ha="center", va="center", fontsize=style.SMALL)
