"""The axes of figures: epochs, accuracies in percent, losses."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, LogLocator, MaxNLocator, NullLocator

from backprop_lab.figures.words import Words


def epoch_axis(ax: Axes, words: Words) -> None:
    """Label the x axis as epochs, with ticks at whole epochs."""
    ax.xaxis.set_major_locator(
        MaxNLocator(nbins=6, integer=True, min_n_ticks=1, steps=[1, 2, 5, 10])
    )
    ax.set_xlabel(words("axis.epoch"))


def percent_axis(ax: Axes) -> None:
    """Label the ticks of the y axis, which are fractions, in percent; its scale stays linear."""
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:.4g}"))


#: Ticks of the stretched axis, coarse and fine; 1 is its upper end.
_COARSE: tuple[float, ...] = (
    *(0, 0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9998, 1),
)
_FINE: tuple[float, ...] = (
    *(0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.92, 0.94, 0.95, 0.96, 0.97, 0.975, 0.98),
    *(0.985, 0.99, 0.992, 0.994, 0.995, 0.996, 0.997, 0.998, 0.9985, 0.999, 0.9995, 0.9998, 1),
)
_SMALLEST_ERROR = 5e-5


def stretched_percent_axis(ax: Axes, values: npt.ArrayLike) -> None:
    """Show accuracies on a logarithmic scale of the error, labelled in percent.

    The step from 90 to 99 % is as long as the step from 0 to 90 %: both make the errors ten
    times fewer.  So a network that did not train and two good ones fit on one axis.

    Args:
        ax: its y axis is set.
        values: the fractions that must be in view; NaN is ignored.
    """

    def forward(accuracy: npt.ArrayLike) -> np.ndarray:
        return np.asarray(-np.log10(np.clip(1 - np.asarray(accuracy), _SMALLEST_ERROR, None)))

    def inverse(height: npt.ArrayLike) -> np.ndarray:
        return np.asarray(1 - 10 ** -np.asarray(height))

    finite = np.asarray(values, dtype=float)
    finite = finite[np.isfinite(finite)]
    low, high = (finite.min(), min(finite.max(), 1)) if len(finite) else (0, 1)
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
    """Show losses on a logarithmic y axis: a grid line a decade, three where it spans few."""
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
    """Return the label of a loss's tick: a power of ten from 10,000 on, where a run exploded.

    >>> _loss(0.5), _loss(1e6)
    ('0.5', '$10^{6}$')
    """
    exponent = np.log10(value)
    return f"$10^{{{exponent:.0f}}}$" if exponent >= 4 and exponent % 1 == 0 else f"{value:g}"
