"""What `<< ... >>` of a report's template may say: numbers, figures, tables, claims."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from backprop_lab.errors import LabError
from backprop_lab.report.claims import ReportClaims
from backprop_lab.report.facts import ENGLISH, UNIT_FORMATS, Facts, Format, format_number
from backprop_lab.report.tables import (
    Column,
    caption_of,
    column,
    escape,
    quoted,
    read_rows,
    render_table,
)
from backprop_lab.report.verdicts import VerdictTables
from backprop_lab.report.widgets import explorer, gallery

if TYPE_CHECKING:
    from backprop_lab.report.inputs import ReportInputs


class Vocabulary:
    """The functions that a template may call; see names() for what they are called.

    Attributes:
        figures: names of the figures shown so far.
        facts: facts.json.
        style: what follows a number in this language.
    """

    def __init__(self, inputs: ReportInputs, expand: Callable[[str], str]) -> None:
        """Args: the report's files, and what fills in a fragment as it does the template."""
        self.inputs = inputs
        self.figures: list[str] = []
        self.facts = Facts(inputs.facts)
        self.style = ENGLISH | inputs.labels["number"]
        self.out = inputs.facts.parent
        self.claims = ReportClaims(self, expand)
        self.verdicts = VerdictTables(self)

    def names(self) -> dict:
        """What a template calls each of them."""
        return {
            "fact": self.fact,
            "plain": self.plain,
            "number": self.number,
            "value": lambda key: self.facts[key].value,
            "source_of": lambda key: self.facts[key].source,
            "has": lambda key: key in self.facts,
            "has_table": lambda name: self._csv(name).is_file(),
            "has_figure": lambda name: self._svg(name).is_file(),
            "rows": lambda name, **choice: read_rows(self._csv(name), **choice),
            "figure": self.figure,
            "table": self.table,
            "column": column,
            "command": self.command,
            "explorer": partial(
                explorer,
                self.out,
                self.inputs.assets,
                self.inputs.labels,
                rebuild=self._rebuild("history.csv"),
            ),
            "gallery": partial(
                gallery, self.out, self.inputs.labels, rebuild=self._rebuild("gallery.json")
            ),
            "claims": lambda: self.claims.all,
            "claim": self.claims.claim,
            "verdict_table": self.verdicts.verdict_table,
            "criteria_table": self.verdicts.criteria_table,
            "dataset": self.inputs.data,
            "environment": self.inputs.surroundings,
            "language": self.inputs.language,
        }

    def number(self, value: object, format: str, *, std: object = None) -> str:
        return format_number(value, format, std=std, style=self.style)

    def plain(self, key: str, format: str | None = None, *, std: str | None = None) -> str:
        """A fact as text, without the span that says where it comes from."""
        fact = self.facts[key]
        spread = self.facts[std].value if std else None
        try:
            return self.number(
                fact.value, format or UNIT_FORMATS.get(fact.unit, "general"), std=spread
            )
        except LabError as error:
            raise LabError(f"fact {key!r} in {self.facts.path}: {error}") from None

    def fact(self, key: str, format: str | None = None, *, std: str | None = None) -> str:
        """A fact as Markdown: a span that carries where the number comes from."""
        text = self.plain(key, format, std=std)
        fmt = Format.parse(format or UNIT_FORMATS.get(self.facts[key].unit, "general"))
        shown = f"`{text}`" if fmt.name == "code" else escape(text)
        return self.span(key, shown, is_text=fmt.is_text)

    def span(self, key: str, shown: str, *, is_text: bool = False) -> str:
        """Markdown in a span that says which fact it shows and where that comes from."""
        fact = self.facts[key]
        attributes = {
            "data-key": key,
            "data-source": self._shown(fact.source),
            "data-rebuild": self._rebuild(fact.source),
            "data-sha256": fact.sha256,
        }
        if fact.runs is not None:
            attributes["data-runs"] = str(fact.runs)
        classes = ".fact .text" if is_text else ".fact"
        listed = " ".join(f'{name}="{quoted(value)}"' for name, value in attributes.items())
        return f"[{shown}]{{{classes} {listed}}}"

    def figure(
        self,
        name: str,
        caption: str = "",
        *,
        alt: str = "",
        width: str = "100%",
        label: str = "",
        data: str = "",
        caller=None,
    ) -> str:
        """A figure of OUT/figures as Markdown."""
        path = self._svg(name)
        if not path.is_file():
            raise LabError(f"figure {name!r}: {path} not found; build the figures first")
        caption = caption_of("figure", name, caption, caller)
        if not alt.strip():
            raise LabError(f'figure {name!r}: needs alt="what it shows"')
        if not re.fullmatch(r"\d+(\.\d+)?%", width):
            raise LabError(f"figure {name!r}: width {width!r} is not a percentage such as 80%")
        self.figures.append(name)
        attributes = {"alt": alt, "width": width, "rebuild": self._rebuild(path)}
        if data:
            attributes |= self._data(self.out / data)
        listed = " ".join(f'{key}="{quoted(value)}"' for key, value in attributes.items())
        identifier = label or f"fig-{name}"
        return f"\n\n![{caption}](figures/{name}.svg){{#{identifier} .inline-svg {listed}}}\n\n"

    def table(
        self,
        name: str,
        caption: str = "",
        *,
        columns: list[Column],
        where: dict | None = None,
        sort: list[str] | None = None,
        limit: int | None = None,
        label: str = "",
        fold: bool = False,
        size: str = "normal",
        caller=None,
    ) -> str:
        """A table of OUT/tables as Markdown."""
        path = self._csv(name)
        if size not in ("normal", "small"):
            raise LabError(f"table {name!r}: size {size!r} is not normal or small")
        return render_table(
            read_rows(path, where=where, sort=sort or (), limit=limit),
            columns,
            label=label or f"tbl-{name}",
            caption=caption_of("table", name, caption, caller),
            attributes={"fold": str(fold).lower(), "size": size, **self.provenance(path)},
            where=str(path),
            style=self.style,
        )

    def provenance(self, path: Path) -> dict[str, str]:
        """Attributes of a table or figure: how its data are rebuilt, and where they are."""
        return {"rebuild": self._rebuild(path), **self._data(path)}

    @staticmethod
    def command(text: str, *, inline: bool = False) -> str:
        """A shell command as Markdown."""
        text = text.strip("\n")
        return f"`{text}`{{.sh}}" if inline else f"\n\n``` {{.sh .command}}\n{text}\n```\n\n"

    def _csv(self, name: str) -> Path:
        return self.inputs.tables / f"{name}.csv"

    def _svg(self, name: str) -> Path:
        return self.inputs.figures / f"{name}.svg"

    def _shown(self, path: str | Path) -> str:
        """A file of OUT as a reader finds it: below the project's folder."""
        path = Path(os.path.normpath(self.out / path))
        if path.is_absolute():
            path = Path(self.out.name) / path.relative_to(self.out)
        return path.as_posix()

    def _rebuild(self, path: str | Path) -> str:
        shown = self._shown(self._relative(path))
        if shown.startswith("report/original/"):  # an input: nothing rebuilds it
            return ""
        out = self._shown(".")
        preset = out.removeprefix("results/") if out.startswith("results/") else ""
        choice = f" --config preset={preset}" if preset and shown.startswith(f"{out}/") else ""
        return f"snakemake --cores 1 --force {shown}{choice}"

    def _relative(self, path: str | Path) -> Path:
        path = Path(path)
        return path.relative_to(self.out) if path.is_relative_to(self.out) else path

    def _data(self, path: Path) -> dict[str, str]:
        if not path.is_file():
            raise LabError(f"{path}: not found; build the tables first")
        return {"csv": self._shown(self._relative(path)), "csv-file": str(path.resolve())}
