"""Facts of the two backends side by side: how far apart they drift, how long they take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from backprop_lab.facts.book import Facts
from backprop_lab.runs.run import BACKENDS

#: Column of parity.csv -> its unit.
_DIFFERENCES = {
    "loss_difference": "loss",
    "loss_relative_difference": "ratio",
    "weight_difference": "number",
    "weight_relative_difference": "ratio",
    "n_predicted_differently": "count",
}


def add_parity(facts: Facts, frame: pd.DataFrame, path: Path) -> None:
    """parity.<comparison>.<point>.*: every difference after step<n> or epoch<n>.

    And parity.{hidden_sizes, learning_rate, batch_size, n_images, n_probes, epochs,
    steps}: what was trained, and how long it was followed.
    """
    first = frame.iloc[0]
    facts.add("parity.hidden_sizes", first["hidden_sizes"], "text", path)
    facts.add("parity.learning_rate", first["learning_rate"], "number", path)
    for name in ("batch_size", "n_images", "n_probes"):
        facts.add(f"parity.{name}", first[name], "count", path)
    facts.add("parity.epochs", frame["epochs"].max(), "count", path)
    facts.add("parity.steps", frame["step"].max(), "count", path)
    for _, row in frame.iterrows():
        point = f"epoch{row['epochs']}" if row["epochs"] else f"step{row['step']}"
        for column, unit in _DIFFERENCES.items():
            facts.add(f"parity.{row['comparison']}.{point}.{column}", row[column], unit, path)


def add_speed(facts: Facts, frame: pd.DataFrame, path: Path) -> None:
    """speed.<hidden sizes>.<optimizer>.*: median, least and most over the rounds.

    Of <backend>.seconds (for n_images images) and of ratio, NumPy's time over
    PyTorch's in the same round.  And speed.{n_rounds, n_images, batch_size}.
    """
    facts.add("speed.n_rounds", frame["round"].nunique(), "count", path)
    for name in ("n_images", "batch_size"):
        facts.add(f"speed.{name}", frame[name].iloc[0], "count", path)
    for (sizes, optimizer), rows in frame.groupby(["hidden_sizes", "optimizer"], sort=False):
        prefix = f"speed.{sizes}.{optimizer}"
        series = {f"{name}.seconds": (rows[f"{name}_seconds"], "seconds") for name in BACKENDS}
        for name, (values, unit) in (series | {"ratio": (rows["ratio"], "ratio")}).items():
            for statistic in ("median", "min", "max"):
                value = getattr(values, statistic)()
                facts.add(f"{prefix}.{name}_{statistic}", value, unit, path)


#: Table -> what adds its facts.
ADDERS: dict[str, Callable[[Facts, pd.DataFrame, Path], None]] = {
    "parity": add_parity,
    "speed": add_speed,
}
