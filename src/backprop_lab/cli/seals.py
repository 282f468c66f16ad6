"""The command that prints, checks and writes the register of sealed criteria."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from backprop_lab.cli.arguments import Commands, add
from backprop_lab.errors import LabError

#: So many hex digits of a commit are printed.
_DIGITS = 7


def add_commands(commands: Commands) -> None:
    """Add `register`."""
    about = "print which commit sealed each criterion, and what has amended it since"
    register = add(commands, "register", _register, about, for_people=True)
    what = register.add_mutually_exclusive_group()
    about = "compare report/register.json with git; status 1 and a line for each contradiction"
    what.add_argument("--check", action="store_true", help=about)
    about = "write report/register.json from the commits that there are"
    what.add_argument("--write", action="store_true", help=about)
    about = "why the latest amendment was made: a name in `amendments` of labels.yaml; repeatable"
    register.add_argument("--reason", action="append", default=[], metavar="C4=NAME", help=about)
    about = "whether results existed at the latest seal or amendment; repeatable"
    register.add_argument(
        "--results", action="append", default=[], metavar="C4.gap=yes|no|unknown", help=about
    )
    register.add_argument("--json", action="store_true", help="print JSON instead of a table")


def _register(arguments: argparse.Namespace) -> None:
    from backprop_lab.builds.registration import Told, contradictions, rows, write_register
    from backprop_lab.cli.tables import print_json, print_table

    told = Told(_pairs("--reason", arguments.reason), _pairs("--results", arguments.results))
    if (told.reasons or told.results) and not arguments.write:
        raise LabError("--reason and --results go with --write")
    if arguments.write:
        print(write_register(Path(), told))
    elif arguments.check:
        found = contradictions(Path())
        for line in found:
            print(f"error: {line}", file=sys.stderr)
        if found:
            sys.exit(1)
    elif arguments.json:
        print_json({"changes": rows(Path())})
    else:
        print_table([_shown(row) for row in rows(Path())])


def _pairs(option: str, given: Sequence[str]) -> dict[str, str]:
    """Read the values of an option, each NAME=VALUE; LabError for another one."""
    found = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not (name and equals and value):
            raise LabError(f"{option} {pair}: not of the form NAME=VALUE")
        found[name] = value
    return found


def _shown(row: dict[str, object]) -> dict[str, str]:
    """Return a row of the register as a person reads it."""
    changed = row["changed"]
    what = f" ({', '.join(map(str, changed))})" if isinstance(changed, Sequence) and changed else ""
    reason = f": {row['reason']}" if row["reason"] else ""
    return {
        "criterion": str(row["criterion"]),
        "commit": str(row["commit"])[:_DIGITS],
        "date": str(row["date"])[:10],
        "results": str(row["results_existed"]),
        "label": str(row["label"]),
        "what": f"{row['event']}{what}{reason}",
    }
