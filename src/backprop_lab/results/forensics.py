"""Forensics: how far a run's log lies from a log that the original report prints.

The original does not state its initialisation, how it reduced gradients over a batch,
or the learning rate and batch size of each figure.  Runs with many such settings are
compared with its printed logs.  The nearest setting may be the original's; it is no proof.
"""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from backprop_lab.errors import LabError
from backprop_lab.results.collected import Collected
from backprop_lab.results.original import NETWORKS, TASK1_FIGURES, PrintedLogs
from backprop_lab.runs.columns import QUANTITIES

#: The parameters that runs of different networks may have in common.
SETTING = (
    "backend",
    "optimizer",
    "learning_rate",
    "batch_size",
    "init",
    "pixels",
    "weight_gradient",
    "bias_gradient",
    "shuffle",
)

#: Loss of a guess among ten classes: the unit in which losses are compared.
GUESSING_LOSS = math.log(10)
#: In that unit; any loss above it counts as this much.
_LOSS_CAP = 2.0


def distance(own: pd.DataFrame, published: pd.DataFrame, epochs: int) -> float:
    """Compute the root mean square difference of two logs, over their epochs and QUANTITIES.

    Accuracies are compared as fractions; losses in units of ln 10, the loss of a guess
    among ten classes.  In these units an untrained and a perfect network differ by about
    1 in both, so losses and accuracies count alike.  A loss above two units counts as
    two: so one exploded epoch (the original prints 724.5) does not decide alone, and
    infinity can be compared.  The distance of equal logs is 0.

    Args:
        own: rows of history.csv of one run: epoch and QUANTITIES.  A run that
            diverged ends early; it is carried on as its last epoch was.
        published: epoch and QUANTITIES; a NaN is a cell that was lost, left out.
        epochs: how many epochs the run was to train; later ones of `published`
            are left out.

    Raises:
        LabError: there is no epoch to compare.
    """
    published = published[published["epoch"] <= epochs].set_index("epoch")
    own = own.sort_values("epoch").set_index("epoch")
    if own.empty or published.empty:
        raise LabError("forensics: a run and a printed log have no epoch in common")
    own = own.reindex(range(1, epochs + 1), method="ffill").reindex(published.index)
    squares = [_difference(own[name], published[name], name) ** 2 for name in QUANTITIES]
    return float(np.sqrt(np.nanmean(squares)))


def _difference(own: pd.Series, published: pd.Series, quantity: str) -> np.ndarray:
    """Compute own minus published, (n,); NaN only where the published cell is empty."""
    ours, theirs = own.to_numpy(float), published.to_numpy(float)
    if quantity.endswith("_loss"):
        ours = np.where(np.isfinite(ours), ours, np.inf)
        ours = np.minimum(ours / GUESSING_LOSS, _LOSS_CAP)
        theirs = np.minimum(theirs / GUESSING_LOSS, _LOSS_CAP)
    gap: np.ndarray = ours - theirs
    return gap


def scored(collected: Collected, printed: PrintedLogs, experiment: str) -> pd.DataFrame:
    """Score every run of an experiment against every figure that shows its network.

    Returns:
        A row a run and figure: the run's columns of runs.csv, figure and
        distance; by figure and then by distance, nearest first.

    Raises:
        LabError: no run of the experiment has the network of any figure.
    """
    rows = collected.experiment(experiment)
    logs = {run_id: log for run_id, log in collected.epochs().groupby("id")}
    found = []
    for figure, (hidden_sizes, activation) in NETWORKS.items():
        theirs = printed.curve(figure)
        fits = (rows["hidden_sizes"] == hidden_sizes) & (rows["activation"] == activation)
        for _, run in rows[fits].iterrows():
            far = distance(logs[run["id"]], theirs, int(run["epochs"]))
            found.append({**run.to_dict(), "figure": figure, "distance": far})
    if not found:
        where = collected.experiments
        raise LabError(f"{where}: {experiment} has no network that the original shows")
    return pd.DataFrame(found).sort_values(["figure", "distance", "id"], ignore_index=True)


def by_setting(scores: pd.DataFrame) -> pd.DataFrame:
    """Make rows of `scored` into a row a setting, with its distance to each figure.

    Returns:
        SETTING, epochs, distance_figure<n> for each figure (NaN where the setting
        was not tried on that network), and distance_all over Task 1's figures
        (NaN unless all were tried); nearest to all first, then to figure 2.
    """
    wide = scores.pivot_table(
        index=[*SETTING, "epochs"], columns="figure", values="distance", aggfunc="first"
    )
    wide = wide.reindex(columns=list(NETWORKS))
    task1 = wide[list(TASK1_FIGURES)]
    together = np.sqrt((task1**2).mean(axis=1)).where(task1.notna().all(axis=1))
    wide.columns = [f"distance_figure{figure}" for figure in wide.columns]
    wide = wide.assign(distance_all=together).reset_index()
    return wide.sort_values(["distance_all", "distance_figure2", *SETTING], ignore_index=True)
