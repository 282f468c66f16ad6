"""JSON and YAML files: read, or refused in one line."""

from __future__ import annotations

import json
from pathlib import Path

from backprop_lab.errors import LabError


def read_json(path: Path, advice: str = "build it anew") -> dict:
    """Read a JSON file that holds an object; `advice` says what to do if it does not.

    Raises:
        LabError: the file cannot be read, is not JSON, or holds no object.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise LabError(f"{path}: cannot be read ({error.strerror}); {advice}") from None
    except ValueError as error:  # also of text that is not UTF-8
        raise LabError(f"{path}: not JSON ({error}); {advice}") from None
    if not isinstance(content, dict):
        raise LabError(f"{path}: not a JSON object; {advice}")
    return content


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
