"""Which of our runs a setting of claims.yaml means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from backprop_lab.claims.measures import NotRunError, Results, Row
from backprop_lab.errors import LabError


@dataclass(frozen=True)
class Selection:
    """The runs, one a seed, that a setting means.

    Attributes:
        rows: their rows of runs.csv.
        at_edge: whether the value that was picked is the lowest or highest tried, so
            that a better one may lie beyond; None where nothing was picked.
    """

    rows: Sequence[Row]
    at_edge: bool | None = None

    @property
    def variant(self) -> str:
        """The variant that all of the runs have."""
        return str(self.rows[0]["variant"])


def select(results: Results, setting: Mapping[str, Any]) -> Selection:
    """Select the one variant that a setting of claims.yaml means, on all its seeds.

    `pick: best` takes the best variant; see `best_of`.  `lowest` and `highest` take the
    extreme value of the parameter `over`.  Without `pick` a setting that
    fits several variants means the one that config.yaml names first.

    Raises:
        NotRunError: an experiment or the variant is not among the results, or the variants
            of which the best is picked share no seed.
        LabError: a run with one of `seeds` is not.
    """
    pick, over = setting.get("pick"), setting.get("over")
    variants = candidates(results, setting)
    if pick is None:
        return Selection(_with_seeds(results, next(iter(variants.values()))))
    values = {name: _value(group, over) for name, group in variants.items()} if over else {}
    if pick == "best":
        chosen = best_of(results, variants, setting["experiments"][0])
    else:
        chosen = {"lowest": min, "highest": max}[pick](values, key=lambda name: values[name])
    edges = (min(values.values()), max(values.values())) if over else ()
    at_edge = values[chosen] in edges if edges and pick == "best" else None
    return Selection(_with_seeds(results, variants[chosen]), at_edge)


def best_of(results: Results, variants: Mapping[str, Sequence[Row]], experiment: str) -> str:
    """Name the variant of the highest mean validation accuracy at the last epoch.

    No test image is used.  The means are over the seeds that all variants share: a variant
    with more seeds must not be judged by other initial weights than its rivals.

    Args:
        variants: variant -> its runs, as `candidates` returns them.
        experiment: named in the error.

    Raises:
        NotRunError: no seed is common to all.
    """
    shared = _shared_seeds(variants.values())
    if not shared:
        raise NotRunError(experiment)
    last = {"quantity": "val_accuracy"}
    means = {name: results.values(rows, last)[shared].mean() for name, rows in variants.items()}
    return max(means, key=lambda name: means[name])


def candidates(results: Results, setting: Mapping[str, Any]) -> dict[str, list[Row]]:
    """Return the variants that a setting's experiments have with its parameters.

    The experiments say which variants are meant; all runs of these count, also those that
    another experiment adds on more seeds.

    Returns:
        Variant -> its runs, by seed; the variants in the order of config.yaml.

    Raises:
        NotRunError: an experiment is absent, or no run of it has the parameters.
    """
    for experiment in setting["experiments"]:
        if experiment not in results.members:
            raise NotRunError(experiment)
    where = dict(setting.get("where", {}))
    if "hidden_sizes" in where:
        where["hidden_sizes"] = "-".join(map(str, where["hidden_sizes"]))
    ids = dict.fromkeys(run for name in setting["experiments"] for run in results.members[name])
    variants = {
        row["variant"]: results.by_variant[row["variant"]]
        for row in map(results.runs.__getitem__, ids)
        if all(row[name] == value for name, value in where.items())
    }
    if not variants:
        raise NotRunError(setting["experiments"][0])
    return variants


def sweep(
    results: Results, setting: Mapping[str, Any], low: float, high: float
) -> dict[float, list[Row]]:
    """Return value of the parameter `over` -> its runs, for the values from low to high.

    Of several variants of one value `pick: best` takes the best (`best_of`), the last one
    otherwise.  All values have the same seeds, those that they share.

    Raises:
        NotRunError: fewer than two values are among the results, or they share no seed.
        LabError: a run with one of `seeds` is not.
    """
    experiment = setting["experiments"][0]
    found: dict[float, dict[str, list[Row]]] = {}
    for name, rows in candidates(results, setting).items():
        found.setdefault(_value(rows, setting["over"]), {})[name] = rows
    kept = {value: found[value] for value in sorted(found) if low <= value <= high}
    is_best = setting.get("pick") == "best"
    chosen = {
        value: variants[best_of(results, variants, experiment) if is_best else list(variants)[-1]]
        for value, variants in kept.items()
    }
    shared = _shared_seeds(chosen.values())
    if len(chosen) < 2 or not shared:
        raise NotRunError(experiment)
    if results.seeds is not None:
        return {value: _with_seeds(results, rows) for value, rows in chosen.items()}
    return {value: [row for row in rows if row["seed"] in shared] for value, rows in chosen.items()}


def _with_seeds(results: Results, rows: list[Row]) -> list[Row]:
    """Return the runs of `seeds` of a variant, in that order, or else its own.

    Raises:
        LabError: one of them is not among the results.
    """
    if results.seeds is None:
        return rows
    ids = [f"{rows[0]['variant']}/seed{seed}" for seed in results.seeds]
    for run_id in ids:
        if run_id not in results.runs:
            raise LabError(f"the run {run_id} is not among the results")
    return [results.runs[run_id] for run_id in ids]


def _shared_seeds(groups: Iterable[Sequence[Row]]) -> list[int]:
    """Return the seeds that every group of runs has, in order."""
    every = [{int(row["seed"]) for row in rows} for rows in groups]
    return sorted(set.intersection(*every)) if every else []


def _value(rows: Sequence[Row], over: str) -> float:
    """Return the value of a swept parameter; "width" is the units of the first hidden layer."""
    if over == "width":
        return int(rows[0]["hidden_sizes"].split("-")[0])
    value: float = rows[0][over]  # as the file has it: whole numbers stay int
    return value
