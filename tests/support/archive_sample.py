"""A made-up build in a repository, its archive, and what the tests do with it."""

import json
import shutil
import subprocess
import zipfile
from pathlib import Path

from project_copy import ROOT
from tiny_build import World, build
from whole import document

from backprop_lab.cli.main import main

RUNS = ("numpy_8_e2/seed0", "numpy_8_e2/seed1")
SETTINGS = json.dumps({"data": {"folder": "/home/ada"}, "report": {"benchmarks": False}})
CRATE, SUMS = "ro-crate-metadata.json", "checksums.sha256"
FACTS = "results/quick/facts.json"


def git(folder, *arguments):
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def make_project(folder: Path) -> Path:
    """Write a repository with a made-up build."""
    build(folder, World(seeds=(0, 1)))
    for number, run in enumerate(RUNS):
        job = document("job.json", {"started": 1e9 + number, "finished": 1e9 + 5 + number})
        (folder / "results/runs" / run / "job.json").write_text(json.dumps(job))
        (folder / "results/runs" / run / "timing.csv").write_text("epoch\n")
    shutil.copy(ROOT / "CITATION.cff", folder)
    (folder / "Snakefile").write_text("rule all:\n")
    (folder / "run").write_text("#!/bin/sh\n")
    (folder / "run").chmod(0o755)
    (folder / ".gitignore").write_text("/results/\n/.snakemake/\n/data/\n")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=a build", "--date=2024-01-02T03:04:05Z")
    return folder


def pack(project, output, *options):
    arguments = ["archive", project / "results/quick", "--output", output]
    return main([*map(str, arguments), "--settings", SETTINGS, *options])


def unpacked(packed):
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(packed.with_suffix(""))
    return packed.with_suffix("")


def refused(capsys, status):
    """The one line of an error."""
    assert status == 1
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert error.count("\n") == 1
    return error


def rewrite(packed, edit):
    """Write the archive anew, each file as `edit` returns it; None leaves it out."""
    with zipfile.ZipFile(packed) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in files.items():
            if (changed := edit(name, content)) is not None:
                archive.writestr(name, changed)


def crate_of(packed):
    with zipfile.ZipFile(packed) as archive:
        graph = json.loads(archive.read(CRATE))["@graph"]
    return {entity["@id"]: entity for entity in graph}
