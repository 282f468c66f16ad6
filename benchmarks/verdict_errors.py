"""How often a verdict on a criterion is wrong, and what the sequential rule changes.

    python benchmarks/verdict_errors.py results/benchmarks

It makes up criteria of which the truth is known, gives them made-up seeds, and has the code that
judges the claims judge them: at 3, 5 and 10 seeds, alone, with the further looks of `sequential:`
in report/claims.yaml, and with further looks that nobody pays for, at 95 % each.  "Supported" is
wrong where the truth lies outside the region, "opposed" where it lies inside.

Each truth has one of REGIONS, one of NOISES and a distance from a bound of the region, inside or
outside of it.  Half of the truths are at one of DISTANCES, drawn alike; the other half are all at
the bound (1e-9 away from it), where errors are most frequent.  Distances are in standard
deviations of what one seed adds.

It writes verdict_errors.csv into the output folder, a row a number of seeds, rule, half and noise:

    seeds           seeds of the first look
    rule            fixed (this look alone), or, with further looks while it is undecided,
                    sequential or unpaid
    truths          spread or bound: which half
    noise           one of NOISES, or all; "skewed, worst side" are those of the skewed truths whose
                    long tail points away from the bound
    n               truths
    wrong           share of wrong verdicts
    wrong_high      upper end of its Wilson interval at 95 %
    undecided       share of undecided ones
    mean_seeds      seeds used on average
"""

from __future__ import annotations

import argparse
import csv
import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from backprop_lab.claims.entries import outcome
from backprop_lab.claims.sequential import METHOD, Look, Rule, follow
from backprop_lab.errors import LabError
from backprop_lab.files.atomic import replacing
from backprop_lab.files.documents import read_yaml
from backprop_lab.results.statistics import LEVEL, mean_interval, wilson_interval

CLAIMS = Path(__file__).resolve().parents[1] / "report/claims.yaml"
FIRST_LOOKS = (3, 5, 10)
#: One bound, and two bounds at a distance from narrow to wide.
REGIONS = ((0.0, math.inf), (-math.inf, 0.0), (0.0, 0.25), (0.0, 1.0), (0.0, 4.0))
DISTANCES = (1e-9, 0.25, 0.5, 1.0, 2.0)
AT_BOUND = DISTANCES[:1]
COLUMNS = (
    "seeds",
    "rule",
    "truths",
    "noise",
    "n",
    "wrong",
    "wrong_high",
    "undecided",
    "mean_seeds",
)


def _lognormal(rng: np.random.Generator, n: int) -> np.ndarray:
    """Draw from a lognormal distribution of skewness 1.75."""
    return rng.lognormal(sigma=0.5, size=n) - math.exp(0.125)


#: Name -> draws n values of mean 0; they are scaled to a standard deviation of 1.
NOISES: dict[str, tuple[Callable[[np.random.Generator, int], np.ndarray], float]] = {
    "normal": (lambda rng, n: rng.normal(size=n), 1.0),
    "heavy tails": (lambda rng, n: rng.standard_t(3, size=n), math.sqrt(3)),
    "skewed": (_lognormal, math.sqrt((math.exp(0.25) - 1) * math.exp(0.25))),
    "skewed pairs": (
        lambda rng, n: _lognormal(rng, n) - _lognormal(rng, n),
        math.sqrt(2 * (math.exp(0.25) - 1) * math.exp(0.25)),
    ),
}


@dataclass(frozen=True)
class World:
    """A criterion of which the truth is known.

    Attributes:
        region: where the claim says that the truth lies.
        truth: where it lies.
        noise: one of NOISES.
        worst: whether a long tail of the noise points away from the bound that is near.
        values: what each seed would give, as many as the rule's ceiling.
    """

    region: tuple[float, float]
    truth: float
    noise: str
    worst: bool
    values: np.ndarray

    @property
    def holds(self) -> bool:
        """Return whether the claim is true."""
        return self.region[0] < self.truth < self.region[1]

    def judge(self, look: Look) -> str | None:
        """Judge the criterion as the claims are judged."""
        found = mean_interval(self.values[: look.n], level=look.level, method=METHOD)
        return outcome({"n_seeds": look.n, "interval": (found.low, found.high)}, self.region)

    def is_wrong(self, outcome: str | None) -> bool:
        """Return whether an outcome is the opposite of the truth."""
        return outcome == ("opposed" if self.holds else "supported")


