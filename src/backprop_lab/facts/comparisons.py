"""Two settings compared seed by seed.

Runs that share a seed share their initial weights (where the shapes agree) and
the order of their batches.  So the difference is computed for each seed first and
averaged then: what the seed contributes to both runs cancels (Bouthillier et al. 2021).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.place import Place, cell, cells, counted
from backprop_lab.facts.ties import add_ties
from backprop_lab.files.frames import line_of
from backprop_lab.results.collected import completed, select, usual_variants
from backprop_lab.results.statistics import Summary, summarize
from backprop_lab.runs.columns import CELL

#: Factor of the matrix -> the two settings compared, first minus second.
PAIRS = {
    "backend": ("numpy", "torch"),
    "activation": ("relu", "sigmoid"),
    "optimizer": ("sgd", "adam"),
}


def pairs(
    first: pd.DataFrame, second: pd.DataFrame, column: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the rows of the seeds that completed in both, in the same order of seeds.

    Args:
        first: rows of runs.csv, at most one a seed.
        second: the same.
        column: what both must have a value of.
    """
    left, right = (
        completed(rows).dropna(subset=column).sort_values("seed") for rows in (first, second)
    )
    return left[left["seed"].isin(right["seed"])], right[right["seed"].isin(left["seed"])]


def paired(first: pd.DataFrame, second: pd.DataFrame, column: str) -> Summary:
    """Summarise first - second of `column` over the seeds that completed in both; see `pairs`."""
    left, right = pairs(first, second, column)
    return summarize(left[column].to_numpy() - right[column].to_numpy())


def time_ratio(first: pd.DataFrame, second: pd.DataFrame) -> float:
    """Divide the median seconds an epoch of `first` by those of `second`.

    NaN where one of them has no completed run.
    """
    top, bottom = (float(completed(rows)["seconds_per_epoch"].median()) for rows in (first, second))
    return top / bottom if bottom else math.nan


def add_comparisons(book: FactBook, experiments: Mapping[str, pd.DataFrame], runs: Path) -> None:
    """Add the facts comparison.*: pairs of the matrix, depth, and the two finals.

    Args:
        experiments: experiment -> its rows of runs.csv, in the order of config.yaml.
        runs: runs.csv, named as the source.
    """
    if "matrix" in experiments:
        matrix = experiments["matrix"]
        matrix = matrix[matrix["variant"].isin(usual_variants(matrix))]
        for factor in PAIRS:
            _add_pairs(book, matrix, factor, runs)
        _add_depth(book, matrix, runs)
    if {"task1_final", "task2_final"} <= experiments.keys():
        finals = select(experiments["task1_final"]), select(experiments["task2_final"])
        _add_difference(book, "comparison.finals", *finals, runs)
        _add_time_ratio(book, "comparison.finals", *finals, runs)


