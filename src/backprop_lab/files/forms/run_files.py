"""The form of the files in a run's folder; `training.outputs` and `training.job` write them.

`results.check` holds them against the run's name and against each other.
"""

from __future__ import annotations

from functools import lru_cache

from backprop_lab.files.forms.document import DocumentForm
from backprop_lab.files.forms.kinds import (
    COUNT,
    FRACTION,
    FROM_ONE,
    LOSS,
    MAY_FROM_ONE,
    MAY_POSITIVE,
    POSITIVE,
    SHA256,
    TEXT,
    Text,
)
from backprop_lab.files.forms.structures import Anything, Matrix, Record
from backprop_lab.files.forms.table import Columns, TableForm

RETRAIN = "train the run again: snakemake --cores 1 --force {path}"

#: Version of the form of a run's files, in result.json.  Files of before have none and the
#: same form; a change that an older reader would misread gets the next number.
FORMAT = 1

STATUSES = ("completed", "diverged")


def in_order(columns: Columns) -> str:
    """Say where the epochs are not 1, 2, 3, ..., or ""."""
    epochs = columns["epoch"]
    if tuple(epochs) == _epochs(len(epochs)):
        return ""
    number, epoch = next((i, e) for i, e in enumerate(epochs, 1) if e != str(i))
    return f"row {number} is of epoch {epoch}: epochs must be 1, 2, 3, ... in order"


@lru_cache(maxsize=64)  # many runs have as many epochs
def _epochs(n: int) -> tuple[str, ...]:
    return tuple(map(str, range(1, n + 1)))


#: Its epochs need no kind of their own: `in_order` allows one text for each.
HISTORY = TableForm(
    {
        "epoch": TEXT,
        "train_loss": LOSS,
        "train_accuracy": FRACTION,
        "val_loss": LOSS,
        "val_accuracy": FRACTION,
    },
    also=in_order,
    remedy=RETRAIN,
)

TIMING = TableForm(
    {"epoch": TEXT, "train_seconds": POSITIVE, "evaluate_seconds": POSITIVE},
    also=in_order,
    remedy=RETRAIN,
)

RESULT = DocumentForm(
    Record(
        {
            "id": TEXT,
            "run": Record(others=Anything()),
            "status": Text(choices=STATUSES),
            "diverged_epoch": MAY_FROM_ONE,
            "epochs_completed": FROM_ONE,
            "final": Record(
                {
                    "train_loss": MAY_POSITIVE,
                    "train_accuracy": FRACTION,
                    "val_loss": MAY_POSITIVE,
                    "val_accuracy": FRACTION,
                }
            ),
            "best": Record({"epoch": FROM_ONE, "val_accuracy": FRACTION}),
            "test": Record({"loss": MAY_POSITIVE, "accuracy": FRACTION, "n": FROM_ONE}),
            "confusion_matrix": Matrix(COUNT),
            "n_parameters": FROM_ONE,
            "dataset_sha256": SHA256,
            "weights_sha256": SHA256,
        },
        may={"format": FROM_ONE},
    ),
    remedy=RETRAIN,
)


JOB = DocumentForm(
    Record(
        {
            "started": POSITIVE,
            "finished": POSITIVE,
            "cpu_seconds": POSITIVE,
            "peak_memory_bytes": POSITIVE,
        },
        may={"earlier_seconds": POSITIVE},
    ),
    also=lambda job: "" if job["finished"] > job["started"] else "finished before it started",
    remedy=RETRAIN,
)
