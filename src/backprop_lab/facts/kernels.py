"""Facts of how far other kernels of the linear algebra move a run."""

from __future__ import annotations

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.place import cells, counted
from backprop_lab.facts.table import Adder, Table
from backprop_lab.facts.ties import add_ties
from backprop_lab.runs.columns import CELL
from backprop_lab.runs.kernels import NATIVE


def add_kernels(book: FactBook, table: Table) -> None:
    """Add kernels.<backend>.<hidden sizes>.<activation>.<optimizer>.*: the columns of kernels.csv.

    Of the first run that has these settings.  And kernels.n_runs, and kernels.largest.* and
    kernels.least.*: the runs whose validation accuracy kernels move most and least, with .n_tied
    where several share the place.
    """
    rows, path = table.rows, table.path
    book.add("kernels.n_runs", len(rows), "count", counted(path, rows))
    for _, row in rows.drop_duplicates(list(CELL)).iterrows():
        book.add_row(f"kernels.{'.'.join(str(row[name]) for name in CELL)}", row, path)
    moved = rows.dropna(subset="val_accuracy_range")
    if len(moved):
        ranked = moved.sort_values("val_accuracy_range", kind="stable")
        for name, place in (("largest", -1), ("least", 0)):
            row = ranked.iloc[place]
            book.add_row(f"kernels.{name}", row, path)
            moves = moved["val_accuracy_range"]
            compared = cells(path, moved, "val_accuracy_range", "computed")
            add_ties(book, f"kernels.{name}", moves, row["val_accuracy_range"], compared)


def add_kernel_runs(book: FactBook, table: Table) -> None:
    """Add kernels.n_asked, kernels asked for besides the native ones, and kernels.n_loaded."""
    asked = table.rows[table.rows["kernels"] != NATIVE].drop_duplicates(["backend", "kernels"])
    none = cells(table.path, table.rows, "kernels", "computed")
    place = counted(table.path, asked) if len(asked) else none
    book.add("kernels.n_asked", len(asked), "count", place)
    loaded = cells(table.path, asked, "emulated", "such", "= True") if len(asked) else none
    book.add("kernels.n_loaded", int(asked["emulated"].sum()), "count", loaded)


ADDERS: dict[str, Adder] = {"kernels": add_kernels, "kernel_runs": add_kernel_runs}
