"""Saved runs, opened again: their numbers, their weights, and what they say to an image."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from backprop_lab.data.datasets import to_float
from backprop_lab.errors import LabError
from backprop_lab.files.arrays import read_arrays
from backprop_lab.files.forms.run_files import HISTORY, RESULT
from backprop_lab.nn.classifier import Parameters, Settings
from backprop_lab.nn.losses import softmax
from backprop_lab.nn.network import Network
from backprop_lab.runs.run import Run

#: Where runs lie: those of the workflow, and those that were trained by hand.
RUNS, OWN = Path("results/runs"), Path("results/own")


@dataclass(frozen=True)
class SavedRun:
    """A run that was trained, by the workflow or by hand.

    Attributes:
        run: its parameters.
        folder: where its files lie.
        result: what result.json says; `training.outputs.summarize` explains it.
        history: a row an epoch: epoch, train_loss, train_accuracy, val_loss, val_accuracy.
            Losses are mean cross-entropies in nats, accuracies fractions.
    """

    run: Run
    folder: Path
    result: dict[str, Any]
    history: pd.DataFrame

    @classmethod
    def open(cls, folder: Path | str) -> SavedRun:
        """Open a run's folder, such as results/runs/numpy_360_relu_sgd_lr0.1_b32_e10/seed0.

        Raises:
            LabError: the folder is no run's, or lacks a file.
        """
        folder = Path(folder)
        run = Run.from_id("/".join(folder.resolve().parts[-2:]))
        if not (folder / "result.json").is_file():
            raise LabError(f"{folder}: not trained; {how_to_train(run)}")
        HISTORY.read(folder / "history.csv")
        history = pd.read_csv(folder / "history.csv")
        return cls(run, folder, RESULT.read(folder / "result.json"), history)

    def parameters(self) -> Parameters:
        """Return (W, b) of each layer, float32: W (n_in, n_out), b (n_out,)."""
        layers = range(1, len(self.run.hidden_sizes) + 2)
        names = tuple(name for number in layers for name in (f"W{number}", f"b{number}"))
        arrays = read_arrays(self.folder / "model.npz", names, how_to_train(self.run))
        return list(zip(arrays[::2], arrays[1::2], strict=True))

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """Return the softmax of the logits of images.

        Args:
            images: uint8 (n, 784), 0 background to 255 ink.

        Returns:
            float64 (n, 10); a row adds up to 1.
        """
        settings = Settings(self.run.optimizer, self.run.learning_rate, self.run.batch_size)
        network = Network(self.parameters(), self.run.activation, settings)
        logits = network.logits(to_float(images, self.run.pixels))
        return softmax(logits.astype(np.float64))

    def correct(self) -> np.ndarray:
        """Say of each test image whether its class was told, bool (n_test,)."""
        path = self.folder / "predictions.npz"
        label, predicted = read_arrays(path, ("label", "predicted"), how_to_train(self.run))
        right: np.ndarray = label == predicted
        return right


def find_runs(name: str, roots: tuple[Path, ...] = (RUNS, OWN)) -> list[SavedRun]:
    """Open the run, or all runs, that a name stands for.

    Args:
        name: a run's folder; or its name below one of `roots`; or a variant, without its
            seed, which stands for all of its seeds.
        roots: where runs are looked for.

    Returns:
        At least one run; those of a variant in the order of their seeds.

    Raises:
        LabError: there is none, or a file of it cannot be read.
    """
    for folder in (Path(name), *(root / name for root in roots)):
        if (folder / "result.json").is_file():
            return [SavedRun.open(folder)]
        seeds = [path.parent for path in folder.glob("seed*/result.json")]
        if seeds:
            return sorted(map(SavedRun.open, seeds), key=lambda saved: saved.run.seed)
    known = Run.from_id(name if "/seed" in name else f"{name}/seed0")  # or says how to spell it
    raise LabError(f"{name}: not trained; {how_to_train(known)}")


def best_run(root: Path = RUNS) -> SavedRun:
    """Open the run with the best accuracy on validation images; of equals the first by name.

    Raises:
        LabError: no run is there.
    """
    best, found = -1.0, None
    for path in sorted(root.glob("*/seed*/result.json")):
        accuracy = RESULT.read(path)["final"]["val_accuracy"]
        if accuracy is not None and accuracy > best:
            best, found = accuracy, path.parent
    if found is None:
        raise LabError(f"{root}: no run yet; train some with: snakemake --cores all matrix")
    return SavedRun.open(found)


def how_to_train(run: Run) -> str:
    """Return the command that trains a run, in words."""
    return f"train it with: snakemake --cores 1 {RUNS / run.id}/result.json"
