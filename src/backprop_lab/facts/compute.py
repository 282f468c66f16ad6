"""Facts of how many runs each experiment has, from compute.csv."""

from __future__ import annotations

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.table import Adder, Table


def add_compute(book: FactBook, table: Table) -> None:
    """Add compute.<experiment>.* and compute.total.*: the columns of compute.csv."""
    for row in table.rows.to_dict("records"):
        for column, value in row.items():
            if column != "experiment":
                book.add(f"compute.{row['experiment']}.{column}", value, "count", table.path)


ADDERS: dict[str, Adder] = {"compute": add_compute}
