"""The console of a build: one bar and what trains now or, without a terminal, plain lines.

Nothing but failures, warnings and the block at the end stays on a terminal.
"""

from __future__ import annotations

import logging
import os
import sys
import textwrap
import threading
from collections.abc import Mapping
from itertools import islice
from typing import Any, TextIO

from rich.console import Console as Terminal
from rich.console import Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text
from snakemake.settings.enums import Quietness
from snakemake_interface_logger_plugins.common import LogEvent

from backprop_lab.data.download import FETCHING
from backprop_lab.training.in_progress import InProgress, duration
from backprop_lab.training.progress_table import run_table
from snakemake_logger_plugin_lab.closing import (
    WIDTH,
    batch_lines,
    closing_lines,
    failure_lines,
    short_command,
    to_blame,
)
from snakemake_logger_plugin_lab.pace import Pace
from snakemake_logger_plugin_lab.state import WARNING, Build
from snakemake_logger_plugin_lab.status import about, doing, share, status_line

#: Seconds between two plain lines at least, and the part of the time so far if that is more.
INTERVAL, INTERVAL_SHARE = 10.0, 1 / 60
#: Runs that are shown at one time: on a cluster thousands are submitted, and few have begun.
_ROWS = 20
#: Snakemake's remarks on a build that are worth a line; the others are in its log.
_WORTH = (
    "Nothing to be done",
    "Creating conda environment",
    "Downloading and installing",
    "Trying to restart",
    "Will exit after finishing",
    "Terminating processes",
)
_STOPPING = ("Will exit after finishing", "Terminating processes")
#: What Snakemake says of every build.
_IDLE = ("Assuming unrestricted shared filesystem",)
#: What it says of a failure besides the record of the job that failed.
_KNOWN = (
    "RuleException:\nCalledProcessError in file",
    "Exiting because a job execution failed",
    "WorkflowError:\nAt least one job did not",
)


def plain(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """Return whether plain lines are wanted, or all that can be shown."""
    unable = environ.get("TERM") == "dumb" or environ.get("CI") or environ.get("NO_COLOR")
    return bool(unable) or not stream.isatty()


class Console(logging.Handler):
    """Shows what the records of Snakemake's log tell.

    Args:
        settings: of Snakemake's output.
        stream: where to; by default stderr, as Snakemake.
        build: that is told of.
    """

    def __init__(
        self, settings: Any, stream: TextIO | None = None, build: Build | None = None
    ) -> None:
        super().__init__()
        self.build = build or Build()
        self.pace = Pace(self.build)
        self._quiet = set(settings.quiet or ())
        self._only_fetches = FETCHING in os.environ  # and another call will say what became of it
        stream = stream or sys.stderr
        self._plain = settings.nocolor or plain(stream)
        self._terminal = Terminal(file=stream, force_terminal=not self._plain, highlight=False)
        self._live: Live | None = None
        self._spoken = 0.0
        self._over = threading.Event()
        self._ticker = threading.Thread(target=self._tick, daemon=True)

    def emit(self, record: logging.LogRecord) -> None:
        """Take in a record, and show what it changes."""
        try:
            self._take(record)
        except Exception:  # a console must not end a build
            self.handleError(record)

    def close(self) -> None:
        """End the bar, and say what was built."""
        self._over.set()
        if self._live:
            self._live.stop()
        if self.build.began is not None:
            self.pace.note()
            whole = self.build.done >= self.build.total and not self.build.failed
            if Quietness.ALL not in self._quiet and not (self._only_fetches and whole):
                self._say("", *closing_lines(self.build))
            self.build.began = None
        super().close()

    def speak(self) -> None:
        """Say where the build stands, unless that was said just now; for plain lines."""
        elapsed = self.build.elapsed
        if self._quiet & {Quietness.PROGRESS, Quietness.ALL}:
            return
        if elapsed - self._spoken >= max(INTERVAL, INTERVAL_SHARE * elapsed):
            self._spoken = elapsed
            self._say(status_line(self.build, self.pace, WIDTH))

    def _take(self, record: logging.LogRecord) -> None:
        """Take in a record; say at once what cannot wait."""
        new = self.build.note(record)
        if Quietness.ALL in self._quiet:
            return
        for warning in () if self._only_fetches else new:
            self._say(*textwrap.wrap(f"{WARNING}{warning}", WIDTH), style="yellow")
        event = getattr(record, "event", None)
        if event == LogEvent.RUN_INFO:
            self._begin()
        elif event == LogEvent.JOB_ERROR:
            failed = self.build.jobs[record.jobid]  # type: ignore[attr-defined]
            if to_blame(failed):
                self._say(*failure_lines(failed, short_command(self.build)), style="red")
        elif event == LogEvent.GROUP_ERROR and self.build.failed_batch:
            lines = batch_lines(self.build.failed_batch, short_command(self.build))
            self._say(*lines, style="red")
        elif event in (None, LogEvent.ERROR):
            self._remark(record)

    def _begin(self) -> None:
        """Start the bar, or the plain lines, with what there is to do."""
        if self._live or self._ticker.is_alive() or Quietness.PROGRESS in self._quiet:
            return
        what = "Fetching the images" if self._only_fetches else f"Jobs to do: {self.build.total}"
        self._say(f"{what}; the complete log: .snakemake/log/")
        if self._plain:
            self._ticker.start()
        else:
            self._live = Live(
                get_renderable=self._picture,
                console=self._terminal,
                refresh_per_second=2,
                transient=True,
            )
            self._live.start()

    def _remark(self, record: logging.LogRecord) -> None:
        """Say what Snakemake remarks, if it is an error or nothing is being built."""
        message = record.getMessage().strip()
        if message.startswith(_STOPPING):
            self.build.stopped = True
        if not message or record.levelno == logging.WARNING or message.startswith(_KNOWN):
            return
        if record.levelno > logging.WARNING:
            self._say(message, style="red")
        elif self._only_fetches:
            return
        elif message.startswith(_WORTH) or not (
            self.build.command or message.startswith(_IDLE) or record.levelno < logging.INFO
        ):
            self._say(message)

    def _say(self, *lines: str, style: str = "") -> None:
        for line in lines:
            self._terminal.print(Text(line, style=style), soft_wrap=True)

    def _tick(self) -> None:
        """Speak now and then until the build is over."""
        while not self._over.wait(1.0):
            with self.lock or threading.Lock():
                self.speak()

    def _picture(self) -> RenderableType:
        """Draw the bar, the runs that train, and what else is done."""
        build = self.build
        done, left = share(build, self.pace)
        bar = Table.grid(padding=(0, 1), expand=True)
        bar.add_column(no_wrap=True)
        bar.add_column(ratio=1)
        bar.add_column(no_wrap=True)
        time = f"{duration(build.elapsed)}"
        time += f", about {about(left)} left" if left is not None else ", time left not known yet"
        count = f"{build.done} of {build.total} jobs"
        bar.add_row(count, ProgressBar(total=1.0, completed=done), f"{100 * done:.0f} %  {time}")
        running = [job for job in build.running if job.run]
        if len(running) > _ROWS:
            running = list(islice((job for job in running if job.begun), _ROWS))
        runs = [
            job.progress or InProgress(job.run.id, None, float("nan"), job.started, False)
            for job in running
            if job.run
        ]
        others = [doing(job, WIDTH) for job in build.running if not job.run]
        shown: list[RenderableType] = [bar, *[Text(line, overflow="ellipsis") for line in others]]
        return Group(*shown, run_table(runs)) if runs else Group(*shown)
