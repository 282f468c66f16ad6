"""The form of the tables that are made from the collected runs.

Each function that writes a table says in its docstring what the columns mean; here stands
what their cells may hold.  A number that does not exist, such as a mean over runs that all
diverged, is an empty cell.
"""

from __future__ import annotations

from backprop_lab.files.forms.columns import (
    FIXED,
    MAY_QUANTITIES,
    N_RUNS,
    QUANTITIES,
    SETTING,
    Kinds,
    statistics,
)
from backprop_lab.files.forms.kinds import (
    COUNT,
    FLAG,
    FROM_ONE,
    MAY_FRACTION,
    MAY_FROM_ONE,
    MAY_LOSS,
    MAY_NUMBER,
    MAY_POSITIVE,
    POSITIVE,
    SIZES,
    TEXT,
    Text,
)
from backprop_lab.files.forms.run_files import STATUSES
from backprop_lab.files.forms.table import Columns, TableForm

# --- tables -----------------------------------------------------------------------------

_ACCURACIES: Kinds = {
    **statistics("val_accuracy", MAY_FRACTION, "mean", "std"),
    "best_val_accuracy_mean": MAY_FRACTION,
}
_TEST = statistics("test_accuracy", MAY_FRACTION, "mean", "std")
_VAL = statistics("val_accuracy", MAY_FRACTION, "mean", "std", "min", "max")

VARIANTS = TableForm(
    {
        "variant": TEXT,
        **{name: FIXED[name] for name in ("backend", "hidden_sizes", "activation")},
        "optimizer": TEXT,
        "learning_rate": POSITIVE,
        **N_RUNS,
        **_ACCURACIES,
        **_TEST,
        "seconds_per_epoch": MAY_POSITIVE,
    },
    key=("variant",),
)
FINALS = TableForm(
    {
        "task": FROM_ONE,
        "variant": TEXT,
        **FIXED,
        **N_RUNS,
        "epochs": FROM_ONE,
        **_ACCURACIES,
        "best_epoch_mean": MAY_POSITIVE,
        **_TEST,
        "train_accuracy_mean": MAY_FRACTION,
        "train_loss_mean": MAY_LOSS,
        "val_loss_mean": MAY_LOSS,
        "n_parameters": FROM_ONE,
        "seconds_per_epoch": MAY_POSITIVE,
    },
    key=("task",),
)


def sweep(swept: str) -> TableForm:
    """Return the form of sweep_<swept>.csv, whose first column is what is swept."""
    fixed = {name: kind for name, kind in FIXED.items() if name != swept}
    return TableForm(
        {
            swept: POSITIVE if swept == "learning_rate" else FROM_ONE,
            **fixed,
            "epochs": FROM_ONE,
            **N_RUNS,
            **_VAL,
            "train_accuracy_mean": MAY_FRACTION,
            **_TEST,
            "n_parameters": FROM_ONE,
            "seconds_per_epoch": MAY_POSITIVE,
        }
    )


SWEEP_EPOCHS = TableForm(
    {
        "task": FROM_ONE,
        "backend": TEXT,
        "epoch": FROM_ONE,
        **N_RUNS,
        **_VAL,
        "train_accuracy_mean": MAY_FRACTION,
        "train_loss_mean": MAY_LOSS,
        "val_loss_mean": MAY_LOSS,
    },
    key=("task", "epoch"),
)


def _has_means(columns: Columns) -> str:
    """Say which epoch is of some runs but lacks their means, or ""."""
    for number, (n, accuracy) in enumerate(
        zip(columns["n"], columns["val_accuracy"], strict=True), 1
    ):
        if n != "0" and not accuracy:
            return f"row {number}: val_accuracy is empty, the mean of {n} runs"
    return ""


