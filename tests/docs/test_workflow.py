"""The workflow for GitHub Actions fits the project; that it runs there is not tested."""

import re
import tomllib

import pytest
import yaml
from project_copy import ROOT

FILE = ROOT / ".github/workflows/report.yml"


@pytest.fixture
def job():
    workflow = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    assert workflow["permissions"] == {"contents": "read"}
    (job,) = workflow["jobs"].values()
    return job


def test_it_makes_what_the_makefile_knows(job):
    made = [step["run"].split() for step in job["steps"] if step.get("run", "").startswith("make")]
    assert made == [["make", "quick"], ["make", "test"]]
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for _, target in made:
        assert re.search(rf"^{target}: ", makefile, re.MULTILINE)


def test_its_python_will_do_and_its_torch_is_the_locked_one(job):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (version,) = [
        step["with"]["python-version"]
        for step in job["steps"]
        if "python-version" in step.get("with", ())
    ]
    assert isinstance(version, str)
    least = project["requires-python"].removeprefix(">=")
    assert [int(n) for n in version.split(".")] >= [int(n) for n in least.split(".")]
    assert re.search(r"^torch==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    assert "$(grep '^torch==' requirements.lock)" in FILE.read_text(encoding="utf-8")


def test_it_keeps_the_folder_of_the_quick_report(job):
    (kept,) = [step for step in job["steps"] if "upload-artifact" in step.get("uses", "")]
    assert kept["with"]["path"] == "results/quick/report/"
    assert kept["with"]["if-no-files-found"] == "error"
    assert job["timeout-minutes"] <= 120


def test_every_action_is_pinned_to_a_version(job):
    used = [step["uses"] for step in job["steps"] if "uses" in step]
    assert used
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", name) for name in used)
