"""A recorded build: the records that Snakemake logged, to be told to a console again."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

from snakemake_interface_logger_plugins.common import LogEvent

from backprop_lab.runs.run import Run
from backprop_lab.training.epoch_lines import EpochLine
from snakemake_logger_plugin_lab.plan import ATTRIBUTE, Plan, PlannedJob

RECORDED = Path(__file__).parents[1] / "console/failing_build.jsonl"
VARIANT = "numpy_20_relu_sgd_lr0.1_b32_e3"
#: Snakemake's numbers of its two runs: the second fails.
RUNS = {0: Run.from_id(f"{VARIANT}/seed0"), 3: Run.from_id(f"{VARIANT}/seed7")}
#: What Snakemake is asked for, when nothing is.
SETTINGS = SimpleNamespace(
    quiet=None,
    nocolor=False,
    dryrun=False,
    verbose=False,
    printshellcmds=False,
    debug_dag=False,
    show_failed_logs=True,
    stdout=False,
)


@dataclass
class Clock:
    """A clock that stands still until it is set on."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


class Tty(io.StringIO):
    """A terminal of a fixed width that keeps what is written to it."""

    def isatty(self) -> bool:
        return True


def records() -> Iterator[logging.LogRecord]:
    """Yield the records of a build of four jobs, of which the last fails."""
    for line in RECORDED.read_text().splitlines():
        told = json.loads(line)
        event = told.pop("event")
        level, message = logging.getLevelName(told.pop("level")), told.pop("msg", None)
        record = logging.LogRecord("snakemake.logging", level, "", 0, message, None, None)
        record.event = LogEvent(event) if event else None
        if rules := told.pop("plan", None):
            jobs = {int(n): PlannedJob(rule, RUNS.get(int(n)), 1) for n, rule in rules.items()}
            told[ATTRIBUTE] = Plan(jobs, cores=1, preset="quick")
        vars(record).update(told)
        yield record


def record(event: LogEvent | None, message: str = "", level: int = logging.INFO, **told: object):
    """Return a record such as Snakemake's."""
    made = logging.LogRecord("snakemake.logging", level, "", 0, message, None, None)
    vars(made).update(event=event, **told)
    return made


def write_log(folder: Path, run: Run, *epochs: int, more: str = "") -> Path:
    """Write the log of a run that has come to the last of some epochs, two seconds each."""
    path = folder / f"logs/runs/{run.id}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [EpochLine(n, run.epochs, 1 / n, 0.9, 0.25, 0.96, 2.0) for n in epochs]
    path.write_text("".join(f"{line}\n" for line in lines) + more)
    return path


def write_dataset(folder: Path, *, embedded: bool = True) -> None:
    """Write what the end of a build says of the images."""
    about = {
        "title": "scikit-learn digits" if embedded else "MNIST",
        "source": "embedded in scikit-learn" if embedded else "a local folder",
        "embedded": embedded,
        "sizes": {"train": 1258, "validation": 269, "test": 270},
    }
    (folder / "results").mkdir(exist_ok=True)
    (folder / "results/dataset.json").write_text(json.dumps(about))
