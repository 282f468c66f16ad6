"""The words that `<< ... >>` of a report's template may use: numbers, figures, tables, claims."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from backprop_lab.errors import LabError
from backprop_lab.report.claims import ReportClaims
from backprop_lab.report.inputs import ReportInputs
from backprop_lab.report.licences import LICENCES
from backprop_lab.report.markdown import (
    Caller,
    Literal,
    attribute_list,
    caption_of,
    listing,
    literal,
)
from backprop_lab.report.multiverse import MultiverseTable
from backprop_lab.report.provenance import Provenance
from backprop_lab.report.rows import read_rows
from backprop_lab.report.tables import AskedTable, Column, cells_of, fenced_table
from backprop_lab.report.verdicts import VerdictTables
from backprop_lab.report.widgets import Widgets
from backprop_lab.runs.columns import CLOCK_COLUMNS


@dataclass(frozen=True)
class AskedFigure:
    """A figure of OUT/figures, as a template asks for it with `figure(...)`.

    Attributes:
        name: the SVG, without its ending.
        caption: Markdown, if a call block does not give it.
        alt: the figure in words, for a reader who cannot see it.
        width: share of the line, such as "80%".
        label: the name for references; "" takes fig-<name>.
        data: the CSV below OUT that the figure is drawn from, unless drawn_<name>.csv is there;
            "" offers none.
        caller: the call block's text.
    """

    name: str
    caption: str = ""
    alt: str = field(default="", kw_only=True)
    width: str = field(default="100%", kw_only=True)
    label: str = field(default="", kw_only=True)
    data: str = field(default="", kw_only=True)
    caller: Caller | None = field(default=None, kw_only=True)


class Names(dict[str, str]):
    """Words for the values of a parameter; a value without a word stands for itself.

    So a new activation or optimiser needs no word before it can be shown.

    >>> Names({"relu": "ReLU"})["relu"], Names({"relu": "ReLU"})["tanh"]
    ('ReLU', 'tanh')
    """

    def __missing__(self, value: str) -> str:
        """Return the value itself."""
        return value


class Vocabulary:
    """The functions and values of a template; names() says how it calls them.

    Attributes:
        figures: names of the figures shown so far.
    """

    def __init__(self, inputs: ReportInputs) -> None:
        """Args: the report's files."""
        self.figures: list[str] = []
        self._inputs = inputs
        self._provenance = Provenance(inputs)
        self._claims = ReportClaims(inputs, self._provenance)

    @property
    def downloads(self) -> Mapping[str, Path]:
        """Return the CSVs offered so far, by the name that the Markdown calls each."""
        return self._provenance.downloads

    def names(self) -> dict[str, Any]:
        """Return each function and value under the name that a template uses for it."""
        inputs, provenance, claims = self._inputs, self._provenance, self._claims
        verdicts = VerdictTables(inputs, provenance, claims)
        widgets = Widgets(inputs.out, inputs.assets, inputs.labels, provenance.rebuild)
        return {
            "fact": provenance.fact,
            "plain": provenance.plain,
            "number": self._number,
            "value": lambda key: literal(provenance.facts[key].value),
            "source_of": lambda key: provenance.facts[key].source,
            "has": lambda key: key in provenance.facts,
            "has_table": lambda name: self._csv(name).is_file(),
            "has_figure": lambda name: self._svg(name).is_file(),
            "rows": lambda name, **choice: read_rows(self._csv(name), **choice),
            "figure": lambda *given, **more: self._figure(AskedFigure(*given, **more)),
            "table": lambda *given, **more: self._table(AskedTable(*given, **more)),
            "column": Column,
            "named": Names,
            "command": command,
            "listing": listing,
            "explorer": widgets.explorer,
            "gallery": widgets.gallery,
            "multiverse": widgets.multiverse,
            "multiverse_table": MultiverseTable(inputs, provenance).table,
            "claims": lambda: claims.all,
            "claim": claims.claim,
            "verdict_table": verdicts.verdict_table,
            "criteria_table": verdicts.criteria_table,
            "strength_table": verdicts.strength_table,
            "register_table": verdicts.register_table,
            "lacking": lambda: claims.lacking,
            "licences": LICENCES,
            "dataset": literal(inputs.data),
            "environment": literal(inputs.surroundings),
            "language": inputs.language,
        }

    def _number(self, value: object, format: str, *, std: object = None) -> str:
        """Write a number, or a text of a file, in a format: see Provenance.number."""
        text = self._provenance.number(value, format, std=std)
        return Literal(text) if isinstance(value, Literal) else text

    def _figure(self, asked: AskedFigure) -> str:
        """Write a figure as Markdown.

        Raises:
            LabError: the figure is not built, or has no caption, no words for the blind or a
                width that is no percentage.
        """
        path = self._svg(asked.name)
        if not path.is_file():
            raise LabError(f"figure {asked.name!r}: {path} not found; build the figures first")
        caption = caption_of("figure", asked.name, asked.caption, asked.caller)
        if not asked.alt.strip():
            raise LabError(f'figure {asked.name!r}: needs alt="what it shows"')
        if not re.fullmatch(r"\d+(\.\d+)?%", asked.width):
            raise LabError(
                f"figure {asked.name!r}: width {asked.width!r} is not a percentage such as 80%"
            )
        self.figures.append(asked.name)
        attributes = {
            "alt": asked.alt,
            "width": asked.width,
            "rebuild": self._provenance.rebuild(path),
        }
        # A table of that name has all that the figure shows (tables.drawn).
        whole = self._csv(f"drawn_{asked.name}")
        if whole.is_file():
            attributes |= self._provenance.of_data(whole)
        elif asked.data:
            attributes |= self._provenance.of_data(self._inputs.out / asked.data)
        identifier = asked.label or f"fig-{asked.name}"
        listed = attribute_list(attributes)
        return (
            f"\n\n![{caption}](figures/{asked.name}.svg){{#{identifier} .inline-svg {listed}}}\n\n"
        )

    def _table(self, asked: AskedTable) -> str:
        """Write a table as Markdown; in a build without times, without their columns.

        Raises:
            LabError: the CSV is not built, or lacks a column, a row or a number.
        """
        path = self._csv(asked.name)
        rows = read_rows(path, where=asked.where, sort=asked.sort or (), limit=asked.limit)
        no_times = [name for name in CLOCK_COLUMNS if all(row.get(name) == "" for row in rows)]
        asked = replace(asked, columns=[one for one in asked.columns if one.name not in no_times])
        block = asked.block(self._provenance.of_table(path))
        cells = cells_of(rows, asked.columns, path, self._provenance.style)
        return fenced_table(asked.columns, cells, block)

    def _csv(self, name: str) -> Path:
        return self._inputs.tables / f"{name}.csv"

    def _svg(self, name: str) -> Path:
        return self._inputs.figures / f"{name}.svg"


def command(text: str, *, inline: bool = False) -> str:
    """Write a shell command as Markdown, in a line of text or in a block of its own."""
    text = text.strip("\n")
    return f"`{text}`{{.sh}}" if inline else f"\n\n``` {{.sh .command}}\n{text}\n```\n\n"
