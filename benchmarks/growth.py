"""How the pipeline grows with the number of runs: a dry run, and collecting the results.

    python benchmarks/growth.py results/benchmarks

For each size it copies the project into a temporary folder, asks for that many runs, and
measures two children, each in a fresh process:

    snakemake -n --quiet    with nothing built, all the way to the report
    results.collect         which checks and collects made-up run folders, whole ones

It writes growth.csv into the output folder, a row a size:

    runs                    runs that the config asks for
    repeats                 how often each child was measured
    dry_run_seconds         wall clock, median of the repeats
    dry_run_cpu_seconds     processor time of it, less touched by what else runs
    dry_run_peak_bytes      resident memory at its peak, largest of the repeats
    collect_seconds, collect_cpu_seconds, collect_peak_bytes    the same for collecting
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import yaml

from backprop_lab.errors import LabError
from backprop_lab.runs.grid import apply_preset, expand_experiments, whole_numbers

# Linux counts a parent's memory at its start among a child's peak.  So whatever loads NumPy
# or pandas here runs in a child, or after the last measurement.

ROOT = Path(__file__).resolve().parents[1]
SIZES = (100, 1000, 10000)
#: What a dry run reads of the project; src is shared, all else copied.
PARTS = ("Snakefile", "benchmarks", "workflow", "report", "profiles")
#: The name and the grid of the experiment that fills up a size, a seed a run.
FILLER = "filler"
GRID = {
    "backend": ["numpy"],
    "hidden_sizes": [[360]],
    "activation": ["relu"],
    "optimizer": ["sgd"],
    "learning_rate": [0.03],
    "batch_size": [32],
    "epochs": [10],
}


def main(argv: list[str] | None = None) -> int:
    """Measure every size and write growth.csv; a LabError becomes one line and status 1."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output", type=Path, help="folder for growth.csv")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of runs")
    parser.add_argument("--repeats", type=int, default=3, help="of each measurement")
    arguments = parser.parse_args(argv)
    try:
        rows = [measure(size, arguments.repeats) for size in arguments.sizes]
        _write(rows, arguments.output / "growth.csv")
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def measure(size: int, repeats: int) -> dict[str, float]:
    """Measure one size in a temporary project; return its row of growth.csv.

    Raises:
        LabError: the size is below that of the smallest report, or a child failed.
    """
    config = whole_numbers(yaml.safe_load((ROOT / "config.yaml").read_text()))
    config = grown(config, size)
    experiments = expand_experiments(apply_preset(config))
    ids = {name: [run.id for run in runs] for name, runs in experiments.items()}
    row = {"runs": len({run_id for some in ids.values() for run_id in some}), "repeats": repeats}
    with TemporaryDirectory(prefix="backprop-lab-growth-") as folder:
        project = copy_grown(config, Path(folder))
        (project / "experiments.json").write_text(json.dumps(ids))
        steps = str(Path(__file__).with_name("growth_steps.py"))
        row |= _repeat("dry_run", project, repeats, "-m", "snakemake", "-n", "--quiet")
        run_child(project, steps, "write")
        row |= _repeat("collect", project, repeats, steps, "collect")
    print(
        f"{row['runs']:6d} runs"
        f"  dry run {row['dry_run_seconds']:6.2f} s {row['dry_run_peak_bytes'] / 1e6:5.0f} MB"
        f"  collect {row['collect_seconds']:6.2f} s {row['collect_peak_bytes'] / 1e6:5.0f} MB",
        flush=True,
    )
    return row


def grown(config: dict, size: int) -> dict:
    """Return the config with the fewest experiments that make a report, filled up to `size` runs.

    Raises:
        LabError: the report needs more runs than `size`.
    """
    skipped = config["presets"]["quick"]["skip"]
    experiments = {
        name: settings | {"seeds": [0]} for name, settings in config["experiments"].items()
    }
    config = config | {"preset": "full", "presets": {"full": {"skip": skipped}}}
    config["experiments"] = experiments
    report = expand_experiments(apply_preset(config))
    needed = len({run for runs in report.values() for run in runs})
    if size <= needed:
        raise LabError(f"--sizes: {size} is too small; the report alone takes {needed} runs")
    experiments[FILLER] = {"seeds": list(range(size - needed)), "grid": GRID}
    return config


def copy_grown(config: dict, project: Path) -> Path:
    """Copy what a dry run reads of the project into an empty folder, with another config."""
    for part in PARTS:
        copy = shutil.copytree if (ROOT / part).is_dir() else shutil.copy
        copy(ROOT / part, project / part)
    (project / "src").symlink_to(ROOT / "src")
    (project / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    return project


def _repeat(name: str, project: Path, repeats: int, *command: str) -> dict[str, float]:
    """Run a Python command `repeats` times: its three columns of growth.csv."""
    seconds, cpu_seconds, peaks = zip(
        *(run_child(project, *command) for _ in range(repeats)), strict=True
    )
    return {
        f"{name}_seconds": median(seconds),
        f"{name}_cpu_seconds": median(cpu_seconds),
        f"{name}_peak_bytes": max(peaks),
    }


def run_child(project: Path, *command: str) -> tuple[float, float, int]:
    """Run one Python command in the project; what it prints is kept in output.txt there.

    Returns:
        Wall seconds, processor seconds, and peak resident memory in bytes.

    Raises:
        LabError: it failed; the message ends with the last line that it printed.
    """
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    # A file, not a pipe: nobody reads while the child is being waited for.
    with open(project / "output.txt", "w+") as output:
        start = time.perf_counter()
        child = subprocess.Popen(
            [sys.executable, *command],
            cwd=project,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            output.seek(0)
            last = ([line for line in output.read().splitlines() if line.strip()] or ["?"])[-1]
            raise LabError(f"{' '.join(command)}: failed: {last}")
    unit = 1 if sys.platform == "darwin" else 1024
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit


def _write(rows: list[Mapping[str, float]], output: Path) -> None:
    import pandas as pd

    from backprop_lab.files.frames import write_csv

    write_csv(pd.DataFrame(rows), output)


if __name__ == "__main__":
    sys.exit(main())
