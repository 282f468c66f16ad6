"""Facts of our training logs, beside those that the original prints."""

from __future__ import annotations

from dataclasses import replace

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.place import cell
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
        book.add_row(f"{prefix}.{name}", row[columns], path)
    common = own.dropna(subset="published_val_accuracy")
    if common.empty:
        return
    row = common.iloc[-1]
    book.add(f"{prefix}.common.epoch", int(row["epoch"]), "count", cell(path, row, "epoch"))
    for quantity in QUANTITIES:
        difference = row[quantity] - row[f"published_{quantity}"]
        unit, key = unit_of(quantity), f"{prefix}.common.{quantity}"
        ours, printed = cell(path, row, quantity), cell(path, row, f"published_{quantity}")
        book.add(key, row[quantity], unit, ours, row["n"])
        book.add(f"{key}_difference", difference, unit, replace(ours, minus=printed), row["n"])


ADDERS: dict[str, Adder] = {"log_*": add_log}
