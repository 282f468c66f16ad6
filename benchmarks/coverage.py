"""How often intervals of a mean over seeds hold the true value, in worlds where it is known.

    python benchmarks/coverage.py results/benchmarks

In each made-up world n seeds are judged on the same m images.  A network tells an image's class
where

    base + seed's effect + image's effect + rest > 0,

all three normal and drawn anew in each world, so the true accuracy is known (`World.accuracy`).
It writes coverage.csv into the output folder, a row a kind of world and a number of seeds:

    estimate        "value", an accuracy, or "difference", of two networks on the same seeds and
                    images, the true value of which is 0
    world           which effect is large: "images", "both" or "seeds"
    n_seeds, n_images, n_worlds
    seeds_share     part of the mean's variance that seeds alone make, mean over the worlds
    student         share of the worlds whose true value Student's interval over seeds holds
    two_way         the same of `results.two_way`, for new seeds and new images
    satterthwaite   the same where it may be shorter than Student's

Nominal is LEVEL, 95 %.  The standard error of a share near it is 0.2 points in 10,000 worlds.
"""

from __future__ import annotations

import argparse
import math
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import ndtr, stdtrit

from backprop_lab.errors import LabError
from backprop_lab.files.frames import write_csv
from backprop_lab.results.statistics import LEVEL, mean_interval
from backprop_lab.results.two_way import image_variance, two_way_interval

ESTIMATES = ("value", "difference")
N_SEEDS = (3, 5, 10)
N_IMAGES = 1000


@dataclass(frozen=True)
class World:
    """Standard deviations of the effects on whether an image's class is told.

    Attributes:
        seeds, images, rest: of a seed, of an image, and of a seed's answer to an image.
        base: what all have in common.  Accuracies are lower here than on MNIST: with 1,000 images
            instead of 10,000, effects of seeds beside those of images would else be so large that
            they are far from normal.
    """

    seeds: float
    images: float
    rest: float = 0.5
    base: float = 0.85

    @property
    def accuracy(self) -> float:
        """Return the true accuracy, over all seeds and images: Φ(base / their common spread)."""
        return float(ndtr(self.base / math.hypot(self.seeds, self.images, self.rest)))

    def draw(self, rng: np.random.Generator, n_seeds: int, n_networks: int) -> np.ndarray:
        """Draw which images are told right, bool (n_networks, n_seeds, N_IMAGES)."""
        effects = rng.normal(self.base, self.seeds, (n_networks, n_seeds, 1))
        effects = effects + rng.normal(0, self.images, N_IMAGES)
        rest = rng.standard_normal((n_networks, n_seeds, N_IMAGES), dtype=np.float32)
        return rest * self.rest + effects > 0


WORLDS = {
    "images": World(seeds=0.005, images=1.0),
    "both": World(seeds=0.06, images=1.0),
    "seeds": World(seeds=0.12, images=0.8),
}


def main(argv: list[str] | None = None) -> int:
    """Simulate every kind of world and write coverage.csv; a LabError becomes one line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", type=Path, help="folder for coverage.csv")
    parser.add_argument("--worlds", type=int, default=10000, help="worlds of each kind")
    arguments = parser.parse_args(argv)
    rows = []
    try:
        for estimate in ESTIMATES:
            for world in WORLDS:
                for n_seeds in N_SEEDS:
                    rows.append(coverage(estimate, world, n_seeds, arguments.worlds))
                    print(" ".join(f"{value}" for value in rows[-1].values()), flush=True)
        arguments.output.mkdir(parents=True, exist_ok=True)
        write_csv(pd.DataFrame(rows), arguments.output / "coverage.csv")
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def coverage(estimate: str, world: str, n_seeds: int, n_worlds: int) -> dict[str, object]:
    """Simulate one kind of world; return its row of coverage.csv.

    Args:
        estimate: of ESTIMATES.
        world: of WORLDS.
    """
    kind = WORLDS[world]
    n_networks = 1 + ESTIMATES.index(estimate)
    truth = kind.accuracy if n_networks == 1 else 0.0
    rng = np.random.default_rng([n_networks, n_seeds, list(WORLDS).index(world)])
    held = {"student": 0, "two_way": 0, "satterthwaite": 0}
    shares = []
    for _ in range(n_worlds):
        told = kind.draw(rng, n_seeds, n_networks).astype(np.float32)
        table = told[0] - told[1] if n_networks == 2 else told[0]
        values = table.mean(axis=1, dtype=float)
        for name, found in (
            ("student", mean_interval(values, method="t")),
            ("two_way", two_way_interval(values, [table])),
        ):
            held[name] += found.low <= truth <= found.high
        seeds = float(values.var(ddof=1)) / n_seeds
        share = seeds / max(seeds + image_variance(table), 1e-300)
        half = _satterthwaite(seeds, share, n_seeds)
        held["satterthwaite"] += bool(abs(values.mean() - truth) <= half)
        shares.append(share)
    return {
        "estimate": estimate,
        "world": world,
        "n_seeds": n_seeds,
        "n_images": N_IMAGES,
        "n_worlds": n_worlds,
        "seeds_share": float(np.mean(shares)),
        **{name: count / n_worlds for name, count in held.items()},
    }


def _satterthwaite(seeds: float, share: float, n_seeds: int) -> float:
    """Return half the width with Satterthwaite's degrees of freedom, however short."""
    if not seeds:
        return 0.0
    return float(stdtrit((n_seeds - 1) / share**2, (1 + LEVEL) / 2)) * math.sqrt(seeds / share)


if __name__ == "__main__":
    sys.exit(main())
