"""The console of a build: Snakemake's logger plugin `lab`.

Snakemake finds this package by its name and hands it everything that it would print.
`profiles/default/config.yaml` switches it on. The complete log of Snakemake stays in
`.snakemake/log/`, whatever is shown here.

A dry run, and a call that asks for more (`-p`, `--verbose`, `--debug-dag`), get Snakemake's own
lines (`own_lines`); all others a bar or, without a terminal, a line now and then (`console`).
"""

from __future__ import annotations

from logging import Handler, LogRecord

from snakemake_interface_logger_plugins.base import LogHandlerBase


class LogHandler(LogHandlerBase):
    """What Snakemake calls with each record of its log."""

    def __post_init__(self) -> None:
        asked = self.common_settings
        more = asked.verbose or asked.printshellcmds or asked.debug_dag
        self._inner: Handler
        # Imported here: a dry run draws nothing, so it need not wait for what draws.
        if asked.dryrun or more:
            from snakemake_logger_plugin_lab.own_lines import OwnLines

            self._inner = OwnLines(asked, whole=more)
        else:
            from snakemake_logger_plugin_lab.console import Console

            self._inner = Console(asked)

    def emit(self, record: LogRecord) -> None:
        """Hand a record to the console, or to Snakemake's own lines."""
        self._inner.handle(record)

    def close(self) -> None:
        """Say how the build ended."""
        self._inner.close()
        super().close()

    @property
    def writes_to_stream(self) -> bool:
        """Return True: Snakemake writes nothing of its own to the terminal then."""
        return True

    @property
    def writes_to_file(self) -> bool:
        """Return False: the complete log is Snakemake's own."""
        return False

    @property
    def has_filter(self) -> bool:
        """Return True: `--quiet` is seen to here."""
        return True

    @property
    def has_formatter(self) -> bool:
        """Return True: records become text here."""
        return True

    @property
    def needs_rulegraph(self) -> bool:
        """Return False: jobs are enough."""
        return False
