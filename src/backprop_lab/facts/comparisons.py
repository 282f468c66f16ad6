"""Two settings compared seed by seed.

Runs that share a seed share their initial weights (where the shapes agree) and
the order of their batches, so their difference is taken before the average:
what the seed contributes to both cancels (Bouthillier et al. 2021).
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pandas as pd

from backprop_lab.facts.book import Facts
from backprop_lab.results.collected import completed, select, usual_variants
from backprop_lab.results.statistics import Summary, summarize
from backprop_lab.runs.columns import CELL

#: Factor of the matrix -> the two settings compared, first minus second.
PAIRS = {
    "backend": ("numpy", "torch"),
    "activation": ("relu", "sigmoid"),
    "optimizer": ("sgd", "adam"),
}


def paired(first: pd.DataFrame, second: pd.DataFrame, column: str) -> Summary:
    """Describe first - second of `column` over the seeds that completed in both.

    Args:
        first, second: rows of runs.csv, at most one a seed.
    """
    left = completed(first).set_index("seed")[column]
    right = completed(second).set_index("seed")[column]
    return summarize((left - right).dropna())


def time_ratio(first: pd.DataFrame, second: pd.DataFrame) -> float:
    """Median seconds an epoch of `first` over those of `second`; NaN without completed runs."""
    medians = [completed(rows)["seconds_per_epoch"].median() for rows in (first, second)]
    return medians[0] / medians[1] if medians[1] else float("nan")


def add_comparisons(facts: Facts, members: Mapping[str, pd.DataFrame], runs: Path) -> None:
    """Add the facts comparison.*: pairs of the matrix, depth, and the two finals.

    Args:
        members: experiment -> its rows of runs.csv, in the order of config.yaml.
        runs: runs.csv, named as the source.
    """
    if "matrix" in members:
        matrix = members["matrix"]
        matrix = matrix[matrix["variant"].isin(usual_variants(matrix))]
        for factor, (first, second) in PAIRS.items():
            _add_pairs(facts, matrix, factor, first, second, runs)
        _add_depth(facts, matrix, runs)
    if {"task1_final", "task2_final"} <= members.keys():
        finals = select(members["task1_final"]), select(members["task2_final"])
        _add_difference(facts, "comparison.finals", *finals, runs)
        ratio = time_ratio(*finals)
        facts.add("comparison.finals.seconds_ratio", ratio, "ratio", runs)


def _add_pairs(
    facts: Facts, matrix: pd.DataFrame, factor: str, first: str, second: str, runs: Path
) -> None:
    """Each cell's difference, and over all cells: how often which is higher, and by how much."""
    others = [name for name in CELL if name != factor]
    means, ratios = {}, []
    for key, rows in matrix.groupby(others, sort=False):
        sides = rows[rows[factor] == first], rows[rows[factor] == second]
        if sides[0].empty or sides[1].empty:
            continue
        prefix = f"comparison.{factor}.{'.'.join(key)}"
        means[key] = _add_difference(facts, prefix, *sides, runs).mean
        ratio = time_ratio(*sides)
        facts.add(f"{prefix}.seconds_ratio", ratio, "ratio", runs)
        ratios.append(ratio)
    if not means:
        return
    prefix = f"comparison.{factor}"
    facts.add(f"{prefix}.n_pairs", len(means), "count", runs)
    # A mean of fractions that cancel need not come out as 0 in binary.
    rounded = [round(mean, 12) for mean in means.values()]
    counts = {
        f"n_{first}_higher": sum(mean > 0 for mean in rounded),
        f"n_{second}_higher": sum(mean < 0 for mean in rounded),
        "n_equal": sum(mean == 0 for mean in rounded),
    }
    for name, count in counts.items():
        facts.add(f"{prefix}.{name}", count, "count", runs)
    known = {key: mean for key, mean in means.items() if mean == mean}
    if known:
        largest = max(known, key=lambda key: abs(known[key]))
        facts.add(f"{prefix}.largest.val_accuracy_difference", known[largest], "fraction", runs)
        for name, value in zip(others, largest, strict=True):
            facts.add(f"{prefix}.largest.{name}", value, "text", runs)
    known_ratios = pd.Series(ratios)  # leaves NaN out, of a pair without completed runs
    for name in ("min", "max", "median"):
        value = getattr(known_ratios, name)()
        facts.add(f"{prefix}.seconds_ratio_{name}", value, "ratio", runs)


def _add_depth(facts: Facts, matrix: pd.DataFrame, runs: Path) -> None:
    """Each deeper network against the shallowest, all else equal."""
    for key, rows in matrix.groupby(["backend", "activation", "optimizer"], sort=False):
        groups = dict(list(rows.groupby("hidden_sizes", sort=False)))
        shallowest = min(groups, key=lambda sizes: sizes.count("-"))
        for sizes, group in groups.items():
            if sizes.count("-") > shallowest.count("-"):
                prefix = f"comparison.depth.{'.'.join(key)}.{sizes}"
                _add_difference(facts, prefix, group, groups[shallowest], runs)


def _add_difference(
    facts: Facts, prefix: str, first: pd.DataFrame, second: pd.DataFrame, runs: Path
) -> Summary:
    """Difference of validation and test accuracy; returns the validation's."""
    for column in ("test_accuracy", "val_accuracy"):
        summary = paired(first, second, column)
        for name in ("mean", "std", "min", "max"):
            value = getattr(summary, name)
            key = f"{prefix}.{column}_difference_{name}"
            facts.add(key, value, "fraction", runs, summary.n)
    facts.add(f"{prefix}.n", summary.n, "count", runs)
    return summary
