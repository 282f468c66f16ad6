"""The files that a report is made from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from backprop_lab.files.documents import read_json, read_yaml
from backprop_lab.measurements.environment import git_state
from backprop_lab.report.prose_checks import TypedNumbers


@dataclass(frozen=True)
class ReportInputs:
    """The files that a report is made from.

    Attributes:
        template: report/text/<language>/lab-report.md, Markdown with Jinja2. Its folder gives the
            language, and holds labels.yaml and claims.yaml.
        facts: facts.json; its folder is the OUT that sources are relative to.
        tables: folder of the tables' CSVs.
        figures: folder of the figures' SVGs in this language.
        dataset: dataset.json.
        environment: environment.json, with git: {commit, date, dirty} of the runs.
        bibliography: BibTeX file.
        report: folder of claims.yaml and of page/.
        git: {commit, date, dirty} of the report, which may be younger; by default that of the runs.
        languages: those in which the build makes the report, which its pages link to each other;
            none: they link to no other file.
    """

    template: Path
    facts: Path
    tables: Path
    figures: Path
    dataset: Path
    environment: Path
    bibliography: Path
    report: Path = Path("report")
    git: dict[str, Any] | None = None
    languages: tuple[str, ...] = ()

    @classmethod
    def of_build(cls, template: Path, out: Path, dataset: Path) -> ReportInputs:
        """Name the files in a build's OUT and beside the template, in the template's language."""
        texts = template.parent
        report = texts.parent.parent
        return cls(
            template=template,
            facts=out / "facts.json",
            tables=out / "tables",
            figures=out / "figures" / texts.name,
            dataset=dataset,
            environment=out / "environment.json",
            bibliography=report / "references.bib",
            report=report,
            git=git_state(Path(".")),
        )

    @property
    def language(self) -> str:
        """Name the language: "en" or another folder of report/text."""
        return self.template.parent.name

    @property
    def assets(self) -> Path:
        """Name the folder of page.html, page.typ, style.css, filters/ and the like."""
        return self.report / "page"

    @property
    def declared(self) -> Path:
        """Name the file that declares the original's claims."""
        return self.report / "claims.yaml"

    @property
    def claim_texts(self) -> Path:
        """Name the file with the words of the claims in this language."""
        return self.template.with_name("claims.yaml")

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
            LabError: labels.yaml, beside the template, cannot be read.
        """
        return read_yaml(self.template.with_name("labels.yaml"))

    @cached_property
    def typed(self) -> TypedNumbers:
        """Read which numbers may be typed in this language.

        Raises:
            LabError: labels.yaml cannot be read or does not say it.
        """
        return TypedNumbers.of(self.labels, self.template.with_name("labels.yaml"))
