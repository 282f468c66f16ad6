"""Follow the runs in progress, from another terminal than the one that builds."""

from __future__ import annotations

import argparse
from pathlib import Path

from backprop_lab.cli.arguments import Commands, add


def add_commands(commands: Commands) -> None:
    """Add `watch`."""
    about = "show the runs in progress: epoch, loss, speed"
    watch = add(commands, "watch", _watch, about, for_people=True)
    about = "the project's folder, in which snakemake works (default: this one)"
    watch.add_argument("folder", type=Path, nargs="?", default=Path(), help=about)
    watch.add_argument("--once", action="store_true", help="print the table once, and end")


def _watch(arguments: argparse.Namespace) -> None:
    from rich.console import Console

    from backprop_lab.errors import LabError
    from backprop_lab.training.progress_table import follow, now_table

    if not (arguments.folder / "config.yaml").is_file():
        raise LabError(
            f"{arguments.folder}: not the project's folder (it has no config.yaml); "
            "name it: backprop-lab watch FOLDER"
        )
    console = Console()
    if arguments.once or not console.is_terminal:
        console.print(now_table(arguments.folder))
    else:
        follow(arguments.folder, console)
