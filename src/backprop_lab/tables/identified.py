"""forensics_near*, _identified and _holdout: what the printed logs tell apart, and what not."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from backprop_lab.errors import LabError
from backprop_lab.files.frames import write_csv
from backprop_lab.results.collected import Collected
from backprop_lab.results.forensics import SETTING, by_setting, scored
from backprop_lab.results.identified import hold_out, near, seed_distance, shared
from backprop_lab.results.original import NETWORKS, PrintedLogs

TABLES = {
    "forensics_near": {
        "function": "write_near",
        "inputs": ("runs", "experiments", "history", "published", "dataset"),
        "needs": ("forensics_screen",),
    },
    "forensics_near_settings": {
        "function": "write_near_settings",
        "inputs": ("runs", "experiments", "history", "published", "dataset"),
        "needs": ("forensics_screen",),
    },
    "forensics_identified": {
        "function": "write_identified",
        "inputs": ("runs", "experiments", "history", "published", "dataset"),
        "needs": ("forensics_screen",),
    },
    "forensics_holdout": {
        "function": "write_holdout",
        "inputs": ("runs", "experiments", "history", "published", "dataset"),
        "needs": ("forensics_screen",),
    },
}

SEARCHES = ("screen", "refine")
NEAR_COLUMNS = [
    *("search", "figure", "id", *SETTING, "epochs"),
    *("distance", "excess", "slack", "n_settings"),
]
NEAR_SETTING_COLUMNS = ["search", *SETTING, "epochs", *(f"near_figure{n}" for n in NETWORKS)]
IDENTIFIED_COLUMNS = [
    *("search", "figure", "parameter", "n_settings", "n_near", "slack"),
    *("tried", "near", "identified"),
]
HOLDOUT_COLUMNS = [
    *("search", "held_out", "n_settings", *SETTING, "epochs", "distance_chosen"),
    *("distance_held_out", "distance_best", "distance_median", "rank"),
]


def write_near(*, collected: Collected, printed: PrintedLogs, output: Path) -> None:
    """Write every setting that lies within a stated distance of the one nearest to a figure.

    The distance is slack: what two seeds of one setting lie apart at most over as many epochs
    (`results.identified.seed_distance`).  A row a search, figure and setting: search ("screen":
    one epoch, or "refine": ten), figure, id, the setting, epochs, distance, excess (above
    the nearest), slack, n_settings (how many were tried on the figure's network).  No row
    where our runs did not see MNIST.
    """
    _write(_near(collected, printed), NEAR_COLUMNS, output)


def write_near_settings(*, collected: Collected, printed: PrintedLogs, output: Path) -> None:
    """Write the same with a row a setting: to which figures it is near, whatever their networks.

    Columns: search, the setting, epochs, and near_figure<n>, its distance where it is near to
    figure n; sorted by the setting.
    """
    parts = []
    for rows in _near(collected, printed):
        setting = ["search", *SETTING, "epochs"]
        table = rows.pivot_table(index=setting, columns="figure", values="distance")
        parts.append(table.reindex(columns=list(NETWORKS)).add_prefix("near_figure").reset_index())
    _write(parts, NEAR_SETTING_COLUMNS, output)


def write_identified(*, collected: Collected, printed: PrintedLogs, output: Path) -> None:
    """Write what the near settings of `write_near` share, and what varies among them.

    Columns: search, slack, and those of `results.identified.shared`.
    """
    parts = []
    for search in SEARCHES if printed.comparable else ():
        scores, slack = _scored(collected, printed, search)
        rows = shared(scores, near(scores, slack))
        parts.append(rows.assign(search=search, slack=slack))
    _write(parts, IDENTIFIED_COLUMNS, output)


def write_holdout(*, collected: Collected, printed: PrintedLogs, output: Path) -> None:
    """Write how near a setting comes to the figure that had no say in its choice.

    Columns: search, and those of `results.identified.hold_out`.

    Raises:
        LabError: no setting of the search was tried on all networks of Task 1.
    """
    parts = []
    for search in SEARCHES if printed.comparable else ():
        scores, _ = _scored(collected, printed, search)
        settings = by_setting(scores)
        if settings["distance_all"].isna().all():
            raise LabError(
                f"config.yaml: experiments.forensics_{search}: no setting is tried on every "
                "network of Task 1's figures; add one"
            )
        parts.append(hold_out(settings).assign(search=search))
    _write(parts, HOLDOUT_COLUMNS, output)


def _near(collected: Collected, printed: PrintedLogs) -> list[pd.DataFrame]:
    """Return the rows of `write_near`, one table a search."""
    parts = []
    for search in SEARCHES if printed.comparable else ():
        scores, slack = _scored(collected, printed, search)
        tried = scores.groupby("figure")["id"].transform("size")
        rows = near(scores.assign(n_settings=tried), slack)
        parts.append(rows.assign(search=search, slack=slack))
    return parts


def _scored(collected: Collected, printed: PrintedLogs, search: str) -> tuple[pd.DataFrame, float]:
    """Return the scores of a search, and the distance within which settings count as near."""
    scores = scored(collected, printed, f"forensics_{search}")
    return scores, seed_distance(collected, int(scores["epochs"].max()))


def _write(parts: list[pd.DataFrame], columns: list[str], output: Path) -> None:
    table = pd.concat(parts) if parts else pd.DataFrame(columns=columns)
    write_csv(table[columns], output)
