"""The table of faults counts what tests did: trials, losses, and what was left out."""

import os
import subprocess
import sys
from pathlib import Path

SUPPORT = Path(__file__).parent / "support"
SAMPLE = """
import pytest

@pytest.mark.fault("a kill")
@pytest.mark.parametrize("n", range(3))
def test_one_case_is_one_trial(n):
    assert n < 2

@pytest.mark.fault("unused: it counts by itself")
def test_several(made_fault):
    for kind in ("a kill", "a full disk", "a full disk"):
        made_fault(kind)

@pytest.mark.fault("a full disk")
def test_left_out():
    pytest.skip("needs a disk")

@pytest.fixture
def broken():
    raise OSError

@pytest.mark.fault("a lock")
def test_not_begun(broken):
    pass

def test_no_fault():
    pass
"""


def test_what_tests_did_is_counted(tmp_path):
    (tmp_path / "test_sample.py").write_text(SAMPLE)
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = fault: x\n")
    options = ("-p", "faults", "-p", "no:cacheprovider", "--faults", "out/faults.md", "-m", "fault")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", *options],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(SUPPORT)},
        capture_output=True,
        text=True,
    )
    assert "1 deselected" in done.stdout
    text = (tmp_path / "out/faults.md").read_text()
    assert text in done.stdout
    assert text.splitlines() == [
        "| fault | trials | losses | left out |",
        "|---|---:|---:|---:|",
        "| a full disk | 2 | 0 | 1 |",
        "| a kill | 4 | 1 | 0 |",
        "| a lock | 1 | 1 | 0 |",
        "| **all** | 7 | 2 | 1 |",
    ]
