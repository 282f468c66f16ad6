"""Read and write collected results and tables, which are CSV files, as pandas frames."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from backprop_lab.errors import LabError
from backprop_lab.files.atomic import replacing

#: Columns of text that may look like numbers.
_TEXT = ("hidden_sizes", "label_name", "predicted_name")


def read_csv(path: Path, columns: tuple[str, ...] = ()) -> pd.DataFrame:
    """Read one collected file or table; names made of digits stay text ("360", "7").

    Args:
        path: the CSV file.
        columns: columns that it must have.

    Raises:
        LabError: the file cannot be read, or lacks one of `columns`.
    """
    try:
        frame = pd.read_csv(path, dtype=dict.fromkeys(_TEXT, str))
    except (OSError, ValueError) as error:
        problem = " ".join(str(error).split())
        raise LabError(f"{path}: cannot read it ({problem}); build it anew") from None
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise LabError(f"{path}: lacks the column {missing[0]}; build it anew")
    return frame


def write_csv(frame: pd.DataFrame, output: Path) -> None:
    """Write `frame` as CSV, the whole file or none: numbers unrounded, NaN as an empty cell.

    Raises:
        LabError: the file cannot be written.
    """
    text = frame.to_csv(index=False, lineterminator="\n")
    with replacing(Path(output), "w") as file:
        file.write(text)
