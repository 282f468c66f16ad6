"""Facts of our training logs, beside those that the original prints."""

from __future__ import annotations

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.table import Adder, Table
from backprop_lab.results.units import unit_of
from backprop_lab.runs.columns import QUANTITIES


def add_log(book: FactBook, table: Table) -> None:
    """Add log.figure<n>.{first, last, best}.*, epochs of ours, and log.figure<n>.common.*.

    best is the epoch of the highest validation accuracy, common the last epoch that both logs
    have, with each quantity of ours and its difference, ours minus the original's.
    """
    prefix, path = table.name.replace("log_", "log."), table.path
    own = table.rows[table.rows["n"] > 0]
    if own.empty:
        return
    columns = ["epoch", "n", *QUANTITIES]
    best = own.iloc[own["val_accuracy"].argmax()]
    for name, row in (("first", own.iloc[0]), ("last", own.iloc[-1]), ("best", best)):
        book.add_row(f"{prefix}.{name}", row[columns].to_dict(), path)
    common = own.dropna(subset="published_val_accuracy")
    if common.empty:
        return
    row = common.iloc[-1]
    book.add(f"{prefix}.common.epoch", int(row["epoch"]), "count", path)
    for quantity in QUANTITIES:
        difference = row[quantity] - row[f"published_{quantity}"]
        unit = unit_of(quantity)
        book.add(f"{prefix}.common.{quantity}", row[quantity], unit, path, row["n"])
        book.add(f"{prefix}.common.{quantity}_difference", difference, unit, path, row["n"])


ADDERS: dict[str, Adder] = {"log_*": add_log}
