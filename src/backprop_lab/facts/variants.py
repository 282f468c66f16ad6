"""Facts of the matrix's variants, and of how much the runs of one variant differ."""

from __future__ import annotations

from backprop_lab.errors import LabError
from backprop_lab.facts.book import FactBook
from backprop_lab.facts.place import counted
from backprop_lab.facts.table import Adder, Table
from backprop_lab.files.forms.table import REBUILD
from backprop_lab.results.collected import usual_variants
from backprop_lab.runs.columns import CELL


def add_variants(book: FactBook, table: Table) -> None:
    """Add matrix.<backend>.<hidden sizes>.<activation>.<optimizer>.*, of the usual variants.

    And of all variants matrix.n_variants, and matrix.best.* and matrix.worst.*, by mean
    validation accuracy.
    """
    rows, path = table.rows, table.path
    if "matrix" not in table.experiments:
        raise LabError(f"experiments.csv: lacks the runs of the matrix in {path}; {REBUILD}")
    usual = rows[rows["variant"].isin(usual_variants(table.experiments["matrix"]))]
    for _, row in usual.iterrows():
        key = ".".join(row[name] for name in CELL)
        book.add_row(f"matrix.{key}", row, path)
    book.add("matrix.n_variants", len(rows), "count", counted(path, rows))
    ranked = rows.dropna(subset="val_accuracy_mean").sort_values("val_accuracy_mean", kind="stable")
    if len(ranked):
        book.add_row("matrix.best", ranked.iloc[-1], path)
        book.add_row("matrix.worst", ranked.iloc[0], path)


def add_variance(book: FactBook, table: Table) -> None:
    """Add variance.<source>.*: the spread that each source of randomness causes by itself."""
    for _, row in table.rows.iterrows():
        book.add_row(f"variance.{row['source']}", row, table.path, skip=["source"])


ADDERS: dict[str, Adder] = {"variants": add_variants, "variance": add_variance}
