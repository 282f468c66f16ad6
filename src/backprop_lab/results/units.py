"""The unit of a table's column, told by the column's name."""

from __future__ import annotations

#: End of a column's name, without a statistic such as _mean -> the column's unit.
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
    "n_asked": "count",
    "n_diverged": "count",
    "n_parameters": "count",
    "n_weights": "count",
    "batch_size": "count",
    "width": "count",
    "learning_rate": "number",
}


def unit_of(column: str, value: object = None) -> str:
    """Return the unit of a table's column.

    Args:
        column: its name.
        value: a value in it; for a string the unit is "text".

    Returns:
        "fraction", "loss", "seconds", "count" or "text"; "number" where no unit is known.

    >>> unit_of("val_accuracy_mean")
    'fraction'
    >>> unit_of("optimizer", "adam")
    'text'
    """
    if isinstance(value, str):
        return "text"
    for statistic in ("_mean", "_std", "_min", "_max", "_range", "_seeds"):
        column = column.removesuffix(statistic)
    for ending, unit in _UNITS.items():
        if column == ending or column.endswith(f"_{ending}"):
            return unit
    return "number"
