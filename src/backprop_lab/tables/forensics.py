"""forensics_*.csv: which settings come near the logs that the original prints."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from backprop_lab.errors import LabError
from backprop_lab.files.frames import write_csv
from backprop_lab.results.collected import Collected
from backprop_lab.results.forensics import SETTING, by_setting, scored
from backprop_lab.results.original import NETWORKS, TASK1_FIGURES, PrintedLogs
from backprop_lab.runs.columns import QUANTITIES

TABLES = {
    "forensics_{search}": {
        "function": "write_distances",
        "inputs": ("runs", "experiments", "history", "published", "dataset"),
        "each": {"search": ("screen", "refine")},
        "needs": ("forensics_screen",),
    },
    "forensics_best": {
        "function": "write_best",
        "inputs": ("runs", "experiments", "history", "published", "dataset"),
        "needs": ("forensics_screen",),
    },
    "counterfactual": {
        "function": "write_counterfactual",
        "inputs": ("runs", "experiments", "history"),
        "needs": ("forensics_screen",),
    },
}

#: Repair of a setting -> the parameters that it changes.
REPAIRS = {
    "reduction": ("weight_gradient", "bias_gradient"),
    "init": ("init",),
    "shuffle": ("shuffle",),
}

#: Columns of forensics_best.csv, see `write_best`.
BEST_COLUMNS = (
    "choice",
    "figure",
    "id",
    "hidden_sizes",
    "activation",
    *SETTING,
    "epochs",
    "n_settings",
    "distance",
    "distance_all",
    "max_error_train_loss",
    "first4_max_error_train_loss",
    "max_error_val_accuracy",
    "frozen",
    "published_frozen",
    *QUANTITIES,
)

#: A network above this validation accuracy (fraction) has learnt.
TRAINED_ACCURACY = 0.9


def write_distances(
    *, collected: Collected, printed: PrintedLogs, search: str, output: Path
) -> None:
    """Write the distance of every setting of an experiment to each figure.

    Columns: the setting (forensics.SETTING), epochs (how many were compared),
    distance_figure2, 3, 4, 6, 9, empty where the setting was not tried on that
    network, distance_all, over Task 1's figures together, and refined, whether
    forensics_refine trains the setting longer, on any network.  Where the images
    are not MNIST there is nothing to compare and no row.

    Args:
        search: "screen" or "refine".
    """
    if not printed.comparable:
        columns = [f"distance_figure{figure}" for figure in NETWORKS]
        columns = [*SETTING, "epochs", *columns, "distance_all", "refined"]
        write_csv(pd.DataFrame(columns=columns), output)
        return
    table = by_setting(scored(collected, printed, f"forensics_{search}"))
    refined = collected.experiment("forensics_refine")[list(SETTING)]
    known = set(refined.itertuples(index=False, name=None))
    keys = table[list(SETTING)].itertuples(index=False, name=None)
    write_csv(table.assign(refined=[key in known for key in keys]), output)


def write_best(*, collected: Collected, printed: PrintedLogs, output: Path) -> None:
    """Write, of the refined runs, the nearest to each figure and the nearest setting to all.

    A row a figure and choice.  Columns: choice ("figure": the setting nearest to
    this figure; "all": the one setting nearest to Task 1's figures together),
    figure, id, the setting, n_settings (how many were compared), distance,
    distance_all (of "all"), max_error_train_loss and max_error_val_accuracy (largest
    absolute difference over the epochs), first4_max_error_train_loss (over the first
    four), frozen and published_frozen (training loss the same to four digits from
    the second epoch on), and our figures of the last epoch.  No row where the
    images are not MNIST.

    Raises:
        LabError: no refined setting was tried on all networks of Task 1.
    """
    if not printed.comparable:
        write_csv(pd.DataFrame(columns=BEST_COLUMNS), output)
        return
    epochs = collected.epochs()
    rows = [
        {"choice": one.choice, "distance_all": one.distance_all}
        | _best_row(one.run, one.n_settings, epochs, printed)
        for one in nearest_runs(collected, printed)
    ]
    write_csv(pd.DataFrame(rows)[list(BEST_COLUMNS)], output)


@dataclass(frozen=True)
class Nearest:
    """A refined run near to a figure of the original.

    Attributes:
        choice: "figure" or "all", see `write_best`.
        run: its row of `results.forensics.scored`.
        n_settings: how many were compared.
        distance_all: to Task 1's figures together; nan for "figure".
    """

    choice: str
    run: pd.Series
    n_settings: int
    distance_all: float


def nearest_runs(collected: Collected, printed: PrintedLogs) -> list[Nearest]:
    """List the refined runs nearest to each figure, then those of the setting nearest to all.

    Raises:
        LabError: no refined setting was tried on all networks of Task 1.
    """
    scores = scored(collected, printed, "forensics_refine")
    found = [
        Nearest("figure", group.iloc[0], len(group), np.nan)
        for _, group in scores.groupby("figure")
    ]
    whole = by_setting(scores).dropna(subset="distance_all")
    if whole.empty:
        raise LabError(
            "config.yaml: experiments.forensics_refine: no setting is tried on every "
            f"network of figures {', '.join(map(str, TASK1_FIGURES))}; add one"
        )
    chosen = scores.merge(whole[list(SETTING)].head(1), on=list(SETTING))
    for figure in TASK1_FIGURES:
        run = chosen[chosen["figure"] == figure].iloc[0]
        found.append(Nearest("all", run, len(whole), whole["distance_all"].iloc[0]))
    return found


def write_counterfactual(*, collected: Collected, output: Path) -> None:
    """Write the results of the deep network that does not train, after each repair.

    Unrepaired is the run whose bias gradients are summed, images not shuffled and
    weights not He's.  A row a run.  Columns: repair ("none", a name of REPAIRS, or
    several joined by "+"), id, the setting, status, epochs_completed, train_loss,
    train_accuracy, val_loss and val_accuracy of the last epoch, best_val_accuracy,
    first_trained_epoch (the first above 90 % validation accuracy, or empty).

    Raises:
        LabError: not exactly one run is unrepaired.
    """
    rows = collected.experiment("counterfactual")
    broken = rows[(rows["bias_gradient"] == "sum") & ~rows["shuffle"] & (rows["init"] != "he")]
    if len(broken) != 1:
        raise LabError(
            "config.yaml: experiments.counterfactual: exactly one run must be unrepaired "
            f"(bias gradients summed, not shuffled, not He); there are {len(broken)}"
        )
    epochs = collected.epochs()
    table = []
    for _, run in rows.iterrows():
        changed = [
            name
            for name, keys in REPAIRS.items()
            if any(run[key] != broken.iloc[0][key] for key in keys)
        ]
        own = epochs[epochs["id"] == run["id"]]
        trained = own.loc[own["val_accuracy"] > TRAINED_ACCURACY, "epoch"]
        table.append(
            {"repair": "+".join(changed) or "none"}
            | run[["id", *SETTING, "status", "epochs_completed", *QUANTITIES]].to_dict()
            | {"best_val_accuracy": run["best_val_accuracy"]}
            | {"first_trained_epoch": trained.min() if len(trained) else np.nan}
        )
    table.sort(key=lambda row: (row["repair"] != "none", row["repair"].count("+")))
    frame = pd.DataFrame(table)
    write_csv(frame.astype({"first_trained_epoch": "Int64"}), output)


def _best_row(
    run: pd.Series, n_settings: int, epochs: pd.DataFrame, printed: PrintedLogs
) -> dict[str, object]:
    """Return the columns of forensics_best.csv that follow from one run and what was printed."""
    figure = int(run["figure"])
    own = epochs[epochs["id"] == run["id"]].set_index("epoch")
    theirs = printed.curve(figure).set_index("epoch")
    error = (own[list(QUANTITIES)] - theirs[list(QUANTITIES)]).abs()
    row: dict[str, object] = (
        {"figure": figure, "id": run["id"]}
        | run[["hidden_sizes", "activation", *SETTING]].to_dict()
        | {"epochs": run["epochs"], "n_settings": n_settings, "distance": run["distance"]}
        | {
            "max_error_train_loss": error["train_loss"].max(),
            "first4_max_error_train_loss": error["train_loss"].loc[:4].max(),
            "max_error_val_accuracy": error["val_accuracy"].max(),
            "frozen": _frozen(own["train_loss"]),
            "published_frozen": _frozen(theirs["train_loss"]),
        }
        | own.iloc[-1][list(QUANTITIES)].to_dict()
    )
    return row


def _frozen(losses: pd.Series) -> bool:
    """Say whether the loss prints the same four digits from the second epoch on."""
    return len(losses) > 2 and losses.loc[2:].round(4).nunique() == 1
