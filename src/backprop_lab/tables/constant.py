"""constant.csv: the frozen logs of the original, from labels alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from backprop_lab.files.documents import read_json
from backprop_lab.files.frames import write_csv
from backprop_lab.results.constant import ConstantLog, Setting, simulate
from backprop_lab.results.original import PrintedLogs
from backprop_lab.runs.columns import QUANTITIES

TABLES = {
    "constant": {"function": "write_constant", "inputs": ("published", "dataset")},
}

#: Figure of the original that is frozen -> (bias gradient, (learning rate, batch size), ...).
#: Figure 9 states its learning rate, and PyTorch averages.  Figure 4 does not; these are
#: the learning rates at which summed gradients come near its loss, for the usual batch sizes.
SETTINGS = {
    4: ("sum", ((0.18, 32), (0.15, 50), (0.14, 64), (0.11, 100), (0.1, 128), (0.09, 128))),
    9: ("mean", ((0.1, 16), (0.1, 32), (0.1, 64), (0.1, 100), (0.1, 128))),
}
N_ORDERS = 100
#: The epoch to compare with: any from the second on, for they are all the same.
_EPOCH = 10
COLUMNS = [
    *("figure", "labels", "learning_rate", "batch_size", "bias_gradient", "n_orders"),
    *(f"{name}_{statistic}" for name in QUANTITIES for statistic in ("mean", "std", "min", "max")),
    *(f"published_{name}" for name in QUANTITIES),
    *("train_loss_z", "train_accuracy_z"),
]


def write_constant(*, printed: PrintedLogs, output: Path) -> None:
    """Write what a network prints that answers by its last biases, and what was printed.

    One row a figure, setting and set of labels.  The labels "dataset" have the class
    frequencies of the training and validation images in dataset.json; in "balanced"
    all classes are equally frequent.  Columns: of what the frozen epochs print, the
    mean, standard deviation and range over N_ORDERS random orders of the labels; what
    the original prints; and the distance of that from the mean, in standard deviations
    (train_loss_z, train_accuracy_z).  There is no row where our runs did not see MNIST.
    """
    if not printed.comparable:
        write_csv(pd.DataFrame(columns=COLUMNS), output)
        return
    data = read_json(printed.dataset)
    counts = np.add(*(data["class_counts"][part] for part in ("train", "validation")))
    balanced = np.full(len(counts), counts.sum() // len(counts))
    rows = []
    for figure, (reduction, settings) in SETTINGS.items():
        curve = printed.curve(figure)
        theirs = curve[curve["epoch"] == _EPOCH].iloc[0]
        for name, classes in (("dataset", counts), ("balanced", balanced)):
            for learning_rate, batch_size in settings:
                log = simulate(
                    classes,
                    n_train=data["sizes"]["train"],
                    setting=Setting(learning_rate, batch_size, reduction),
                    n_orders=N_ORDERS,
                )
                setting = (figure, name, learning_rate, batch_size, reduction, N_ORDERS)
                rows.append(dict(zip(COLUMNS[:6], setting, strict=True)) | _row(log, theirs))
    write_csv(pd.DataFrame(rows, columns=COLUMNS), output)


def _row(log: ConstantLog, printed: pd.Series) -> dict[str, float]:
    """Return the columns of one simulation: its own, the original's, and their distance."""
    row: dict[str, float] = {}
    for name in QUANTITIES:
        values = getattr(log, name)
        row |= {f"{name}_mean": values.mean(), f"{name}_std": values.std(ddof=1)}
        row |= {f"{name}_min": values.min(), f"{name}_max": values.max()}
        row[f"published_{name}"] = printed[name]
    for name in ("train_loss", "train_accuracy"):
        row[f"{name}_z"] = (printed[name] - row[f"{name}_mean"]) / row[f"{name}_std"]
    return row
