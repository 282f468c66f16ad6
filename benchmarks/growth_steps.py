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
DATASET = Path("results/dataset.json")
#: As many test images as MNIST has: the size of predictions.npz is what checking a run costs.
N_TEST = 10_000
CLASSES = 10


def write(experiments: dict[str, list[str]]) -> None:
    """Write every run's folder as training does, with plausible numbers, and dataset.json.

    All files are whole, and those that are read when runs are collected are each run's own.
    The weights, 1.1 MB a run, are not read but for their headers: runs of one network share
    one file of zeros (a hard link), so that 10,000 runs fit a disk.
    """
    import numpy as np

    from backprop_lab.data.datasets import PARTS
    from backprop_lab.results.check import weight_shapes
    from backprop_lab.runs.run import Run
    from backprop_lab.training.job import write_job
    from backprop_lab.training.loop import TrainedRun
    from backprop_lab.training.outputs import write_run

    labels = (np.arange(N_TEST) % CLASSES).astype(np.uint8)
    counts = [N_TEST // CLASSES] * CLASSES
    dataset = {
        **{"name": "mnist", "title": "MNIST", "embedded": False, "source": "made up"},
        **{"archives": {}, "split": "last_10000", "split_seed": None, "sha256": "0" * 64},
        "sizes": dict.fromkeys(PARTS, N_TEST),
        "class_names": [str(digit) for digit in range(CLASSES)],
        "class_counts": dict.fromkeys(PARTS, counts),
    }
    DATASET.parent.mkdir(parents=True, exist_ok=True)
    DATASET.write_text(json.dumps(dataset))
    models: dict[tuple[int, ...], Path] = {}
    for run_id in dict.fromkeys(run_id for ids in experiments.values() for run_id in ids):
        run = Run.from_id(run_id)
        # As many digits as in earnest: the size of the rows is what collecting costs.
        rng = np.random.default_rng(run.seed)
        history = [
            (epoch, *(float(value) for value in rng.random(4)))
            for epoch in range(1, run.epochs + 1)
        ]
        predicted = np.where(rng.random(N_TEST) < 0.02, (labels + 1) % CLASSES, labels)
        shapes = list(weight_shapes((784, *run.hidden_sizes, CLASSES)).values())
        arrays = [np.zeros(shape, np.float32) for shape in shapes]
        trained = TrainedRun(
            run,
            history=history,
            timing=[(epoch, 1 + value, value) for epoch, value, *_ in history],
            test_loss=history[-1][3],
            test_accuracy=int((predicted == labels).sum()) / N_TEST,
            labels=labels,
            predicted=predicted.astype(np.uint8),
            confidence=rng.random(N_TEST, dtype=np.float32),
            parameters=list(zip(arrays[::2], arrays[1::2], strict=True)),
        )
        folder = RUNS / run_id
        write_run(trained, folder, dataset_sha256=dataset["sha256"])
        write_job(folder / "job.json", started=0)
        if run.hidden_sizes in models:
            (folder / "model.npz").unlink()
            os.link(models[run.hidden_sizes], folder / "model.npz")
        models.setdefault(run.hidden_sizes, folder / "model.npz")


def collect(experiments: dict[str, list[str]]) -> None:
    """Check and collect the runs into the three tables."""
    from backprop_lab.results import collect as results

    tables = (Path(f"results/{name}.csv") for name in ("runs", "history", "experiments"))
    results.collect(experiments, RUNS, DATASET, results.Tables(*tables))


if __name__ == "__main__":
    {"write": write, "collect": collect}[sys.argv[1]](
        json.loads(Path("experiments.json").read_text())
    )
