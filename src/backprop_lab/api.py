"""The library: what `import backprop_lab` offers. docs/library.md shows it at work.

import backprop_lab as lab

images = lab.load_images("results/dataset.npz")
run = lab.Run("numpy", (32,), "relu", "sgd", learning_rate=0.1, batch_size=32, epochs=3, seed=0)
saved = lab.save(lab.train(run, images), images)
lab.plot(saved, "curves.png")
"""

from __future__ import annotations

import time
from pathlib import Path

from backprop_lab.data.datasets import Dataset, load
from backprop_lab.errors import LabError
from backprop_lab.figures.own_run import plot_run as plot
from backprop_lab.results.comparison import Comparison, compare
from backprop_lab.results.saved import OWN, SavedRun, find_runs
from backprop_lab.runs.run import Run
from backprop_lab.training.job import write_job
from backprop_lab.training.loop import TrainedRun, train
from backprop_lab.training.outputs import write_run

__all__ = [
    "Comparison",
    "Dataset",
    "LabError",
    "Run",
    "SavedRun",
    "TrainedRun",
    "compare",
    "load_images",
    "load_run",
    "load_runs",
    "plot",
    "save",
    "train",
]


def load_images(npz: Path | str = "results/dataset.npz") -> Dataset:
    """Load the images that the workflow has prepared.

    Args:
        npz: dataset.npz; dataset.json lies beside it.

    Raises:
        LabError: a file is missing or damaged.
    """
    npz = Path(npz)
    if not npz.exists():
        raise LabError(f"{npz}: no images yet; get them with: snakemake --cores 1 {npz}")
    return load(npz, npz.with_suffix(".json"))


def save(trained: TrainedRun, images: Dataset, folder: Path | str = OWN) -> SavedRun:
    """Write the files of a run, as the workflow does, and open it.

    Args:
        trained: what `train` returned.
        images: what it was trained on.
        folder: where to; the run gets a folder of its own in it, `<variant>/seed<seed>`.
            By default apart from the workflow's own runs, so that none of these is replaced.

    Raises:
        LabError: a file cannot be written.
    """
    place = Path(folder) / trained.run.id
    write_run(trained, place, images.sha256)
    write_job(place / "job.json", time.time() - sum(sum(row[1:]) for row in trained.timing))
    return SavedRun.open(place)


def load_run(name: Path | str) -> SavedRun:
    """Open a run by its folder, or by its name below results/runs or results/own.

    Raises:
        LabError: it does not exist, or a file of it cannot be read.
    """
    return find_runs(str(name))[0]


def load_runs(variant: Path | str) -> list[SavedRun]:
    """Open all seeds of a variant, in the order of the seeds; see `load_run`."""
    return find_runs(str(variant))
