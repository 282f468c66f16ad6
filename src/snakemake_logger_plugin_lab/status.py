"""Where a build stands, in one line, and what its jobs are at."""

from __future__ import annotations

from backprop_lab.training.in_progress import duration
from snakemake_logger_plugin_lab.closing import clip
from snakemake_logger_plugin_lab.pace import Pace
from snakemake_logger_plugin_lab.state import WARNING, Build, Job

#: Rules whose logs say how far they are while they run.
_TELLING = ("fetch_mnist", "trainers", "growth")
#: Lines at the end of such a log of which the last counts that is no warning.
_LINES = 10


def status_line(build: Build, pace: Pace, width: int) -> str:
    """Return a line such as `[1:20] 12/118 jobs, 23 %, about 4 min left | epoch 3/10, ...`."""
    done, left = share(build, pace)
    minutes, seconds = divmod(int(build.elapsed), 60)
    text = f"[{minutes}:{seconds:02}] {build.done}/{build.total} jobs, {100 * done:.0f} %"
    if left is not None:
        text += f", about {about(left)} left"
    # On a cluster most of them wait in a queue.
    running = sorted(build.running, key=lambda job: (job.run is None, not job.begun))
    if running:
        more = f" (+{len(running) - 1})" if len(running) > 1 else ""
        room = width - len(text) - len(" | ") - len(more)
        text += f" | {doing(running[0], max(20, room))}{more}"
    return clip(text, width)


def share(build: Build, pace: Pace) -> tuple[float, float | None]:
    """Return how much of a build is done, from 0 to 1, and the seconds left if they are known.

    Without an estimate jobs are counted. A build with jobs left is done to 99 % at most.
    """
    most = 1.0 if build.done >= build.total else 0.99
    left = pace.left()
    if left is None:
        return (min(most, build.done / build.total) if build.total else 0.0), None
    return min(most, build.elapsed / max(build.elapsed + left, 1e-9)), left


def about(seconds: float) -> str:
    """Write an estimate, no more exactly than it is known.

    >>> [about(s) for s in (3, 42, 100, 460, 8000)]
    ['10 s', '50 s', '2 min', '8 min', '2 h 14 min']
    """
    if seconds < 60:
        return f"{10 * max(1, -int(-seconds // 10))} s"
    minutes = -int(-seconds // 60)
    return duration(60 * minutes).removesuffix(" 0 s")


def doing(job: Job, width: int) -> str:
    """Say in one line what a job is at: a run's last epoch, a download's last line.

    A run's name that is too long keeps its beginning and its seed.
    """
    if job.run:
        progress = job.progress
        what = "starting"
        if progress and (last := progress.last):
            figures = f"loss {last.train_loss:.3f}, accuracy {100 * last.val_accuracy:.1f} %"
            what = f"epoch {last.epoch}/{last.epochs}, {figures}"
        seed = f"../seed{job.run.seed}"
        name, room = job.run.id, width - len(what) - len(": ")
        if len(name) > room:
            name = name[: max(0, room - len(seed))] + seed
        return clip(f"{what}: {name}", width)
    # A warning has a line of its own once the job is done.
    tail = job.tail(_LINES) if job.rule in _TELLING else []
    if told := [line.strip() for line in tail if not line.startswith(WARNING)]:
        return clip(f"{job.message}: {told[-1]}", width)
    return clip(job.message, width)
