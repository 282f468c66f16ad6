"""What is known of the original report: its figures, the logs that it prints, its networks."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from backprop_lab.files.frames import read_csv
from backprop_lab.results.collected import experiment_runs, select

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


def counterpart(runs: Path, experiments: Path, figure: int) -> pd.DataFrame:
    """Our runs (rows of runs.csv, one a seed) that stand for a figure of the original."""
    experiment, parameters = COUNTERPARTS[figure]
    usual = _USUAL if parameters else {}
    return select(experiment_runs(runs, experiments, experiment), **(usual | parameters))


def published_curve(path: Path, figure: int) -> pd.DataFrame:
    """What a figure of the original prints: epoch and QUANTITIES, accuracies as fractions."""
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
