"""The collected results of all runs, as tables and figures read them.

`runs.csv` has one row a run, `history.csv` one row an epoch of a run, and
`experiments.csv` says which runs an experiment asked for.  Accuracies are
fractions, losses mean cross-entropies in nats.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from backprop_lab.errors import LabError
from backprop_lab.files.forms.table import REBUILD
from backprop_lab.files.frames import read_csv
from backprop_lab.runs.columns import CELL, QUANTITIES


@dataclass(frozen=True)
class Collected:
    """The three files of collected results.

    Attributes:
        runs: runs.csv, a row a run.
        experiments: experiments.csv, a row a run of an experiment: experiment, id.
        history: history.csv, a row an epoch of a run.
    """

    runs: Path
    experiments: Path
    history: Path

    def experiment(self, name: str) -> pd.DataFrame:
        """Return the rows of runs.csv of one experiment, in the order of config.yaml.

        Raises:
            LabError: the experiment has no run.
        """
        members, runs = read_members(self.experiments, self.runs)
        ids = members.loc[members["experiment"] == name, "id"]
        rows = in_order_of(ids, runs)
        if rows.empty:
            raise LabError(
                f"{self.experiments}: no run of experiment {name}; add it to config.yaml"
            )
        return rows

    def epochs(self) -> pd.DataFrame:
        """Return history.csv: id, variant, seed, epoch and QUANTITIES; see `read_epochs`."""
        return read_epochs(self.history, read_csv(self.runs))


def read_members(experiments: Path, runs: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read experiments.csv and runs.csv.

    Raises:
        LabError: a file cannot be read or is damaged, or an experiment has a run that
            runs.csv lacks.
    """
    members, rows = read_csv(experiments), read_csv(runs)
    _check_known(members["id"], experiments, rows["id"], runs)
    return members, rows


def read_epochs(history: Path, runs: pd.DataFrame) -> pd.DataFrame:
    """Read history.csv: id, variant, seed, epoch and QUANTITIES.

    Args:
        runs: the rows of runs.csv.

    Raises:
        LabError: the file cannot be read or is damaged, or lacks one of the runs.
    """
    epochs = read_csv(history)
    _check_known(runs["id"], Path("runs.csv"), epochs["id"], history)
    return epochs


def _check_known(wanted: pd.Series, listed: Path, known: pd.Series, path: Path) -> None:
    """Raise a LabError if a run that one file lists is not in another."""
    lacking = wanted[~wanted.isin(known)]
    if len(lacking):
        first = lacking.iloc[0]
        raise LabError(f"{path}: lacks the run {first}, which {listed.name} has; {REBUILD}")


def in_order_of(ids: pd.Series, runs: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of runs.csv with these ids, in the order of the ids.

    The ids of experiments.csv stand in the order of config.yaml.  The rows of runs.csv need
    not: a run of several experiments has one row there, at the place of the first of them.
    """
    place = {run_id: number for number, run_id in enumerate(ids)}
    own = runs[runs["id"].isin(place)]
    return own.sort_values("id", key=lambda column: column.map(place)).reset_index(drop=True)


def usual_variants(rows: pd.DataFrame) -> list[str]:
    """List the variant that stands for each setting: the one that config.yaml names first.

    A reader who adds a learning rate to the matrix gives each of its settings a second
    variant; it appears in the table, while prose, figures and explorer keep to the first.

    Args:
        rows: an experiment's rows of runs.csv, in the order of config.yaml.
    """
    return list(rows.drop_duplicates(list(CELL))["variant"])


def select(rows: pd.DataFrame, **parameters: object) -> pd.DataFrame:
    """Return the runs of the variant with these parameters; of several variants, the first.

    Raises:
        LabError: no variant has them.
    """
    for name, value in parameters.items():
        rows = rows[rows[name] == value]
    if rows.empty:
        wanted = ", ".join(f"{name}={value}" for name, value in parameters.items()) or "any"
        raise LabError(f"runs.csv: no variant has {wanted}; add it to config.yaml")
    first: str = rows["variant"].iloc[0]
    return rows[rows["variant"] == first]


def completed(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the runs that did not diverge."""
    return rows[rows["status"] != "diverged"]


def diverged(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the runs that diverged."""
    return rows[rows["status"] == "diverged"]


def curve(history: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Compute mean, standard deviation and range over the completed seeds at each epoch.

    Args:
        history: history.csv.
        rows: the runs of one variant, diverged ones included.

    Returns:
        One row an epoch: epoch, n (seeds averaged over), and for each of
        QUANTITIES the columns <quantity>_mean, _std, _min, _max.  Where every
        run diverged the epochs remain, with n = 0 and empty means.
    """
    own = history[history["id"].isin(rows["id"])]
    good = own[own["id"].isin(completed(rows)["id"])]
    epochs = pd.Index(sorted((own if good.empty else good)["epoch"].unique()), name="epoch")
    groups = good.groupby("epoch")
    columns = {"n": groups["id"].count()}
    for quantity in QUANTITIES:
        for statistic in ("mean", "std", "min", "max"):
            columns[f"{quantity}_{statistic}"] = getattr(groups[quantity], statistic)()
    frame = pd.DataFrame(columns).reindex(epochs).reset_index()
    frame["n"] = frame["n"].fillna(0).astype(int)
    return frame
