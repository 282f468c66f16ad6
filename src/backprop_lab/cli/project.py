"""What the project's config.yaml says, for commands for people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from backprop_lab.errors import LabError

if TYPE_CHECKING:
    from backprop_lab.planning.validation import Plan


def read_config() -> dict[str, Any]:
    """Return what config.yaml says.

    Raises:
        LabError: there is none here, or it is not strict YAML.
    """
    return _sources()[1]


def check_config(preset: str | None) -> Plan:
    """Return the plan of config.yaml with a preset, or with its own.

    Raises:
        LabError: the config cannot be used.
    """
    from backprop_lab.planning.validation import plan

    sources, config = _sources()
    return plan(config | ({"preset": preset} if preset else {}), sources)


def planned(preset: str | None) -> Plan:
    """Return the plan of config.yaml on the images that a build takes, as the workflow plans it.

    Raises:
        LabError: the config cannot be used.
    """
    import os

    from backprop_lab.data.download import local_folder
    from backprop_lab.planning.images import expected

    plan = check_config(preset)
    dataset, raw = plan.config["dataset"], Path("data/raw")
    folder = local_folder(plan.config["data"]["folder"], os.environ, raw, dataset)
    return plan.on(expected(dataset, folder, raw))


def _sources() -> tuple[Any, dict[str, Any]]:
    """Read config.yaml, and where its keys stand."""
    from backprop_lab.planning.config_file import read_sources

    if not Path("config.yaml").is_file():
        raise LabError("config.yaml: not here; give the command in the project's folder")
    sources = read_sources(Path("config.yaml"))
    return sources, sources[0].content
