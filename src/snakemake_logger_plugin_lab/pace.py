"""How long a build will still take, from its jobs done and, for those to come, from their work.

A run's work is that of its floor: the time of its matrix products alone, which an earlier build
measured (`measurements.floors`), or their number where none has yet. What a unit of work takes
here and now, and what a run takes before its first epoch, is known from the runs done and those
in progress: their logs say how long their epochs took, and the rest was their start.  Of any
other job there is only its rule: it takes as long as this build's other jobs of the rule, or as
an earlier build's, or as `typical.json` says, times the ratio of this machine's speed to the one
of those times.  typical.json was measured in a quick build of MNIST on an idle machine (`archive`
and `export_tables` in another, and scaled); a new one is what a build leaves in NOTES.

As long as one of these is not known there is no estimate.
"""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from statistics import fmean

from backprop_lab.files.atomic import replacing
from backprop_lab.runs.layers import parse_layers
from backprop_lab.runs.run import Run
from backprop_lab.training.initialization import MNIST
from snakemake_logger_plugin_lab.plan import Plan, PlannedJob
from snakemake_logger_plugin_lab.state import Build, Job

#: What earlier builds in this folder took, {rule: seconds a job}; in the form of typical.json.
NOTES = Path(".snakemake/backprop-lab-seconds.json")
#: Rules whose time says nothing of the machine's speed.
_OF_THE_NETWORK = ("fetch_mnist",)
TYPICAL = Path(__file__).parent / "typical.json"
#: Seconds of an earlier build's jobs that count as taking as long here: jobs of a second or two
#: say little of how fast a machine is.
_AS_BEFORE = 10.0


@dataclass
class _Observed:
    """Seconds of jobs of one kind, the work that they did in them, and their starts."""

    seconds: float = 0.0
    work: float = 0.0
    starts: list[float] = field(default_factory=list)

    def add(self, seconds: float, work: float, start: float = 0.0) -> None:
        """Add a job: the seconds of its work, its work, and the seconds of its start."""
        self.seconds += seconds
        self.work += work
        self.starts.append(start)

    @property
    def price(self) -> float:
        """Return the seconds of a unit of work."""
        return self.seconds / self.work

    @property
    def start(self) -> float:
        """Return the seconds of a start."""
        return fmean(self.starts)


@dataclass
class Pace:
    """The time left of one build.

    Attributes:
        build: what has been told of it.
        earlier: {rule: seconds a job} of other builds.
    """

    build: Build
    earlier: Mapping[str, float] = field(default_factory=lambda: read_seconds(TYPICAL, NOTES))

    def __post_init__(self) -> None:
        self._planned: tuple[Plan, dict[int, float]] | None = None
        self._trained: dict[int, float] = {}

    @property
    def _work(self) -> dict[int, float]:
        """Return the work of each job of the plan, computed once."""
        if self._planned is None or self._planned[0] is not self.build.plan:
            self._planned = self.build.plan, work_of(self.build.plan)
        return self._planned[1]

    def left(self) -> float | None:
        """Return the seconds that the build will still take; None if that is not known."""
        if not self.build.plan.jobs:
            return None
        # Nobody knows a cluster's cores: as many as jobs run now.
        now = self.build.clock()
        cores = self.build.plan.cores or max(1, len(self.build.running))
        prices = self._prices(now)
        total, longest = 0.0, 0.0
        for number, planned in self.build.plan.jobs.items():
            job = self.build.jobs.get(number)
            if job and job.finished is not None:
                continue
            if _kind(planned) not in prices:
                return None
            start, price = prices[_kind(planned)]
            seconds = start + price * self._work[number]
            if job:
                seconds = self._rest(job, seconds, now)
            longest = max(longest, seconds)
            total += seconds * min(planned.threads, cores)
        return max(longest, total / cores)

    def _rest(self, job: Job, seconds: float, now: float) -> float:
        """Return the seconds left of a job that runs, and as a whole takes `seconds`."""
        progress = job.progress
        if progress and progress.last:
            return max(0.0, progress.left - max(0.0, now - progress.updated))
        return max(0.0, seconds - (now - job.started))

    def _prices(self, now: float) -> dict[str, tuple[float, float]]:
        """Return, of every kind of job of which that is known, its start and its price.

        They are the seconds before its work, 0 for a job that is no run, and of a unit of it.
        """
        runs, others = self._observed(now)
        prices = {kind: (seen.start, seen.price) for kind, seen in runs.items()}
        prices |= {kind: (0.0, seen.price) for kind, seen in others.items()}
        if runs:
            starts = {_rule(kind): _sum(runs, _rule(kind)).start for kind in runs}
            mean = _sum(runs)
            for kind in self._kinds(training=True) - set(prices):
                prices[kind] = starts.get(_rule(kind), mean.start), mean.price
        # As much slower or faster as this machine was until now.
        before = _Observed()
        for kind, seen in others.items():
            if kind in self.earlier and kind not in _OF_THE_NETWORK:
                before.add(seen.seconds, self.earlier[kind] * seen.work)
        mean_other = _sum(others).price if others else None
        known = before.work > 0
        before.add(_AS_BEFORE, _AS_BEFORE)
        for kind in self._kinds(training=False) - set(prices):
            if kind in self.earlier and known:
                prices[kind] = 0.0, before.price * self.earlier[kind]
            elif mean_other is not None:
                prices[kind] = 0.0, mean_other
        return prices

    def _observed(self, now: float) -> tuple[dict[str, _Observed], dict[str, _Observed]]:
        """Sum up the jobs done, and the epochs of runs in progress: of runs, of other jobs."""
        runs: dict[str, _Observed] = defaultdict(_Observed)
        others: dict[str, _Observed] = defaultdict(_Observed)
        for number, planned in self.build.plan.jobs.items():
            job = self.build.jobs.get(number)
            if job is None or job.failed:
                continue
            work = self._work[number]
            if job.finished is not None:
                took = job.finished - job.started
                if planned.run:
                    training = min(took, self._training(number, job, took))
                    runs[_kind(planned)].add(training, work, took - training)
                else:
                    others[_kind(planned)].add(took, work)
            elif (progress := job.progress) and progress.last:
                whole = now - job.started + progress.left
                training = min(whole, progress.training)
                runs[_kind(planned)].add(training, work, whole - training)
        return dict(runs), dict(others)

    def _training(self, number: int, job: Job, took: float) -> float:
        """Return the seconds of all epochs of a run that is done, read once from its log.

        Without a log all the time that it took counts.
        """
        if number not in self._trained:
            progress = job.progress
            told = progress and progress.last
            self._trained[number] = progress.training if progress and told else took
        return self._trained[number]

    def _kinds(self, *, training: bool) -> set[str]:
        """Return the kinds of the plan's jobs that train, or of all others."""
        jobs = self.build.plan.jobs.values()
        return {_kind(job) for job in jobs if (job.run is not None) is training}

    def note(self) -> None:
        """Write down what this build's jobs took, for the next one; no harm if it cannot be."""
        _, others = self._observed(self.build.clock())
        notes = read_seconds(NOTES) | {k: round(seen.price, 3) for k, seen in others.items()}
        with suppress(Exception), replacing(NOTES, "w") as file:
            json.dump(dict(sorted(notes.items())), file, indent=1)
            file.write("\n")