LOG = TableForm(
    {
        "epoch": FROM_ONE,
        "n": COUNT,
        **MAY_QUANTITIES,
        **{f"published_{name}": kind for name, kind in MAY_QUANTITIES.items()},
    },
    key=("epoch",),
    also=_has_means,
)
DRAWN = TableForm(
    {
        "panel": TEXT,
        "line": Text(("ours", "original", "diverged", "nearest", "nearest_to_all")),
        "setting": TEXT,
        "epoch": FROM_ONE,
        "n": COUNT,
        **{
            f"{name}_{statistic}": kind
            for name, kind in MAY_QUANTITIES.items()
            for statistic in ("mean", "min", "max")
        },
    },
    key=("panel", "line", "setting", "epoch"),
    least=0,
)
TRANSFER = TableForm(
    {
        "pixels": TEXT,
        "optimizer": TEXT,
        "learning_rate": POSITIVE,
        **N_RUNS,
        "first_train_loss_mean": MAY_LOSS,
        **{
            column: kind
            for name, own in MAY_QUANTITIES.items()
            for column, kind in statistics(name, own, "mean", "std").items()
        },
    },
    key=("pixels", "optimizer", "learning_rate"),
)
VARIANCE = TableForm(
    {
        "source": TEXT,
        **N_RUNS,
        **{
            f"{name}_{one}": MAY_FRACTION if one == "mean" else MAY_POSITIVE
            for name in ("val_accuracy", "test_accuracy")
            for one in ("mean", "std", "std_low", "std_high", "images_std")
        },
    },
    key=("source",),
)
TUNING_CURVES = TableForm(
    {
        "activation": TEXT,
        "optimizer": TEXT,
        "n_rates": FROM_ONE,
        **N_RUNS,
        **_VAL,
        "learning_rate": POSITIVE,
        "at_edge": FLAG,
    },
    key=("activation", "optimizer", "n_rates"),
)
COMPUTE = TableForm(
    {
        "experiment": TEXT,
        **{name: COUNT for name in ("n_runs", "n_shared", "n_diverged", "n_epochs")},
    },
    key=("experiment",),
)


def _is_square(columns: Columns) -> str:
    """Say where a confusion matrix does not name the same classes in its rows and columns."""
    names = [name for name in columns if name != "label"]
    return "" if list(columns["label"]) == names else "its rows and columns name other classes"


CONFUSION = TableForm({"label": TEXT}, key=("label",), others=COUNT, also=_is_square)
MISTAKES = TableForm(
    {
        "index": COUNT,
        "label": COUNT,
        "predicted": COUNT,
        "confidence": MAY_FRACTION,
        "label_name": TEXT,
        "predicted_name": TEXT,
    },
    key=("index",),
    least=0,
)
# --- forensics --------------------------------------------------------------------------

DISTANCES = TableForm(
    {
        **SETTING,
        "epochs": FROM_ONE,
        **{f"distance_figure{figure}": MAY_POSITIVE for figure in (2, 3, 4, 6, 9)},
        "distance_all": MAY_POSITIVE,
        "refined": FLAG,
    },
    least=0,
)
BEST = TableForm(
    {
        "choice": Text(choices=("figure", "all")),
        "figure": FROM_ONE,
        "id": TEXT,
        "hidden_sizes": SIZES,
        "activation": TEXT,
        **SETTING,
        "epochs": FROM_ONE,
        "n_settings": FROM_ONE,
        "distance": POSITIVE,
        "distance_all": MAY_POSITIVE,
        "max_error_train_loss": MAY_LOSS,
        "first4_max_error_train_loss": MAY_LOSS,
        "max_error_val_accuracy": MAY_FRACTION,
        "frozen": FLAG,
        "published_frozen": FLAG,
        **MAY_QUANTITIES,
    },
    key=("choice", "figure"),
    least=0,
)
COUNTERFACTUAL = TableForm(
    {
        "repair": TEXT,
        "id": TEXT,
        **SETTING,
        "status": Text(choices=STATUSES),
        "epochs_completed": FROM_ONE,
        **MAY_QUANTITIES,
        "best_val_accuracy": MAY_FRACTION,
        "first_trained_epoch": MAY_FROM_ONE,
    },
    key=("id",),
)
CONSTANT = TableForm(
    {
        "figure": FROM_ONE,
        "labels": TEXT,
        "learning_rate": POSITIVE,
        "batch_size": FROM_ONE,
        "bias_gradient": TEXT,
        "n_orders": FROM_ONE,
        **{
            column: kind
            for name, own in QUANTITIES.items()
            for column, kind in statistics(name, own, "mean", "std", "min", "max").items()
        },
        **{f"published_{name}": kind for name, kind in QUANTITIES.items()},
        "train_loss_z": MAY_NUMBER,
        "train_accuracy_z": MAY_NUMBER,
    },
    least=0,
)
