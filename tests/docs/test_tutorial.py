"""The tutorial, followed to the letter in a small copy of the project."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from docs_pages import DOCS, edit, steps
from project_copy import PARTS, copy_project

SMALL = """\
      - &sgd_matrix {backend: [numpy, torch], hidden_sizes: [[360], [360, 100], [360, 100, 40]],
          activation: [relu], optimizer: [sgd], learning_rate: [0.1], batch_size: [32], epochs: [2]}
      - {<<: *sgd_matrix, backend: [numpy], hidden_sizes: [[360, 100]], activation: [sigmoid]}
      - {<<: *sgd_matrix, backend: [numpy], hidden_sizes: [[360]], optimizer: [adam],
          learning_rate: [0.001]}

"""


def shrink(folder):
    """Leave the fewest runs that fill a report, in one language, on the embedded digits."""
    file = folder / "config.yaml"
    text = file.read_text(encoding="utf-8")
    for old, new in (
        (r"(    mnist:\n)(?:      - \S+\n)+", r"\1      []\n"),
        (r"      - &sgd_matrix\n.*?(?=  # The original's two final models)", SMALL),
        (r"numpy: \[Haswell\]\n", "numpy: []\n"),
        (r"(  quick:\n.*?measured_images: )\d+", r"\g<1>320"),
        (r"    - zh-TW\n", ""),
        (r"timings: true", "timings: false"),
    ):
        text, count = re.subn(old, new, text, flags=re.DOTALL)
        assert count == 1, old
    file.write_text(text, encoding="utf-8")


@pytest.fixture
def reader(tmp_path):
    """A function that runs a block in a shell, in a small copy whose set-up is done."""
    programs = Path(sys.executable).parent
    if shutil.which("make") is None or not (programs / "activate").is_file():
        pytest.skip("needs make and a virtual environment")
    folder = copy_project(tmp_path / "project", (*PARTS, "Makefile", "requirements.lock"))
    shrink(folder)
    setup = folder / ".venv"
    setup.mkdir()
    for name in ("bin", "lib", "pyvenv.cfg"):
        (setup / name).symlink_to(programs.parent / name)
    (setup / "installed").touch()

    unwanted = ("MNIST_DIR", "MAKEFLAGS", "MAKELEVEL", "PYTHON")
    environment = {key: value for key, value in os.environ.items() if key not in unwanted}
    environment["PATH"] = f"{setup / 'bin'}{os.pathsep}{environment['PATH']}"
    environment |= {"PYTHONPATH": str(folder / "src"), "CORES": "2", "COLUMNS": "200"}

    def run(block):
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block],
            cwd=folder,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, f"{block}{done.stdout}"
        return done.stdout

    return folder, run


def jobs(dry_run):
    """The counts of the jobs that a dry run lists, by rule."""
    return {rule: int(count) for rule, count in re.findall(r"^(\w+) +(\d+)$", dry_run, re.M)}


@pytest.mark.slow
def test_every_step_does_what_the_page_says(reader):
    folder, run = reader
    built, activated, listed, manifest, change, planned, again, verified, shown, back, after = (
        steps(DOCS / "tutorial.md")
    )
    # 1 and 2: a whole build, and its description.
    assert "results/quick/report/lab-report.en.html" in run(built)
    trained = sorted((folder / "results/runs").glob("*/seed0/result.json"))
    total = re.search(
        r"^ all, each run once +(\d+) +(\d+) +(\d+)", run(f"{activated}\n{listed}"), re.M
    )
    assert [int(count) for count in total.groups()] == [len(trained), len(trained), 0]
    run(manifest)
    assert len(json.loads((folder / "before.json").read_text())["runs"]) == len(trained)
    # 3 and 4: only the runs of the new seed would be trained.
    edit(folder, change)
    plan = jobs(run(planned))
    assert plan["train_numpy"] + plan["train_torch"] == len(trained)
    assert {"table", "figure", "render"} <= plan.keys()
    # 5 and 6: the new build differs where the page says.
    run(again)
    found = run(verified)
    assert re.search(r"^file +tables/variants.csv +different$", found, re.M)
    assert re.search(r"^\d+ same bytes, 0 within tolerance, \d+ different, 0 missing$", found, re.M)
    assert "\nrun " not in found
    seeds = re.findall(r"^ +([01]) +2 ", run(shown), re.M)
    assert seeds == ["0", "1"]
    page = (folder / "results/quick/report/supplement.en.html").read_text(encoding="utf-8")
    assert "±" in page[page.index('id="tbl-variants"') :][:5000]
    # 7: and back again, without training.
    edit(folder, back)
    assert "render" in (plan := jobs(run(after)))
    assert not [rule for rule in plan if rule.startswith("train")]
