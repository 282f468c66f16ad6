"""The program `backprop-lab`: reads its arguments, runs one command, reports errors in one line."""

from __future__ import annotations

import argparse
import gc
import sys
from functools import partial

from backprop_lab.cli import (
    analyse,
    archive,
    builds,
    data,
    decide,
    look,
    measure,
    own,
    preview,
    progress,
    report,
    seals,
    train,
)
from backprop_lab.cli.arguments import add
from backprop_lab.cli.inherited import start_clean
from backprop_lab.cli.watchdog import watch
from backprop_lab.errors import LabError


def command() -> None:
    """Run one command, clean of what the process inherited, and end the process.

    It ends without a search for unreachable objects.
    A command's process ends with it, and its memory is the system's again.  PyTorch brings
    a hundred thousand objects, which Python would go through several times while it imports
    them and again when it ends: nearly half a second of a run.
    """
    start_clean()
    gc.disable()
    watch()
    status = main()
    gc.freeze()  # the interpreter's last collection has nothing to go through
    sys.exit(status)


def main(argv: list[str] | None = None) -> int:
    """Run one command; report an error in one line, and by the status.

    Returns:
        0; 1 after a LabError, a file error or want of memory; 130 after an interruption.
    """
    argv = sys.argv[1:] if argv is None else argv
    arguments = build_parser(argv[0] if argv else None).parse_args(argv)
    try:
        arguments.command(arguments)
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        # The loader of shared libraries names no file but in its text.
        named = f"{error.filename}: {error.strerror}"
        print(f"error: {named if error.filename else error}", file=sys.stderr)
        return 1
    except MemoryError as error:
        print(f"error: not enough memory ({str(error) or 'none left'})", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130  # as a shell says of a process that this signal ended
    return 0


def build_parser(command: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of all commands; the help has those for people first.

    Args:
        command: the one that is called, if that is known: others need not know all their flags.
    """
    parser = argparse.ArgumentParser(
        prog="backprop-lab",
        description="Train, look at and compare runs; check and compare builds.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND", title="commands")
    for_people = (train, own, look, decide, progress, preview, builds, seals, archive)
    for group in (*for_people, data, measure, analyse, report):
        group.add_commands(commands)
    if command in (None, "train", "completion"):
        own.add_flags(commands.choices["train"])
    about = "print what completes this program's commands in a shell"
    completion = add(commands, "completion", partial(_complete, parser), about, for_people=True)
    completion.add_argument("shell", choices=["bash", "zsh"])
    listed = {action.dest for action in commands._choices_actions}
    others = [
        f"  {name:<14}{sub.description}"
        for name, sub in commands.choices.items()
        if name not in listed
    ]
    parser.epilog = "\n".join(
        [
            "called by the rules of the workflow:",
            *others,
            "",
            "exit status: 0 done, 1 it could not be done, 2 wrong arguments, 130 interrupted",
        ]
    )
    return parser


def _complete(parser: argparse.ArgumentParser, arguments: argparse.Namespace) -> None:
    import shtab

    print(shtab.complete(parser, arguments.shell))
