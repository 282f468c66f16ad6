"""Which function adds the facts of a table, by the table's name."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase
from pathlib import Path

import pandas as pd

from backprop_lab.facts import (
    backends,
    benchmarks,
    build,
    compute,
    finals,
    forensics,
    identified,
    kernels,
    logs,
    multiverse,
    signal,
    sweeps,
    tuning,
    variants,
)
from backprop_lab.facts.book import FactBook
from backprop_lab.facts.table import Adder, Table
from backprop_lab.files.frames import read_lines

#: Name of a table, in which * stands for any text -> the function that adds its facts.
ADDERS: dict[str, Adder] = {
    **backends.ADDERS,
    **benchmarks.ADDERS,
    **build.ADDERS,
    **compute.ADDERS,
    **finals.ADDERS,
    **forensics.ADDERS,
    **identified.ADDERS,
    **kernels.ADDERS,
    **logs.ADDERS,
    **multiverse.ADDERS,
    **signal.ADDERS,
    **sweeps.ADDERS,
    **tuning.ADDERS,
    **variants.ADDERS,
}


def adder_of(name: str) -> Adder | None:
    """Return the function that adds a table's facts; None for a table that has none.

    A table's own name goes before a pattern:

    >>> adder_of("sweep_width").__name__, adder_of("sweep_epochs").__name__
    ('add_sweep', 'add_sweep_epochs')
    >>> adder_of("floors") is None
    True
    """
    if name in ADDERS:
        return ADDERS[name]
    return next((add for pattern, add in ADDERS.items() if fnmatchcase(name, pattern)), None)


def add_table(
    book: FactBook, path: Path, experiments: Mapping[str, pd.DataFrame] | None = None
) -> None:
    """Read a table and add its facts; a table without facts of its own is passed over.

    Args:
        path: the CSV file; its name says which table it is.
        experiments: experiment -> its rows of runs.csv, in the order of config.yaml.

    Raises:
        LabError: the file cannot be read.
    """
    add = adder_of(path.stem)
    if add is not None:
        add(book, Table(path, read_lines(path), experiments or {}))
