"""The reference of the commands for people, written from the parsers that read them."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from config_page import parameters
from markdown_table import table

from backprop_lab.cli.main import build_parser


def reference() -> str:
    """Return the Markdown of all commands for people: a section each."""
    return "\n".join(_section(name, command) for name, command in commands_for_people())


def commands_for_people() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Yield name and parser of the commands that `backprop-lab --help` lists first."""
    for action in build_parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            for listed in action._choices_actions:
                yield listed.dest, action.choices[listed.dest]


def _section(name: str, command: argparse.ArgumentParser) -> str:
    """Write what a command does, how it is called, and a table of its arguments."""
    actions = [action for action in command._actions if action.dest != "help"]
    options = [action for action in actions if action.option_strings]
    positional = [_spelling(action) for action in actions if not action.option_strings]
    usage = " ".join([f"backprop-lab {name}", *(["[OPTIONS]"] if options else []), *positional])
    about = command.description or ""
    rows = [
        (f"`{_spelling(action)}`", _meaning(command, action), _default(action))
        for action in actions
    ]
    return f"## {name}\n\n{about[:1].upper()}{about[1:]}.\n\n    {usage}\n\n" + table(
        ("argument", "meaning", "by default"), rows
    )


def _spelling(action: argparse.Action) -> str:
    """Spell an argument as it is typed, with the name of its value."""
    name = ", ".join(action.option_strings)
    if action.nargs == 0 or isinstance(action, argparse.BooleanOptionalAction):
        return name
    metavar = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    if action.choices:
        metavar = "{" + ",".join(map(str, action.choices)) + "}"
    if name:
        return f"{name} {metavar}"
    return {"?": f"[{metavar}]", "+": f"{metavar}...", "*": f"[{metavar}...]"}.get(
        str(action.nargs), metavar
    )


def _meaning(command: argparse.ArgumentParser, action: argparse.Action) -> str:
    """Return an argument's help; for a parameter of a run, what the schema says of it."""
    if not action.help:
        return parameters().get(action.dest.removeprefix("run_"), "")
    return command._get_formatter()._expand_help(action).replace("<", "&lt;")


def _default(action: argparse.Action) -> str:
    """Return what an option is without being given, as it would be typed; its help may say it."""
    default = action.default
    if not action.option_strings or default is False or default in (None, "", [], ()):
        return ""
    if "default" in (action.help or ""):
        return ""
    if default is True:
        return f"`{action.option_strings[0]}`"
    return f"`{'-'.join(map(str, default)) if isinstance(default, tuple) else default}`"
