"""The tests say in one line what they skipped, and how to have it."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

from skips import KINDS, kind_of, summary

HERE = Path(__file__).parent
SAMPLE = """
import pytest

@pytest.mark.skipif(True, reason="needs a CUDA GPU")
def test_marked():
    raise AssertionError

@pytest.mark.parametrize("n", range(2))
def test_within(n):
    pytest.skip("MNIST_DIR is not set")

def test_of_no_kind():
    pytest.skip("a reason\\nof its own")

def test_passes():
    pass
"""


def run_sample(folder, *options):
    (folder / "test_sample.py").write_text(SAMPLE)
    (folder / "pytest.ini").write_text("[pytest]\n")
    (folder / "conftest.py").write_text((HERE / "conftest.py").read_text())
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *options]
    path = os.pathsep.join([str(HERE / "support"), os.environ.get("PYTHONPATH", "")])
    return subprocess.run(
        command, cwd=folder, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True
    ).stdout.splitlines()


def test_one_line_says_what_was_skipped_and_how_to_have_it(tmp_path):
    for options in (("-n", "0"), ("-n", "1")):
        told = [line for line in run_sample(tmp_path, *options) if "skipped:" in line]
        [line] = told
        assert line.startswith("4 tests skipped: 2 MNIST (MNIST_DIR=a folder with the four")
        assert "1 GPU (a CUDA GPU)" in line
        assert "1 a reason of its own" in line
        assert line.endswith("or every reason with: pytest -rs")


def test_nothing_is_said_where_nothing_was_skipped(tmp_path):
    told = run_sample(tmp_path, "-n", "0", "-k", "passes")
    assert any("1 passed" in line for line in told)
    assert not any("skipped" in line for line in told)
    assert summary([]) == ""


def given_reasons():
    """Yield each reason for a skip that stands in the tests as a text."""
    for path in sorted(HERE.rglob("*.py")):
        if path.parent.name == "sample_report" or path.name in ("test_skips.py", "test_faults.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr == "skip":
                said = node.args
            elif node.func.attr in ("skipif", "importorskip"):
                said = [one.value for one in node.keywords if one.arg == "reason"]
            else:
                continue
            for one in said:
                if isinstance(one, ast.Constant | ast.JoinedStr):
                    yield path.name, ast.unparse(one)


def test_every_reason_is_of_a_kind():
    found = list(given_reasons())
    assert len(found) > 10
    names = {what for what, _ in KINDS.values()}
    assert [one for one in found if kind_of(one[1])[0] not in names] == []


def test_the_page_for_contributors_knows_every_kind():
    page = (HERE.parent / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.search(r"\| Skipped \|.*?\n\n", page, re.DOTALL)[0]
    for what in ("browser", "Slurm", "MNIST", "LaTeX", "archives' validator", "Fashion-MNIST"):
        assert f"| {what} |" in rows
        assert what in {name for name, _ in KINDS.values()}
