"""Our runs as the criteria use them, and what is measured on each."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from backprop_lab.claims.register import Ran
from backprop_lab.files.documents import read_json
from backprop_lab.files.frames import read_csv
from backprop_lab.results.collected import read_epochs, read_members
from backprop_lab.runs.columns import GAPS, QUANTITIES
from backprop_lab.runs.further import EXPERIMENT

#: Quantities of which a run has one value, not one an epoch.
_PER_RUN = ("test_accuracy", "seconds_per_epoch")
#: Measured not during the runs but afterwards, on the same networks: speed.csv, a value a round.
IN_TURN = "seconds_in_turn"
#: Quantities that a clock wrote: they differ between builds that are otherwise equal.
TIMES = ("seconds_per_epoch", IN_TURN)
_SPEED_KEYS = ["hidden_sizes", "optimizer", "learning_rate", "batch_size"]

#: A row of runs.csv: column -> value.
Row = Mapping[Any, Any]


class NotRunError(Exception):
    """Raised when the runs that a criterion needs do not exist; its text is the experiment."""


def is_timed(entry: object) -> bool:
    """Say whether an entry of claims.json, a claim or a part of it, is measured in times.

    >>> is_timed({"parts": {"a": {"measure": {"quantity": "seconds_in_turn"}}}})
    True
    """
    if not isinstance(entry, Mapping):
        return False
    return entry.get("quantity") in TIMES or any(map(is_timed, entry.values()))


@dataclass(frozen=True)
class Measured:
    """The files that hold what we measured.

    Attributes:
        runs: runs.csv, a row a run.
        history: history.csv, a row an epoch of a run.
        experiments: experiments.csv, which says what runs an experiment has.
        dataset: dataset.json.
        speed: speed.csv, the times of the two backends measured in turn; None in a build
            without times.
        kernels: kernels.csv, how far other kernels move single runs; None where that was not
            measured.
        correctness: correctness.npz, which images each run tells; None where it was not made.
        variance: variance.csv, how much the split moves accuracies; None where it was not
            measured.
    """

    runs: Path
    history: Path
    experiments: Path
    dataset: Path
    speed: Path | None = None
    kernels: Path | None = None
    correctness: Path | None = None
    variance: Path | None = None


class Results:
    """The collected results of a build.

    Attributes:
        runs: id -> row of runs.csv.
        history: id -> quantity -> values, one an epoch.
        members: experiment -> ids of its runs, in the order of config.yaml.
        by_variant: variant -> its runs of all experiments but EXPERIMENT, by seed: seeds that
            one criterion was given later are no news to the others (`claims.looks`).
        speed: speed.csv; None in a build without times.
        dataset: name of the data set, such as "mnist".
        split: how its images were divided, such as "last_10000".
        chance: accuracy of a network that names one class for every image of a
            balanced set, 1 / number of classes.
        n_images: images of the "validation" and "test" sets.
        seeds: those that every setting has instead of its own; None leaves it its own.
    """

    def __init__(self, measured: Measured) -> None:
        members, rows = read_members(measured.experiments, measured.runs)
        self.runs: dict[str, Row] = {row["id"]: row for row in rows.to_dict("records")}
        self.by_variant: dict[str, list[Row]] = {}
        own = set(members.loc[members["experiment"] != EXPERIMENT, "id"])
        for row in sorted(self.runs.values(), key=lambda row: int(row["seed"])):
            if row["id"] in own:
                self.by_variant.setdefault(row["variant"], []).append(row)
        epochs = read_epochs(measured.history, rows).sort_values("epoch")
        self.history = {
            str(name): {quantity: group[quantity].to_numpy() for quantity in QUANTITIES}
            for name, group in epochs.groupby("id")
        }
        self.members: dict[str, list[str]] = {
            str(name): list(group["id"]) for name, group in members.groupby("experiment")
        }
        self.speed = (
            None if measured.speed is None else read_csv(measured.speed, (*_SPEED_KEYS, "round"))
        )
        data = read_json(measured.dataset)
        self.dataset: str = data["name"]
        self.split: str = data["split"]
        self.chance: float = 1 / len(data["class_names"])
        self.n_images: dict[str, int] = data["sizes"]
        self.seeds: tuple[int, ...] | None = None

    def at(self, seeds: Sequence[int]) -> Results:
        """Return the same results, in which every setting has runs of these seeds.

        They may be of any experiment.  A setting is picked by the runs of its own experiments,
        as ever.
        """
        other = copy.copy(self)
        other.seeds = tuple(seeds)
        return other

    @cached_property
    def ran(self) -> Ran:
        """Return what each experiment ran."""
        rows = {
            name: [(self.runs[run]["variant"], self.runs[run]["seed"]) for run in runs]
            for name, runs in self.members.items()
        }
        return Ran.of(rows, self.split)

    def values(self, rows: Sequence[Row], measure: Mapping[str, Any]) -> pd.Series:
        """Measure each run.

        The accuracies of a diverged run count as chance, as if it named one class for
        every image: to leave it out would favour settings that diverge often.  Its
        losses, times and changes are NaN.

        Args:
            rows: one a seed.
            measure: {"quantity", "at", "since"} of claims.yaml; `at` is "last" unless it
                is given, and without `since` the value is no change.

        Returns:
            One value a seed, by seed; of `seconds_in_turn` one a round, by round.

        Raises:
            NotRunError: `seconds_in_turn` was not measured for these runs' setting.
        """
        if measure["quantity"] == IN_TURN:
            return self._rounds(rows[0])
        return pd.Series({row["seed"]: self._value(row, measure) for row in rows}, dtype=float)

    def _rounds(self, row: Row) -> pd.Series:
        """Return the seconds of every round of a run's backend, network and optimiser, by round."""
        if self.speed is None:
            raise NotRunError("speed")
        same = self.speed[_SPEED_KEYS] == [row[key] for key in _SPEED_KEYS]
        rounds = self.speed[same.all(axis=1)]
        if rounds.empty:
            raise NotRunError("speed")
        return rounds.set_index("round")[f"{row['backend']}_seconds"]

    def _value(self, row: Row, measure: Mapping[str, Any]) -> float:
        """Measure one run; see `values`."""
        quantity = measure["quantity"]
        if row["status"] == "diverged":
            constant = quantity.endswith("_accuracy") and "since" not in measure
            return self.chance if constant else math.nan
        if quantity in _PER_RUN:
            return float(row[quantity])
        epochs = self.history[row["id"]]
        if quantity in GAPS:
            first, second = GAPS[quantity]
            series = epochs[first] - epochs[second]
        else:
            series = epochs[quantity]
        best = int(epochs["val_accuracy"].argmax())
        value = _at(series, measure.get("at", "last"), best)
        return value - _at(series, measure["since"], best) if "since" in measure else value


def _at(series: np.ndarray, at: str, best: int) -> float:
    """Return the value of one epoch, or the mean of all.

    Args:
        series: one value an epoch.
        at: "first", "half", "last", "best" or "mean".
        best: index of the best epoch.

    >>> _at(np.array([0.5, 0.7, 0.9, 0.8]), "half", 2), _at(np.array([0.5, 0.7]), "last", 1)
    (0.7, 0.7)
    """
    if at == "mean":
        return float(series.mean())
    places = {"first": 0, "half": max(len(series) // 2, 1) - 1, "last": -1, "best": best}
    return float(series[places[at]])
