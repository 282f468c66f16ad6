"""Facts of the search over learning rates, from tuning_curves.csv."""

from __future__ import annotations

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.place import cell, cells, counted
from backprop_lab.facts.table import Adder, Table


def add_tuning(book: FactBook, table: Table) -> None:
    """Add tuning.*: how many rates each rival had, and what a search over them brings.

    tuning.{n_rivals, n_at_edge}; tuning.n_rates, where all rivals have as many; and of each
    activation and optimiser tuning.<activation>.<optimizer>.{learning_rate, at_edge, n_rates}
    with .{first, all}.*, the rows of one rate and of all.
    """
    path, groups = table.path, table.rows.groupby(["activation", "optimizer"], sort=False)
    last = groups.tail(1)
    book.add("tuning.n_rivals", len(last), "count", counted(path, last))
    at_edge = cells(path, last, "at_edge", "such", "= True")
    book.add("tuning.n_at_edge", last["at_edge"].sum(), "count", at_edge)
    if last["n_rates"].nunique() == 1:
        same = cells(path, last, "n_rates", "same")
        book.add("tuning.n_rates", last["n_rates"].iloc[0], "count", same)
    for (activation, optimizer), rows in groups:
        prefix, best = f"tuning.{activation}.{optimizer}", rows.iloc[-1]
        units = {"learning_rate": "number", "at_edge": "flag", "n_rates": "count"}
        for column, unit in units.items():
            book.add(f"{prefix}.{column}", best[column], unit, cell(path, best, column))
        skip = ("activation", "optimizer", *units)
        for name, row in (("first", rows.iloc[0]), ("all", best)):
            book.add_row(f"{prefix}.{name}", row, path, skip)


ADDERS: dict[str, Adder] = {"tuning_curves": add_tuning}
