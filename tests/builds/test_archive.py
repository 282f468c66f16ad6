"""An archive has all of a build, says so, is the same each time, and valid.

The builds here are made up; tests/workflow/test_handing_on.py packs a real one.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml
from archive_sample import (
    CRATE,
    FACTS,
    RUNS,
    SETTINGS,
    SUMS,
    crate_of,
    pack,
    refused,
    rewrite,
    unpacked,
)
from project_copy import ROOT

from backprop_lab import __version__
from backprop_lab.builds.descriptions import describe

# What is in it


def test_two_archives_of_a_build_are_equal(project, packed, tmp_path):
    os.utime(project / "Snakefile", (1, 1))
    os.utime(project / FACTS, (1, 1))
    assert pack(project, tmp_path / "again.zip") == 0
    assert (tmp_path / "again.zip").read_bytes() == packed.read_bytes()


def test_it_unpacks_to_a_project_with_its_results(project, packed):
    folder = unpacked(packed)
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    code = {".gitignore", "CITATION.cff", "Snakefile", "run", "report/claims.yaml"}
    code |= {f"report/text/en/{name}" for name in ("lab-report.md", "words.yaml")}
    code |= {"report/page/style.css", "report/original/published_curves.csv"}
    small = ("history.csv", "result.json", "timing.csv", "job.json")
    runs = {f"results/runs/{run}/{name}" for run in RUNS for name in small}
    out = {"runs.csv", "experiments.csv", "claims.json", "facts.json", "environment.json"}
    out |= {"tables/finals.csv", "tables/speed.csv", "figures/en/final.svg"}
    out |= {"report/lab-report.en.html"}
    made = {"manifest.json", "config.json"}
    results = {f"results/quick/{name}" for name in out | made} | {"results/dataset.json"}
    assert names == code | runs | results | {CRATE, SUMS}
    for name in code | runs | {f"results/quick/{name}" for name in out}:
        assert (folder / name).read_bytes() == (project / name).read_bytes(), name
    with zipfile.ZipFile(packed) as archive:
        assert archive.getinfo("run").external_attr >> 16 == 0o100755


def test_weights_are_packed_where_they_are_asked_for(project, tmp_path):
    assert pack(project, tmp_path / "large.zip", "--weights") == 0
    with zipfile.ZipFile(tmp_path / "large.zip") as archive:
        assert f"results/runs/{RUNS[1]}/model.npz" in archive.namelist()
        assert f"results/runs/{RUNS[1]}/predictions.npz" in archive.namelist()


def test_its_digests_are_those_that_other_programs_compute(packed):
    folder = unpacked(packed)
    lines = (folder / SUMS).read_text().splitlines()
    listed = {line[66:]: line[:64] for line in lines}
    names = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(listed) == names - {SUMS}
    for name, digest in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest


def test_its_settings_name_no_folder_of_this_machine(packed):
    with zipfile.ZipFile(packed) as archive:
        settings = json.loads(archive.read("results/quick/config.json"))
        assert settings == {"data": {"folder": None}, "report": {"benchmarks": False}}
        assert not any(b"/home/ada" in archive.read(name) for name in archive.namelist())


def test_it_says_what_it_is_who_made_it_and_of_what(project, packed):
    graph = crate_of(packed)
    root = graph["./"]
    assert root["license"] == {"@id": "https://spdx.org/licenses/MIT"}
    assert graph[root["author"]["@id"]]["name"] == "The backprop-lab contributors"
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=project, capture_output=True, text=True, check=True
    ).stdout.strip()
    assert root["version"] == head
    assert "with changes" not in root["description"]
    images = graph["#images"]
    dataset = json.loads((project / "results/dataset.json").read_text())
    assert images["identifier"] == f"sha256:{dataset['sha256']}"
    (archive,) = images["hasPart"]
    assert graph[archive["@id"]]["sha256"] == dataset["archives"]["images.gz"]["sha256"]
    action = graph["#build"]
    assert action["@type"] == "CreateAction"
    assert action["instrument"] == {"@id": "Snakefile"}
    assert {"@id": "#images"} in action["object"]
    assert {"@id": "results/quick/report/lab-report.en.html"} in action["result"]
    assert (action["startTime"], action["endTime"]) == (
        "2001-09-09T01:46:40+00:00",
        "2001-09-09T01:46:46+00:00",
    )


def test_it_describes_every_file(packed):
    graph = crate_of(packed)
    with zipfile.ZipFile(packed) as archive:
        for name in set(archive.namelist()) - {CRATE, SUMS}:
            content, entity = archive.read(name), graph[name]
            assert entity["sha256"] == hashlib.sha256(content).hexdigest()
            assert entity["contentSize"] == str(len(content))
            assert entity["description"] == describe(name)
            assert entity["encodingFormat"].count("/") == 1
            assert {"@id": name} in graph["./"]["hasPart"]


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="the project is no repository here")
def test_every_file_of_the_project_has_a_description():
    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout
    assert len(files.split()) > 300
    unknown = [name for name in files.split() if describe(name) == describe("unknown")]
    assert unknown == []


def test_the_citation_is_of_this_version_and_licence():
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert cited["version"] == __version__
    assert cited["license"] == project["license"]


# What is refused


def test_code_that_no_commit_has_is_refused_or_said(project, tmp_path, capsys):
    (project / "Snakefile").write_text("rule none:\n")
    (project / "new.py").write_text("")
    output = tmp_path / "archive.zip"
    error = refused(capsys, pack(project, output))
    assert "Snakefile, new.py: not as in commit" in error
    assert "--changed" in error
    assert not output.exists()
    assert pack(project, output, "--changed") == 0
    assert "with changes in: Snakefile, new.py." in crate_of(output)["./"]["description"]
    with zipfile.ZipFile(output) as archive:
        assert archive.read("Snakefile") == b"rule none:\n"
        assert "new.py" in archive.namelist()


def test_a_project_without_commits_is_refused(project, tmp_path, capsys):
    shutil.rmtree(project / ".git")
    error = refused(capsys, pack(project, tmp_path / "archive.zip"))
    assert "is no git repository with a commit" in error


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        ("results/quick/facts.json", "is no whole build, facts.json is missing; build it"),
        ("results/quick/report", "has no report yet; build it with"),
        (f"results/runs/{RUNS[0]}/model.npz", "lacks a file of the run; train it anew"),
        (f"results/runs/{RUNS[0]}/job.json", "job.json"),
    ],
)
def test_a_build_that_is_not_finished_is_refused(project, tmp_path, capsys, missing, named):
    path = project / missing
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    assert named in refused(capsys, pack(project, tmp_path / "archive.zip"))
    assert not (tmp_path / "archive.zip").exists()


def test_a_citation_without_authors_is_refused(project, tmp_path, capsys):
    (project / "CITATION.cff").write_text("title: A\nlicense: MIT\n")
    error = refused(capsys, pack(project, tmp_path / "archive.zip", "--changed"))
    assert "CITATION.cff: has no authors" in error


#: The program, in a process that cannot write a file longer than argv[1] bytes.
LIMITED = """
import resource, sys
size = int(sys.argv.pop(1))
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
from backprop_lab.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.fault("a result larger than allowed")
def test_an_archive_that_does_not_fit_leaves_the_earlier_one(project, packed):
    before = packed.read_bytes()
    arguments = ["archive", project / "results/quick", "--output", packed, "--settings", SETTINGS]
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, "9000", *map(str, arguments)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: {packed}: cannot be written")
    assert done.stderr.count("\n") == 1
    assert packed.read_bytes() == before
    assert list(packed.parent.glob(".*")) == []


