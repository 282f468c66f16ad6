"""What several tests share: the embedded digits, prepared once."""

import pytest

from backprop_lab.datasets import load, prepare
from backprop_lab.download import fetch


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
