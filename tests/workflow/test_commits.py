"""`backprop-lab diff` of two commits: the real pipeline is built at each, beside the project."""

import json
import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow


def run(folder, *command):
    environment = {key: value for key, value in os.environ.items() if key != "MNIST_DIR"}
    return subprocess.run(
        command,
        cwd=folder,
        env=environment | {"PYTHONPATH": str(folder / "src")},
        capture_output=True,
        text=True,
    )


def test_the_causes_of_changes_between_commits_are_found(project):
    folder = project.folder
    project.shrink()
    config = project.config()
    config["report"]["languages"] = ["en"]
    project.write_config(config)

    def git(*arguments):
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        done = run(folder, "git", *identity, *arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def commit(name):
        git("add", "--all")
        git("commit", "--quiet", f"--message={name}")
        git("tag", name)

    def diff(first, second):
        command = (sys.executable, "-m", "backprop_lab.cli", "diff", first, second)
        done = run(folder, *command, "--cores", "2", "--json", "d.json")
        assert done.returncode in (0, 1), done.stderr
        assert "error" not in done.stderr, done.stderr
        found = json.loads((folder / "d.json").read_text())["differences"]
        (folder / "d.json").unlink()
        assert bool(found) is bool(done.returncode) is bool(done.stdout)
        return {(one["kind"], one["name"], c["kind"]) for one in found for c in one["causes"]}

    def trained(name):
        """How many runs were trained at a commit so far."""
        copy = folder / ".snakemake/backprop-lab-commits" / git("rev-parse", name)
        logs = (copy / ".snakemake/log").glob("*.log")
        return sum(path.read_text().count("Train numpy") for path in logs)

    git("init", "--quiet")
    (folder / ".gitignore").write_text("/results/\n/data/\n/logs/\n.snakemake/\n__pycache__/\n")
    commit("first")
    edit = (
        "src/backprop_lab/tables/finals.py",
        'first["n_parameters"],',
        'first["n_parameters"] + 1,',
    )
    project.edit(*edit)
    commit("code")
    found = diff("first", "code")
    assert trained("first") > 0
    assert trained("code") == 0  # the code that differs trains nothing: the runs were there
    assert ("table", "tables/finals.csv", "code") in found
    assert {cause for _, _, cause in found} == {"code"}

    config = project.config()
    config["presets"]["quick"]["epochs"] = 2
    project.write_config(config)
    commit("config")
    found = diff("code", "HEAD")
    assert {cause for _, _, cause in found} == {"config"}
    assert {"number", "figure", "table", "run"} <= {kind for kind, _, _ in found}

    assert trained("config") > 0
    # Only read: the project itself has neither results nor another worktree.
    assert not (folder / "results").exists()
    assert git("status", "--porcelain") == ""
    assert len(git("worktree", "list").splitlines()) == 1
    assert diff("config", "HEAD") == set()
