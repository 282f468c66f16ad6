"""Facts as the report shows them: each with its file, and the command that makes that."""

from __future__ import annotations

import os
from pathlib import Path

from backprop_lab.errors import LabError
from backprop_lab.report.facts import KnownFacts, ShownFact
from backprop_lab.report.formats import ENGLISH, UNIT_FORMATS, Format, format_number
from backprop_lab.report.inputs import ReportInputs
from backprop_lab.report.markdown import attribute_list, code_span, escape
from backprop_lab.report.places import Places


class Provenance:
    """Numbers of the report in Markdown, with where they come from.

    Attributes:
        facts: facts.json.
        style: the text that follows a number in the report's language, see formats.ENGLISH.
        downloads: the CSVs that the report offers, by the name that its Markdown calls each.
    """

    def __init__(self, inputs: ReportInputs) -> None:
        """Args: the report's files."""
        self.facts = KnownFacts(inputs.facts)
        self.style = ENGLISH | inputs.labels["number"]
        self.downloads: dict[str, Path] = {}
        self._out = inputs.out
        self._places = Places(inputs.out, inputs.labels["place"])

    def number(self, value: object, format: str, *, std: object = None) -> str:
        """Write a number in a format, in the report's language; see formats.format_number."""
        return format_number(value, format, std=std, style=self.style)

    def plain(self, key: str, format: str | None = None, *, std: str | None = None) -> str:
        """Write a fact as text, without the span that says where it comes from.

        Args:
            key: the fact.
            format: see formats.py; None takes the one of the fact's unit.
            std: the fact with its standard deviation, shown after a ±.

        Raises:
            LabError: there is no such fact, or it does not fit the format.
        """
        fact = self.facts[key]
        spread = self.facts[std].value if std else None
        try:
            return self.number(fact.value, format or _usual_format(fact), std=spread)
        except LabError as error:
            raise LabError(f"fact {key!r} in {self.facts.path}: {error}") from None

    def fact(self, key: str, format: str | None = None, *, std: str | None = None) -> str:
        """Write a fact as Markdown, in a span that says where it comes from; see plain."""
        text = self.plain(key, format, std=std)
        parsed = Format.parse(format or _usual_format(self.facts[key]))
        shown = code_span(text) if parsed.name == "code" else escape(text)
        return self.span(key, shown, is_text=parsed.is_text)

    def span(self, key: str, shown: str, *, is_text: bool = False) -> str:
        """Put Markdown in a span that says which fact it shows and where that comes from.

        Args:
            key: the fact.
            shown: Markdown.
            is_text: whether the fact is shown as words, which may be set differently.
        """
        fact = self.facts[key]
        attributes = {
            "data-key": key,
            "data-source": self._shown(fact.source),
            "data-rebuild": self.rebuild(fact.source),
            "data-content-sha256": fact.content_sha256,
        }
        place = self._places.words_of(fact)
        if place:
            attributes["data-place"] = place
        if fact.runs is not None:
            variant = self._places.variant(fact)
            attributes["data-runs"] = f"{fact.runs} ({variant})" if variant else f"{fact.runs}"
        classes = ".fact .text" if is_text else ".fact"
        return f"[{shown}]{{{classes} {attribute_list(attributes)}}}"

    def of_table(self, path: Path) -> dict[str, str]:
        """Return attributes that say how a CSV is rebuilt and where it is."""
        return {"rebuild": self.rebuild(path), **self.of_data(path)}

    def of_data(self, path: Path) -> dict[str, str]:
        """Return attributes that say where a CSV is, for readers and for pandoc's filters.

        Raises:
            LabError: there is no such file.
        """
        if not path.is_file():
            raise LabError(f"{path}: not found; build the tables first")
        shown = self._shown(self._relative(path))
        self.downloads[f"downloads/{shown}"] = path
        return {"csv": shown, "csv-file": f"downloads/{shown}"}

    def rebuild(self, path: str | Path) -> str:
        """Return the command that makes a file of OUT anew; "" for an input of the project."""
        shown = self._shown(self._relative(path))
        if shown.startswith("report/original/"):
            return ""
        out = self._shown(".")
        preset = out.removeprefix("results/") if out.startswith("results/") else ""
        choice = f" --config preset={preset}" if preset and shown.startswith(f"{out}/") else ""
        return f"snakemake --cores 1 --force {shown}{choice}"

    def _shown(self, path: str | Path) -> str:
        """Name a file of OUT as a reader finds it: below the project's folder."""
        path = Path(os.path.normpath(self._out / path))
        if path.is_absolute():
            path = Path(self._out.name) / path.relative_to(self._out)
        return path.as_posix()

    def _relative(self, path: str | Path) -> Path:
        """Name a file relative to OUT, if it is in there."""
        path = Path(path)
        return path.relative_to(self._out) if path.is_relative_to(self._out) else path


def _usual_format(fact: ShownFact) -> str:
    return UNIT_FORMATS.get(fact.unit, "general")
