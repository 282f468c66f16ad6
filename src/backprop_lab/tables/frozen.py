"""frozen.csv: may a constant answer, and the labels alone, explain figure 9's two losses?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from math import gcd
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from backprop_lab.files.documents import read_json
from backprop_lab.files.frames import write_csv
from backprop_lab.results.constant import ConstantLog, Setting, simulate
from backprop_lab.results.frozen import (
    WRONG_COUNTS,
    is_usual,
    least_distance,
    miscounts,
    usual_distance,
)
from backprop_lab.results.original import PrintedLogs

TABLES = {
    "frozen": {"function": "write_frozen", "inputs": ("published", "dataset")},
}

#: The frozen figure whose validation loss lies above its training loss, and an epoch of it.
FIGURE, _EPOCH = 9, 10
#: Half of the last printed digit of a loss.
_HALF = 0.00005
#: The learning rate that the original states for the figure.
_RATE = 0.1
_BATCH_SIZES = (32, 64, 128, 512)
N_ORDERS = 20
#: A printed number may lie so many standard deviations from the mean over orders.
_LIMIT = 4.0
#: Numbers of training labels of one class that may come last; each class has about 5,000.
_SORTED = tuple(range(0, 4001, 40))
#: The frozen figures of the original.
_FROZEN = (4, 9)
COLUMNS = [
    *("explanation", "detail", "labels", "optimizer", "batch_size"),
    *("needed", "available", "train_loss", "train_accuracy", "val_loss"),
    *("train_loss_z", "train_accuracy_z", "val_loss_z", "allowed"),
]

#: What dataset.json says.
Metadata = dict[str, Any]


def write_frozen(*, printed: PrintedLogs, output: Path) -> None:
    """Write what could raise figure 9's frozen validation loss, and whether it is allowed.

    A row an explanation and case.  Explanations: "class_mix" (other class frequencies in
    validation; needed: the least χ² distance of the mix, available: what a random split stays
    below in 999 of 1,000 cases), "wrong_count" (batch means averaged by a wrong count, named in
    detail; needed: how many batch sizes give the printed ratio, available: how many of those
    are powers of two or multiples of 50), "last_batches" (biases at the end of an epoch),
    "sorted_end" (training labels of one class come last; needed: how many, so that the
    validation loss is the printed one), "adam" (its noise).  These three are simulated
    from "balanced" labels or those of "dataset": means over N_ORDERS orders, and the
    distance of what is printed in standard deviations (*_z); allowed where none is above 4.
    "repeated_set" asks of a frozen figure, named in detail, whether the training set may be
    copies of a smaller one in the same order, a whole number of batches each: then every copy
    has as many right answers (needed: in all; available: the most copies that divide them
    and the images).  No row where our runs did not see MNIST.
    """
    if not printed.comparable:
        write_csv(pd.DataFrame(columns=COLUMNS), output)
        return
    data = read_json(printed.dataset)
    curve = printed.curve(FIGURE)
    theirs = curve[curve["epoch"] == _EPOCH].iloc[0]
    rows = [*_mixes(data, theirs), *_counts(data["sizes"]["validation"], theirs)]
    rows += [*_simulated(data, theirs), *_copies(data["sizes"]["train"], printed)]
    write_csv(pd.DataFrame(rows, columns=COLUMNS), output)


def _labels(data: Metadata) -> Iterator[tuple[str, np.ndarray]]:
    """Yield a name and the labels of each class: as in the data set, and balanced."""
    counts = np.add(*(data["class_counts"][part] for part in ("train", "validation")))
    yield "dataset", counts
    yield "balanced", np.full(len(counts), counts.sum() // len(counts))


def _mixes(data: Metadata, theirs: pd.Series) -> Iterator[dict[str, object]]:
    """Yield the rows of class_mix; the losses are rounded as it suits the explanation best."""
    sizes = data["sizes"]
    losses = theirs["train_loss"] + _HALF, theirs["val_loss"] - _HALF
    for name, counts in _labels(data):
        needed = least_distance(counts / counts.sum(), *losses)
        available = usual_distance(sizes["train"], sizes["validation"], len(counts))
        yield {
            "explanation": "class_mix",
            "labels": name,
            "needed": needed,
            "available": available,
            "allowed": needed <= available,
        }


def _counts(n: int, theirs: pd.Series) -> Iterator[dict[str, object]]:
    """Yield the rows of wrong_count."""
    low = (theirs["val_loss"] - _HALF) / (theirs["train_loss"] + _HALF)
    high = (theirs["val_loss"] + _HALF) / (theirs["train_loss"] - _HALF)
    for rule in WRONG_COUNTS:
        found = miscounts(rule, n, low, high)
        usual = sum(map(is_usual, found))
        yield {
            "explanation": "wrong_count",
            "detail": rule,
            "needed": len(found),
            "available": usual,
            "allowed": usual > 0,
        }


def _copies(n: int, printed: PrintedLogs) -> Iterator[dict[str, object]]:
    """Yield the rows of repeated_set."""
    for figure in _FROZEN:
        curve = printed.curve(figure)
        hits = round(n * curve.loc[curve["epoch"] == _EPOCH, "train_accuracy"].iloc[0])
        copies = gcd(n, hits)
        yield {
            "explanation": "repeated_set",
            "detail": f"figure {figure}",
            "needed": hits,
            "available": copies,
            "allowed": copies > 1,
        }


def _simulated(data: Metadata, theirs: pd.Series) -> Iterator[dict[str, object]]:
    """Yield the rows of last_batches, sorted_end and adam."""
    n_train = data["sizes"]["train"]
    for name, counts in _labels(data):
        for batch_size in _BATCH_SIZES:
            usual = Setting(_RATE, batch_size, "mean")
            log = partial(simulate, counts, n_train=n_train, n_orders=N_ORDERS)
            case = {"labels": name, "batch_size": batch_size}
            for explanation, optimizer in (("last_batches", "sgd"), ("adam", "adam")):
                held = _held(log(setting=replace(usual, optimizer=optimizer)), theirs)
                yield case | {"explanation": explanation, "optimizer": optimizer} | held
            low, high = 0, len(_SORTED) - 1  # the loss grows with their number: halve the range
            while low < high:
                middle = (low + high) // 2
                loss = log(setting=replace(usual, sorted_end=_SORTED[middle])).val_loss.mean()
                low, high = (low, middle) if loss >= theirs["val_loss"] else (middle + 1, high)
            held = _held(log(setting=replace(usual, sorted_end=_SORTED[low])), theirs)
            found = {"explanation": "sorted_end", "optimizer": "sgd", "needed": _SORTED[low]}
            yield case | found | held


def _held(log: ConstantLog, theirs: pd.Series) -> dict[str, object]:
    """Return the means of a simulated log, and how far the printed one lies from them."""
    row: dict[str, object] = {}
    distances = []
    for name in ("train_loss", "train_accuracy", "val_loss"):
        values = getattr(log, name)
        z = (theirs[name] - values.mean()) / values.std(ddof=1)
        row |= {name: values.mean(), f"{name}_z": z}
        distances.append(abs(z))
    return row | {"allowed": max(distances) <= _LIMIT}
