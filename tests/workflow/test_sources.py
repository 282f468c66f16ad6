"""Each rule lists, as inputs, every module that its command really loads, and no other."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

# What no result depends on: it parses arguments, reports errors, renames files.
PLUMBING = {"__init__", "cli", "documents", "errors", "atomic", "nn/__init__"}

# Python imports this by itself, in every process of a command: it notes what was loaded.
TRACE = """
import atexit, os, sys
from pathlib import Path

@atexit.register
def note():
    package = Path(__file__).parent / "backprop_lab"
    files = [getattr(module, "__file__", None) or "" for module in sys.modules.values()]
    names = [str(Path(f).relative_to(package).with_suffix("")) for f in files
             if Path(f).is_relative_to(package)]
    Path(os.environ["LOADED"], str(os.getpid())).write_text("\\n".join(names))
"""

BENCHMARK_FILES = [
    f"results/benchmarks/{name}"
    for name in ("trainers.csv", "trainers_ratios.csv", "machine.json", "growth.csv")
]
# Their programs with as little as they can do.
BENCHMARKS = {
    "trainers": "python benchmarks/trainers.py results/dataset.npz out --images 50 --rounds 1",
    "growth": "python benchmarks/growth.py out --sizes 40 --repeats 1",
}


def jobs(project):
    """One job of each rule, and each table and figure: rule, inputs, shell command."""
    pretend_benchmarks(project)
    quick = ("--config", "preset=quick", "--detailed-summary")
    text = project.snakemake(*quick, "report", *BENCHMARK_FILES)
    seen = set()
    for line in text.splitlines():
        fields = line.split("\t")
        if len(fields) < 8 or fields[0] == "output_file":
            continue
        output, rule, inputs, command = fields[0], fields[2], fields[4], fields[5]
        kind = output if rule in ("table", "figure") else rule
        command = BENCHMARKS.get(rule, command)
        known = command.startswith(("backprop-lab", "python"))
        if known and kind not in seen and rule != "fetch_mnist":
            seen.add(kind)
            yield kind, inputs.split(","), command


def pretend_benchmarks(project):
    """Have Snakemake note the benchmarks' inputs, as if they had run."""
    for name in BENCHMARK_FILES:
        (project.folder / name).parent.mkdir(exist_ok=True)
        (project.folder / name).touch()
    project.snakemake("--touch", "--forcerun", *BENCHMARKS, "--", *BENCHMARK_FILES)


def modules_loaded(project, command, folder):
    """The package's modules that the processes of a command load."""
    folder.mkdir()
    environment = {
        "PYTHONPATH": "src",
        "PATH": f"{Path(sys.executable).parent}:{os.defpath}",
        "HOME": str(folder),
        "LOADED": str(folder),
    }
    subprocess.run(command, shell=True, check=True, cwd=project.folder, env=environment)
    return {
        name for file in folder.iterdir() if file.is_file() for name in file.read_text().split()
    }


def test_every_module_that_a_job_loads_is_an_input_and_no_other(built, tmp_path):
    (built.folder / "src/sitecustomize.py").write_text(TRACE)
    missing, idle, seen = {}, {}, 0
    for kind, inputs, command in jobs(built):
        seen += 1
        listed = {
            path.removeprefix("src/backprop_lab/").removesuffix(".py")
            for path in inputs
            if path.startswith("src/")
        }
        loaded = modules_loaded(built, command, tmp_path / str(seen)) - PLUMBING
        if loaded - listed:
            missing[kind] = sorted(loaded - listed)
        if listed - loaded:
            idle[kind] = sorted(listed - loaded)
    assert missing == {}
    assert idle == {}
    assert seen > 25
