"""The runs in progress as a table in a terminal."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal

from rich.console import Console, RenderableType
from rich.live import Live
from rich.table import Table

from backprop_lab.training.in_progress import COLUMNS, InProgress, cells, runs_in_progress

#: Seconds between two looks at the logs.
_PAUSE = 1.0


def run_table(runs: Sequence[InProgress]) -> Table:
    """Return a table with a row a run; names are folded rather than cut, to be copied."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False)
    for column in COLUMNS:
        first = column == COLUMNS[0]
        justify: Literal["left", "right"] = "left" if first else "right"
        table.add_column(column, justify=justify, no_wrap=not first, overflow="fold")
    for run in runs:
        table.add_row(*cells(run))
    return table


def now_table(project: Path) -> RenderableType:
    """Return the table of a project's runs in progress, or a line if there are none."""
    runs = runs_in_progress(project, time.time())
    if runs:
        return run_table(runs)
    return (
        f"No run is in progress: no log in {project / 'logs/runs'} is being written. "
        "Start a build in another terminal: snakemake --cores all"
    )


def follow(project: Path, console: Console) -> None:
    """Show the table, anew every second, until Ctrl-C."""
    with suppress(KeyboardInterrupt), Live(now_table(project), console=console) as live:
        while True:
            time.sleep(_PAUSE)
            live.update(now_table(project), refresh=True)