# Valid by other programs


@pytest.fixture
def tools():
    """Where the programs of tests/archive-tools.txt are installed."""
    folder = ROOT / ".venv-archive"
    if not (folder / "bin/rocrate-validator").is_file():
        pytest.skip("roc-validator is not installed; install it with: make archive-tools")
    return folder / "bin"


@pytest.mark.slow
@pytest.mark.parametrize("profile", ["ro-crate-1.1", "process-run-crate-0.5"])
def test_roc_validator_says_that_it_is_valid(tools, packed, profile, tmp_path):
    program = Path(ROOT, "tests/support/validate_crate.py")
    arguments = (packed, profile, tmp_path / "cache")
    done = subprocess.run(
        [tools / "python", program, *arguments], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"[OK] RO-Crate is a valid {profile}" in " ".join(done.stdout.split())


@pytest.mark.slow
def test_roc_validator_refuses_one_without_a_licence(tools, packed, tmp_path):
    def edit(name, content):
        if name != CRATE:
            return content
        crate = json.loads(content)
        del next(one for one in crate["@graph"] if one["@id"] == "./")["license"]
        return json.dumps(crate)

    rewrite(packed, edit)
    arguments = (packed, "ro-crate-1.1", tmp_path / "cache")
    program = Path(ROOT, "tests/support/validate_crate.py")
    done = subprocess.run(
        [tools / "python", program, *arguments], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 1
    assert "license" in done.stdout


@pytest.mark.slow
def test_the_citation_file_is_valid(tools):
    done = subprocess.run(
        [tools / "cffconvert", "--validate", "-i", ROOT / "CITATION.cff"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
