"""The unit of a table's column, read off its name."""

from __future__ import annotations

#: Unit of a column by the end of its name, statistics such as _mean taken off first.
_UNITS = {
    "accuracy": "fraction",
    "share": "fraction",
    "confidence": "fraction",
    "loss": "loss",
    "seconds_per_epoch": "seconds",
    "best_epoch": "number",
    "epoch": "count",
    "epochs": "count",
    "n": "count",
    "n_diverged": "count",
    "n_parameters": "count",
    "batch_size": "count",
    "width": "count",
    "learning_rate": "number",
}


def unit_of(column: str, value: object = None) -> str:
    """The unit of a table's column; "text" for strings, "number" where none is known."""
    if isinstance(value, str):
        return "text"
    for statistic in ("_mean", "_std", "_min", "_max"):
        column = column.removesuffix(statistic)
    for ending, unit in _UNITS.items():
        if column == ending or column.endswith(f"_{ending}"):
            return unit
    return "number"
