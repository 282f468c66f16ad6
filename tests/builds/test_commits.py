"""Builds of commits: found by revision, made beside the project, compared; or refused in a line.

The repositories here have a Snakefile that writes a made-up build; the real pipeline at two
commits is in tests/workflow/test_commits.py.
"""

import json
import os
import subprocess
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from tiny_build import World, build

from backprop_lab.cli.main import main

SNAKEFILE = """
import json
from pathlib import Path
from tiny_build import World, build

build(Path("."), World(**json.loads(Path("world.json").read_text())))

rule all:
    input:
        "results/quick/facts.json",
"""
WORLD = World()


def git(folder, *arguments):
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    done = subprocess.run(
        ["git", *identity, *arguments], cwd=folder, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A repository in which the process works, and a function that commits a world there."""
    folder = tmp_path / "project"
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    (folder / ".gitignore").write_text("results/\n.snakemake/\nreport/\ndata/\n")
    support = Path(__file__).parents[1] / "support"
    monkeypatch.setenv("PYTHONPATH", f"{support}{os.pathsep}{os.environ.get('PYTHONPATH', '')}")
    monkeypatch.chdir(folder)

    def commit(world, snakefile=SNAKEFILE):
        (folder / "Snakefile").write_text(snakefile)
        (folder / "world.json").write_text(json.dumps(asdict(world)))
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--allow-empty", "--message=a world")
        return git(folder, "rev-parse", "HEAD")

    return folder, commit


def status(*arguments):
    try:
        return main(["diff", *map(str, arguments), "--cores", "1"])
    except SystemExit as end:
        return end.code


def seen(folder):
    """All that the user has in a project: its files, and what git says of it."""
    files = {
        path: path.stat().st_mtime_ns
        for path in folder.rglob("*")
        if path.is_file() and not {".git", ".snakemake"} & set(path.relative_to(folder).parts)
    }
    return files, git(folder, "status", "--porcelain"), git(folder, "worktree", "list")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "cause"),
    [({"margin": 0.95}, "config"), ({"code": {"table": "x"}}, "code"), ({"words": "a: b"}, "text")],
)
def test_two_commits_are_built_and_compared(repository, tmp_path, change, cause, capsys):
    folder, commit = repository
    commit(WORLD)
    git(folder, "tag", "first")
    second = commit(replace(WORLD, **change))
    (folder / "world.json").write_text("edited, and not committed")
    before = seen(folder)
    assert status("first", second[:10], "--json", tmp_path / "d.json") == 1
    assert seen(folder) == before
    found = json.loads((tmp_path / "d.json").read_text())
    assert {c["kind"] for one in found["differences"] for c in one["causes"]} == {cause}
    assert second in capsys.readouterr().out
    assert status("main", "HEAD") == 0
    assert capsys.readouterr().out == ""


def test_a_folder_is_compared_with_a_commit(repository, capsys):
    folder, commit = repository
    commit(WORLD)
    assert status(build(folder, WORLD), "HEAD") == 0
    assert status("HEAD", build(folder, replace(WORLD, words="a: b"))) == 1
    assert "[text: report/text/en/words.yaml]" in capsys.readouterr().out


def test_a_users_hooks_are_not_run(repository, tmp_path):
    folder, commit = repository
    commit(WORLD)
    hook = tmp_path / "hooks/post-checkout"
    hook.parent.mkdir()
    hook.write_text(f"#!/bin/sh\ntouch '{tmp_path}/ran'\n")
    hook.chmod(0o755)
    git(folder, "config", "core.hooksPath", str(hook.parent))
    assert status("HEAD", "main") == 0
    assert not (tmp_path / "ran").exists()


def refused(capsys, *arguments):
    """The one line of error; nothing was built."""
    capsys.readouterr()
    assert status(*arguments) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1, captured.err
    assert not Path(".snakemake").exists()
    return captured.err


def test_what_is_no_commit_is_refused_before_anything_is_built(
    repository, tmp_path, monkeypatch, capsys
):
    folder, commit = repository
    (folder / "README").write_text("no pipeline yet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message=nothing")
    git(folder, "tag", "empty")
    commit(WORLD)
    assert "neither a folder here nor a commit" in refused(capsys, "HEAD", "no-such-branch")
    assert "has no Snakefile" in refused(capsys, "HEAD", "empty")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert "is no git repository" in refused(capsys, "HEAD", "main")


def test_a_build_that_fails_shows_the_end_of_its_log(repository, capsys):
    _, commit = repository
    commit(WORLD, 'import sys\n\nsys.exit("config.yaml: line 3: no such key")\n')
    assert status("HEAD", "main") == 1
    *log, last = capsys.readouterr().err.splitlines()
    assert "config.yaml: line 3: no such key" in log
    assert last.startswith("error: HEAD: commit ")
    assert "cannot be built with preset quick (Snakemake ended with status 1); its log: " in last
    assert "no such key" in Path(last.rpartition(" ")[2]).read_text()


def test_a_commit_that_builds_something_else_is_refused(repository, capsys):
    _, commit = repository
    commit(WORLD, 'rule all:\n    output:\n        "x",\n    shell:\n        "touch {output}"\n')
    assert status("HEAD", "main") == 1
    assert "results/quick: is no build" in capsys.readouterr().err
