"""Add a command to the program, and read its arguments: for every group of commands."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

from backprop_lab.errors import LabError

#: The subparsers of the program, to which each group adds its commands.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def add(
    commands: Commands, name: str, function: Callable[[argparse.Namespace], None], help: str
) -> argparse.ArgumentParser:
    """Add the command `name`, which calls `function` with its arguments."""
    command = commands.add_parser(name, help=help, description=help)
    command.set_defaults(command=function)
    return command


def add_inputs(command: argparse.ArgumentParser) -> None:
    """Add the arguments of most commands: the file to write, and the files to make it from."""
    command.add_argument("output", type=Path)
    command.add_argument("inputs", nargs="*", metavar="NAME=PATH", help="repeat for a list")


def add_images(command: argparse.ArgumentParser) -> None:
    """Add the option of a measurement that may use only some of the training images."""
    command.add_argument("--images", type=at_least(1), help="train on the first so many only")


def at_least(least: int) -> Callable[[str], int]:
    """Return a function that reads a whole number and refuses one below `least`."""

    def number(text: str) -> int:
        if int(text) < least:
            raise argparse.ArgumentTypeError(f"{text} is below {least}")
        return int(text)

    return number


def read_pairs(pairs: Sequence[str]) -> dict[str, list[Path]]:
    """Read `name=path` arguments; a name given several times collects its paths.

    >>> read_pairs(["runs=a.csv", "results=b.json", "results=c.json"])["results"]
    [PosixPath('b.json'), PosixPath('c.json')]

    Raises:
        LabError: an argument is not of that form.
    """
    inputs: dict[str, list[Path]] = {}
    for pair in pairs:
        name, separator, path = pair.partition("=")
        if not separator:
            raise LabError(f"{pair}: not of the form NAME=PATH")
        inputs.setdefault(name, []).append(Path(path))
    return inputs
