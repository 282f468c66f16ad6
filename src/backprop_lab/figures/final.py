"""The long runs, figures 10 and 12 of the original: the whole curve of each task."""

from __future__ import annotations

from pathlib import Path

from backprop_lab.figures import scales, style
from backprop_lab.figures.words import Words
from backprop_lab.results.collected import Collected, curve
from backprop_lab.results.original import FINAL_FIGURES, PrintedLogs, counterpart

FIGURES = {
    "final_task1": {
        "function": "draw_task1",
        "inputs": ("runs", "experiments", "history", "published", "dataset"),
    },
    "final_task2": {
        "function": "draw_task2",
        "inputs": ("runs", "experiments", "history", "published", "dataset"),
    },
}


def draw_task1(*, collected: Collected, printed: PrintedLogs, words: Words, output: Path) -> None:
    """Draw Task 1: NumPy."""
    _draw(collected, printed, FINAL_FIGURES[1], words, output)


def draw_task2(*, collected: Collected, printed: PrintedLogs, words: Words, output: Path) -> None:
    """Draw Task 2: PyTorch."""
    _draw(collected, printed, FINAL_FIGURES[2], words, output)


def _draw(
    collected: Collected, printed: PrintedLogs, number: int, words: Words, output: Path
) -> None:
    """Draw accuracy on the left, loss on the right; the original prints its last ten epochs."""
    ours = curve(collected.epochs(), counterpart(collected, number))
    theirs = printed.comparable_curve(number)
    with style.figure(words, height=2.6) as fig:
        left, right = fig.subplots(1, 2)
        for ax, measure in ((left, "accuracy"), (right, "loss")):
            style.draw_curves(ax, f"figure{number}", measure, ours, theirs)
            scales.epoch_axis(ax, words)
            ax.set_ylabel(words(f"axis.{measure}"))
        scales.percent_axis(left)
        scales.loss_axis(right)
        style.legend(fig, style.curve_handles(words, len(ours), with_published=theirs is not None))
        style.save(fig, output)
