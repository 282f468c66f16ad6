"""How far runs have come while they train, read from the logs that they write anyway."""

from __future__ import annotations

import math
import os
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from backprop_lab.training.epoch_lines import EpochLine

#: Bytes at the end of a log that are read: some twenty epochs.
_TAIL = 4096
#: The last so many epochs say how fast a run is.
_RECENT = 5
#: A log that nobody has written to for so many seconds, and so many epochs, is of a run that
#: was killed; before its first epoch a run loads its libraries and its images.
_SILENCE, _SILENT_EPOCHS, _SILENT_START = 60.0, 5.0, 300.0


@dataclass(frozen=True)
class InProgress:
    """A run that trains, or has just ended.

    Attributes:
        run_id: as `runs.run.Run.id`.
        last: its last complete epoch, None before the first.
        seconds_per_epoch: mean of the last few epochs; nan before the first.
        updated: when it last wrote to its log, Unix seconds.
        ended: it diverged, or stopped with an error.
    """

    run_id: str
    last: EpochLine | None
    seconds_per_epoch: float
    updated: float
    ended: bool

    @property
    def left(self) -> float:
        """Return the seconds that its remaining epochs will take; nan before the first."""
        if self.last is None:
            return math.nan
        return (self.last.epochs - self.last.epoch) * self.seconds_per_epoch

    @property
    def training(self) -> float:
        """Return the seconds of all its epochs, as fast as the last few; nan before the first."""
        return self.last.epochs * self.seconds_per_epoch if self.last else math.nan

    def silent(self, now: float) -> bool:
        """Return whether nobody has written to the log for so long that the run must be gone."""
        if self.last is None:
            return now - self.updated > _SILENT_START
        return now - self.updated > max(_SILENCE, _SILENT_EPOCHS * self.seconds_per_epoch)


def read_log(path: Path, run_id: str) -> InProgress:
    """Read how far a run has come.

    Args:
        path: its log, logs/runs/<run id>.log.

    Raises:
        OSError: it cannot be read.
    """
    lines = last_lines(path)
    epochs = [epoch for line in lines if (epoch := EpochLine.parse(line))]
    recent = epochs[-_RECENT:]
    return InProgress(
        run_id=run_id,
        last=epochs[-1] if epochs else None,
        seconds_per_epoch=fmean(epoch.seconds for epoch in recent) if recent else math.nan,
        updated=path.stat().st_mtime,
        ended=bool(lines) and lines[-1].startswith(("error:", "diverged", "interrupted")),
    )


def last_lines(path: Path, n_bytes: int = _TAIL) -> list[str]:
    """Return the complete lines at the end of a log, without what a bar has overwritten.

    Raises:
        OSError: it cannot be read.
    """
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - n_bytes))
        text = file.read().decode(errors="replace")
    if size > n_bytes:
        text = text.partition("\n")[2] or text
    return [line.rstrip("\r").rpartition("\r")[2] for line in text.rstrip("\n").split("\n") if line]


def runs_in_progress(project: Path, now: float) -> list[InProgress]:
    """Find the runs that train, in the order of their names.

    A run trains if it has a log but no job.json, the last of its files, and if its log says
    neither that it ended nor nothing for too long.

    Args:
        project: the folder with logs/ and results/.
        now: Unix seconds.
    """
    found = []
    for path in sorted((project / "logs/runs").glob("*/seed*.log")):
        run_id = f"{path.parent.name}/{path.stem}"
        if (project / "results/runs" / run_id / "job.json").exists():
            continue
        try:
            run = read_log(path, run_id)
        except OSError:  # gone, or never readable: nothing to follow
            continue
        if not run.ended and not run.silent(now):
            found.append(run)
    return found


#: The head of the table of runs in progress.
COLUMNS = ("run", "epoch", "train loss", "val. accuracy", "s/epoch", "time left")


def cells(run: InProgress) -> tuple[str, ...]:
    """Return a run's row of the table, a text a column; "-" is what is not known yet."""
    if run.last is None:
        return (run.run_id, "starting", *["-"] * (len(COLUMNS) - 2))
    return (
        run.run_id,
        f"{run.last.epoch}/{run.last.epochs}",
        f"{run.last.train_loss:.4f}",
        f"{100 * run.last.val_accuracy:.2f} %",
        f"{run.seconds_per_epoch:.2f}",
        duration(run.left),
    )


def duration(seconds: float) -> str:
    """Write a time as people say it, to two units at most.

    >>> [duration(s) for s in (0.4, 59, 61, 3599, 3661, 90000)]
    ['0 s', '59 s', '1 min 1 s', '59 min 59 s', '1 h 1 min', '25 h 0 min']
    """
    if not math.isfinite(seconds):
        return "-"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
