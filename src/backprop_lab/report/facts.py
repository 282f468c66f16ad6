"""facts.json as the report reads it: every number of the prose, with where it comes from."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from backprop_lab.errors import LabError
from backprop_lab.files.documents import read_json


@dataclass(frozen=True)
class ShownFact:
    """One entry of facts.json.

    Attributes:
        key: its name, such as task1.val_accuracy_mean.
        value: a number or a text.
        unit: "fraction", "seconds", "count", ...
        source: the file that it was computed from, relative to the folder of facts.json.
        place: the cells or keys of that file, and what makes the value of them; see the form of
            facts.json in `files.forms.documents`.
        content_sha256: digest of what no clock wrote of that file.
        runs: how many runs it was taken over; None where no runs are counted.
    """

    key: str
    value: float | int | str | bool | None
    unit: str
    source: str
    place: dict[str, Any]
    content_sha256: str
    runs: int | None = None


class KnownFacts:
    """facts.json, opened for reading: `facts["task1.val_accuracy_mean"]` is a ShownFact.

    Attributes:
        path: the file; it is read when the first fact is asked for.
    """

    def __init__(self, path: Path) -> None:
        """Args: the path of facts.json."""
        self.path = path

    @cached_property
    def entries(self) -> dict[str, dict[str, Any]]:
        """Read the file: key -> entry."""
        return read_json(self.path)

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def __getitem__(self, key: str) -> ShownFact:
        """Return one fact.

        Raises:
            LabError: there is no such fact.
        """
        try:
            entry = self.entries[key]
        except KeyError:
            near = difflib.get_close_matches(key, self.entries, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise LabError(f"no fact named {key!r} in {self.path}{hint}") from None
        return ShownFact(
            key,
            entry["value"],
            entry["unit"],
            entry["source"],
            entry["place"],
            entry["content_sha256"],
            entry.get("n"),
        )

    def number(self, key: str) -> float:
        """Return the value of a fact that must be a number.

        Raises:
            LabError: there is no such fact, or its value is no number.
        """
        value = self[key].value
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise LabError(f"fact {key!r} in {self.path}: is {value!r}, not a number")
        return value
