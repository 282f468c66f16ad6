"""What a call lays over config.yaml: with --config, or with the files of --configfile."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from backprop_lab.files.documents import read_yaml
from backprop_lab.planning.config_file import ConfigSource, read_config
from backprop_lab.planning.config_schema import fit
from backprop_lab.runs.grid import Config


def laid_over(config: Config, root: Path = Path(), source: ConfigSource | None = None) -> Config:
    """Return the keys in which a config is not what config.yaml says.

    Args:
        config: a config that fits the schema, with its defaults.
        root: the project's folder.
        source: config.yaml, where it has been read.

    Returns:
        What, laid over config.yaml, gives the config; {} where that is the same.

    Raises:
        LabError: config.yaml cannot be read, or does not fit its schema.
    """
    schema = read_yaml(root / "workflow/schemas/config.schema.yaml")
    content = (source or read_config(root / "config.yaml")).content
    return _over(fit(content, schema), config)


def _over(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """Return the keys of a mapping that another one lacks, or has otherwise.

    >>> _over({"preset": "full", "data": {"split": "random"}}, {"preset": "quick", "data": {}})
    {'preset': 'quick'}
    """
    found = {}
    for key, value in above.items():
        old = below.get(key)
        if isinstance(value, dict) and isinstance(old, dict):
            if inner := _over(old, value):
                found[key] = inner
        elif key not in below or value != old:
            found[key] = value
    return found
