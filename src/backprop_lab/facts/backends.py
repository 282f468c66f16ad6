"""Facts of the two backends side by side: how far apart they drift, how long they take."""

from __future__ import annotations

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.place import cell, cells
from backprop_lab.facts.table import Adder, Table
from backprop_lab.runs.run import BACKENDS

#: Column of parity.csv -> its unit.
_DIFFERENCES = {
    "loss_difference": "loss",
    "loss_relative_difference": "ratio",
    "weight_difference": "number",
    "weight_relative_difference": "ratio",
    "n_predicted_differently": "count",
}


def add_parity(book: FactBook, table: Table) -> None:
    """Add parity.<comparison>.<point>.*: every difference after step<n> or epoch<n>.

    And parity.{hidden_sizes, learning_rate, batch_size, n_images, n_probes, epochs,
    steps}: what was trained, and how long it was followed.
    """
    path, first = table.path, table.rows.iloc[0]
    settings = {"hidden_sizes": "text", "learning_rate": "number"}
    settings |= dict.fromkeys(("batch_size", "n_images", "n_probes"), "count")
    for name, unit in settings.items():
        book.add(f"parity.{name}", first[name], unit, cell(path, first, name))
    for name, column in (("epochs", "epochs"), ("steps", "step")):
        most = cells(path, table.rows, column, "max")
        book.add(f"parity.{name}", table.rows[column].max(), "count", most)
    for _, row in table.rows.iterrows():
        point = f"epoch{row['epochs']}" if row["epochs"] else f"step{row['step']}"
        for column, unit in _DIFFERENCES.items():
            place = cell(path, row, column)
            book.add(f"parity.{row['comparison']}.{point}.{column}", row[column], unit, place)


def add_speed(book: FactBook, table: Table) -> None:
    """Add speed.<hidden sizes>.<optimizer>.*: median, least and most over the rounds.

    <backend>.seconds_{median, min, max}: seconds for n_images images.
    ratio_{median, min, max}: NumPy's time over PyTorch's in the same round.
    And speed.{n_rounds, n_images, batch_size}.
    """
    path, first = table.path, table.rows.iloc[0]
    rounds = cells(path, table.rows, "round", "distinct")
    book.add("speed.n_rounds", table.rows["round"].nunique(), "count", rounds)
    for name in ("n_images", "batch_size"):
        book.add(f"speed.{name}", first[name], "count", cell(path, first, name))
    for key, rows in table.rows.groupby(["hidden_sizes", "optimizer"], sort=False):
        prefix = f"speed.{'.'.join(map(str, key))}"
        columns = {f"{name}.seconds": (f"{name}_seconds", "seconds") for name in BACKENDS}
        for name, (column, unit) in (columns | {"ratio": ("ratio", "ratio")}).items():
            for statistic in ("median", "min", "max"):
                value = getattr(rows[column], statistic)()
                place = cells(path, rows, column, statistic)
                book.add(f"{prefix}.{name}_{statistic}", value, unit, place)


ADDERS: dict[str, Adder] = {"parity": add_parity, "speed": add_speed}
