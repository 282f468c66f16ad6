"""benchmarks/growth.py, at the smallest size that makes a report."""

import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

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
