"""forensics_task2.csv: PyTorch's own initial weights on three scales of pixels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from backprop_lab.errors import LabError
from backprop_lab.files.arrays import read_arrays
from backprop_lab.files.documents import read_json
from backprop_lab.files.forms.table import REBUILD
from backprop_lab.files.frames import write_csv
from backprop_lab.results.collected import Collected
from backprop_lab.results.forensics import distance
from backprop_lab.results.original import PrintedLogs
from backprop_lab.runs.columns import QUANTITIES

TABLES = {
    "forensics_task2": {
        "function": "write_task2",
        "inputs": (
            "runs",
            "experiments",
            "history",
            "published",
            "dataset",
            "predictions=forensics_task2/predictions.npz",
        ),
        "needs": ("forensics_task2",),
    },
}

#: The figure at whose learning rate runs are compared with it, and that rate.
FIGURE, _RATE = 9, 0.1
_PARAMETERS = ("optimizer", "learning_rate", "batch_size", "init", "pixels")
_SEEDS = ("init_seed", "split_seed")
COLUMNS = [
    *("id", *_PARAMETERS, *_SEEDS, "epochs", "first_train_loss", *QUANTITIES),
    *(
        "test_accuracy",
        "distance_figure9",
        "frozen",
        "surplus",
        "published_surplus",
        "n_other",
        "n_test",
    ),
]


def write_task2(
    *, collected: Collected, printed: PrintedLogs, predictions: Sequence[Path], output: Path
) -> None:
    """Write what PyTorch's own initial weights do at the learning rates of figures 9 and 12.

    A row a run of forensics_task2: its parameters, the first epoch's training loss and the
    last epoch's figures, distance_figure9 (of runs at that figure's learning rate), frozen
    (training and validation loss print the same four digits from the second epoch on),
    surplus (of a frozen run: by how many nats the losses of all validation images together
    exceed those of as many training images), published_surplus (the same of what figure 9
    prints), n_other (test images, of n_test, that get another answer than the commonest: a
    network without a signal has none).

    Args:
        predictions: predictions.npz of each of the runs.

    Raises:
        LabError: a run's predictions are missing.
    """
    n_validation = read_json(printed.dataset)["sizes"]["validation"]
    theirs = printed.comparable_curve(FIGURE)
    answers = {"/".join(Path(path).parts[-3:-1]): Path(path) for path in predictions}
    epochs = dict(iter(collected.epochs().groupby("id")))
    rows = []
    for _, run in collected.experiment("forensics_task2").iterrows():
        if run["id"] not in answers:
            raise LabError(f"{run['id']}: predictions.npz is missing; {REBUILD}")
        own = epochs[run["id"]].set_index("epoch")
        later = own.loc[2:, ["train_loss", "val_loss"]].round(4)
        frozen = len(later) > 1 and bool((later.nunique() == 1).all())
        row = run[["id", *_PARAMETERS, *_SEEDS, "epochs", *QUANTITIES, "test_accuracy"]].to_dict()
        row |= {"first_train_loss": own["train_loss"].iloc[0], "frozen": frozen}
        if frozen:
            row["surplus"] = n_validation * (run["val_loss"] - run["train_loss"])
        if theirs is not None and run["learning_rate"] == _RATE:
            row["distance_figure9"] = distance(epochs[run["id"]], theirs, int(run["epochs"]))
            last = theirs.iloc[-1]
            row["published_surplus"] = n_validation * (last["val_loss"] - last["train_loss"])
        rows.append(row | _others(answers[run["id"]]))
    table = pd.DataFrame(rows, columns=COLUMNS)
    write_csv(table.astype(dict.fromkeys(_SEEDS, "Int64")), output)


def _others(path: Path) -> dict[str, int]:
    """Count the test images whose answer, class and confidence, is not the commonest."""
    predicted, confidence = read_arrays(path, ("predicted", "confidence"), REBUILD)
    seen = Counter(zip(predicted.tolist(), np.round(confidence, 4).tolist(), strict=True))
    return {"n_other": len(predicted) - max(seen.values()), "n_test": len(predicted)}
