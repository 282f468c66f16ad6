"""JSON and YAML files: read, or refused in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from backprop_lab.errors import LabError
from backprop_lab.files.forms.document import read_object
from backprop_lab.files.forms.registry import document_form
from backprop_lab.files.forms.table import REBUILD


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON file that holds an object.

    A file whose name has a form in `files.forms.registry` is held against all of it.

    Raises:
        LabError: the file cannot be read, is not JSON, holds no object, or does not have its
            form.
    """
    form = document_form(Path(path))
    return read_object(Path(path), REBUILD) if form is None else form.read(Path(path))


def read_yaml(path: Path) -> dict:
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


def parse_yaml(text: str, name: str) -> dict:
    """Parse YAML that holds a mapping; `name` says in errors where it stands.

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
