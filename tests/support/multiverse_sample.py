"""A world whose verdicts hang on the choices, and multiverse.json of a world."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from backprop_lab.claims.evaluation import write_claims
from backprop_lab.claims.multiverse import write_multiverse
from backprop_lab.files.inputs import Inputs, call
from backprop_lab.runs.run import Run


def noisy(run: Run) -> dict:
    """Measure accuracies that spread over seeds by about the margins of claims.yaml."""
    place = sum(run.hidden_sizes) + run.batch_size + 1000 * run.learning_rate
    noise = np.sin(place + 5 * run.seed) + np.sin(2 + place * (1 + run.seed))
    last = 0.9715 - 0.0015 * len(run.hidden_sizes) + 0.001 * noise
    return {
        "val_accuracy": (last - 0.1, last),
        "train_accuracy": 0.985 + 0.001 * noise,
        "train_loss": (0.5, 0.1 + 0.02 * noise),
        "val_loss": (0.1, 0.12 + 0.02 * noise),
        "seconds_in_turn": 1.4 if run.backend == "numpy" else 1.0,
    }


def written(inputs: Inputs, output: Path) -> dict:
    """Write claims.json and multiverse.json of `collect_world`; return what the latter says."""
    verdicts = output.with_name("claims.json")
    call(write_claims, "claims", inputs, output=verdicts)
    taken = {name: path for name, path in inputs.items() if name != "register"}
    call(write_multiverse, "multiverse", taken | {"verdicts": verdicts}, output=output)
    return json.loads(output.read_text(encoding="utf-8"))
