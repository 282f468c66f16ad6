"""The form of the tables of runs that were trained again under other kernels."""

from __future__ import annotations

from collections.abc import Sequence

from backprop_lab.files.forms.columns import MAY_QUANTITIES, QUANTITIES, Kinds
from backprop_lab.files.forms.kinds import (
    COUNT,
    FLAG,
    FROM_ONE,
    MAY_FRACTION,
    MAY_LOSS,
    MAY_POSITIVE,
    MAY_TEXT,
    SEED,
    SIZES,
    TEXT,
)
from backprop_lab.files.forms.table import TableForm


def _moves(quantities: Sequence[str]) -> Kinds:
    """Return the columns that say how far kernels and seeds move each of these."""
    spreads = ("range", "std", "seeds_range", "seeds_std")
    return {f"{quantity}_{name}": MAY_POSITIVE for quantity in quantities for name in spreads}


KERNEL_RUNS = TableForm(
    {
        "backend": TEXT,
        "kernels": TEXT,
        "loaded": TEXT,
        "emulated": FLAG,
        "id": TEXT,
        "variant": TEXT,
        "hidden_sizes": SIZES,
        "activation": TEXT,
        "optimizer": TEXT,
        "epochs": FROM_ONE,
        "seed": SEED,
        "status": MAY_TEXT,
        **MAY_QUANTITIES,
        "test_loss": MAY_LOSS,
        "test_accuracy": MAY_FRACTION,
        "weights_sha256": MAY_TEXT,
    },
    key=("kernels", "id"),
)
KERNELS = TableForm(
    {
        "variant": TEXT,
        "backend": TEXT,
        "hidden_sizes": SIZES,
        "activation": TEXT,
        "optimizer": TEXT,
        "epochs": FROM_ONE,
        "seed": SEED,
        "n_asked": FROM_ONE,
        "n": COUNT,
        "n_weights": COUNT,
        "n_seeds": COUNT,
        **_moves((*QUANTITIES, "test_accuracy", "accuracy_gap", "loss_gap")),
    },
    key=("variant", "seed"),
)
