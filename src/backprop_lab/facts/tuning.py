"""Facts of the search over learning rates, from tuning_curves.csv."""

from __future__ import annotations

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.table import Adder, Table


def add_tuning(book: FactBook, table: Table) -> None:
    """Add tuning.*: how many rates each rival had, and what a search over them brings.

    tuning.{n_rivals, n_at_edge}; tuning.n_rates, where all rivals have as many; and of each
    activation and optimiser tuning.<activation>.<optimizer>.{learning_rate, at_edge, n_rates}
    with .{first, all}.*, the rows of one rate and of all.
    """
    path, groups = table.path, table.rows.groupby(["activation", "optimizer"], sort=False)
    last = groups.tail(1)
    book.add("tuning.n_rivals", len(last), "count", path)
    book.add("tuning.n_at_edge", last["at_edge"].sum(), "count", path)
    if last["n_rates"].nunique() == 1:
        book.add("tuning.n_rates", last["n_rates"].iloc[0], "count", path)
    for (activation, optimizer), rows in groups:
        prefix, best = f"tuning.{activation}.{optimizer}", rows.iloc[-1]
        book.add(f"{prefix}.learning_rate", best["learning_rate"], "number", path)
        book.add(f"{prefix}.at_edge", best["at_edge"], "flag", path)
        book.add(f"{prefix}.n_rates", best["n_rates"], "count", path)
        skip = ("activation", "optimizer", "learning_rate", "at_edge", "n_rates")
        for name, row in (("first", rows.iloc[0]), ("all", best)):
            book.add_row(f"{prefix}.{name}", row.to_dict(), path, skip)


ADDERS: dict[str, Adder] = {"tuning_curves": add_tuning}
