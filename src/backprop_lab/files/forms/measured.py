"""The form of the tables of what is measured beside the runs, and of the benchmarks."""

from __future__ import annotations

from backprop_lab.files.forms.columns import Kinds
from backprop_lab.files.forms.kinds import (
    COUNT,
    FRACTION,
    FROM_ONE,
    LOSS,
    MAY_POSITIVE,
    NUMBER,
    POSITIVE,
    SIZES,
    TEXT,
    Number,
    Text,
)
from backprop_lab.files.forms.table import Columns, TableForm

# --- what is measured beside the runs ---------------------------------------------------

_MEASURE = Number(low=0, optional=True, finite=False)


def _all_layers(columns: Columns) -> str:
    """Say which network lacks a layer, or has one too many, or ""."""
    settings = ("hidden_sizes", "activation", "init", "epoch")
    layers: dict[tuple[str, ...], list[int]] = {}
    for *setting, layer in zip(*(columns[name] for name in (*settings, "layer")), strict=True):
        layers.setdefault(tuple(setting), []).append(int(layer))
    for network, found in layers.items():
        n_layers = network[0].count("-") + 2
        if sorted(found) != list(range(1, n_layers + 1)):
            return f"the network {' '.join(network)} has the layers {found}, not {n_layers}"
    return ""


SIGNAL = TableForm(
    {
        "hidden_sizes": SIZES,
        "activation": TEXT,
        "init": TEXT,
        "epoch": COUNT,
        "learning_rate": POSITIVE,
        "batch_size": FROM_ONE,
        "n_training_images": FROM_ONE,
        "n_images": FROM_ONE,
        "layer": FROM_ONE,
        "units": FROM_ONE,
        "sum_std": _MEASURE,
        "activation_std": _MEASURE,
        "activation_rms": _MEASURE,
        "gradient_std": _MEASURE,
        "weight_gradient_std": _MEASURE,
        "dead_share": FRACTION,
    },
    also=_all_layers,
)
PARITY = TableForm(
    {
        "comparison": TEXT,
        "step": FROM_ONE,
        "epochs": COUNT,
        "hidden_sizes": SIZES,
        "learning_rate": POSITIVE,
        "batch_size": FROM_ONE,
        "n_images": FROM_ONE,
        "n_probes": FROM_ONE,
        "first_loss": LOSS,
        "second_loss": LOSS,
        "loss_difference": _MEASURE,
        "loss_relative_difference": _MEASURE,
        "weight_difference": _MEASURE,
        "weight_relative_difference": _MEASURE,
        "n_predicted_differently": COUNT,
    },
    key=("comparison", "step"),
)
_POSITIVE_SECONDS = Number(low=1e-12)
SPEED = TableForm(
    {
        "hidden_sizes": SIZES,
        "optimizer": TEXT,
        "learning_rate": POSITIVE,
        "batch_size": FROM_ONE,
        "n_images": FROM_ONE,
        "round": FROM_ONE,
        "began": TEXT,
        "numpy_seconds": _POSITIVE_SECONDS,
        "torch_seconds": _POSITIVE_SECONDS,
        "ratio": _POSITIVE_SECONDS,
    },
    key=("hidden_sizes", "optimizer", "round"),
)
FLOORS = TableForm(
    {
        "hidden_sizes": SIZES,
        "batch_size": FROM_ONE,
        "n_train": FROM_ONE,
        "n_validation": FROM_ONE,
        "step_seconds": POSITIVE,
        "image_seconds": POSITIVE,
    },
    key=("hidden_sizes", "batch_size"),
)


def _finish_later(columns: Columns) -> str:
    """Say which job finished before it started, or ""."""
    times = zip(columns["started"], columns["finished"], strict=True)
    for number, (started, finished) in enumerate(times, 1):
        if float(finished) <= float(started):
            return f"row {number} finished before it started"
    return ""


JOBS = TableForm(
    {
        "id": TEXT,
        "experiment": TEXT,
        "backend": TEXT,
        "started": POSITIVE,
        "finished": POSITIVE,
        "cpu_seconds": POSITIVE,
        "peak_memory_bytes": POSITIVE,
        "part": FROM_ONE,
        "core": FROM_ONE,
        "job_seconds": POSITIVE,
        "epoch_seconds": POSITIVE,
        "floor_seconds": POSITIVE,
    },
    key=("id",),
    also=_finish_later,
)
BUILD = TableForm(
    {
        "experiment": TEXT,
        "n_runs": FROM_ONE,
        "job_seconds": POSITIVE,
        "cpu_seconds": POSITIVE,
        "epoch_seconds": POSITIVE,
        "overhead_share": NUMBER,
        "floor_seconds": POSITIVE,
        "floor_share": MAY_POSITIVE,
        "numpy_peak_memory_bytes": MAY_POSITIVE,
        "torch_peak_memory_bytes": MAY_POSITIVE,
    },
    key=("experiment",),
)

# --- benchmarks -------------------------------------------------------------------------

_TIMED: Kinds = {
    "group": Text(choices=("main", "grid")),
    "hidden_sizes": SIZES,
    "activation": TEXT,
    "optimizer": TEXT,
    "batch_size": FROM_ONE,
    "n_images": FROM_ONE,
}
TRAINERS_RATIOS = TableForm(
    {
        **_TIMED,
        "ours": TEXT,
        "other": TEXT,
        "n_rounds": FROM_ONE,
        "our_seconds": POSITIVE,
        "other_seconds": POSITIVE,
        "ratio_median": POSITIVE,
        "ratio_min": POSITIVE,
        "ratio_max": POSITIVE,
    },
    key=(*_TIMED, "ours", "other"),
)
GROWTH = TableForm(
    {
        "runs": FROM_ONE,
        "repeats": FROM_ONE,
        **{
            f"{work}_{name}": POSITIVE
            for work in ("dry_run", "collect")
            for name in ("seconds", "cpu_seconds", "peak_bytes")
        },
    },
    key=("runs",),
)
