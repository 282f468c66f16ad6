"""The form of the files that collect all runs, and of those that hold the original's numbers."""

from __future__ import annotations

from backprop_lab.files.forms.columns import FIXED, MAY_QUANTITIES, QUANTITIES
from backprop_lab.files.forms.kinds import (
    FLAG,
    FRACTION,
    FROM_ONE,
    MAY_FRACTION,
    MAY_FROM_ONE,
    MAY_LOSS,
    MAY_POSITIVE,
    MAY_SEED,
    NUMBER,
    SEED,
    SIZES,
    TEXT,
    Number,
    Text,
)
from backprop_lab.files.forms.run_files import STATUSES
from backprop_lab.files.forms.table import TableForm

# --- what is collected from the runs ----------------------------------------------------

RUNS = TableForm(
    {
        "id": TEXT,
        "variant": TEXT,
        **FIXED,
        "epochs": FROM_ONE,
        "seed": SEED,
        "init": TEXT,
        "pixels": TEXT,
        "weight_gradient": TEXT,
        "bias_gradient": TEXT,
        "shuffle": FLAG,
        "init_seed": MAY_SEED,
        "order_seed": MAY_SEED,
        "split_seed": MAY_SEED,
        "train_size": MAY_FROM_ONE,
        "repeats": FROM_ONE,
        "label_noise": FRACTION,
        "status": Text(choices=STATUSES),
        "diverged_epoch": MAY_FROM_ONE,
        "epochs_completed": FROM_ONE,
        **MAY_QUANTITIES,
        "best_epoch": MAY_FROM_ONE,
        "best_val_accuracy": MAY_FRACTION,
        "test_loss": MAY_LOSS,
        "test_accuracy": MAY_FRACTION,
        "test_n": FROM_ONE,
        "n_parameters": FROM_ONE,
        "seconds_per_epoch": MAY_POSITIVE,
    },
    key=("id",),
)
HISTORY = TableForm(
    {"id": TEXT, "variant": TEXT, "seed": SEED, "epoch": FROM_ONE, **QUANTITIES},
    key=("id", "epoch"),
)
EXPERIMENTS = TableForm({"experiment": TEXT, "id": TEXT}, key=("experiment", "id"))

# --- what the original prints -----------------------------------------------------------

#: What to do about a file that a person wrote.
CORRECT = "correct it; git diff {path} shows what has changed in it"
_PERCENT = Number(low=0, high=100, optional=True)

PUBLISHED = TableForm(
    {
        "figure": FROM_ONE,
        "task": FROM_ONE,
        "hidden_sizes": Text(pattern=SIZES.pattern, optional=True),
        "epoch": FROM_ONE,
        "train_loss": MAY_POSITIVE,
        "train_accuracy_percent": _PERCENT,
        "val_loss": MAY_POSITIVE,
        "val_accuracy_percent": _PERCENT,
    },
    key=("figure", "epoch"),
    remedy=CORRECT,
)
STATED = TableForm(
    {
        "key": Text(pattern=r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*"),
        "value": NUMBER,
        "unit": TEXT,
        "where": TEXT,
    },
    key=("key",),
    remedy=CORRECT,
)
