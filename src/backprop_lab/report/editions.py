"""The other files of a report that its page links to: its PDF, and its other languages."""

from __future__ import annotations

from pathlib import Path

from backprop_lab.files.documents import read_yaml
from backprop_lab.report.inputs import ReportInputs
from backprop_lab.report.parts import Part


def edition_links(inputs: ReportInputs, part: Part = Part.REPORT) -> list[dict[str, str]]:
    """List what a build makes beside a page, for the head of that page.

    Args:
        part: what the page holds; in other languages it leads to the same part.

    Returns:
        {"file": its name, "name": for readers, "language": of the file}; none where
        `inputs.languages` does not say what the build makes.

    Raises:
        LabError: labels.yaml of a language cannot be read.
    """
    if inputs.language not in inputs.languages:
        return []
    pdf = Path(Part.REPORT.page(inputs.language)).with_suffix(".pdf").name
    own = {"file": pdf, "name": "PDF", "language": inputs.language}
    return [own] + [
        {
            "file": part.page(language),
            "name": _name_of(language, inputs),
            "language": language,
        }
        for language in inputs.languages
        if language != inputs.language
    ]


def _name_of(language: str, inputs: ReportInputs) -> str:
    """Return a language's name in that language; its code where it has none."""
    labels = read_yaml(inputs.template.parents[1] / language / "labels.yaml")
    return str(labels.get("language_name", language))
