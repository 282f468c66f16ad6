"""What a process inherits (variables, settings of programs, locale, folder) changes no result."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from project_copy import ROOT, copy_project

from backprop_lab.cli.inherited import announced, check_folder, shut_out
from backprop_lab.errors import LabError
from backprop_lab.measurements.environment import git_state
from backprop_lab.runs.kernels import VARIABLES

ODD = "Anna's lab--v2 實驗"
#: What a notebook, a login and a debugging session leave behind.
HOSTILE = {
    "MPLBACKEND": "module://matplotlib_inline.nothing",
    "PYTHONWARNINGS": "error",
    "PYTHONIOENCODING": "ascii",
    "PYTHONHASHSEED": "7",
    "PYPANDOC_PANDOC": "/nonsense/pandoc",
    "GHCRTS": "-nonsense",
    "LC_ALL": "C",
    "TZ": "Asia/Tokyo",
    "OMP_NUM_THREADS": "2",
    "OPENBLAS_NUM_THREADS": "2",
    "MKL_NUM_THREADS": "2",
    "SOURCE_DATE_EPOCH": "1",
}


def environment(**changes: str) -> dict[str, str]:
    """The variables of this process without those that a test sets, and with `changes`."""
    kept = {name: value for name, value in os.environ.items() if name not in HOSTILE}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
    return kept | {"PYTHONPATH": str(ROOT / "src"), "PATH": path} | changes


def lab(*arguments: object, folder: Path = ROOT, **changes: str) -> subprocess.CompletedProcess:
    """Run a command of backprop-lab as a job does; it must succeed."""
    done = subprocess.run(
        [sys.executable, "-m", "backprop_lab.cli", *map(str, arguments)],
        cwd=folder,
        env=environment(**changes),
        capture_output=True,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done


# Figures


@pytest.fixture(scope="module")
def plain_figure(tmp_path_factory):
    output = tmp_path_factory.mktemp("figure") / "en/activation_functions.svg"
    lab("figure", "--output", output)
    return output.read_bytes()


@pytest.mark.fault("a hostile environment, figure")
@pytest.mark.parametrize(
    "changes",
    [
        {"MPLBACKEND": "nonsense"},
        {"MPLBACKEND": "module://nonsense"},
        {"MATPLOTLIBRC": "{folder}"},
        {"HOME": "{folder}", "XDG_CONFIG_HOME": "{folder}"},
        {"MPLCONFIGDIR": "/dev/null/nowhere"},
        {"PYTHONWARNINGS": "error"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
    ids=lambda changes: "-".join(changes),
)
def test_a_figure_is_drawn_the_same(plain_figure, tmp_path, changes):
    settings = "backend: nonsense\naxes.grid: False\nfigure.facecolor: red\nfont.size: 30\n"
    for place in (tmp_path, tmp_path / "matplotlib"):
        place.mkdir(exist_ok=True)
        (place / "matplotlibrc").write_text(settings)
    changes = {name: value.format(folder=tmp_path) for name, value in changes.items()}
    output = tmp_path / ODD / "en/activation_functions.svg"
    lab("figure", "--output", output, **changes)
    assert output.read_bytes() == plain_figure


@pytest.mark.fault("a hostile environment, figure")
def test_settings_in_the_current_folder_change_no_figure(plain_figure, tmp_path):
    (tmp_path / "matplotlibrc").write_text("axes.grid: False\nfont.size: 30\nsvg.fonttype: none\n")
    shutil.copytree(ROOT / "report", tmp_path / "report")
    lab("figure", "--output", "en/activation_functions.svg", folder=tmp_path)
    assert (tmp_path / "en/activation_functions.svg").read_bytes() == plain_figure


# Training


@pytest.mark.fault("a hostile environment, training")
@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_a_run_has_the_same_bytes(small_dataset, write_dataset, tmp_path, backend):
    dataset = write_dataset(tmp_path, small_dataset)
    files = {}
    for name, changes in {"plain": {"OMP_NUM_THREADS": "1"}, ODD: HOSTILE}.items():
        folder = tmp_path / name / f"{backend}_64-32_relu_adam_lr0.001_b32_e2/seed0"
        lab("train", folder, "--dataset", dataset, "--device", "cpu", **changes)
        files[name] = [
            (folder / file).read_bytes()
            for file in ("history.csv", "result.json", "model.npz", "predictions.npz")
        ]
    assert files["plain"] == files[ODD]


# git


def git(folder: Path, *arguments: str, text: str = "") -> str:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    done = subprocess.run(
        ["git", *identity, *arguments],
        cwd=folder,
        input=text,
        check=True,
        capture_output=True,
        text=True,
    )
    return done.stdout.strip()


@pytest.fixture
def signed(tmp_path):
    """A repository whose only commit has a signature, and its commit."""
    folder = tmp_path / ODD
    folder.mkdir()
    git(folder, "init", "--quiet")
    (folder / "檔案").write_text("one\n")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "-m", "first")
    head, _, message = git(folder, "cat-file", "commit", "HEAD").partition("\n\n")
    signature = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----"
    commit = git(
        folder,
        *("hash-object", "-t", "commit", "-w", "--stdin"),
        text=f"{head}\n{signature}\n\n{message}\n",
    )
    git(folder, "update-ref", "HEAD", commit)
    return folder, commit


@pytest.mark.fault("a hostile environment, git")
def test_the_users_settings_of_git_change_no_record(signed, tmp_path, monkeypatch):
    folder, commit = signed
    before = git_state(folder)
    assert (before["commit"], before["dirty"]) == (commit, False)
    gpg = tmp_path / "gpg"
    gpg.write_text("#!/bin/sh\necho 'gpg: Signature made today' >&2\n")
    gpg.chmod(0o755)
    (tmp_path / ".gitconfig").write_text(
        f"[log]\n showSignature = true\n date = relative\n decorate = full\n"
        f"[color]\n ui = always\n[core]\n quotepath = true\n fsmonitor = /nonsense\n"
        f"[format]\n pretty = fuller\n[status]\n branch = true\n short = true\n"
        f'[gpg]\n program = "{gpg}"\n'
    )
    monkeypatch.setenv("HOME", str(tmp_path))
    shown = subprocess.run(
        ["git", "log", "-1", "--format=%H"], cwd=folder, capture_output=True, text=True
    )
    assert "Signature made today" in shown.stdout  # what it had to be protected from
    assert git_state(folder) == before


@pytest.mark.fault("a hostile environment, git")
def test_the_variables_of_a_hook_change_no_record(signed, tmp_path, monkeypatch):
    folder, _ = signed
    before = git_state(folder)
    other = tmp_path / "other"
    other.mkdir()
    git(other, "init", "--quiet")
    git(other, "commit", "--quiet", "--allow-empty", "-m", "another")
    for name, value in {
        "GIT_DIR": other / ".git",
        "GIT_WORK_TREE": other,
        "GIT_INDEX_FILE": other / "no-index",
        "GIT_TRACE": "1",
    }.items():
        monkeypatch.setenv(name, str(value))
    assert git_state(folder) == before


@pytest.mark.fault("a hostile environment, git")
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="needs to change an owner")
def test_a_folder_of_another_owner_is_read(signed, tmp_path, monkeypatch):
    folder, commit = signed
    for path in (folder, *folder.rglob("*")):
        os.chown(path, 12345, 12345)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("SUDO_UID", raising=False)
    assert git_state(folder)["commit"] == commit


# The one place


@pytest.mark.fault("a hostile environment, umask")
def test_variables_are_shut_out_and_the_owner_reads_what_is_written(tmp_path):
    variables = {
        "MPLBACKEND": "nonsense",
        "BASH_ENV": "/nonsense",
        "BASH_FUNC_backprop-lab%%": "() { echo no; }",
        "PYTHONWARNINGS": "error",
        "MNIST_DIR": "/data",
        "PYTHONPATH": "src",
        "HOME": "/home/a",
        "PATH": "/nonsense",
    }
    before = os.umask(0o777)
    try:
        shut_out(variables)
        (tmp_path / "file").write_text("x")
    finally:
        os.umask(before)
    assert (tmp_path / "file").stat().st_mode & 0o777 == 0o600
    assert variables == {
        "MNIST_DIR": "/data",
        "PYTHONPATH": "src",
        "HOME": "/home/a",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/nonsense"]),
        "PYTHONUTF8": "1",
        "MATPLOTLIBRC": os.devnull,
    }


def test_an_environment_that_was_not_activated_is_used(tmp_path):
    project = copy_project(tmp_path / "project")
    figure = "results/figures/en/activation_functions.svg"
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "snakemake",
            "--cores",
            "1",
            "--config",
            "dataset=mnist",
            "--",
            figure,
        ],
        cwd=project,
        env=environment(PATH=os.defpath, PYTHONPATH=str(project / "src")),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert (project / figure).exists()


def test_kernels_that_a_variable_chooses_are_announced():
    assert announced({"HOME": "/", "MKL_CBWR": ""}) == []
    lines = announced({name: "x" for name in VARIABLES})
    assert len(lines) == len(VARIABLES)
    assert lines[0].startswith("OPENBLAS_CORETYPE=x is set: it chooses the kernels")


@pytest.mark.parametrize("name", [ODD, 'a"b', "a$HOME", "a;b", "a\\b", "a*b", "a\nb", "[a] & %s"])
def test_folders_that_snakemake_can_work_in(name):
    check_folder(Path("/tmp") / name)


@pytest.mark.fault("a folder with an impossible name")
@pytest.mark.parametrize("name", ["a{b}", "{", "}x"])
def test_a_folder_that_it_cannot_work_in_is_refused_in_one_line(name):
    with pytest.raises(LabError, match="brace in its path; rename") as error:
        check_folder(Path("/tmp") / name)
    assert "\n" not in str(error.value)
    assert name in str(error.value)


@pytest.mark.fault("a folder with an impossible name")
def test_a_folder_that_the_locale_cannot_write_is_refused(monkeypatch):
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: "ascii")
    check_folder(Path("/tmp/plain"))
    with pytest.raises(LabError, match="set PYTHONUTF8=1"):
        check_folder(Path("/tmp") / ODD)


# The workflow


@pytest.mark.fault("a folder with an impossible name")
@pytest.mark.slow
def test_a_brace_is_refused_before_the_first_job(project):
    folder = project.folder.with_name("a{b}")
    project.folder.rename(folder)
    project.folder = folder
    output = project.snakemake(ok=False)
    assert "brace in its path" in output
    assert not (folder / "results").exists()


@pytest.mark.fault("a hostile environment (whole build)")
@pytest.mark.slow
def test_the_workflow_announces_kernels_and_jobs_read_no_bash_env(project, tmp_path):
    startup = tmp_path / "startup.sh"
    startup.write_text("echo started >> started.txt\n")
    project.environment = {"BASH_ENV": str(startup), "OPENBLAS_CORETYPE": "Haswell"}
    output = project.snakemake("--", "data/raw/source.json")
    assert "OPENBLAS_CORETYPE=Haswell is set" in output
    assert not (project.folder / "started.txt").exists()


def made_without_a_clock(folder: Path) -> dict[str, bytes]:
    """The files of a build that are the same in every build, by path."""
    names = ("history.csv", "result.json", "predictions.npz", "model.npz", "experiments.csv")
    files = [path for path in (folder / "results").rglob("*") if path.name in names]
    timed = ("build", "claims", "criteria_strength", "finals", "floors", "jobs", "speed")
    timed += ("variants",)
    for part in ("tables/*.csv", "figures/*/*.svg", "gallery.json"):
        found = (folder / "results/quick").glob(part)
        files += [path for path in found if path.stem not in timed]
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(files)}


@pytest.mark.fault("a hostile environment (whole build)")
@pytest.mark.slow
def test_a_whole_build_in_an_odd_folder_and_environment(project, built_once, tmp_path):
    home = tmp_path / "home"
    (home / ".config/matplotlib").mkdir(parents=True)
    (home / ".config/matplotlib/matplotlibrc").write_text("axes.grid: False\nfont.size: 30\n")
    (home / ".gitconfig").write_text("[log]\n showSignature = true\n")
    folder = tmp_path / f'{ODD} "$HOME";touch pwned; %s #1 & [x] (y)'
    project.folder.rename(folder)
    project.folder = folder
    project.environment = HOSTILE | {"HOME": str(home)}
    project.snakemake("--config", "preset=quick")
    for language in ("en", "zh-TW"):
        checked = folder / f"results/quick/report/checked.{language}.json"
        assert json.loads(checked.read_text())["figures"] > 5
    assert not list(tmp_path.rglob("pwned"))
    plain, odd = made_without_a_clock(built_once.folder), made_without_a_clock(folder)
    assert len(plain) > 100
    assert [path for path in plain | odd if plain.get(path) != odd.get(path)] == []
