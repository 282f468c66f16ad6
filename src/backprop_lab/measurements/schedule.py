"""When the training jobs of a build ran: its wall time, its cores, its critical path."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

#: Seconds without any job after which a build counts as interrupted and taken up
#: again: the night between is not charged, Snakemake's pauses between jobs are.
PAUSE = 60


@dataclass(frozen=True)
class Schedule:
    """What the intervals of the jobs say.

    Attributes:
        parts: stretches without a pause, (start, end) in Unix seconds.
        cores: the most jobs that ran at once.
        wall: seconds, all parts together.
        longest: index label of the longest job.
        delay: seconds from the start of the longest job's part to its own start.
        tail: seconds at the end of that part after all of its cores were last busy.
    """

    parts: list[tuple[float, float]]
    cores: int
    wall: float
    longest: object
    delay: float
    tail: float


def schedule(jobs: pd.DataFrame) -> Schedule:
    """The schedule of jobs with the columns started and finished, Unix seconds."""
    parts = find_parts(jobs)
    longest = (jobs["finished"] - jobs["started"]).idxmax()
    started = jobs.loc[longest, "started"]
    start, end = next(part for part in parts if part[0] <= started <= part[1])
    # A later part may hold a single repaired run: the tail is that of the part that counts.
    within = jobs[(jobs["started"] >= start) & (jobs["finished"] <= end)]
    _, full_until = _most_at_once(within)
    return Schedule(
        parts=parts,
        cores=_most_at_once(jobs)[0],
        wall=sum(end - start for start, end in parts),
        longest=longest,
        delay=started - start,
        tail=end - full_until,
    )


def find_parts(jobs: pd.DataFrame) -> list[tuple[float, float]]:
    """Stretches (start, end) of the build, apart by more than PAUSE."""
    parts: list[tuple[float, float]] = []
    for started, finished in sorted(zip(jobs["started"], jobs["finished"], strict=True)):
        if parts and started - parts[-1][1] <= PAUSE:
            parts[-1] = (parts[-1][0], max(parts[-1][1], finished))
        else:
            parts.append((started, finished))
    return parts


def lanes(jobs: pd.DataFrame) -> pd.Series:
    """A core for each job, from 0: the lowest that no earlier job still holds."""
    free_from: list[float] = []
    found = {}
    for label, started, finished in (
        jobs[["started", "finished"]].sort_values("started", kind="stable").itertuples()
    ):
        lane = next((n for n, free in enumerate(free_from) if free <= started), len(free_from))
        free_from[lane:] = [finished, *free_from[lane + 1 :]]
        found[label] = lane
    return pd.Series(found).reindex(jobs.index)


def _most_at_once(jobs: pd.DataFrame) -> tuple[int, float]:
    """The most jobs at once, and the last moment at which so many ran."""
    # At the same moment one job ends before the next begins.
    events = sorted([(t, 1) for t in jobs["started"]] + [(t, -1) for t in jobs["finished"]])
    running = most = 0
    until = events[-1][0]
    for moment, change in events:
        if change < 0 and running == most:
            until = moment
        running += change
        most = max(most, running)
    return most, until
