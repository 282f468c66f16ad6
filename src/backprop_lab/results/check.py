"""A run's folder, checked: each file by itself, against the run's name, and against the others.

Whenever runs are collected this is read and checked: all numbers of result.json, history.csv,
timing.csv and job.json, the label and the prediction of every test image, and of the weights
their names and how many bytes each array takes.  It costs about a third of what it takes to
collect the runs without a check.  The weights themselves, 1.1 MB a run, which no later step
reads, are not read for that; `backprop-lab check-runs --digests` reads them, and compares their
digest.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import isfinite, prod
from pathlib import Path
from typing import Any

import numpy as np

from backprop_lab.data.image_shape import image_shape
from backprop_lab.errors import LabError
from backprop_lab.files.arrays import ArrayFile, open_arrays
from backprop_lab.files.documents import read_json
from backprop_lab.files.forms.arrays import PREDICTIONS
from backprop_lab.files.forms.kinds import NOT_FINITE
from backprop_lab.files.forms.run_files import FORMAT, HISTORY, JOB, RESULT, RETRAIN, TIMING
from backprop_lab.files.forms.table import Columns, fill, read_text
from backprop_lab.runs.columns import QUANTITIES
from backprop_lab.runs.run import LATER, Run

#: Bytes that the header of an array in an .npz file may take.
_NPY_HEADERS = (64, 128, 192)


class KnownImages:
    """The data set that all runs must have learned from.

    Attributes:
        sha256: digest of all its images and labels.
        n_inputs: pixels of an image.
        class_counts: labels of each class among the test images.
    """

    def __init__(self, dataset: Path) -> None:
        """Args: dataset.json; LabError where it is missing or damaged."""
        data = read_json(dataset)
        self.sha256: str = data["sha256"]
        self.n_inputs: int = prod(image_shape(data))
        self.class_counts: list[int] = data["class_counts"]["test"]
        self._labels = b""

    def has(self, labels: bytes) -> bool:
        """Say whether these may be the labels of its test images, uint8."""
        # The same for all runs: counted once, compared ever after.
        if labels != self._labels:
            counts = np.bincount(np.frombuffer(labels, np.uint8), minlength=len(self.class_counts))
            if counts.tolist() != self.class_counts:
                return False
            self._labels = labels
        return True


@dataclass(frozen=True)
class CheckedRun:
    """The numbers of a run whose files are right.

    Attributes:
        run: the run.
        result: result.json.
        epochs: the rows of history.csv, as they stand there.
        train_seconds: seconds of training in each epoch.
    """

    run: Run
    result: dict[str, Any]
    epochs: list[str]
    train_seconds: list[float]


class _RunError(Exception):
    """Raised with the name of a file, and what is wrong with it."""


def check_run(run: Run, folder: Path, images: KnownImages, *, digests: bool = False) -> CheckedRun:
    """Read a run's files and check them.

    Args:
        run: the run that the folder's name spells.
        folder: the folder.
        images: the data set that it must have learned from.
        digests: also read all weights and predictions, and compare digest and checksums.

    Raises:
        LabError: a file is missing, damaged, of another run or of another data set.  The
            message is one line, and ends with the command that trains the run again.
    """
    place = str(folder)  # to join texts costs a tenth of what joining paths does
    try:
        result = RESULT.read(f"{place}/result.json")
        log = read_text(f"{place}/history.csv", RETRAIN)
        history = HISTORY.check(log, f"{place}/history.csv")
        timing = TIMING.read(f"{place}/timing.csv")
        JOB.read(f"{place}/job.json")
        _check_name(run, result, images)
        _check_epochs(run, result, history, timing)
        with open_arrays(f"{place}/model.npz", RETRAIN) as file:
            _check_weights(run, result, images, file, digests=digests)
        with open_arrays(f"{place}/predictions.npz", RETRAIN, small=True) as file:
            _check_predictions(result, images, file, digests=digests)
    except _RunError as error:
        name, problem = error.args
        path = f"{place}/{name}"
        raise LabError(f"{path}: {problem}; {fill(RETRAIN, path)}") from None
    seconds = list(map(float, timing["train_seconds"]))
    return CheckedRun(run, result, log.splitlines()[1:], seconds)


def _check_name(run: Run, result: dict[str, Any], images: KnownImages) -> None:
    """Hold result.json against the folder's name and the data set."""
    name = "result.json"
    if result.get("format", FORMAT) != FORMAT:
        raise _RunError(name, f"has the format {result['format']}; this version knows {FORMAT}")
    if result["id"] != run.id:
        raise _RunError(name, f"is of another run, {result['id']}")
    recorded = LATER | result["run"]
    if recorded != run.parameters():
        wrong = next(
            (key for key, value in run.parameters().items() if recorded.get(key) != value),
            "another parameter",
        )
        raise _RunError(name, f"run.{wrong} is not what the folder's name says")
    if result["dataset_sha256"] != images.sha256:
        there, here = result["dataset_sha256"][:10], images.sha256[:10]
        raise _RunError(name, f"learned from other images ({there}, not {here} of dataset.json)")


