"""The files that a report is made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from backprop_lab.errors import LabError
from backprop_lab.files.documents import read_json, read_yaml


@dataclass(frozen=True)
class ReportInputs:
    """The files that a report is made from.

    Attributes:
        template: report/lab-report.<language>.md, Markdown with Jinja2.
        language: "en" or another key of report/labels.yaml.
        facts: facts.json; its folder is the OUT that sources are relative to.
        tables: folder of the tables' CSVs.
        figures: folder of the figures' SVGs in this language.
        dataset: dataset.json.
        environment: environment.json, with git: {commit, date, dirty} of the runs.
        bibliography: BibTeX file.
        assets: folder of page.html, page.typ, style.css, filters/ ...
        git: {commit, date, dirty} of the report, which may be younger; by default that of the runs.
    """

    template: Path
    language: str
    facts: Path
    tables: Path
    figures: Path
    dataset: Path
    environment: Path
    bibliography: Path
    assets: Path = Path("report")
    git: dict[str, Any] | None = None

    @property
    def out(self) -> Path:
        """Return the folder that the build wrote to, OUT."""
        return self.facts.parent

    @property
    def claims(self) -> Path:
        """Return the path of claims.json, which lies beside facts.json."""
        return self.facts.with_name("claims.json")

    @cached_property
    def data(self) -> dict[str, Any]:
        """Read dataset.json."""
        return read_json(self.dataset)

    @cached_property
    def surroundings(self) -> dict[str, Any]:
        """Read environment.json, and put the report's own commit in place of the runs'."""
        environment = read_json(self.environment)
        return environment | {"git": self.git} if self.git else environment

    @cached_property
    def labels(self) -> dict[str, Any]:
        """Read the toolchain's own words in this language.

        Raises:
            LabError: labels.yaml cannot be read or does not have the language.
        """
        path = self.assets / "labels.yaml"
        words = read_yaml(path)
        if self.language not in words:
            raise LabError(f"{path}: no language {self.language!r}; it has {', '.join(words)}")
        labels: dict[str, Any] = words[self.language]
        return labels
