"""forensics_gap*.csv: validation at like training loss, of worse training sets and other pixels."""

from __future__ import annotations

from dataclasses import asdict, fields
from pathlib import Path

import pandas as pd

from backprop_lab.files.documents import read_json
from backprop_lab.files.frames import write_csv
from backprop_lab.results.collected import Collected
from backprop_lab.results.gap import Gap, gap, one_layer_log
from backprop_lab.results.original import PrintedLogs

TABLES = {
    "forensics_gap": {
        "function": "write_gap",
        "inputs": ("runs", "experiments", "history", "published", "dataset"),
        "needs": ("forensics_gap", "forensics_task2"),
    },
    "forensics_gap_settings": {
        "function": "write_gap_settings",
        "inputs": ("runs", "experiments", "history", "published", "dataset"),
        "needs": ("forensics_gap", "forensics_task2"),
    },
}

#: The experiments whose runs are compared, as far as they have one hidden layer and learn.
EXPERIMENTS = ("task1_final", "forensics_gap", "forensics_task2")
_PARAMETERS = (
    *("backend", "optimizer", "learning_rate", "batch_size", "init", "pixels", "bias_gradient"),
    *("shuffle", "init_seed", "split_seed", "train_size", "repeats", "label_noise"),
)
COLUMNS = [
    *("experiment", "id", "seed", *_PARAMETERS, "epochs", "last_train_loss"),
    *("last_val_accuracy", "last_val_loss", "test_accuracy"),
    *(field.name for field in fields(Gap)),
    "allowed",
]
#: What runs of one setting do not share, besides what was measured.
_DRAWN = ("seed", "init_seed", "split_seed")
_SETTING = [name for name in _PARAMETERS if name not in _DRAWN]
#: What is measured of each run, and given as mean and range over the runs of a setting.
_MEASURED = ("accuracy_gap", "loss_ratio", "last_train_loss", "last_val_accuracy", "last_val_loss")
SETTING_COLUMNS = [
    *("experiment", *_SETTING, "random_split", "epochs", "n", "n_allowed", "n_rows_min"),
    *(f"{name}_{statistic}" for name in _MEASURED for statistic in ("mean", "min", "max")),
]


def write_gap(*, collected: Collected, printed: PrintedLogs, output: Path) -> None:
    """Write how runs validate where their training loss is one that figures 2 and 10 print.

    A row a run of EXPERIMENTS that passes such a loss: experiment, id, seed, parameters,
    the last epoch's training loss, validation accuracy and loss, the test accuracy, the
    attributes of `results.gap.Gap`, and allowed: whether both accuracy and loss are like
    the printed ones.  No row where our runs did not see MNIST.
    """
    table = _measured(collected, printed)
    whole = {"init_seed": "Int64", "split_seed": "Int64", "train_size": "Int64"}
    write_csv(table.astype(whole), output)


def write_gap_settings(*, collected: Collected, printed: PrintedLogs, output: Path) -> None:
    """Write the same by setting: what was measured, as mean and range over its runs.

    Runs of a setting differ in seed, init_seed and split_seed alone; those of the usual split
    and those of random ones (random_split) are apart.  Columns: experiment, the setting, epochs,
    n (runs that were compared), n_allowed (of these), n_rows_min (the fewest printed losses that
    one of them passes), and mean, min and max of accuracy_gap, loss_ratio and of the last
    epoch's training loss, validation accuracy and loss.
    """
    every = _measured(collected, printed)
    setting = ["experiment", *_SETTING, "random_split", "epochs"]
    rows = []
    for values, runs in every.assign(random_split=every["split_seed"].notna()).groupby(
        setting, sort=False, dropna=False
    ):
        row = dict(zip(setting, values, strict=True))
        row |= {"n": len(runs), "n_allowed": int(runs["allowed"].sum())}
        row["n_rows_min"] = int(runs["n_rows"].min())
        for name in _MEASURED:
            for statistic in ("mean", "min", "max"):
                row[f"{name}_{statistic}"] = runs[name].agg(statistic)
        rows.append(row)
    table = pd.DataFrame(rows, columns=SETTING_COLUMNS)
    write_csv(table.astype({"train_size": "Int64"}), output)


def _measured(collected: Collected, printed: PrintedLogs) -> pd.DataFrame:
    """Return the rows of `write_gap`; none where our runs did not see MNIST."""
    if not printed.comparable:
        return pd.DataFrame(columns=COLUMNS)
    published = one_layer_log(printed)
    n_validation = read_json(printed.dataset)["sizes"]["validation"]
    epochs = dict(iter(collected.epochs().groupby("id")))
    rows = []
    for experiment in EXPERIMENTS:
        for _, run in collected.experiment(experiment).iterrows():
            found = gap(epochs[run["id"]], published, n_validation)
            if found is None:
                continue
            rows.append(
                {"experiment": experiment}
                | run[["id", "seed", *_PARAMETERS, "epochs", "test_accuracy"]].to_dict()
                | {f"last_{name}": run[name] for name in ("train_loss", "val_accuracy", "val_loss")}
                | asdict(found)
                | {"allowed": found.accuracy_alike and found.loss_alike}
            )
    return pd.DataFrame(rows, columns=COLUMNS)
