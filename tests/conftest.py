"""What several tests share: the embedded digits, prepared once."""

import os

# Each worker of pytest-xdist computes on one core; read when the libraries are loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import json
import shutil
import subprocess

import faults
import numpy as np
import pytest
from faults import made_fault, pytest_addoption, pytest_runtest_makereport  # noqa: F401
from skips import reasons, summary

from backprop_lab.data.datasets import load, prepare
from backprop_lab.data.download import fetch

#: Runs in an environment of its own, with other packages: see tests/archive-tools.txt.
collect_ignore = ["support/validate_crate.py"]


def pytest_terminal_summary(terminalreporter, config):
    """Write the table of faults, if it is asked for, and say what was skipped."""
    faults.pytest_terminal_summary(terminalreporter, config)
    if line := summary(reasons(terminalreporter.stats.get("skipped", ()))):
        terminalreporter.write_line(line)


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


@pytest.fixture
def disk(tmp_path):
    """A function that mounts a disk of so many bytes, here or there; only root may."""
    mounted = []

    def mount(size, options="", folder=None):
        folder = folder or tmp_path / f"disk{len(mounted)}"
        folder.mkdir()
        options = f"size={size},{options}".strip(",")
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", folder], capture_output=True
        )
        if done.returncode:
            pytest.skip("needs the right to mount a small disk")
        mounted.append(folder)
        return folder

    yield mount if shutil.which("mount") else lambda *_: pytest.skip("needs mount")
    for folder in mounted:
        subprocess.run(["umount", folder], check=True)
