"""The collected results of all runs, as tables and figures read them.

`runs.csv` has one row a run, `history.csv` one row an epoch of a run, and
`experiments.csv` says which runs an experiment asked for.  Accuracies are
fractions, losses mean cross-entropies in nats.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from backprop_lab.atomic import replacing
from backprop_lab.errors import LabError

#: What every epoch of every run records.
QUANTITIES = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")

#: Columns of text that may look like numbers.
_TEXT = ("hidden_sizes", "label_name", "predicted_name")

#: Which of our runs stands for a figure of the original report: an experiment,
#: and the parameters that single out one of its variants.  The number of epochs
#: is the experiment's own, so that a quick build finds its runs as well.
COUNTERPARTS = {
    2: ("matrix", {"backend": "numpy", "hidden_sizes": "360"}),
    3: ("matrix", {"backend": "numpy", "hidden_sizes": "360-100"}),
    4: ("matrix", {"backend": "numpy", "hidden_sizes": "360-100-40"}),
    5: ("matrix", {"backend": "numpy", "hidden_sizes": "360-100"}),
    6: ("matrix", {"backend": "numpy", "hidden_sizes": "360-100", "activation": "sigmoid"}),
    9: ("learning_rate_transfer", {"backend": "torch", "hidden_sizes": "360", "pixels": "raw"}),
    10: ("task1_final", {}),
    12: ("task2_final", {}),
}
#: What tells the settings of the matrix apart, in tables, prose and the explorer.
CELL = ("backend", "hidden_sizes", "activation", "optimizer")
#: Unless a counterpart says otherwise; the finals are whatever config.yaml makes them.
_USUAL = {"activation": "relu", "optimizer": "sgd", "learning_rate": 0.1}


def read_csv(path: Path, columns: tuple[str, ...] = ()) -> pd.DataFrame:
    """Read one collected file or table; names made of digits stay text ("360", "7").

    Raises:
        LabError: the file cannot be read, or lacks one of `columns`.
    """
    try:
        frame = pd.read_csv(path, dtype=dict.fromkeys(_TEXT, str))
    except (OSError, ValueError) as error:
        problem = " ".join(str(error).split())
        raise LabError(f"{path}: cannot read it ({problem}); build it anew") from None
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise LabError(f"{path}: lacks the column {missing[0]}; build it anew")
    return frame


def write_csv(frame: pd.DataFrame, output: Path) -> None:
    """Write `frame` whole or not at all: unrounded, NaN as an empty cell."""
    text = frame.to_csv(index=False, lineterminator="\n")
    with replacing(Path(output), "w") as file:
        file.write(text)


def experiment_runs(runs: Path, experiments: Path, name: str) -> pd.DataFrame:
    """The rows of runs.csv that belong to one experiment, in the order of config.yaml.

    Raises:
        LabError: the experiment has no run.
    """
    members = read_csv(experiments, ("experiment", "id"))
    ids = members.loc[members["experiment"] == name, "id"]
    rows = in_order_of(ids, read_csv(runs, ("id", "variant", "seed", "status")))
    if rows.empty:
        raise LabError(f"{experiments}: no run of experiment {name}; add it to config.yaml")
    return rows


def in_order_of(ids: pd.Series, runs: pd.DataFrame) -> pd.DataFrame:
    """The rows of runs.csv with these ids, in their order.

    In experiments.csv that is the order of config.yaml; runs.csv has a run that several
    experiments share where the first of them has it.
    """
    place = {run_id: number for number, run_id in enumerate(ids)}
    own = runs[runs["id"].isin(place)]
    return own.sort_values("id", key=lambda column: column.map(place)).reset_index(drop=True)


def usual_variants(rows: pd.DataFrame) -> list[str]:
    """The variant that stands for each setting of an experiment: the one config.yaml names first.

    A reader who adds a learning rate to the matrix gives each of its settings a second
    variant; it appears in the table, while prose, figures and explorer keep to the first.

    Args:
        rows: an experiment's rows of runs.csv, in the order of config.yaml.
    """
    return list(rows.drop_duplicates(list(CELL))["variant"])


def select(rows: pd.DataFrame, **parameters: object) -> pd.DataFrame:
    """The rows of the variant with these parameters, one row a seed; of several, the first.

    Raises:
        LabError: no variant has them.
    """
    for name, value in parameters.items():
        rows = rows[rows[name] == value]
    if rows.empty:
        wanted = ", ".join(f"{name}={value}" for name, value in parameters.items()) or "any"
        raise LabError(f"runs.csv: no variant has {wanted}; add it to config.yaml")
    return rows[rows["variant"] == rows["variant"].iloc[0]]


def counterpart(runs: Path, experiments: Path, figure: int) -> pd.DataFrame:
    """Our runs (rows of runs.csv, one a seed) that stand for a figure of the original."""
    experiment, parameters = COUNTERPARTS[figure]
    usual = _USUAL if parameters else {}
    return select(experiment_runs(runs, experiments, experiment), **(usual | parameters))


def completed(rows: pd.DataFrame) -> pd.DataFrame:
    """The runs that did not diverge."""
    return rows[rows["status"] != "diverged"]


def diverged(rows: pd.DataFrame) -> pd.DataFrame:
    """The runs that did."""
    return rows[rows["status"] == "diverged"]


def curve(history: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Mean, standard deviation and range over the completed seeds at each epoch.

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


def published_curve(path: Path, figure: int) -> pd.DataFrame:
    """What a figure of the original prints: epoch and QUANTITIES, accuracies as fractions."""
    frame = read_csv(path, ("figure", "epoch"))
    frame = frame[frame["figure"] == figure].reset_index(drop=True)
    return pd.DataFrame(
        {
            "epoch": frame["epoch"],
            "train_loss": frame["train_loss"],
            "train_accuracy": (frame["train_accuracy_percent"] / 100).round(6),
            "val_loss": frame["val_loss"],
            "val_accuracy": (frame["val_accuracy_percent"] / 100).round(6),
        }
    )
