"""Facts of the experiments: what all runs of one share, and what all runs together come to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.place import at, cell, cells, counted
from backprop_lab.files.documents import read_json
from backprop_lab.results.collected import in_order_of, read_members, usual_variants
from backprop_lab.results.units import unit_of

#: Parameters of a run that are a setting of an experiment when all its runs share them.
SETTINGS = (
    "backend",
    "hidden_sizes",
    "activation",
    "optimizer",
    "learning_rate",
    "batch_size",
    "epochs",
    "init",
    "pixels",
)


def read_experiments(runs: Path, experiments: Path) -> dict[str, pd.DataFrame]:
    """Return experiment -> its rows of runs.csv, both in the order of config.yaml.

    The index of a row is its line in runs.csv, as in `files.frames.read_lines`.

    Raises:
        LabError: a file cannot be read or lacks a column.
    """
    members, rows = read_members(experiments, runs)
    lines = pd.Series(range(2, len(rows) + 2), index=rows["id"])
    found = {}
    for name, group in members.groupby("experiment", sort=False):
        own = in_order_of(group["id"], rows)
        found[str(name)] = own.set_axis(lines[own["id"]])
    return found


def add_settings(
    book: FactBook, experiments: Mapping[str, pd.DataFrame], runs: Path, dataset: Path
) -> None:
    """Add settings.<experiment>.*: n_runs, n_seeds, and each parameter that its runs share.

    settings.<experiment>.<optimizer>.learning_rate is there where the runs of one optimiser
    share a rate, and settings.<experiment>.updates_per_epoch where all share a batch size.
    Where settings choose among learning rates, settings.<experiment>.{fewest,most}_rates say
    among how many, of all that differ in another setting.

    Args:
        experiments: from `read_experiments`.
        runs: runs.csv, the source.
        dataset: dataset.json, which says how many training images there are.
    """
    train_size = read_json(dataset)["sizes"]["train"]
    for name, rows in experiments.items():
        prefix = f"settings.{name}"
        book.add(f"{prefix}.n_runs", len(rows), "count", counted(runs, rows))
        seeds = cells(runs, rows, "seed", "distinct")
        book.add(f"{prefix}.n_seeds", rows["seed"].nunique(), "count", seeds)
        if name == "matrix":  # the prose speaks of its usual variants alone
            rows = rows[rows["variant"].isin(usual_variants(rows))]
        for setting in SETTINGS:
            if rows[setting].nunique() == 1:
                value = rows[setting].iloc[0]
                same = cells(runs, rows, setting, "same")
                book.add(f"{prefix}.{setting}", value, unit_of(setting, value), same)
        for optimizer, group in rows.groupby("optimizer"):
            if group["learning_rate"].nunique() == 1:
                rate = group["learning_rate"].iloc[0]
                same = cells(runs, group, "learning_rate", "same")
                book.add(f"{prefix}.{optimizer!s}.learning_rate", rate, "number", same)
        others = [setting for setting in SETTINGS if setting != "learning_rate"]
        rates = rows.groupby(others)["learning_rate"].nunique()
        if rates.max() > 1:
            used = cells(runs, rows, [*others, "learning_rate"], "computed")
            book.add(f"{prefix}.fewest_rates", rates.min(), "count", used)
            book.add(f"{prefix}.most_rates", rates.max(), "count", used)
        if rows["batch_size"].nunique() == 1:
            updates = math.ceil(train_size / rows["batch_size"].iloc[0])
            images = at("/sizes/train").inside(dataset)
            used = replace(cells(runs, rows, "batch_size", "computed"), also=images)
            book.add(f"{prefix}.updates_per_epoch", updates, "count", used)


def add_totals(book: FactBook, experiments: Mapping[str, pd.DataFrame], runs: Path) -> None:
    """Add runs.*, of all runs together, and network.<hidden sizes>.n_parameters.

    runs.{n, n_diverged, training_seconds}, and runs.diverged_experiments: the names of the
    experiments in which a run diverged, joined by commas.

    Args:
        experiments: from `read_experiments`.
        runs: runs.csv, the source.
    """
    every = pd.concat(experiments.values()).drop_duplicates("id")
    # Without any time (`report: timings: false`) the sum is NaN, which is no fact.
    seconds = (every["seconds_per_epoch"] * every["epochs_completed"]).sum(min_count=1)
    book.add("runs.n", len(every), "count", counted(runs, every))
    is_diverged = every["status"] == "diverged"
    status = cells(runs, every, "status", "such", "= diverged")
    book.add("runs.n_diverged", is_diverged.sum(), "count", status)
    names = [name for name, rows in experiments.items() if (rows["status"] == "diverged").any()]
    lost = cells(runs, every[is_diverged], "status", "computed")
    book.add("runs.diverged_experiments", ", ".join(names) or None, "text", lost)
    times = cells(runs, every, ("seconds_per_epoch", "epochs_completed"), "computed")
    book.add("runs.training_seconds", seconds, "seconds", times, len(every))
    for sizes, rows in every.groupby("hidden_sizes"):
        place = cell(runs, rows.iloc[0], "n_parameters")
        n = rows["n_parameters"].iloc[0]
        book.add(f"network.{sizes!s}.n_parameters", n, "count", place)
