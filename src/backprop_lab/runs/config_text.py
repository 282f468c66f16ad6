"""The text of config.yaml as a report may show it: short, and silent about the machine."""

from __future__ import annotations

import json
import re
from pathlib import PurePosixPath, PureWindowsPath
from typing import Any

import yaml
from yaml.tokens import ScalarToken, Token

#: Stands where the rest of a folder's path was.
_HIDDEN = "…/"
_COMMENT = re.compile(r"[ \t]*#[^\n]*")
_BLANK_LINE = re.compile(r"\n[ \t]*(?=\n)")


def shown_text(text: str) -> str:
    r"""Return the text of a config file without comments, blank lines and places of folders.

    What YAML makes of it stays the same, but for the folders; see `without_places`.

    Args:
        text: the file's text, which is valid YAML.

    >>> print(shown_text("# Which images?\ndataset: auto  # or mnist\n\nseeds: [0, 1]"))
    dataset: auto
    seeds: [0, 1]
    >>> print(shown_text('data: {folder: "/home/anna/mnist#1"}'))
    data: {folder: "…/mnist#1"}
    """
    pieces, end = [], 0
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        start, stop = token.start_mark.index, token.end_mark.index
        if stop > end:
            pieces += [_gap(text[end:start]), _shown(token, text[max(start, end) : stop])]
            end = stop
    return "".join([*pieces, _gap(text[end:])]).strip("\n")


def without_places(value: Any) -> Any:
    """Return a config, or a part of it, in which a path says its last name alone.

    Only a path from the root of this machine, or from somebody's home folder, is shortened.

    >>> without_places({"folder": "/home/anna/mnist", "mirror": "https://a.org/b", "own": "a/b"})
    {'folder': '…/mnist', 'mirror': 'https://a.org/b', 'own': 'a/b'}
    """
    if isinstance(value, dict):
        return {key: without_places(part) for key, part in value.items()}
    if isinstance(value, list):
        return [without_places(part) for part in value]
    if not isinstance(value, str):
        return value
    if value.startswith(("/", "~")):
        return _HIDDEN + PurePosixPath(value).name
    if re.match(r"[A-Za-z]:[\\/]|\\\\", value):
        return _HIDDEN + PureWindowsPath(value).name
    return value


def _gap(text: str) -> str:
    """Return what stands between two tokens of YAML, white space and comments, without these."""
    return _BLANK_LINE.sub("", _COMMENT.sub("", text))


def _shown(token: Token, text: str) -> str:
    """Return a token of YAML as it stands, or without the place of the folder that it names."""
    if isinstance(token, ScalarToken) and without_places(token.value) != token.value:
        return json.dumps(without_places(token.value), ensure_ascii=False)
    return text
