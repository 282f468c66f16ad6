"""Sigmoid and ReLU with their derivatives, figures 7 and 8 of the original."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from matplotlib.axes import Axes

from backprop_lab.figures import style
from backprop_lab.figures.words import Words

FIGURES = {
    "activation_functions": {
        "function": "draw",
    },
}


def draw(*, words: Words, output: Path) -> None:
    """Draw each function and its derivative, labelled at the curve."""
    with style.figure(words, height=2.5) as fig:
        left, right = fig.subplots(1, 2)
        _draw_sigmoid(left)
        _draw_relu(right)
        for ax, name in ((left, "sigmoid"), (right, "relu")):
            style.panel_title(ax, words(f"activation.{name}"))
            ax.set_xlabel("$z$")
        style.save(fig, output)


def _draw_sigmoid(ax: Axes) -> None:
    """Draw σ(z) = 1 / (1 + exp(-z)) and its derivative σ(z) (1 - σ(z))."""
    z = np.linspace(-6, 6, 241)
    sigmoid = 1 / (1 + np.exp(-z))
    _draw_pair(ax, z, sigmoid, sigmoid * (1 - sigmoid), "sigmoid")
    ax.text(1.6, 0.72, r"$\sigma(z)$", color=style.BLUE)
    # This font's prime is raised already: with an apostrophe Matplotlib would raise and shrink it.
    ax.text(2.1, 0.15, r"$\sigma\prime(z)$", color=style.VERMILLION, va="bottom")
    # Its largest slope: why deep sigmoid networks learn slowly.
    ax.plot([0], [0.25], "o", color=style.VERMILLION, gid="sigmoid-derivative-maximum")
    ax.text(0.3, 0.27, r"$\frac{1}{4}$", color=style.VERMILLION, va="bottom")
    ax.set_xlim(-6, 6)
    ax.set_ylim(-0.05, 1.1)
    ax.set_yticks([0, 0.5, 1])


def _draw_relu(ax: Axes) -> None:
    """Draw ReLU(z) = max(z, 0) and its derivative, which jumps at 0."""
    z = np.array([-3.0, 0, 3])
    ax.plot(z, np.maximum(z, 0), color=style.BLUE, gid="relu-function")
    dashed: style.Look = {"color": style.VERMILLION, "linestyle": style.TRAINING["linestyle"]}
    ax.plot([-3, 0], [0, 0], gid="relu-derivative-left", **dashed)
    ax.plot([0, 3], [1, 1], gid="relu-derivative-right", **dashed)
    # At the kink the slope is undefined; by convention it is 0, so 1 is left out.
    dot: style.Look = {
        "color": style.VERMILLION,
        "linestyle": "None",
        "marker": "o",
        "markersize": 4.5,
        "zorder": 4,
    }
    ax.plot([0], [0], gid="relu-derivative-at-0", **dot)
    ax.plot([0], [1], markerfacecolor="white", gid="relu-derivative-not-at-0", **dot)
    ax.text(2.2, 2.35, r"$\mathrm{ReLU}(z)$", color=style.BLUE, ha="right", va="bottom")
    ax.text(1.7, 0.94, r"$\mathrm{ReLU}\prime(z)$", color=style.VERMILLION, va="top")
    at_zero: style.Look = {"color": style.VERMILLION, "ha": "right", "fontsize": style.SMALL}
    ax.text(-0.12, 0.1, r"$\mathrm{ReLU}\prime(0)=0$", va="bottom", **at_zero)
    ax.set_xlim(-3, 3)
    ax.set_ylim(-0.2, 3)
    ax.set_yticks([0, 1, 2, 3])


def _draw_pair(ax: Axes, z: np.ndarray, values: np.ndarray, slopes: np.ndarray, name: str) -> None:
    """Draw a function and its derivative at the points z; all arrays (n,)."""
    ax.plot(z, values, color=style.BLUE, gid=f"{name}-function")
    ax.plot(
        z,
        slopes,
        color=style.VERMILLION,
        linestyle=style.TRAINING["linestyle"],
        gid=f"{name}-derivative",
    )
