"""Keep a page up to date: render it at a change of the prose, build it at any other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from backprop_lab.errors import LabError
from backprop_lab.preview.changes import Work, work_for
from backprop_lab.preview.renderer import PreviewPage, Renderer
from backprop_lab.preview.server import Board

#: Lines of a failed build that are shown in the page.
_SHOWN = 25
#: Seconds in which Snakemake ends its jobs after an interruption.
_PATIENCE = 30.0


@dataclass(frozen=True)
class Target:
    """The report that is previewed.

    Attributes:
        language: its language.
        preset: the preset of its build.
    """

    language: str
    preset: str = "full"

    @property
    def out(self) -> Path:
        """Return the folder that the build writes to, OUT."""
        return Path("results") if self.preset == "full" else Path("results", self.preset)

    @property
    def html(self) -> Path:
        """Name the report that Snakemake makes."""
        return self.out / f"report/lab-report.{self.language}.html"

    def page(self, output: Path) -> PreviewPage:
        """Return what to render for the same report in another file."""
        template = f"report/text/{self.language}/lab-report.md"
        return PreviewPage(template, str(self.out), "results/dataset.json", str(output))

    def command(self) -> list[str]:
        """Return the call of Snakemake that makes the report."""
        options = ["--cores", "all", "--config", f"preset={self.preset}"]
        return [sys.executable, "-m", "snakemake", *options, "--", str(self.html)]


class FailedBuildError(LabError):
    """A build failed; the text is its last lines, which are more than one."""

    def __str__(self) -> str:
        """Return the lines as they are."""
        return Exception.__str__(self)


class Preview:
    """A report that is shown on a board and made again at each change.

    All is done in one thread, one thing after the other: changes that come meanwhile wait.
    """

    def __init__(
        self,
        target: Target,
        board: Board,
        renderer: Renderer,
        folder: Path,
        build: Callable[[list[str]], None] | None = None,
    ) -> None:
        """Show nothing yet.

        Args:
            target: the report.
            board: where it is shown.
            renderer: what renders it.
            folder: where the rendered page is written; the report of Snakemake is left alone.
            build: runs Snakemake; LabError if it fails.
        """
        self._target = target
        self._board = board
        self._renderer = renderer
        self._output = folder / target.html.name
        self._build_with = build or run_build
        self._sound = target.html.is_file()

    def start(self) -> None:
        """Show the report: the one that is there with the prose of now, or a first one."""
        if not self._sound:
            _say(f"{self._target.html}: not there yet; Snakemake builds it first")
        self._do(Work.RENDER)

    def follow(self, changes: Iterable[set[Path]]) -> None:
        """Make the report again at each change, until there are no more."""
        for paths in changes:
            if work := work_for(paths, self._target.language):
                _say(f"changed: {_listed(paths)}")
                self._do(work)

    def _do(self, work: Work) -> None:
        """Render or build; a report whose build failed last time must be built."""
        start = time.perf_counter()
        builds = work is Work.BUILD or not self._sound
        self._board.work("Snakemake is at work ..." if builds else "The page is being rendered ...")
        try:
            if builds:
                self._sound = False
                self._renderer.renew()  # the code may be another
                self._build_with(self._target.command())
                self._sound = True
            self._renderer.render(self._target.page(self._output))
            self._board.show(self._output.read_text(encoding="utf-8"))
            _say(f"{'built' if builds else 'rendered'} in {time.perf_counter() - start:.1f} s")
        except LabError as error:
            _say(f"error: {str(error).splitlines()[-1]}")
            self._board.fail(str(error))


def run_build(command: list[str]) -> None:
    """Run Snakemake, with its lines on the terminal.

    An interruption ends its jobs and it, before this program.

    Raises:
        FailedBuildError: it failed.
    """
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,  # so that an interruption reaches it once, from here
    )
    assert process.stdout
    last: deque[str] = deque(maxlen=_SHOWN)
    try:
        for line in process.stdout:
            sys.stderr.write(line)
            last.append(line)
        status = process.wait()
    except KeyboardInterrupt:
        os.killpg(process.pid, signal.SIGINT)
        try:
            process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
        raise
    if status:
        raise FailedBuildError("".join(last).rstrip() or f"Snakemake ended with status {status}")


def _listed(paths: set[Path]) -> str:
    """Name at most three files."""
    names = sorted(map(str, paths))
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
