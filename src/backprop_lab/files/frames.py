"""Read and write collected results and tables, which are CSV files, as pandas frames."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pandas as pd

from backprop_lab.errors import LabError
from backprop_lab.files.atomic import replacing
from backprop_lab.files.forms.kinds import Text
from backprop_lab.files.forms.registry import table_form
from backprop_lab.files.forms.table import REBUILD, read_text

#: Columns of text that may look like numbers, in files without a declared form.
_TEXT = ("hidden_sizes", "label_name", "predicted_name")


def read_csv(path: Path, columns: tuple[str, ...] = ()) -> pd.DataFrame:
    """Read one collected file or table; names made of digits stay text ("360", "7").

    A file whose name has a form in `files.forms.registry` is held against all of it.

    Args:
        path: the CSV file.
        columns: columns that a file of any other name must have.

    Raises:
        LabError: the file cannot be read, does not have its form, or lacks one of `columns`.
    """
    path, form = Path(path), table_form(Path(path))
    text = read_text(path, REBUILD if form is None else form.remedy)
    kinds: dict[str, type] = dict.fromkeys(_TEXT, str)
    if form is not None:
        form.check(text, path)
        kinds = {name: str for name, kind in form.columns.items() if isinstance(kind, Text)}
    try:
        frame = pd.read_csv(io.StringIO(text), dtype=kinds)
    except ValueError as error:
        problem = " ".join(str(error).split())
        raise LabError(f"{path}: cannot be read ({problem}); {REBUILD}") from None
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise LabError(f"{path}: lacks the column {missing[0]}; {REBUILD}")
    return frame


def read_lines(path: Path, columns: tuple[str, ...] = ()) -> pd.DataFrame:
    """Read one file as `read_csv` does; the index of a row is its line in the file, from 2.

    No cell of ours holds a line break: a row is a line.
    """
    frame = read_csv(path, columns)
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return frame


def line_of(label: Any) -> int:
    """Return the line of a row from `read_lines`, whose label pandas gives no type."""
    return int(label)


def write_csv(frame: pd.DataFrame, output: Path) -> None:
    """Write `frame` as CSV, the whole file or none: numbers unrounded, NaN as an empty cell.

    Raises:
        LabError: its columns are not those that the form of this file declares, or the file
            cannot be written.
    """
    form = table_form(Path(output))
    if form is not None:
        form.check_names([str(column) for column in frame.columns], Path(output))
    text = frame.to_csv(index=False, lineterminator="\n")
    with replacing(Path(output), "w") as file:
        file.write(text)
