"""The steps of growth.py that run in a process of their own, in its temporary project.

python growth_steps.py write      made-up folders of all runs in experiments.json
python growth_steps.py collect    gather them, as rule collect_runs does
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

RUNS = Path("results/runs")
#: Bytes of a run's larger files: those of 784-360-10 on MNIST.
SIZES = {"model.npz": 1_145_806, "predictions.npz": 60_766}


def write(experiments: dict[str, list[str]]) -> None:
    """Write every run's folder as training does, with plausible numbers.

    Weights and predictions have the real size but are holes on the disk.
    """
    import numpy as np

    from backprop_lab.runs.run import Run
    from backprop_lab.training.loop import TrainedRun
    from backprop_lab.training.outputs import write_run

    labels = np.arange(10, dtype=np.uint8)
    for run_id in dict.fromkeys(run_id for ids in experiments.values() for run_id in ids):
        run = Run.from_id(run_id)
        # As many digits as in earnest: the size of the rows is what collecting costs.
        rng = np.random.default_rng(run.seed)
        history = [
            (epoch, *(float(value) for value in rng.random(4)))
            for epoch in range(1, run.epochs + 1)
        ]
        trained = TrainedRun(
            run,
            history=history,
            timing=[(epoch, 1 + value, value) for epoch, value, *_ in history],
            test_loss=history[-1][3],
            test_accuracy=history[-1][4],
            labels=labels,
            predicted=labels,
            confidence=np.ones(10, dtype=np.float32),
        )
        write_run(trained, RUNS / run_id, dataset_sha256="0" * 64)
        for name, size in SIZES.items():
            os.truncate(RUNS / run_id / name, size)


def collect(experiments: dict[str, list[str]]) -> None:
    """Collect the runs into the three tables."""
    from backprop_lab.results import collect as results

    results.collect(
        experiments,
        RUNS,
        Path("results/runs.csv"),
        Path("results/history.csv"),
        Path("results/experiments.csv"),
    )


if __name__ == "__main__":
    {"write": write, "collect": collect}[sys.argv[1]](
        json.loads(Path("experiments.json").read_text())
    )
