"""A run of an archive, trained again with the code that is here: does it come out the same?"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from backprop_lab.builds.packed import Archive
from backprop_lab.builds.platform import changes, platform_of, training
from backprop_lab.data.datasets import load
from backprop_lab.errors import LabError
from backprop_lab.files.scratch import scratch_folder
from backprop_lab.measurements.environment import describe
from backprop_lab.runs.run import Run
from backprop_lab.training.loop import train
from backprop_lab.training.outputs import write_run


def repeat(archive: Archive, name: str, dataset: Path) -> None:
    """Train a run of an archive again, and compare its history, figures and weights' digest.

    Its epochs are printed while it trains.

    Args:
        archive: the archive.
        name: <variant>/seed<seed>.
        dataset: dataset.npz, with dataset.json beside it.

    Raises:
        LabError: the archive has no such run, the images are others, or the run comes out
            otherwise.
    """
    run = Run.from_id(name)
    packed = archive.read_json(f"results/runs/{run.id}/result.json")
    images = load(dataset, dataset.with_suffix(".json"))
    if images.sha256 != packed["dataset_sha256"]:
        raise LabError(
            f"{dataset}: holds other images than those that {name} learned from; get these with: "
            "snakemake --cores 1 results/dataset.npz"
        )
    trained = train(run, images, device="auto", log=sys.stdout)
    with scratch_folder() as folder:
        write_run(trained, folder, images.sha256)
        found = json.loads((folder / "result.json").read_text(encoding="utf-8"))
        same_history = (folder / "history.csv").read_bytes() == archive.read(
            f"results/runs/{run.id}/history.csv"
        )
    if found != packed or not same_history:
        raise LabError(
            f"{name}: came out otherwise (test accuracy {found['test']['accuracy']}, packed "
            f"{packed['test']['accuracy']}); {_why(archive)}"
        )


def _why(archive: Archive) -> str:
    """Say which differences of the platform can explain other bytes."""
    packed = next(name for name in archive.digests if name.endswith("/environment.json"))
    before = training(platform_of(archive.read_json(packed)))
    found = list(changes(before, training(platform_of(describe()))))
    if not found:
        return "the platform is the same, so the code or the archive is not the one that was packed"
    names = ", ".join(f"{key} {old} then, {new} now" for key, old, new in found)
    return f"another platform gives other bytes: {names}"
