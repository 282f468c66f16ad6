"""The figures and tables of the report, each with its caption, for use outside of it.

The report's own text is the only source of these words: it is filled in, numbered and read by
pandoc as for the page, and report/page/filters/contents.lua writes down what it shows.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backprop_lab.errors import LabError
from backprop_lab.files.atomic import replacing
from backprop_lab.report.inputs import ReportInputs
from backprop_lab.report.render import build_folder, write_source
from backprop_lab.report.source import fill

#: A text as several formats have it: "plain", "rst", "latex", "markdown" (as GitHub reads it).
Texts = Mapping[str, str]


@dataclass(frozen=True)
class HeadCell:
    """A cell of a table's head, which may stand above several columns."""

    texts: Texts
    span: int


@dataclass(frozen=True)
class ShownTable:
    """A table as the report shows it.

    Attributes:
        caption: its caption.
        align: "left", "right" or "center", for each column.
        widths: the columns' shares of the line; () where they go by their content.
        head: rows of the head.
        rows: the other rows, a cell for each column.
    """

    caption: Texts
    align: Sequence[str] = ()
    widths: Sequence[float] = ()
    head: Sequence[Sequence[HeadCell]] = ()
    rows: Sequence[Sequence[Texts]] = ()


@dataclass(frozen=True)
class Contents:
    """What the report shows, in the order of its text.

    Attributes:
        figures: name without "fig-" -> caption.
        tables: name without "tbl-" -> table.
    """

    figures: Mapping[str, Texts]
    tables: Mapping[str, ShownTable]

    @classmethod
    def of(cls, inputs: ReportInputs, *, cells: bool) -> Contents:
        """Read the report.

        Args:
            cells: whether the tables' cells are asked for, or captions are enough.

        Raises:
            LabError: as `report.render.render_html`.
        """
        source = fill(inputs)
        with build_folder(inputs, source) as folder:
            options = [f"--metadata=cells:{str(cells).lower()}"]
            text = write_source(inputs, folder, "page/filters/contents.lua", options)
        found = json.loads(text)
        return cls(
            {one["name"].removeprefix("fig-"): one["caption"] for one in found["figures"]},
            {one["name"].removeprefix("tbl-"): _table(one) for one in found["tables"]},
        )


def _table(found: Mapping[str, Any]) -> ShownTable:
    return ShownTable(
        caption=found["caption"],
        align=found.get("align", ()),
        widths=found.get("widths", ()),
        head=[[HeadCell(**cell) for cell in row] for row in found.get("head", ())],
        rows=found.get("rows", ()),
    )


def write_captions(contents: Contents, outputs: Sequence[Path], about: Mapping[str, str]) -> None:
    """Write captions for Snakemake's report, each a file of reStructuredText.

    Args:
        contents: what the report shows.
        outputs: files called fig-<name>.rst or tbl-<name>.rst.
        about: file's name without .rst -> what to say of a figure or table that the report does
            not show; it need not have those that it shows.

    Raises:
        LabError: nothing is known of one of them, or a file cannot be written.
    """
    captions = {f"fig-{name}": texts["rst"] for name, texts in contents.figures.items()}
    captions |= {f"tbl-{name}": table.caption["rst"] for name, table in contents.tables.items()}
    for output in outputs:
        caption = captions.get(output.stem) or about.get(output.stem)
        if not caption:
            raise LabError(f"{output}: the report shows no {output.stem}, and nothing describes it")
        with replacing(output, "w") as file:
            file.write(f"{caption}\n")
