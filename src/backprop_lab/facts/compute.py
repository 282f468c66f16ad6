"""Facts of how many runs each experiment has, from compute.csv."""

from __future__ import annotations

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.place import cell
from backprop_lab.facts.table import Adder, Table


def add_compute(book: FactBook, table: Table) -> None:
    """Add compute.<experiment>.* and compute.total.*: the columns of compute.csv."""
    for _, row in table.rows.iterrows():
        for column, value in row.items():
            if column != "experiment":
                place = cell(table.path, row, str(column))
                book.add(f"compute.{row['experiment']}.{column}", value, "count", place)


ADDERS: dict[str, Adder] = {"compute": add_compute}
