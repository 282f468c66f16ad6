"""The original report: the networks of its figures, the logs it prints, our runs for each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from backprop_lab.files.documents import read_json
from backprop_lab.files.frames import read_csv
from backprop_lab.results.collected import Collected, select

#: Which of our runs stands for a figure of the original report: an experiment,
#: and the parameters that single out one of its variants.  The number of epochs
#: is the experiment's own, so that a quick build finds its runs as well.
COUNTERPARTS = {
    2: ("matrix", {"backend": "numpy", "hidden_sizes": "360"}),
    3: ("matrix", {"backend": "numpy", "hidden_sizes": "360-100"}),
    4: ("matrix", {"backend": "numpy", "hidden_sizes": "360-100-40"}),
    5: ("matrix", {"backend": "numpy", "hidden_sizes": "360-100"}),
    6: ("matrix", {"backend": "numpy", "hidden_sizes": "360-100", "activation": "sigmoid"}),
    9: ("learning_rate_transfer", {"backend": "torch", "hidden_sizes": "360", "pixels": "raw"}),
    10: ("task1_final", {}),
    12: ("task2_final", {}),
}


#: Unless a counterpart says otherwise; the finals are whatever config.yaml makes them.
_USUAL = {"activation": "relu", "optimizer": "sgd", "learning_rate": 0.1}


#: Figures of the original that compare depths, and activations.
DEPTH_FIGURES = (2, 3, 4)
ACTIVATION_FIGURES = (5, 6)
#: Task -> the figure with the log of its final run.
FINAL_FIGURES = {1: 10, 2: 12}


#: Figures of the original that print a training log.
LOG_FIGURES = tuple(COUNTERPARTS)


#: Figure of the original with a log -> the network it is compared with: hidden sizes,
#: activation.  Figure 5 repeats figure 3.  Figures 6 and 9 do not name their layers:
#: figure 6 is set against figure 5, which has two, and figure 9 against the final model.
NETWORKS = {
    2: ("360", "relu"),
    3: ("360-100", "relu"),
    4: ("360-100-40", "relu"),
    6: ("360-100", "sigmoid"),
    9: ("360", "relu"),
}


#: The figures that one program, the hand-written network of Task 1, printed.
TASK1_FIGURES = (2, 3, 4, 6)


#: The original's figure in which a network answers the same class for every image.
FROZEN_FIGURE = 4


def counterpart(collected: Collected, figure: int) -> pd.DataFrame:
    """Return our runs, one row a seed, that stand for a figure of the original."""
    experiment, parameters = COUNTERPARTS[figure]
    usual = _USUAL if parameters else {}
    return select(collected.experiment(experiment), **(usual | parameters))


@dataclass(frozen=True)
class PrintedLogs:
    """The training logs that the original prints, beside the data set of our own runs.

    Attributes:
        published: published_curves.csv, a row an epoch of a figure.
        dataset: dataset.json, which says what our runs were trained on.
    """

    published: Path
    dataset: Path

    @property
    def comparable(self) -> bool:
        """True where our runs saw MNIST, as the original did: otherwise no log can be compared."""
        return bool(read_json(self.dataset)["name"] == "mnist")

    def curve(self, figure: int) -> pd.DataFrame:
        """Return what a figure prints: epoch and QUANTITIES, accuracies as fractions."""
        return published_curve(self.published, figure)

    def comparable_curve(self, figure: int) -> pd.DataFrame | None:
        """Return what a figure prints, or None where our runs saw other images."""
        return self.curve(figure) if self.comparable else None


def published_curve(path: Path, figure: int) -> pd.DataFrame:
    """Return what a figure of the original prints: epoch and QUANTITIES.

    Args:
        path: published_curves.csv, whose accuracies are in percent; here they are fractions.
    """
    frame = read_csv(path, ("figure", "epoch"))
    frame = frame[frame["figure"] == figure].reset_index(drop=True)
    return pd.DataFrame(
        {
            "epoch": frame["epoch"],
            "train_loss": frame["train_loss"],
            "train_accuracy": (frame["train_accuracy_percent"] / 100).round(6),
            "val_loss": frame["val_loss"],
            "val_accuracy": (frame["val_accuracy_percent"] / 100).round(6),
        }
    )
