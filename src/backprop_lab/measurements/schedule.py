"""When the training jobs of a build ran: its wall time, its cores, its longest job."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

#: Seconds without any job after which a build counts as interrupted and continued later.
#: Such a pause is no part of the build's wall time; Snakemake's shorter ones between jobs are.
PAUSE = 60


@dataclass(frozen=True)
class Schedule:
    """A build's times, computed from when its jobs started and finished.

    Attributes:
        parts: stretches without a pause, (start, end) in Unix seconds.
        cores: the most jobs that ran at once.
        wall: seconds, all parts together.
        longest: position of the longest job, from 0.
        delay: seconds from the start of the longest job's part to its own start.
        tail: seconds at the end of that part after all of its cores were last busy.
    """

    parts: list[tuple[float, float]]
    cores: int
    wall: float
    longest: int
    delay: float
    tail: float


def schedule(jobs: pd.DataFrame) -> Schedule:
    """Compute the schedule of jobs.

    Args:
        jobs: a row a job, with the columns started and finished in Unix seconds.
    """
    parts = find_parts(jobs)
    longest = int((jobs["finished"] - jobs["started"]).argmax())
    started = jobs["started"].iloc[longest]
    start, end = next(part for part in parts if part[0] <= started <= part[1])
    # The tail is that of this part: a later one may hold a single run that was trained again.
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
    """Return the stretches (start, end) of the build, with more than PAUSE seconds between them.

    >>> find_parts(pd.DataFrame({"started": [0.0, 500.0], "finished": [10.0, 520.0]}))
    [(0.0, 10.0), (500.0, 520.0)]
    """
    parts: list[tuple[float, float]] = []
    for started, finished in sorted(zip(jobs["started"], jobs["finished"], strict=True)):
        if parts and started - parts[-1][1] <= PAUSE:
            parts[-1] = (parts[-1][0], max(parts[-1][1], finished))
        else:
            parts.append((started, finished))
    return parts


def lanes(jobs: pd.DataFrame) -> pd.Series:
    """Give each job a core, from 0: the lowest on which no earlier job still runs."""
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
    """Return the largest number of jobs that ran at once, and when so many last ran."""
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
