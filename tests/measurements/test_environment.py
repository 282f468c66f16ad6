"""environment.json: complete, tolerant, and silent about who and where."""

import getpass
import hashlib
import json
import platform
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
import yaml

from backprop_lab.cli.main import main
from backprop_lab.measurements.environment import (
    _digest,
    _torch_blas,
    config_shown,
    describe,
    git_state,
    write_environment,
)


def git(folder, *arguments):
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    return describe(tmp_path_factory.mktemp("no-repository"))


def test_the_config_is_named_by_its_digest(environment, tmp_path):
    assert environment["config_sha256"] is None  # that folder has none
    (tmp_path / "config.yaml").write_bytes(b"seeds: [0]\n")
    assert _digest(tmp_path / "config.yaml") == hashlib.sha256(b"seeds: [0]\n").hexdigest()


def test_a_build_keeps_its_config_but_no_folder_of_the_machine(tmp_path):
    text = f"# mine\nseeds: [0]\ndata: {{folder: {Path.home() / 'mnist'}}}\n"
    (tmp_path / "config.yaml").write_text(text)
    over = {"preset": "quick", "data": {"folder": f"{tempfile.gettempdir()}/x"}, "seeds": [7]}
    write_environment(tmp_path / "environment.json", tmp_path, "cpu", over)
    environment = json.loads((tmp_path / "environment.json").read_text())
    config = environment["config"]
    assert config["text"] == 'seeds: [0]\ndata: {folder: "…/mnist"}'
    assert yaml.safe_load(config["over"]) == over | {"data": {"folder": "…/x"}}
    assert [text for text in texts(config) if names_of(text)] == []
    assert environment["config_sha256"] == hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("content", [None, b"\xff", b"a: 'x", b"\x00"])
def test_a_config_that_cannot_be_shown_is_left_out(tmp_path, content):
    path = tmp_path / "config.yaml"
    if content is not None:
        path.write_bytes(content)
    assert config_shown(path, {}) == {"text": None, "over": ""}


def test_versions_of_what_computes(environment):
    import numpy
    import torch

    assert environment["packages"]["numpy"] == numpy.__version__
    assert environment["packages"]["torch"] == torch.__version__
    assert platform.python_version() in environment["python"]
    assert environment["cpu"]["cores"] >= 1
    assert environment["threads_per_run"] == 1


def test_blas_of_numpy_and_scipy(environment):
    libraries = {entry["package"]: entry for entry in environment["blas"]}
    assert set(libraries) == {"numpy", "scipy"}
    assert all(entry["library"] for entry in libraries.values())


def texts(value):
    """Every text in a JSON value, but for the keys."""
    if isinstance(value, dict | list):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part)
    elif isinstance(value, str):
        yield value


def names_of(text):
    """What in a text names a person, this machine or a folder of it.

    A slash alone does not: processors are called "... w/ Radeon Graphics".
    """
    names = filter(None, (platform.node(), getpass.getuser()))
    folders = [str(Path.home()), tempfile.gettempdir(), sys.prefix, "/home", "/usr", "/tmp", "/opt"]
    wholes = [re.escape(name) for name in names]
    starts = [re.escape(folder) for folder in folders if folder != "/"]
    return re.findall(rf"\b(?:{'|'.join(wholes)})\b|(?:{'|'.join(starts)})(?:/|\b)", text)


def test_nothing_names_a_person_a_machine_or_a_folder(environment):
    assert [text for text in texts(environment) if names_of(text)] == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("AMD RYZEN AI MAX+ 395 w/ Radeon 8060S", False),
        ("Debian GNU/Linux 13 (trixie) (Linux 6.12)", False),
        (str(Path.home() / "lab"), True),
        (f"{tempfile.gettempdir()}/numpy.libs/libopenblas.so", True),
        (f"built by {getpass.getuser()}", True),
    ],
)
def test_a_folder_is_told_from_a_slash(text, named):
    assert bool(names_of(text)) is named


