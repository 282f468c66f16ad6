"""The form of a JSON file, and the check of its text."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from backprop_lab.errors import LabError
from backprop_lab.files.forms.structures import ANYTHING, Record
from backprop_lab.files.forms.table import REBUILD, fill, read_text


@dataclass(frozen=True)
class DocumentForm:
    """What a JSON file must hold.

    Attributes:
        content: the object in it.
        also: says what else is wrong with it, or "".
        remedy: what to do about a file that is damaged; {path} stands for its path.
    """

    content: Record = field(default_factory=lambda: Record(others=ANYTHING))
    also: Callable[[dict[str, Any]], str] | None = None
    remedy: str = REBUILD

    def read(self, path: Path | str) -> dict[str, Any]:
        """Read a file and check it.

        Raises:
            LabError: the file cannot be read, is not JSON, or does not have this form.
        """
        text = read_text(path, self.remedy)
        problem, content = "", None
        try:
            content = json.loads(text)
        except (ValueError, RecursionError) as error:
            problem = f"not JSON ({error})"
        else:
            if not isinstance(content, dict):
                problem = "not a JSON object"
            elif not self.content.right(content):
                problem = self.content.problem(content, "")
            elif self.also:
                problem = self.also(content)
        if problem:
            raise LabError(f"{path}: {problem}; {fill(self.remedy, path)}")
        return cast(dict[str, Any], content)
