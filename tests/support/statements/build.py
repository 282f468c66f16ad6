"""What a build found, read from its files without the code that makes facts of them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Build:
    """An OUT folder.

    Attributes:
        out: the folder with facts.json.
        dataset: dataset.json.
    """

    out: Path
    dataset: Path

    @cached_property
    def facts(self) -> dict[str, dict[str, Any]]:
        """facts.json: key -> entry."""
        return json.loads((self.out / "facts.json").read_text(encoding="utf-8"))

    def value(self, key: str) -> Any:
        """The value of a fact, None where there is no such fact."""
        return self.facts.get(key, {}).get("value")

    @cached_property
    def claims(self) -> dict[str, dict[str, Any]]:
        """The claims of claims.json."""
        return json.loads((self.out / "claims.json").read_text(encoding="utf-8"))["claims"]

    @cached_property
    def data(self) -> dict[str, Any]:
        """dataset.json."""
        return json.loads(self.dataset.read_text(encoding="utf-8"))

    @cached_property
    def runs(self) -> pd.DataFrame:
        """runs.csv."""
        return pd.read_csv(self.out / "runs.csv", dtype={"hidden_sizes": str})

    @cached_property
    def members(self) -> dict[str, list[str]]:
        """Experiment -> the ids of its runs."""
        pairs = pd.read_csv(self.out / "experiments.csv")
        return {name: list(group["id"]) for name, group in pairs.groupby("experiment", sort=False)}

    def experiment(self, name: str) -> pd.DataFrame:
        """The rows of runs.csv of an experiment; none if it was not run."""
        return self.runs[self.runs["id"].isin(self.members.get(name, ()))]

    def completed(self, name: str) -> pd.DataFrame:
        """The runs of an experiment that did not diverge."""
        rows = self.experiment(name)
        return rows[rows["status"] == "completed"]

    def table(self, name: str) -> pd.DataFrame | None:
        """A table of the report, or None if it was not built."""
        path = self.out / f"tables/{name}.csv"
        return pd.read_csv(path) if path.is_file() else None

    @property
    def mnist(self) -> bool:
        """Whether the original's data set was used."""
        return self.data["name"] == "mnist"
