"""Groups of columns that several tables have, each with the kind of its cells."""

from __future__ import annotations

from backprop_lab.files.forms.kinds import (
    COUNT,
    FLAG,
    FRACTION,
    FROM_ONE,
    LOSS,
    MAY_FRACTION,
    MAY_LOSS,
    MAY_POSITIVE,
    POSITIVE,
    SIZES,
    TEXT,
    CellKind,
)

#: Column -> kind of its cells.
Kinds = dict[str, CellKind]

#: What every epoch of every run records; and their means, which may not exist.
QUANTITIES: Kinds = {
    "train_loss": LOSS,
    "train_accuracy": FRACTION,
    "val_loss": LOSS,
    "val_accuracy": FRACTION,
}
MAY_QUANTITIES: Kinds = {
    "train_loss": MAY_LOSS,
    "train_accuracy": MAY_FRACTION,
    "val_loss": MAY_LOSS,
    "val_accuracy": MAY_FRACTION,
}
#: How many runs a row summarises, and how many of them diverged.
N_RUNS: Kinds = {"n": COUNT, "n_diverged": COUNT}
#: What runs of an experiment differ in.
FIXED: Kinds = {
    "backend": TEXT,
    "hidden_sizes": SIZES,
    "activation": TEXT,
    "optimizer": TEXT,
    "learning_rate": POSITIVE,
    "batch_size": FROM_ONE,
}
#: The parameters that a log of the original leaves open (`results.forensics.SETTING`).
SETTING: Kinds = {
    "backend": TEXT,
    "optimizer": TEXT,
    "learning_rate": POSITIVE,
    "batch_size": FROM_ONE,
    "init": TEXT,
    "pixels": TEXT,
    "weight_gradient": TEXT,
    "bias_gradient": TEXT,
    "shuffle": FLAG,
}


def statistics(name: str, kind: CellKind, *wanted: str) -> Kinds:
    """Return the columns <name>_<statistic>, such as val_accuracy_mean.

    A standard deviation is a number of its own: it may lie above any accuracy, and one run
    has none.
    """
    return {f"{name}_{one}": MAY_POSITIVE if one == "std" else kind for one in wanted}
