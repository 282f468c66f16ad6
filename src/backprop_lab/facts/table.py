"""A table that was built, as the functions that add its facts take it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from backprop_lab.facts.book import FactBook


@dataclass(frozen=True)
class Table:
    """A table, and the runs that it was made from.

    Attributes:
        path: its CSV file, the source of its facts.
        rows: what the file holds; the index of a row is its line.
        experiments: experiment -> its rows of runs.csv, in the order of config.yaml.
    """

    path: Path
    rows: pd.DataFrame
    experiments: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of the file without its ending, such as "sweep_width"."""
        return self.path.stem


#: Adds the facts of a table to a book.
Adder = Callable[[FactBook, Table], None]
