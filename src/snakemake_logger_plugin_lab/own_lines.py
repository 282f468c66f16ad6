"""Snakemake's own lines, with long lists of files cut short."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from logging import Handler, LogRecord
from typing import Any

from snakemake.logging import ColorizingTextHandler, DefaultFilter, DefaultFormatter

from snakemake_logger_plugin_lab.closing import closing_lines
from snakemake_logger_plugin_lab.state import Build

#: A line has so many characters at most.
_LENGTH = 400
#: Of a list of files, the first so many are shown.
_NAMES = 3


class OwnLines(Handler):
    """A handler that prints what Snakemake prints without a plugin.

    At the end of a build comes what `console` says there too.

    Args:
        settings: of Snakemake's output.
        whole: whether lines keep their length.
    """

    def __init__(self, settings: Any, *, whole: bool) -> None:
        super().__init__()
        formatter = DefaultFormatter(settings.quiet, settings.show_failed_logs)
        self.addFilter(
            DefaultFilter(
                settings.quiet,
                settings.debug_dag,
                settings.verbose,
                settings.dryrun,
                settings.printshellcmds,
            )
        )
        self._lines = ColorizingTextHandler(
            settings.nocolor,
            sys.stdout if settings.stdout else sys.stderr,
            formatter if whole else _Short(formatter),
        )
        self._build = Build()
        self._closes = not (settings.dryrun or settings.quiet)

    def emit(self, record: LogRecord) -> None:
        """Print a record as Snakemake would."""
        self._build.note(record)
        self._lines.emit(record)

    def close(self) -> None:
        """Say how the build ended, if it was one."""
        if self._closes and self._build.began:
            self._lines.stream.write("\n".join(["", *closing_lines(self._build), ""]))
        self._lines.flush()
        super().close()


class _Short(DefaultFormatter):  # type: ignore[misc]  # Snakemake has no types
    """Another formatter's lines, cut short."""

    def __init__(self, formatter: DefaultFormatter) -> None:
        super().__init__(formatter.quiet, formatter.show_failed_logs)

    def format(self, record: LogRecord) -> str:
        text = super().format(record)
        return "\n".join(shorten(line) for line in text.split("\n")) if text else text


def shorten(line: str) -> str:
    """Cut a long line: the first names of each list of files stay, and how many more there are.

    >>> shorten("input: " + ", ".join(f"a/long/path/{n}.csv" for n in range(50)))
    'input: a/long/path/0.csv, a/long/path/1.csv, a/long/path/2.csv, ... (47 more; all: -p)'
    """
    if len(line) > _LENGTH // 2:
        line = ", ".join(_first_names(line.split(", ")))
    return line if len(line) <= _LENGTH else f"{line[:_LENGTH]}... (all: -p)"


def _first_names(parts: list[str]) -> Iterator[str]:
    """Yield the parts of a line, of names that follow each other only the first few."""
    hidden = 0
    for number, part in enumerate(parts):
        before = parts[max(0, number - _NAMES + 1) : number + 1]
        if number >= _NAMES and not any(" " in one for one in before):
            hidden += 1
            continue
        if hidden:
            yield _more(hidden)
        hidden = 0
        yield part
    if hidden:
        yield _more(hidden)


def _more(hidden: int) -> str:
    """Say how many names are not shown."""
    return f"... ({hidden} more; all: -p)"
