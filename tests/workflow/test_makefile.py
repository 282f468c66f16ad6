"""The Makefile's recipes use the programs of .venv, whichever make runs them."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

MAKEFILE = Path(__file__).parents[2] / "Makefile"
pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="needs make")


def make(folder, *arguments):
    """What make prints in a folder in which the set-up is done."""
    shutil.copy(MAKEFILE, folder)
    # Only the parent make knows what is up to date here.
    environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL")}
    return subprocess.run(
        ["make", "--silent", "--old-file=.venv/installed", *arguments],
        cwd=folder,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()


@pytest.mark.parametrize("target", ["report", "quick", "bench", "test", "lint"])
def test_recipes_name_the_folder_of_their_programs(tmp_path, target):
    commands = make(tmp_path, "--dry-run", target)
    assert commands
    assert all(command.startswith(".venv/bin/") for command in commands)


def test_the_programs_that_a_recipe_starts_find_their_peers(tmp_path):
    programs = tmp_path / ".venv/bin"
    programs.mkdir(parents=True)
    for name, text in {"snakemake": "command -v backprop-lab", "backprop-lab": ""}.items():
        (programs / name).write_text(f"#!/bin/sh\n{text}\n")
        (programs / name).chmod(0o755)
    assert make(tmp_path, "report") == [str(programs / "backprop-lab")]
