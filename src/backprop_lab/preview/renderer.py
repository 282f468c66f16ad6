"""Render the report in a process that stays: what does not change is kept for the next time.

The process is a new one after each change of the code, which it has loaded.  It is told on its
standard input what to render, a line each, and answers with a line; it ends when its input ends.
"""

from __future__ import annotations

import json
import subprocess
import sys
import traceback
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

from backprop_lab.errors import LabError
from backprop_lab.report.fonts import KeptCuts
from backprop_lab.report.inputs import ReportInputs
from backprop_lab.report.render import render_html


@dataclass(frozen=True)
class PreviewPage:
    """What to render, and where to.

    Attributes:
        template: report/text/<language>/lab-report.md.
        out: the build's OUT, with facts, tables and figures.
        dataset: dataset.json.
        output: the HTML file to write.
    """

    template: str
    out: str
    dataset: str
    output: str


class Renderer:
    """A process that renders pages, one at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def render(self, page: PreviewPage) -> None:
        """Render a page; wait until it is written.

        Raises:
            LabError: it cannot be rendered; the file is as it was.
        """
        process = self._process or self._start()
        assert process.stdin
        assert process.stdout
        try:
            process.stdin.write(json.dumps(asdict(page)) + "\n")
            process.stdin.flush()
            answer = process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            self.renew()
            raise LabError(f"{page.template}: the program that renders has ended; see the terminal")
        if error := json.loads(answer)["error"]:
            raise LabError(error)

    def renew(self) -> None:
        """End the process; the next page is rendered by a new one, with the code as it is then."""
        if self._process:
            self._process.terminate()
            with suppress(BrokenPipeError):
                self._process.communicate()
            self._process = None

    def _start(self) -> subprocess.Popen[str]:
        self._process = subprocess.Popen(
            [sys.executable, "-m", __name__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,  # an interruption at the terminal is not for it
        )
        return self._process


def serve(asked: IO[str], answers: IO[str]) -> None:
    """Render each page that a line of `asked` names, and answer with its error or none."""
    cuts = KeptCuts()
    for line in asked:
        answers.write(json.dumps({"error": _render(PreviewPage(**json.loads(line)), cuts)}) + "\n")
        answers.flush()


def _render(page: PreviewPage, cuts: KeptCuts) -> str:
    """Render a page; return what was wrong, in one line, or ""."""
    try:
        inputs = ReportInputs.of_build(Path(page.template), Path(page.out), Path(page.dataset))
        render_html(inputs, Path(page.output), cuts)
    except LabError as error:
        return str(error)
    except OSError as error:
        return f"{error.filename}: {error.strerror}" if error.filename else str(error)
    except Exception as error:  # of code that is being written
        traceback.print_exc()
        place = traceback.extract_tb(error.__traceback__)[-1]
        return f"{place.filename}:{place.lineno}: {type(error).__name__}: {error}"
    return ""


if __name__ == "__main__":
    serve(sys.stdin, sys.stdout)
