"""How long a run will take, judged by runs that are there."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from statistics import median

from backprop_lab.data.idx import CLASSES, SIDE
from backprop_lab.errors import LabError
from backprop_lab.files.forms.run_files import JOB, TIMING
from backprop_lab.runs.run import Run


class Durations:
    """What epochs and whole jobs took in runs that were trained on this machine.

    Attributes:
        n: how many runs it knows.
    """

    def __init__(self) -> None:
        self.n = 0
        self._epochs: dict[tuple[object, ...], list[float]] = defaultdict(list)
        self._per_weight: dict[str, list[float]] = defaultdict(list)
        self._starts: dict[str, list[float]] = defaultdict(list)

    @classmethod
    def of(cls, runs: Iterable[Run], folder: Path) -> Durations:
        """Read timing.csv and job.json of those of the runs that are in the folder."""
        durations = cls()
        for run in runs:
            try:
                timing = TIMING.read(folder / run.id / "timing.csv")
                job = JOB.read(folder / run.id / "job.json")
            except LabError:
                continue  # it is reported where runs are checked
            parts = zip(timing["train_seconds"], timing["evaluate_seconds"], strict=True)
            epochs = [float(training) + float(evaluation) for training, evaluation in parts]
            whole = job["finished"] - job["started"] + job.get("earlier_seconds", 0.0)
            durations._add(run, median(epochs), max(0.0, whole - sum(epochs)))
        return durations

    def seconds(self, run: Run) -> float:
        """Estimate how long a run's job takes alone on a core, in seconds.

        By runs of the same network, optimiser and batch size; or else by those of the same
        backend, in proportion to their number of weights.  nan where there are none.
        """
        if known := self._epochs.get(_kind(run)):
            each = median(known)
        elif known := self._per_weight.get(run.backend):
            each = median(known) * _weights(run)
        else:
            return math.nan
        return median(self._starts[run.backend]) + each * run.epochs

    def _add(self, run: Run, each: float, start: float) -> None:
        """Note what an epoch of a run and its start took."""
        self.n += 1
        self._epochs[_kind(run)].append(each)
        self._per_weight[run.backend].append(each / _weights(run))
        self._starts[run.backend].append(start)


def _kind(run: Run) -> tuple[object, ...]:
    """Return what an epoch's time depends on."""
    return run.backend, run.hidden_sizes, run.activation, run.optimizer, run.batch_size


def _weights(run: Run) -> int:
    """Return the number of weights of a run's network, without biases."""
    sizes = (SIDE**2, *run.hidden_sizes, CLASSES)
    return sum(before * after for before, after in pairwise(sizes))
