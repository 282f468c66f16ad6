"""The gap: how far validation lies from the original's where the training losses are alike.

A network that has learnt its training images as well as another may know new ones less well.
Epochs, learning rates and batch sizes differ between two logs; the training loss says how far
each has come.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import pandas as pd

from backprop_lab.results.original import PrintedLogs

#: The figures that show Task 1's network with one hidden layer, from its first epoch to its 40th.
ONE_LAYER_FIGURES = (2, 10)
#: Two accuracies are told apart where they differ by more than so many standard errors.
_LIMIT = 4.0
#: Two validation losses, where their ratio is further from 1.
_LOSS_RATIO = 1.1


@dataclass(frozen=True)
class Gap:
    """How a run's validation compares with a printed log at the log's training losses.

    Attributes:
        n_rows: printed epochs whose training loss the run has passed.
        train_loss: the smallest of these training losses.
        val_accuracy, published_val_accuracy: the run's, and the printed one, there.
        val_loss, published_val_loss: likewise.
        accuracy_gap: mean of the run's minus the printed validation accuracy, over the rows.
        loss_ratio: geometric mean of the run's over the printed validation loss.
        accuracy_alike: whether accuracy_gap is within four standard errors of two accuracies
            on as many images.
        loss_alike: whether loss_ratio is from 1 / 1.1 to 1.1.
    """

    n_rows: int
    train_loss: float
    val_accuracy: float
    published_val_accuracy: float
    val_loss: float
    published_val_loss: float
    accuracy_gap: float
    loss_ratio: float
    accuracy_alike: bool
    loss_alike: bool


def one_layer_log(printed: PrintedLogs) -> pd.DataFrame:
    """Return the printed epochs of Task 1's network with one hidden layer, figures 2 and 10."""
    return pd.concat([printed.curve(figure) for figure in ONE_LAYER_FIGURES], ignore_index=True)


def gap(own: pd.DataFrame, published: pd.DataFrame, n_validation: int) -> Gap | None:
    """Compare a run with a printed log at the printed training losses.

    Between two epochs of the run, validation accuracy and loss are taken to change
    evenly with the logarithm of the training loss.

    Args:
        own: rows of history.csv of one run.
        published: a printed log.
        n_validation: images of each validation set.

    Returns:
        What was found, or None where no printed training loss lies between the run's.
    """
    own = own[np.isfinite(own["train_loss"]) & (own["train_loss"] > 0)].sort_values("train_loss")
    inside = published["train_loss"].between(own["train_loss"].min(), own["train_loss"].max())
    rows = published[inside].sort_values("train_loss")
    if rows.empty:
        return None
    place, places = np.log(rows["train_loss"]), np.log(own["train_loss"])
    accuracy = np.interp(place, places, own["val_accuracy"])
    loss = np.interp(place, places, own["val_loss"])
    accuracy_gap = float((accuracy - rows["val_accuracy"]).mean())
    loss_ratio = float(np.exp(np.log(loss / rows["val_loss"]).mean()))
    typical = rows["val_accuracy"].mean()
    error = sqrt(2 * typical * (1 - typical) / n_validation)
    return Gap(
        n_rows=len(rows),
        train_loss=float(rows["train_loss"].iloc[0]),
        val_accuracy=float(accuracy[0]),
        published_val_accuracy=float(rows["val_accuracy"].iloc[0]),
        val_loss=float(loss[0]),
        published_val_loss=float(rows["val_loss"].iloc[0]),
        accuracy_gap=accuracy_gap,
        loss_ratio=loss_ratio,
        accuracy_alike=abs(accuracy_gap) <= _LIMIT * error,
        loss_alike=1 / _LOSS_RATIO <= loss_ratio <= _LOSS_RATIO,
    )