def _check_epochs(run: Run, result: dict[str, Any], history: Columns, timing: Columns) -> None:
    """Hold history.csv and timing.csv against the run's epochs and result.json."""
    ended = result["diverged_epoch"]
    if result["status"] == "completed":
        if ended is not None:
            raise _RunError("result.json", "is completed, but has a diverged_epoch")
        if result["epochs_completed"] != run.epochs:
            done = result["epochs_completed"]
            raise _RunError("result.json", f"is completed after {done} of {run.epochs} epochs")
    elif ended != result["epochs_completed"] or ended > run.epochs:
        raise _RunError("result.json", f"diverged in epoch {ended}, which is not its last")
    for name, columns in (("history.csv", history), ("timing.csv", timing)):
        found = len(columns["epoch"])
        if found != result["epochs_completed"]:
            raise _RunError(name, f"has {found} epochs, not {result['epochs_completed']}")
    losses = [history[name] for name in ("train_loss", "val_loss")]
    finite = all(NOT_FINITE.isdisjoint(cells[-1:]) for cells in losses)
    if finite != (ended is None) or not all(NOT_FINITE.isdisjoint(cells[:-1]) for cells in losses):
        raise _RunError("history.csv", "does not diverge where result.json says")
    for name in QUANTITIES:
        last = float(history[name][-1])
        if result["final"][name] != (last if isfinite(last) else None):
            raise _RunError("history.csv", f"ends with another {name} than result.json")
    accuracies = list(map(float, history["val_accuracy"]))
    best = max(accuracies)
    if result["best"] != {"epoch": accuracies.index(best) + 1, "val_accuracy": best}:
        raise _RunError("history.csv", "has its best epoch elsewhere than result.json")


def _check_weights(
    run: Run, result: dict[str, Any], images: KnownImages, file: ArrayFile, *, digests: bool
) -> None:
    """Hold the arrays of model.npz against the run's layers, and against their digest.

    Without `digests` it is the directory at the end of the file that counts: the names of the
    arrays, and how many bytes each takes.
    """
    sizes = (images.n_inputs, *run.hidden_sizes, len(images.class_counts))
    shapes = weight_shapes(sizes)
    if list(file.stored) != list(shapes) or any(
        stored.length - 4 * prod(shape) not in _NPY_HEADERS
        for stored, shape in zip(file.stored.values(), shapes.values(), strict=True)
    ):
        raise _RunError("model.npz", "has other layers than the folder's name says")
    n_parameters = sum(map(prod, shapes.values()))
    if result["n_parameters"] != n_parameters:
        raise _RunError("result.json", f"n_parameters is not {n_parameters}")
    if digests:
        digest = hashlib.sha256()
        for name, shape in shapes.items():
            weights = file.read(name)
            if weights.dtype != np.float32 or weights.shape != shape:
                raise _RunError("model.npz", f"{name} is not float32 of shape {shape}")
            digest.update(weights.data)
        if digest.hexdigest() != result["weights_sha256"]:
            raise _RunError("model.npz", "holds other weights than result.json has the digest of")


def _check_predictions(
    result: dict[str, Any], images: KnownImages, file: ArrayFile, *, digests: bool
) -> None:
    """Hold predictions.npz against the test images and result.json."""
    name, n, classes = "predictions.npz", sum(images.class_counts), len(images.class_counts)
    if list(file.stored) != list(PREDICTIONS):
        raise _RunError(name, f"does not hold {', '.join(PREDICTIONS)}")
    headers = {array: file.header(array) for array in PREDICTIONS}
    for array, kind in PREDICTIONS.items():
        if headers[array].dtype != kind.dtype or headers[array].shape != (n,):
            raise _RunError(name, f"{array} is not one number of type {kind.dtype} an image")
    if digests:
        confidence = [file.read(array) for array in PREDICTIONS][-1]
        if ((confidence < 0) | (confidence > 1)).any():  # NaN, of a run that diverged, passes
            raise _RunError(name, "holds a confidence that is not from 0 to 1")
    labels = file.read_bytes("label")
    predicted = np.frombuffer(file.read_bytes("predicted"), np.uint8)
    if predicted.max() >= classes:
        raise _RunError(name, f"predicts a class that is not one of {classes}")
    if not images.has(labels):
        raise _RunError(name, "is not of the test images of dataset.json")
    label = np.frombuffer(labels, np.uint8)
    wrong = np.flatnonzero(label != predicted)  # few: much faster than to count all pairs
    places = label[wrong].astype(np.int64) * classes + predicted[wrong]
    pairs = np.bincount(places, minlength=classes**2)
    matrix: list[list[int]] = pairs.reshape(classes, classes).tolist()
    for i, count in enumerate(images.class_counts):
        matrix[i][i] = count - sum(matrix[i])
    if matrix != result["confusion_matrix"]:
        raise _RunError("result.json", f"confusion_matrix is not that of {name}")
    test, correct = result["test"], n - len(wrong)
    # Where logits are NaN, NumPy and PyTorch may differ in which of them is the largest.
    score = test["accuracy"] if result["status"] == "diverged" else correct / n
    if test["n"] != n or test["accuracy"] != score:
        raise _RunError("result.json", f"test.accuracy or test.n is not that of {name}")


@lru_cache(maxsize=256)
def weight_shapes(sizes: tuple[int, ...]) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the arrays of model.npz, in their order.

    >>> weight_shapes((784, 360, 10))
    {'W1': (784, 360), 'b1': (360,), 'W2': (360, 10), 'b2': (10,)}

    Args:
        sizes: units of the layers, from the pixels to the classes.
    """
    found: dict[str, tuple[int, ...]] = {}
    for number, (n_in, n_out) in enumerate(pairwise(sizes), start=1):
        found |= {f"W{number}": (n_in, n_out), f"b{number}": (n_out,)}
    return found
