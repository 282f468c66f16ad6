"""Read JSON, YAML and NumPy files, or say in one line what is wrong with them."""

from __future__ import annotations

import json
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backprop_lab.errors import LabError

if TYPE_CHECKING:
    import numpy as np

#: The errors that NumPy raises, depending on which byte of an .npz file is wrong.
_DAMAGED = (EOFError, KeyError, RuntimeError, ValueError, zipfile.BadZipFile, zlib.error)


def read_json(path: Path, advice: str = "build it anew") -> dict[str, Any]:
    """Read a JSON file that holds an object.

    Args:
        path: the file.
        advice: what to do if it cannot be read, for the error.

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


def read_arrays(
    path: Path, names: tuple[str, ...], advice: str = "build it anew"
) -> list[np.ndarray]:
    """Read arrays of an .npz file, in the order of `names`.

    Args:
        path: the file.
        names: the arrays to read.
        advice: what to do if that fails, for the error.

    Raises:
        LabError: the file cannot be read, is damaged or no .npz file, or lacks an array.
    """
    import numpy as np  # not for the many jobs that read JSON alone

    try:
        with open(path, "rb") as file:
            arrays = np.load(file, allow_pickle=False)
            if not isinstance(arrays, Mapping):
                raise ValueError("a single array")
            missing = [name for name in names if name not in arrays]
            if missing:
                raise LabError(f"{path}: lacks the array {missing[0]}; {advice}")
            return [arrays[name] for name in names]
    except OSError as error:
        raise LabError(f"{path}: cannot be read ({error.strerror or error}); {advice}") from None
    except _DAMAGED:  # its text would mislead: of random bytes, that they are a pickle
        raise LabError(f"{path}: not a whole .npz file; {advice}") from None


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
