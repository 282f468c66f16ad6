"""The code that a rule's fingerprint covers is the code that its command loads, and no other."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from rules import rule_code

from backprop_lab.planning.sources import SourceTree, is_plumbing

pytestmark = pytest.mark.slow

CODE = rule_code()
# The images' digests are pinned: no code is a reason to get them again.
NO_CODE = ("fetch_mnist",)

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
    for name in (
        "trainers.csv",
        "trainers_ratios.csv",
        "machine.json",
        "growth.csv",
        "verdict_errors.csv",
        "coverage.csv",
    )
]
# Their programs with as little as they can do.
BENCHMARKS = {
    "trainers": "python benchmarks/trainers.py results/dataset.npz out --images 50 --rounds 1",
    "growth": "python benchmarks/growth.py out --sizes 40 --repeats 1",
    "verdict_errors": "python benchmarks/verdict_errors.py out --truths 200",
    "coverage": "python benchmarks/coverage.py out --worlds 2",
}


def jobs(project):
    """One job of each rule, and each table and figure: its kind, rule and command."""
    pretend_benchmarks(project)
    quick = ("--config", "preset=quick", "--detailed-summary")
    text = project.snakemake(*quick, "report", *BENCHMARK_FILES)
    seen = set()
    for line in text.splitlines():
        fields = line.split("\t")
        if len(fields) < 8 or fields[0] == "output_file":
            continue
        output, rule, command = fields[0], fields[2], fields[5]
        kind = output if rule in ("table", "figure") else rule
        command = BENCHMARKS.get(rule, command)
        known = command.startswith(("backprop-lab", "python"))
        if known and kind not in seen and rule != "fetch_mnist":
            seen.add(kind)
            yield kind, rule, command


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


def code_of(kind, rule):
    """The arguments of `SourceTree.fingerprint` that stand for a job's code."""
    return CODE[f"{rule}s/{Path(kind).stem}" if rule in ("table", "figure") else rule]


def test_a_fingerprint_covers_what_the_command_loads_and_no_more(built, tmp_path):
    (built.folder / "src/sitecustomize.py").write_text(TRACE)
    sources = SourceTree()
    rooms = {path.name for path in sources.folder.iterdir() if path.is_dir()}
    missing, idle, seen = {}, {}, 0
    for kind, rule, command in jobs(built):
        seen += 1
        loaded = {
            name.replace("/", ".").removesuffix(".__init__")
            for name in modules_loaded(built, command, tmp_path / str(seen))
        }
        loaded = {name for name in loaded if not is_plumbing(name)} - rooms - {"__init__"}
        covered = sources.closure(*code_of(kind, rule)) - rooms
        if loaded - covered:
            missing[kind] = sorted(loaded - covered)
        if covered - loaded:
            idle[kind] = sorted(covered - loaded)
    assert missing == {}
    assert idle == {}
    assert seen > 25


def test_every_job_was_run_with_the_fingerprint_of_its_code(built_once):
    """So the code of which the tests here speak is the code that Snakemake knows of."""
    sources, rules = SourceTree(), set()
    for output, rule, params in built_once.recorded():
        if rule in NO_CODE:
            continue
        mark = sources.fingerprint(*code_of(output, rule))
        assert any(param.endswith(f": {mark}'") for param in params), output
        rules.add(rule)
    assert rules > {"train_numpy", "train_torch", "table", "figure", "render", "collect_runs"}
