"""Facts of the two backends side by side: how far apart they drift, how long they take."""

from __future__ import annotations

from backprop_lab.facts.book import FactBook
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
    book.add("parity.hidden_sizes", first["hidden_sizes"], "text", path)
    book.add("parity.learning_rate", first["learning_rate"], "number", path)
    for name in ("batch_size", "n_images", "n_probes"):
        book.add(f"parity.{name}", first[name], "count", path)
    book.add("parity.epochs", table.rows["epochs"].max(), "count", path)
    book.add("parity.steps", table.rows["step"].max(), "count", path)
    for row in table.rows.to_dict("records"):
        point = f"epoch{row['epochs']}" if row["epochs"] else f"step{row['step']}"
        for column, unit in _DIFFERENCES.items():
            book.add(f"parity.{row['comparison']}.{point}.{column}", row[column], unit, path)


def add_speed(book: FactBook, table: Table) -> None:
    """Add speed.<hidden sizes>.<optimizer>.*: median, least and most over the rounds.

    <backend>.seconds_{median, min, max}: seconds for n_images images.
    ratio_{median, min, max}: NumPy's time over PyTorch's in the same round.
    And speed.{n_rounds, n_images, batch_size}.
    """
    path = table.path
    book.add("speed.n_rounds", table.rows["round"].nunique(), "count", path)
    for name in ("n_images", "batch_size"):
        book.add(f"speed.{name}", table.rows[name].iloc[0], "count", path)
    for key, rows in table.rows.groupby(["hidden_sizes", "optimizer"], sort=False):
        prefix = f"speed.{'.'.join(map(str, key))}"
        series = {f"{name}.seconds": (rows[f"{name}_seconds"], "seconds") for name in BACKENDS}
        for name, (values, unit) in (series | {"ratio": (rows["ratio"], "ratio")}).items():
            for statistic in ("median", "min", "max"):
                value = getattr(values, statistic)()
                book.add(f"{prefix}.{name}_{statistic}", value, unit, path)


ADDERS: dict[str, Adder] = {"parity": add_parity, "speed": add_speed}