def draw(rng: np.random.Generator, distances: tuple[float, ...], n: int) -> World:
    """Draw a criterion, its truth, and the values of n seeds."""
    region = REGIONS[rng.integers(len(REGIONS))]
    bounds = [bound for bound in region if math.isfinite(bound)]
    bound = bounds[rng.integers(len(bounds))]
    inwards = 1 if bound == region[0] else -1
    distance, inside = distances[rng.integers(len(distances))], bool(rng.integers(2))
    if inside:  # a truth in a narrow region is nowhere farther from a bound than its middle
        distance = min(distance, (region[1] - region[0]) / 2)
    side = inwards if inside else -inwards
    truth = bound + side * distance
    noise = list(NOISES)[rng.integers(len(NOISES))]
    drawn, scale = NOISES[noise]
    tail = rng.choice((-1, 1))
    values = truth + tail * drawn(rng, n) / scale
    return World(region, truth, noise, noise == "skewed" and tail == side, values)


def simulate(worlds: list[World], rule: Rule) -> Iterator[dict[str, object]]:
    """Judge all worlds from each number of seeds on, by each rule; yield rows."""
    for first in FIRST_LOOKS:
        paid = rule.looks_from(first, LEVEL)
        unpaid = [replace(look, level=LEVEL) for look in paid]
        for name, looks in (("fixed", paid[:1]), ("sequential", paid), ("unpaid", unpaid)):
            last = [
                follow(looks, world.judge, two_bounds=all(map(math.isfinite, world.region)))[-1]
                for world in worlds
            ]
            for noise in ("all", *NOISES, "skewed, worst side"):
                pairs = [
                    (world, look, found)
                    for world, (look, found) in zip(worlds, last, strict=True)
                    if noise in ("all", world.noise) or (world.worst and noise not in NOISES)
                ]
                yield {"seeds": first, "rule": name, "noise": noise} | _shares(pairs)


def _shares(pairs: list[tuple[World, Look, str | None]]) -> dict[str, object]:
    """Count what became of some worlds: each with its last look, and the outcome there."""
    n, wrong = len(pairs), sum(world.is_wrong(found) for world, _, found in pairs)
    return {
        "n": n,
        "wrong": wrong / n,
        "wrong_high": wilson_interval(wrong, n).high,
        "undecided": sum(found == "undecided" for _, _, found in pairs) / n,
        "mean_seeds": sum(look.n for _, look, _ in pairs) / n,
    }


def measure(n: int, seed: int = 0) -> list[dict[str, object]]:
    """Simulate n truths, half of them at the bound; return the rows of verdict_errors.csv.

    Raises:
        LabError: claims.yaml has no sequential rule.
    """
    rule = Rule.of(read_yaml(CLAIMS))
    if rule is None:
        raise LabError(f"{CLAIMS}: has no sequential rule; there is nothing to simulate")
    rng = np.random.default_rng(seed)
    rows = []
    for truths, distances in (("spread", DISTANCES), ("bound", AT_BOUND)):
        worlds = [draw(rng, distances, rule.ceiling) for _ in range(n // 2)]
        rows += [{"truths": truths} | row for row in simulate(worlds, rule)]
    return rows


def main(argv: list[str] | None = None) -> int:
    """Simulate, print the rows of all noises, and write all; a LabError is one line, status 1."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", type=Path, help="folder for verdict_errors.csv")
    parser.add_argument("--truths", type=int, default=10_000, help="how many, in all")
    parser.add_argument("--seed", type=int, default=0, help="of the made-up numbers")
    arguments = parser.parse_args(argv)
    try:
        rows = measure(arguments.truths, arguments.seed)
        with replacing(arguments.output / "verdict_errors.csv", "w") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(*(f"{name:>18}" for name in COLUMNS))
    for row in rows:
        cells = (row[name] for name in COLUMNS)
        print(*(f"{cell:18.4f}" if isinstance(cell, float) else f"{cell:>18}" for cell in cells))
    return 0


if __name__ == "__main__":
    sys.exit(main())
