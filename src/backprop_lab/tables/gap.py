"""forensics_gap.csv: validation at like training loss, of worse training sets and other pixels."""

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


def write_gap(*, collected: Collected, printed: PrintedLogs, output: Path) -> None:
    """Write how runs validate where their training loss is one that figures 2 and 10 print.

    A row a run of EXPERIMENTS that passes such a loss: experiment, id, seed, parameters,
    the last epoch's training loss, validation accuracy and loss, the test accuracy, the
    attributes of `results.gap.Gap`, and allowed: whether both accuracy and loss are like
    the printed ones.  No row where our runs did not see MNIST.
    """
    if not printed.comparable:
        write_csv(pd.DataFrame(columns=COLUMNS), output)
        return
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
    table = pd.DataFrame(rows, columns=COLUMNS)
    whole = {"init_seed": "Int64", "split_seed": "Int64", "train_size": "Int64"}
    write_csv(table.astype(whole), output)
