"""Two settings compared, seed by seed, or two runs, image by image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from backprop_lab.errors import LabError
from backprop_lab.results.saved import SavedRun
from backprop_lab.results.statistics import Interval, mean_interval, paired_difference

#: What is compared: the name of a figure -> how to take it from result.json.
MEASURES = {
    "train_loss": ("final", "train_loss"),
    "train_accuracy": ("final", "train_accuracy"),
    "val_loss": ("final", "val_loss"),
    "val_accuracy": ("final", "val_accuracy"),
    "test_loss": ("test", "loss"),
    "test_accuracy": ("test", "accuracy"),
}


@dataclass(frozen=True)
class Comparison:
    """What became of two settings, A and B.

    Attributes:
        seeds: those that both were trained with; empty for two single runs of other seeds.
        differences: measure -> the mean of A - B over the pairs, with its interval.
        images: the share of test images that A told and B did not, less that the other way
            round, over all pairs, with its interval for other images.
    """

    seeds: list[int]
    differences: dict[str, Interval]
    images: Interval


def compare(first: Sequence[SavedRun], second: Sequence[SavedRun]) -> Comparison:
    """Compare the runs of one setting with those of another.

    One run each is a pair, whatever the seeds.  Of several, those with a seed in common are.

    Raises:
        LabError: no seed is shared, a run diverged, or they learned from other images.
    """
    pairs = _pairs(first, second)
    for run in (run for pair in pairs for run in pair):
        if run.result["status"] == "diverged":
            raise LabError(f"{run.folder}: diverged, so there is nothing to compare")
    if len({run.result["dataset_sha256"] for pair in pairs for run in pair}) > 1:
        raise LabError("they were trained on different images; train both on the same")
    differences = {
        name: paired_difference(
            *zip(*([_figure(run, *keys) for run in p] for p in pairs), strict=True)
        )
        for name, keys in MEASURES.items()
    }
    seeds = [a.run.seed for a, b in pairs if a.run.seed == b.run.seed]
    return Comparison(seeds, differences, _images(pairs))


def _pairs(
    first: Sequence[SavedRun], second: Sequence[SavedRun]
) -> list[tuple[SavedRun, SavedRun]]:
    """Pair runs by their seeds."""
    if len(first) == len(second) == 1:
        return [(first[0], second[0])]
    others = {saved.run.seed: saved for saved in second}
    pairs = [(a, others[a.run.seed]) for a in first if a.run.seed in others]
    if not pairs:
        raise LabError(
            f"{first[0].run.variant} and {second[0].run.variant} share no seed; train one that "
            "the other has"
        )
    return pairs


def _figure(saved: SavedRun, part: str, name: str) -> float:
    """Return a figure of result.json."""
    return float(saved.result[part][name])


def _images(pairs: Sequence[tuple[SavedRun, SavedRun]]) -> Interval:
    """Compute the difference in test accuracy with an interval for other images.

    Each image has the mean over the pairs of (A right) - (B right); images are a sample of
    all images, and the interval is that of the mean of these values.
    """
    gains = [a.correct().astype(float) - b.correct() for a, b in pairs]
    each = np.mean(gains, axis=0)
    return mean_interval(each)
