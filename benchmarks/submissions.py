"""How many submissions a build makes on Slurm, by its number of runs; nothing is submitted.

    python benchmarks/submissions.py

For each size it asks, in a copy of the project, for that many runs, as growth.py does, and counts
what a dry run with profiles/slurm lists: batches, and jobs that go alone. Needs the plugin for
Slurm, but no Slurm.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from backprop_lab.errors import LabError
from backprop_lab.runs.grid import whole_numbers
from growth import ROOT, SIZES, copy_grown, grown, run_child

DRY_RUN = ("-m", "snakemake", "-n", "--profile", "profiles/slurm")


def main(argv: list[str] | None = None) -> int:
    """Print a line a size; a LabError becomes one line and status 1."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="numbers of runs")
    arguments = parser.parse_args(argv)
    try:
        for size in arguments.sizes:
            print(measure(size), flush=True)
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def measure(size: int) -> str:
    """Count the submissions of one size in a temporary project.

    Raises:
        LabError: the size is below that of the smallest report, or the dry run failed.
    """
    config = whole_numbers(yaml.safe_load((ROOT / "config.yaml").read_text()))
    with TemporaryDirectory(prefix="backprop-lab-submissions-") as folder:
        project = copy_grown(grown(config, size), Path(folder))
        _, seconds, peak = run_child(project, *DRY_RUN)
        batches, alone = count((project / "output.txt").read_text())
    return (
        f"{size:6d} runs  {batches + alone:5d} submissions: {batches} batches, {alone} jobs alone"
        f"  dry run {seconds:.1f} s of processor time, {peak / 1e6:.0f} MB"
    )


def count(listed: str) -> tuple[int, int]:
    """Count the batches, and the jobs that are submitted alone, in what a dry run lists.

    A batch's jobs are indented; fetching the images is the one job that is not submitted.
    """
    batches = len(re.findall(r"^(?:\[.*\] )?Group job ", listed, re.MULTILINE))
    return batches, len(re.findall(r"^Job \d+: (?!Get the images)", listed, re.MULTILINE))


if __name__ == "__main__":
    sys.exit(main())
