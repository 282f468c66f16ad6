"""What commands for people print: a table on the terminal, or JSON for a program."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backprop_lab.results.statistics import Interval


def add_json(command: argparse.ArgumentParser) -> None:
    """Add the option to print JSON."""
    command.add_argument("--json", action="store_true", help="print JSON instead of a table")


def print_json(value: Any) -> None:
    """Print a value as JSON, what is not finite as null."""
    print(json.dumps(_plain(value), indent=1))


def print_table(rows: Sequence[Mapping[str, str]]) -> None:
    """Print rows of text as a table; the keys of the first are the heads of its columns.

    Columns whose cells all begin with a digit, a sign or "-" are set flush right.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, show_edge=False)
    for name in rows[0] if rows else ():
        numbers = all(row[name][:1] in "0123456789+-−" for row in rows)
        if numbers:
            table.add_column(name, justify="right", no_wrap=True)
        else:
            table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*row.values())
    Console(highlight=False, markup=False).print(table)


def loss(value: float | None) -> str:
    """Return a cross-entropy as text; a run that diverged has none."""
    return "diverged" if value is None else f"{value:.4f}"


def percent(value: float | None) -> str:
    """Return a fraction in percent as text."""
    return "-" if value is None else f"{100 * value:.2f}"


def with_interval(interval: Interval, scale: float = 1) -> str:
    """Return an estimate with its interval as text.

    >>> from backprop_lab.results.statistics import Interval
    >>> with_interval(Interval(0.0123, 0.01, 0.0146, 3, "t"), 100)
    '+1.2300 [+1.0000, +1.4600]'
    """
    estimate, low, high = (
        f"{scale * x:+.4f}" for x in (interval.estimate, interval.low, interval.high)
    )
    return f"{estimate} [{low}, {high}]" if interval.n > 1 else estimate


def level() -> str:
    """Return the level of all intervals, such as "95 %"."""
    from backprop_lab.results.statistics import LEVEL

    return f"{100 * LEVEL:.0f} %"


def _plain(value: Any) -> Any:
    """Return a value of which JSON knows all parts."""
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, float):
        return value if value - value == 0 else None
    return value