@pytest.mark.parametrize(
    ("device", "cuda", "name"),
    [("cpu", None, "CPU"), ("auto", "12.8", "A card"), ("cuda", "12.8", "A card")],
)
def test_a_card_counts_only_where_torch_may_use_it(tmp_path, monkeypatch, device, cuda, name):
    import torch

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: "A card")
    monkeypatch.setattr(torch.version, "cuda", "12.8")
    write_environment(tmp_path / "environment.json", tmp_path, device)
    environment = json.loads((tmp_path / "environment.json").read_text())
    assert (environment["torch"]["cuda"], environment["torch"]["device"]) == (cuda, name)


def test_a_library_that_cannot_be_loaded_is_not_taken_for_a_full_disk(
    tmp_path, monkeypatch, capsys
):
    def broken(*_):
        raise OSError("libtorch.so: cannot open shared object file")

    monkeypatch.setattr("backprop_lab.measurements.environment._torch", broken)
    assert main(["environment", str(tmp_path / "environment.json")]) == 1
    problem = "error: libtorch.so: cannot open shared object file\n"
    assert capsys.readouterr().err == problem
    assert list(tmp_path.iterdir()) == []


def test_without_a_repository(tmp_path):
    assert git_state(tmp_path) == {"commit": None, "date": None, "dirty": False}


def test_before_the_first_commit(tmp_path):
    git(tmp_path, "init")
    assert git_state(tmp_path)["commit"] is None


def test_without_git(tmp_path, monkeypatch):
    (tmp_path / ".git").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert git_state(tmp_path) == {"commit": None, "date": None, "dirty": False}


def test_a_commit_and_whether_it_is_what_ran(tmp_path):
    git(tmp_path, "init")
    (tmp_path / "a.txt").write_text("1")
    git(tmp_path, "add", "a.txt")
    git(tmp_path, "commit", "-m", "first")
    state = git_state(tmp_path)
    assert re.fullmatch("[0-9a-f]{40}", state["commit"])
    assert re.match(r"\d{4}-\d{2}-\d{2}T", state["date"])
    assert state["dirty"] is False
    (tmp_path / "new.txt").write_text("results are not tracked")
    assert git_state(tmp_path)["dirty"] is False
    (tmp_path / "a.txt").write_text("2")
    assert git_state(tmp_path)["dirty"] is True


def test_a_folder_inside_another_repository_is_not_its_commit(tmp_path):
    git(tmp_path, "init")
    (tmp_path / "a.txt").write_text("1")
    git(tmp_path, "add", "a.txt")
    git(tmp_path, "commit", "-m", "first")
    inner = tmp_path / "unpacked"
    inner.mkdir()
    assert git_state(inner)["commit"] is None


def test_the_file_is_json_and_the_same_each_time(tmp_path):
    first, second = tmp_path / "a/environment.json", tmp_path / "b/environment.json"
    write_environment(first, tmp_path)
    write_environment(second, tmp_path)
    assert first.read_bytes() == second.read_bytes()
    assert set(json.loads(first.read_text())["git"]) == {"commit", "date", "dirty"}
    assert [path.name for path in first.parent.iterdir()] == ["environment.json"]


@pytest.mark.parametrize(
    ("config", "blas"),
    [
        (
            "PyTorch built with:\n  - Intel(R) oneAPI Math Kernel Library Version 2024.2-Product "
            "Build 20240605 for Intel(R) 64 architecture applications\n  - Intel(R) MKL-DNN v3",
            "Intel oneAPI Math Kernel Library Version 2024.2",
        ),
        ("PyTorch built with:\n  - Build settings: BLAS_INFO=accelerate, X=1", "accelerate"),
        ("PyTorch built with:\n  - GCC", None),
    ],
)
def test_blas_of_torch(config, blas):
    assert _torch_blas(config) == blas
