"""What several tests share: the embedded digits, prepared once."""

import os

# Each worker of pytest-xdist computes on one core; read when the libraries are loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import json

import numpy as np
import pytest

from backprop_lab.data.datasets import load, prepare
from backprop_lab.data.download import fetch


@pytest.fixture(scope="session")
def small_dataset(tmp_path_factory):
    """scikit-learn's digits as the pipeline prepares them when no mirror answers."""
    folder = tmp_path_factory.mktemp("digits")
    fetch("auto", folder / "raw", folder=None, mirrors=[])
    prepare(
        folder / "raw",
        folder / "dataset.npz",
        folder / "dataset.json",
        split="last_10000",
        split_seed=0,
    )
    return load(folder / "dataset.npz", folder / "dataset.json")


@pytest.fixture(scope="session")
def write_dataset():
    """A function that writes a data set as dataset.npz and dataset.json into a folder."""

    def write(folder, dataset):
        arrays = {
            f"{part}_{kind}": getattr(dataset, f"{part}_{kind}")
            for part in ("train", "validation", "test")
            for kind in ("images", "labels")
        }
        np.savez(folder / "dataset.npz", **arrays)
        (folder / "dataset.json").write_text(json.dumps(dataset.metadata))
        return folder / "dataset.npz"

    return write
