"""Read JSON and YAML files, or say in one line what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from backprop_lab.errors import LabError
from backprop_lab.files.forms.document import DocumentForm
from backprop_lab.files.forms.registry import document_form


def read_json(path: Path, advice: str = "") -> dict[str, Any]:
    """Read a JSON file that holds an object.

    A file whose name has a form in `files.forms.registry` is held against all of it.

    Args:
        path: the file.
        advice: what to do if it cannot be read, for the error; "" for what its form says.

    Raises:
        LabError: the file cannot be read, is not JSON, holds no object, or does not have its
            form.
    """
    form = document_form(Path(path)) or DocumentForm()
    return (replace(form, remedy=advice) if advice else form).read(path)


def read_yaml(path: Path) -> dict[str, Any]:
    """Read a YAML file that holds a mapping.

    Raises:
        LabError: the file cannot be read, is not YAML, or holds no mapping.
    """
    try:
        text = Path(path).read_text(encoding="utf-8")
    except OSError as error:
        raise LabError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        raise LabError(f"{path}: not UTF-8 ({error}); save it as UTF-8") from None
    return parse_yaml(text, str(path))


def parse_yaml(text: str, name: str) -> dict[str, Any]:
    """Parse YAML that holds a mapping.

    >>> parse_yaml("epochs: 10", "config.yaml")
    {'epochs': 10}

    Args:
        text: the YAML.
        name: where it stands, for errors.

    Raises:
        LabError: the text is not YAML, or holds no mapping.
    """
    import yaml  # not for the many jobs that read JSON alone

    # libyaml's loader reads the same, ten times as fast, where PyYAML was built with it.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        content = yaml.load(text, loader)
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        raise LabError(f"{name}: not valid YAML, correct it: {problem}") from None
    if not isinstance(content, dict):
        raise LabError(f"{name}: must be a mapping of keys to values")
    return content


def leaves(tree: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, object]]:
    """Yield what stands in a tree of mappings that is no mapping, each by its dotted key.

    >>> list(leaves({"axis": {"epoch": "epoch", "loss": "cross-entropy"}}))
    [('axis.epoch', 'epoch'), ('axis.loss', 'cross-entropy')]
    """
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value
