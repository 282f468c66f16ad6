"""What the printed logs identify: which settings lie near the best, and does a choice hold?

Many settings give logs that are nearly alike.  What all of the near ones share is identified;
what varies among them is not.  And a setting that was chosen on some figures is a finding only
if it also comes near the figure that had no say.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from backprop_lab.results.collected import Collected
from backprop_lab.results.forensics import SETTING, distance
from backprop_lab.results.original import TASK1_FIGURES
from backprop_lab.runs.columns import QUANTITIES


def seed_distance(collected: Collected, epochs: int) -> float:
    """Return how far two seeds of one setting lie apart, at most, in the matrix.

    It is the distance of `results.forensics`, over the first `epochs` epochs, of the runs of
    the hand-written network with SGD: the original's logs are single runs, and no setting
    can be told from another that lies as near as the same one with another seed.

    Returns:
        The largest over all settings and pairs of seeds; 0 where each has one seed.
    """
    rows = collected.experiment("matrix")
    rows = rows[(rows["backend"] == "numpy") & (rows["optimizer"] == "sgd")]
    rows = rows[rows["epochs"] >= epochs]
    logs = dict(iter(collected.epochs().groupby("id")[["epoch", *QUANTITIES]]))
    found = [
        distance(logs[one], logs[other], epochs)
        for _, seeds in rows.groupby("variant")
        for one, other in combinations(seeds["id"], 2)
    ]
    return max(found, default=0.0)


def near(scores: pd.DataFrame, slack: float) -> pd.DataFrame:
    """Return the settings that lie at most `slack` further from a figure than the nearest one.

    Args:
        scores: rows of `results.forensics.scored`, of runs of as many epochs.
        slack: in units of the distance.

    Returns:
        Those rows, with the column excess: the distance above the best of the figure.
    """
    best = scores.groupby("figure")["distance"].transform("min")
    rows = scores.assign(excess=scores["distance"] - best)
    return rows[rows["excess"] <= slack].reset_index(drop=True)


def shared(scores: pd.DataFrame, close: pd.DataFrame) -> pd.DataFrame:
    """Say of each figure and parameter what the near settings share.

    Args:
        scores: all rows of `results.forensics.scored`.
        close: those that `near` found.

    Returns:
        A row a figure and parameter of SETTING of which several values were tried: figure,
        parameter, n_settings, n_near, tried and near (values, joined by a space),
        identified: whether all the near ones, of several, have one value.
    """
    rows = []
    for figure, all_rows in scores.groupby("figure"):
        own = close[close["figure"] == figure]
        for parameter in SETTING:
            tried, left = (_values(some[parameter]) for some in (all_rows, own))
            if len(tried) > 1:
                rows.append(
                    {
                        "figure": figure,
                        "parameter": parameter,
                        "n_settings": len(all_rows),
                        "n_near": len(own),
                        "tried": " ".join(tried),
                        "near": " ".join(left),
                        "identified": len(left) == 1 and len(own) > 1,
                    }
                )
    return pd.DataFrame(rows)


def _values(column: pd.Series) -> list[str]:
    """Return the values of a column as text, each once, in ascending order."""
    return [f"{value:g}" if isinstance(value, float) else str(value) for value in
            sorted(column.unique().tolist())]  # fmt: skip


def hold_out(settings: pd.DataFrame) -> pd.DataFrame:
    """Choose a setting on all of Task 1's figures but one, and see how near it comes to that one.

    Args:
        settings: rows of `results.forensics.by_setting`; those count that were tried on
            every figure.

    Returns:
        A row a figure that was held out: held_out, n_settings, the chosen setting,
        distance_chosen (root mean square over the figures it was chosen on),
        distance_held_out, and of the figure held out distance_best and distance_median
        over the settings, and rank (1: none is nearer to it).
    """
    names = {figure: f"distance_figure{figure}" for figure in TASK1_FIGURES}
    whole = settings.dropna(subset=list(names.values()))
    rows = []
    for figure, name in names.items():
        others = [other for other in names.values() if other != name]
        together = np.sqrt((whole[others] ** 2).mean(axis=1))
        chosen = whole.loc[together.idxmin()]
        held = whole[name]
        rows.append(
            {"held_out": figure, "n_settings": len(whole)}
            | chosen[[*SETTING, "epochs"]].to_dict()
            | {
                "distance_chosen": together.min(),
                "distance_held_out": chosen[name],
                "distance_best": held.min(),
                "distance_median": held.median(),
                "rank": int((held < chosen[name]).sum()) + 1,
            }
        )
    return pd.DataFrame(rows)