def read_seconds(*paths: Path) -> dict[str, float]:
    """Read {rule: seconds a job} from files; the last that has a rule counts.

    A file that is missing or malformed counts as empty: it is there for an estimate only.
    """
    found: dict[str, float] = {}
    for path in paths:
        with suppress(OSError, ValueError, AttributeError, TypeError):
            read = json.loads(path.read_text(encoding="utf-8"))
            found |= {str(rule): float(seconds) for rule, seconds in read.items()}
    return found


def work_of(plan: Plan) -> dict[int, float]:
    """Return the work of each job: of a run its floor, 1 for any other job.

    The floor is in seconds if floors.csv has all networks of the plan, else in multiplications
    of the matrix products: n_in n_out an image and layer, once forward and twice backward,
    but for the first layer, whose input needs no gradient; an image that is evaluated only
    goes forward.
    """
    floors = _read_floors(Path(plan.floors))
    runs = {number: job.run for number, job in plan.jobs.items() if job.run}
    if all(_network(run) in floors for run in runs.values()):
        work = {number: run.epochs * floors[_network(run)] for number, run in runs.items()}
    else:
        work = {number: run.epochs * _multiplications(run) for number, run in runs.items()}
    return dict.fromkeys(plan.jobs, 1.0) | work


def _multiplications(run: Run, validation: float = 0.2) -> float:
    """Return the multiplications of an epoch, an image of MNIST's form that is trained on.

    Args:
        validation: images that are evaluated for each that is trained on.
    """
    layers = [MNIST.n_inputs, *run.hidden_sizes, MNIST.n_classes]
    sizes = [n_in * n_out for n_in, n_out in pairwise(layers)]
    return (3 + validation) * sum(sizes) - sizes[0]


def _network(run: Run) -> tuple[tuple[int, ...], int]:
    """Return what the floors tell apart: hidden layers and batch size."""
    return run.hidden_sizes, run.batch_size


def _read_floors(path: Path) -> dict[tuple[tuple[int, ...], int], float]:
    """Read the seconds an epoch of each network; {} if there is no such table, or a wrong one."""
    floors = {}
    with suppress(OSError, ValueError, KeyError), path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            steps = float(row["n_train"]) / float(row["batch_size"])
            seconds = steps * float(row["step_seconds"])
            seconds += float(row["n_validation"]) * float(row["image_seconds"])
            floors[parse_layers(row["hidden_sizes"]), int(row["batch_size"])] = seconds
    return floors


def _kind(job: PlannedJob) -> str:
    """Return what jobs have in common that take equally long for their work."""
    return f"{job.rule} {job.run.optimizer}" if job.run else job.rule


def _rule(kind: str) -> str:
    """Return the rule of a kind of runs: they start alike."""
    return kind.partition(" ")[0]


def _sum(kinds: Mapping[str, _Observed], rule: str = "") -> _Observed:
    """Add up all kinds, or those of one rule."""
    total = _Observed()
    for kind, seen in kinds.items():
        if rule in ("", _rule(kind)):
            total.seconds += seen.seconds
            total.work += seen.work
            total.starts += seen.starts
    return total