def _add_pairs(book: FactBook, matrix: pd.DataFrame, factor: str, runs: Path) -> None:
    """Add comparison.<factor>.*: the difference in each cell, and a summary over all cells.

    The summary says how often which side is higher, the largest difference (with .n_tied where
    several pairs share it), and the range of the ratios of time.
    """
    first, second = PAIRS[factor]
    others = [name for name in CELL if name != factor]
    means: dict[tuple[str, ...], float] = {}
    compared: dict[tuple[str, ...], tuple[pd.DataFrame, pd.DataFrame]] = {}
    ratios = []
    for setting, rows in matrix.groupby(others, sort=False):
        sides = rows[rows[factor] == first], rows[rows[factor] == second]
        if sides[0].empty or sides[1].empty:
            continue
        key = tuple(map(str, setting))
        prefix = f"comparison.{factor}.{'.'.join(key)}"
        means[key] = _add_difference(book, prefix, *sides, runs).mean
        compared[key] = sides
        ratios.append(_add_time_ratio(book, prefix, *sides, runs))
    if not means:
        return
    prefix = f"comparison.{factor}"
    every = pd.concat([side for sides in compared.values() for side in sides])
    named, accuracies, times = (
        cells(runs, every, column, "computed")
        for column in (CELL, "val_accuracy", "seconds_per_epoch")
    )
    book.add(f"{prefix}.n_pairs", len(means), "count", named)
    # A mean of fractions that cancel may come out as 1e-17 instead of 0.
    rounded = [round(mean, 12) for mean in means.values()]
    counts = {
        f"n_{first}_higher": sum(mean > 0 for mean in rounded),
        f"n_{second}_higher": sum(mean < 0 for mean in rounded),
        "n_equal": sum(mean == 0 for mean in rounded),
    }
    for name, count in counts.items():
        book.add(f"{prefix}.{name}", count, "count", accuracies)
    known = {key: mean for key, mean in means.items() if not math.isnan(mean)}
    if known:
        largest = max(known, key=lambda key: abs(known[key]))
        sizes = [abs(mean) for mean in known.values()]
        add_ties(book, f"{prefix}.largest", sizes, max(sizes), accuracies)
        place = _difference(runs, *pairs(*compared[largest], "val_accuracy"), "val_accuracy")
        book.add(f"{prefix}.largest.val_accuracy_difference", known[largest], "fraction", place)
        for name, value in zip(others, largest, strict=True):
            row = compared[largest][0].iloc[0]
            book.add(f"{prefix}.largest.{name}", value, "text", cell(runs, row, name))
    known_ratios = pd.Series(ratios)  # min, max and median skip NaN: a pair that never completed
    for name in ("min", "max", "median"):
        value = getattr(known_ratios, name)()
        book.add(f"{prefix}.seconds_ratio_{name}", value, "ratio", times)


def _add_depth(book: FactBook, matrix: pd.DataFrame, runs: Path) -> None:
    """Add comparison.depth.*: each deeper network minus the shallowest, all else equal."""
    for setting, rows in matrix.groupby(["backend", "activation", "optimizer"], sort=False):
        groups = {str(size): group for size, group in rows.groupby("hidden_sizes", sort=False)}
        shallowest = min(groups, key=lambda sizes: sizes.count("-"))
        for sizes, group in groups.items():
            if sizes.count("-") > shallowest.count("-"):
                prefix = f"comparison.depth.{'.'.join(map(str, setting))}.{sizes}"
                _add_difference(book, prefix, group, groups[shallowest], runs)


def _add_difference(
    book: FactBook, prefix: str, first: pd.DataFrame, second: pd.DataFrame, runs: Path
) -> Summary:
    """Add the differences of test and validation accuracy; return the validation's."""
    found = {name: paired(first, second, name) for name in ("test_accuracy", "val_accuracy")}
    for column, summary in found.items():
        place = _difference(runs, *pairs(first, second, column), column)
        for name in ("mean", "std", "min", "max"):
            value = getattr(summary, name)
            key = f"{prefix}.{column}_difference_{name}"
            book.add(key, value, "fraction", replace(place, how=name), summary.n)
    both, _ = pairs(first, second, "val_accuracy")
    none = cells(runs, pd.concat([first, second]), "status", "computed")
    n = found["val_accuracy"].n
    book.add(f"{prefix}.n", n, "count", counted(runs, both) if len(both) else none)
    return found["val_accuracy"]


def _difference(runs: Path, left: pd.DataFrame, right: pd.DataFrame, column: str) -> Place:
    """Return the place of a mean over seeds of differences; left and right are from `pairs`."""
    first, second = (tuple(map(line_of, rows.index)) for rows in (left, right))  # in pairs
    taken_off = Place(runs, columns=(column,), lines=second)
    return Place(runs, "mean", (column,), first, minus=taken_off)


def _add_time_ratio(
    book: FactBook, prefix: str, first: pd.DataFrame, second: pd.DataFrame, runs: Path
) -> float:
    """Add the ratio of the median seconds an epoch, and return it."""
    ratio = time_ratio(first, second)
    top, bottom = (
        cells(runs, completed(rows), "seconds_per_epoch", "median") for rows in (first, second)
    )
    book.add(f"{prefix}.seconds_ratio", ratio, "ratio", replace(top, over=bottom))
    return ratio
