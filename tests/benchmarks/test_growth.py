"""benchmarks/growth.py, at the smallest size that makes a report."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from submissions import count

PROGRAM = Path(__file__).parents[2] / "benchmarks" / "growth.py"


def growth(output, temporary, *arguments):
    """Run the program; its temporary projects go into `temporary`."""
    return subprocess.run(
        [sys.executable, PROGRAM, output, *arguments],
        env={"PATH": "/usr/bin:/bin", "TMPDIR": str(temporary), "HOME": str(temporary)}
        | {"PYTHONPATH": str(PROGRAM.parents[1] / "src")},
        capture_output=True,
        text=True,
    )


@pytest.mark.slow
def test_growth_measures_each_size_and_leaves_nothing_behind(tmp_path):
    (tmp_path / "temporary").mkdir()
    done = growth(tmp_path / "out", tmp_path / "temporary", "--sizes", "40", "--repeats", "1")
    assert done.returncode == 0, done.stderr
    rows = pd.read_csv(tmp_path / "out" / "growth.csv")
    assert list(rows["runs"]) == [40]
    assert (rows > 0).all(axis=None)
    assert not list((tmp_path / "temporary").glob("backprop-lab-growth-*"))
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["growth.csv"]


def test_growth_refuses_fewer_runs_than_the_report_takes(tmp_path):
    done = growth(tmp_path / "out", tmp_path, "--sizes", "5")
    assert done.returncode == 1
    assert done.stderr.startswith("error: --sizes: 5 is too small")
    assert not (tmp_path / "out").exists()


def test_submissions_are_batches_and_jobs_alone_but_no_local_ones():
    listed = (
        "Job 5: Get the images (auto) and verify their digests\n\nJob 4: Split the images\n"
        "[Thu Nov 26 04:42:35 2026] Group job numpy_runs (jobs in lexicogr. order):\n"
        "    Job 17: Train numpy 360\n    Job 18: Train numpy 360\nJob 2: Check and collect\n"
        "Job stats:\n"
    )
    assert count(listed) == (1, 2)
