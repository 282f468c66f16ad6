"""A copy of the project in a folder of its own, and programs that run on its code."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
#: What git would clone and a build, or a test, reads.
PARTS = (
    "CITATION.cff",
    "Snakefile",
    "benchmarks",
    "config.yaml",
    "profiles",
    "pyproject.toml",
    "report",
    "requirements.lock",
    "src",
    "tests",
    "workflow",
)


def copy_project(folder: Path, parts=PARTS) -> Path:
    """Copy the project's files into a new folder; return it."""
    folder.mkdir(parents=True)
    ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for part in parts:
        if (ROOT / part).is_dir():
            shutil.copytree(ROOT / part, folder / part, ignore=ignored)
        else:
            shutil.copy(ROOT / part, folder / part)
    return folder


def run_in(folder: Path, *command: str, ok: bool = True) -> str:
    """Run a program of this Python on the copy's code; return all that it prints.

    Args:
        command: what follows `python`, such as "-m", "snakemake", "-n".
        ok: whether it is to succeed.
    """
    environment = {key: value for key, value in os.environ.items() if key != "MNIST_DIR"}
    environment |= {"PYTHONPATH": str(folder / "src"), "COLUMNS": "200"}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True
    )
    output = done.stdout + done.stderr
    assert (done.returncode == 0) is ok, output
    return output
