"""What is wrong with a key of config.yaml, and where the key stands."""

from __future__ import annotations

from backprop_lab.errors import LabError

#: A place in a config: keys of mappings and positions in lists, from the top.
Keys = tuple[str | int, ...]


class ConfigError(LabError):
    """A value of the config that cannot be used.

    Attributes:
        keys: the place of the value.
        reason: what is wrong with it, and what to do.
    """

    def __init__(self, keys: Keys, reason: str) -> None:
        super().__init__(f"config.yaml: {dotted(keys)}: {reason}")
        self.keys = keys
        self.reason = reason


def dotted(keys: Keys) -> str:
    """Return the place of a value as a message names it.

    >>> dotted(("experiments", "matrix", "grid", 0, "epochs")), dotted(())
    ('experiments.matrix.grid.0.epochs', 'top level')
    """
    return ".".join(shown(str(key)) for key in keys) or "top level"


def shown(text: str) -> str:
    """Return a text of a config as a message shows it: in one line, and not too long."""
    text = text if text.isprintable() else repr(text)
    return text if len(text) <= 60 else f"{text[:60]}..."
