"""The form of a JSON file, and the check of its text."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backprop_lab.errors import LabError
from backprop_lab.files.forms.structures import Record
from backprop_lab.files.forms.table import REBUILD, fill, read_text


@dataclass(frozen=True)
class DocumentForm:
    """What a JSON file must hold.

    Attributes:
        content: the object in it.
        also: says what else is wrong with it, or "".
        remedy: what to do about a file that is damaged; {path} stands for its path.
    """

    content: Record
    also: Callable[[dict[str, Any]], str] | None = None
    remedy: str = REBUILD

    def read(self, path: Path | str) -> dict[str, Any]:
        """Read a file and check it.

        Raises:
            LabError: the file cannot be read, is not JSON, or does not have this form.
        """
        content = read_object(path, self.remedy)
        problem = ""
        if not self.content.right(content):
            problem = self.content.problem(content, "")
        elif self.also:
            problem = self.also(content)
        if problem:
            raise LabError(f"{path}: {problem}; {fill(self.remedy, path)}")
        return content


def read_object(path: Path | str, advice: str) -> dict[str, Any]:
    """Read a JSON file that holds an object; `advice` says what to do if it does not.

    Raises:
        LabError: the file cannot be read, is not JSON, or holds no object.
    """
    text = read_text(path, advice)
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise LabError(f"{path}: not JSON ({error}); {fill(advice, path)}") from None
    if not isinstance(content, dict):
        raise LabError(f"{path}: not a JSON object; {fill(advice, path)}")
    return content
