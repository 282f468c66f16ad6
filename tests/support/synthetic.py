"""Made-up results of every experiment, in the files that a build collects.

Tests of tables, figures, facts and the report need results without training.
The numbers are plausible, not real, and the same in every run:

    folder = write_collected(tmp_path)            # the default preset
    folder = write_collected(tmp_path, quick=True)  # one seed, two epochs, no sweeps
    folder = write_collected(tmp_path, quick=True, more=[{"batch_size": 64}])  # and a second size
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
from whole import write_document, write_table

from backprop_lab.runs.run import Run

LEARNING_RATES = (0.0001, 0.0005, 0.001, 0.005, 0.01, 0.1, 1.0)
GRID_RATES = (0.01, 0.05, 0.2)
BATCH_SIZES = (8, 16, 32, 64, 128, 256, 512)
WIDTHS = (16, 32, 64, 128, 256, 512, 1024)

#: Runs that end in NaN, and the epoch in which they do.
DIVERGED = {
    "torch_360_relu_sgd_lr0.1_b32_e10_raw/seed1": 3,
    "numpy_360_relu_sgd_lr1_b32_e10/seed2": 2,
    "numpy_360_relu_adam_lr1_b32_e10/seed0": 1,
    "numpy_360_relu_adam_lr1_b32_e10/seed1": 1,
    "numpy_360_relu_adam_lr1_b32_e10/seed2": 2,
}


@dataclass(frozen=True)
class World:
    """Other results than those of `experiments`.

    Attributes:
        members: experiment -> its runs.
        outcome: "usual"; "diverged", where every run ends in its first epoch; or "equal", where
            runs of one seed come out alike whatever their settings.
        registered: experiment -> the runs that the register asks for, where they are others.
    """

    members: Mapping[str, Sequence[Run]]
    outcome: str = "usual"
    registered: Mapping[str, Sequence[Run]] = field(default_factory=dict)


def experiments(*, quick: bool = False, more: Sequence[dict] = ()) -> dict[str, list[Run]]:
    """The runs of every experiment that the default (or quick) preset has.

    Args:
        more: each the parameters in which runs that a reader adds, to the matrix and to
            Task 1's final, differ from those that are there.
    """
    seeds = range(1 if quick else 3)

    def runs(epochs: int, **parameters) -> list[Run]:
        usual = {
            "backend": "numpy",
            "hidden_sizes": (360,),
            "activation": "relu",
            "optimizer": "sgd",
            "learning_rate": 0.1,
            "batch_size": 32,
        }
        epochs = 2 if quick else epochs
        return [Run(**usual | parameters, epochs=epochs, seed=seed) for seed in seeds]

    found = {
        "matrix": [
            run
            for backend in ("numpy", "torch")
            for sizes in ((360,), (360, 100), (360, 100, 40))
            for activation in ("relu", "sigmoid")
            for optimizer, rate in (("sgd", 0.1), ("adam", 0.001))
            for run in runs(
                10,
                backend=backend,
                hidden_sizes=sizes,
                activation=activation,
                optimizer=optimizer,
                learning_rate=rate,
            )
        ],
        "task1_final": runs(40),
        "task2_final": runs(200, backend="torch"),
        "learning_rate_transfer": [
            run
            for pixels in ("unit", "raw")
            for optimizer in ("sgd", "adam")
            for rate in (0.1, 0.001)
            for run in runs(
                10, backend="torch", optimizer=optimizer, learning_rate=rate, pixels=pixels
            )
        ],
    }
    for name in ("matrix", "task1_final"):
        found[name] += [replace(run, **changed) for changed in more for run in found[name]]
        found[name] = list(dict.fromkeys(found[name]))  # as the workflow, each once
    if not quick:
        found["sweep_learning_rate"] = [
            run
            for optimizer in ("sgd", "adam")
            for rate in LEARNING_RATES
            for run in runs(10, optimizer=optimizer, learning_rate=rate)
        ]
        found["learning_rate_grid"] = [
            run
            for activation in ("relu", "sigmoid")
            for optimizer in ("sgd", "adam")
            for rate in GRID_RATES
            for run in runs(10, activation=activation, optimizer=optimizer, learning_rate=rate)
        ]
        found["sweep_batch_size"] = [
            run for size in BATCH_SIZES for run in runs(10, batch_size=size)
        ]
        found["sweep_width"] = [run for width in WIDTHS for run in runs(10, hidden_sizes=(width,))]
    return found


def write_collected(
    folder: Path, *, quick: bool = False, more: Sequence[dict] = (), world: World | None = None
) -> Path:
    """Write runs.csv, history.csv and experiments.csv into `folder`; return it.

    Args:
        world: runs and outcomes in place of those that `quick` and `more` ask for.
    """
    world = world or World(experiments(quick=quick, more=more))
    members = world.members
    runs = {run.id: run for group in members.values() for run in group}
    histories = {run_id: _history(run, world.outcome) for run_id, run in sorted(runs.items())}
    rows = [_row(runs[run_id], history) for run_id, history in histories.items()]
    write_table(folder / "runs.csv", rows)
    parts = [
        history.assign(id=run_id, variant=runs[run_id].variant, seed=runs[run_id].seed)
        for run_id, history in histories.items()
    ]
    columns = ["id", "variant", "seed", *parts[0].columns[:5]]
    pd.concat(parts)[columns].to_csv(folder / "history.csv", index=False, na_rep="nan")
    pairs = [(name, run.id) for name, group in members.items() for run in group]
    pd.DataFrame(pairs, columns=["experiment", "id"]).to_csv(
        folder / "experiments.csv", index=False
    )
    return folder


def write_test_outputs(
    folder: Path, *, seeds: int = 3, n: int = 400, outcome: str = "usual"
) -> Path:
    """Write dataset.npz, dataset.json and seed<k>/{result.json,predictions.npz} of one variant.

    The images are noise; of the n test images about one in ten is taken for
    its label plus one.

    Args:
        outcome: see `World`; "equal" makes as many mistakes of four kinds.
    """
    rng = np.random.default_rng(0)
    arrays = {}
    for part, size in (("train", 10), ("validation", 10), ("test", n)):
        arrays[f"{part}_images"] = rng.integers(0, 256, (size, 784), dtype=np.uint8)
        arrays[f"{part}_labels"] = (np.arange(size) % 10).astype(np.uint8)
    np.savez(folder / "dataset.npz", **arrays)
    names = [str(digit) for digit in range(10)]
    labels = {part: arrays[f"{part}_labels"] for part in ("train", "validation", "test")}
    dataset = {
        "name": "mnist",
        "class_names": names,
        "sizes": {part: len(own) for part, own in labels.items()},
        "class_counts": {
            part: np.bincount(own, minlength=10).tolist() for part, own in labels.items()
        },
    }
    write_document(folder / "dataset.json", dataset)
    label = arrays["test_labels"]
    for seed in range(seeds):
        wrong = rng.random(n) < 0.1
        if outcome == "equal":
            wrong = (np.arange(n) < 40) & (label < 4)
        predicted = ((label + wrong) % 10).astype(np.uint8)
        confidence = rng.random(n).astype(np.float32)
        if outcome == "diverged":
            predicted, confidence = np.zeros_like(label), np.full_like(confidence, np.nan)
        matrix = np.zeros((10, 10), dtype=int)
        np.add.at(matrix, (label, predicted), 1)
        (folder / f"seed{seed}").mkdir()
        status = "diverged" if outcome == "diverged" else "completed"
        result = {"status": status, "confusion_matrix": matrix.tolist()}
        write_document(folder / f"seed{seed}" / "result.json", result)
        np.savez(
            folder / f"seed{seed}" / "predictions.npz",
            label=label,
            predicted=predicted,
            confidence=confidence,
        )
    return folder


def write_rounds(
    path: Path, seconds: Callable[[Run], float], rounds: int = 5, *, drift: float = 0.01
) -> Path:
    """Write speed.csv; a round adds up to 1 % to NumPy's times.

    Args:
        seconds: of a round, for a run of either backend.
        drift: how much a round adds at most.
    """
    rows = []
    for sizes in ((360,), (360, 100, 40)):
        for optimizer, rate in (("sgd", 0.1), ("adam", 0.001)):
            numpy, torch = (
                seconds(Run(backend, sizes, "relu", optimizer, rate, 32, 1, 0))
                for backend in ("numpy", "torch")
            )
            for number in range(1, rounds + 1):
                drifted = numpy * (1 + drift * math.sin(number))
                rows.append(
                    {
                        "hidden_sizes": "-".join(map(str, sizes)),
                        "optimizer": optimizer,
                        "learning_rate": rate,
                        "batch_size": 32,
                        "n_images": 10000,
                        "round": number,
                        "began": ("torch", "numpy")[number % 2],
                        "numpy_seconds": drifted,
                        "torch_seconds": torch,
                        "ratio": drifted / torch,
                    }
                )
    pd.DataFrame(rows).to_csv(path, index=False)
    return path


def _history(run: Run, outcome: str) -> pd.DataFrame:
    """An error that falls as a power of the epochs; a run listed above ends in NaN."""
    name = run.id
    if outcome == "equal":
        name, run = f"seed{run.seed}", Run("numpy", (360,), "relu", "sgd", 0.1, 32, run.epochs, 0)
    rng = np.random.default_rng(zlib.crc32(name.encode()))
    epoch = np.arange(1, run.epochs + 1)
    best_rate = {"sgd": 0.1, "adam": 0.001}.get(run.optimizer, 0.01)
    distance = abs(math.log10(run.learning_rate / best_rate))
    error = 0.05 * 2.6**distance * (run.batch_size / 32) ** 0.3 * (360 / run.hidden_sizes[0]) ** 0.3
    error *= 1.6 if run.activation == "sigmoid" else 1
    noise = np.exp(0.04 * rng.standard_normal((2, run.epochs)))
    val_error = np.minimum(0.017 + error * epoch**-1.0, 0.9) * noise[0]
    train_error = np.minimum(error * epoch**-1.4, 0.9) * noise[1]
    history = pd.DataFrame({
        "epoch": epoch,
        "train_loss": 3.3 * train_error,
        "train_accuracy": np.round(1 - train_error, 5),
        "val_loss": 3.3 * val_error + 0.0004 * epoch,
        "val_accuracy": np.round(1 - val_error, 4),
    })  # fmt: skip
    if run.pixels == "raw" and run.learning_rate == 0.1:
        history["train_loss"] = np.where(epoch == 1, 650 * noise[0], 2.303)
        history["train_accuracy"] = 0.1 * noise[1]
        history["val_loss"] = 2.303
        history["val_accuracy"] = 0.0991
    ended = 1 if outcome == "diverged" else DIVERGED.get(run.id)
    if ended:
        history = history[:ended].copy()
        history.loc[history.index[-1], ["train_loss", "val_loss"]] = np.nan
    return history


def _row(run: Run, history: pd.DataFrame) -> dict:
    """The row of runs.csv."""
    ended = len(history) if history["val_loss"].isna().any() else None
    final = history.iloc[-1].to_dict()
    best = history.loc[history["val_accuracy"].idxmax()]
    sizes = [784, *run.hidden_sizes, 10]
    row = run.parameters() | {
        "hidden_sizes": "-".join(map(str, run.hidden_sizes)),
        "id": run.id,
        "variant": run.variant,
        "status": "diverged" if ended else "completed",
        "diverged_epoch": ended,
        "epochs_completed": len(history),
    }
    names = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")
    row |= {name: None if ended else final[name] for name in names}
    row |= {
        "best_epoch": None if ended else int(best["epoch"]),
        "best_val_accuracy": None if ended else best["val_accuracy"],
        "test_loss": None if ended else final["val_loss"] * 1.02,
        "test_accuracy": None if ended else round(final["val_accuracy"] - 0.0007, 4),
        "test_n": 10000,
        "n_parameters": sum(a * b + b for a, b in pairwise(sizes)),
        "seconds_per_epoch": (0.6 + 24 / run.batch_size + run.hidden_sizes[0] / 700)
        * (1.3 if run.backend == "torch" else 1),
    }
    return row


def collected_files(folder: Path) -> dict[str, Path]:
    """The three collected files of a folder, by the names that tables and figures ask for."""
    return {name: folder / f"{name}.csv" for name in ("runs", "experiments", "history")}


def trained_on(folder: Path, name: str = "mnist") -> Path:
    """Write a data set's name as dataset.json, which says whether logs can be compared."""
    return write_document(folder / f"trained_on_{name}" / "dataset.json", {"name": name})
