"""The Makefile makes .venv with a Python that will do, and its recipes use the programs there."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKEFILE = ROOT / "Makefile"
PHASES = "workflow/scripts/pip_phases.awk"
pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="needs make")


def inherited():
    """The environment without what only the parent make knows: what is up to date here."""
    unwanted = ("MAKEFLAGS", "MAKELEVEL", "PYTHON")
    return {key: value for key, value in os.environ.items() if key not in unwanted}


def make(folder, *arguments):
    """What make prints in a folder in which the set-up is done."""
    shutil.copy(MAKEFILE, folder)
    return subprocess.run(
        ["make", "--silent", "--old-file=.venv/installed", *arguments],
        cwd=folder,
        env=inherited(),
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()


@pytest.mark.parametrize("target", ["report", "quick", "bench", "docs", "test", "lint"])
def test_recipes_name_the_folder_of_their_programs(tmp_path, target):
    commands = make(tmp_path, "--dry-run", target)
    assert commands
    assert all(command.startswith(".venv/bin/") for command in commands)


def test_the_programs_that_a_recipe_starts_find_their_peers(tmp_path):
    programs = tmp_path / ".venv/bin"
    programs.mkdir(parents=True)
    for name, text in {"snakemake": "command -v backprop-lab", "backprop-lab": ""}.items():
        (programs / name).write_text(f"#!/bin/sh\n{text}\n")
        (programs / name).chmod(0o755)
    assert make(tmp_path, "report") == [str(programs / "backprop-lab")]


#: A Python of the version that stands in its first line, which notes what it is asked for.
FAKE = """#!/bin/sh
version={version}
case "$1 $2" in
"-c "*) echo $version ;;
"-m venv")
    for last in "$@"; do :; done
    rm -rf "$last"
    mkdir -p "$last/bin"
    cp "$0" "$last/bin/python"
    cp "$0" "$last/bin/python3"
    printf '#!/bin/sh\\n{pip}\\n' > "$last/bin/pip"
    chmod +x "$last/bin/pip"
    echo "venv of $version" ;;
esac
"""


@dataclass
class Setup:
    """A folder whose .venv is made by a false Python, and the programs that make finds."""

    folder: Path

    def system_python(self, version, name="python3", pip="exit 0"):
        """Put a false Python of a version on the PATH; of its pip all calls end as given."""
        program = self.folder / "programs" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(FAKE.format(version=version, pip=pip))
        program.chmod(0o755)

    def make(self, *arguments):
        """Run make for .venv/installed: its exit status and all it printed."""
        programs = self.folder / "programs"
        path = os.pathsep.join([str(self.folder / ".venv/bin"), str(programs), "/usr/bin", "/bin"])
        done = subprocess.run(
            ["make", ".venv/installed", *arguments],
            cwd=self.folder,
            env=inherited() | {"PATH": path},
            capture_output=True,
            text=True,
        )
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def setup(tmp_path):
    folder = tmp_path / "Anna's lab"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, folder)
    (folder / PHASES).parent.mkdir(parents=True)
    shutil.copy(ROOT / PHASES, folder / PHASES)
    return Setup(folder)


@pytest.mark.parametrize("version", ["2.7", "3.9", "3.10"])
def test_an_old_python_is_named_before_anything_is_made(setup, version):
    setup.system_python(version)
    status, output = setup.make()
    assert status != 0
    assert f"python3 is Python {version}, and this project needs 3.11 or newer" in output
    assert "make PYTHON=python3.11" in output
    assert not (setup.folder / ".venv").exists()


def test_a_missing_python_is_named(setup):
    status, output = setup.make("PYTHON=python3.99")
    assert status != 0
    assert "python3.99 is Python (not found), and this project needs 3.11 or newer" in output


@pytest.mark.parametrize("version", ["3.11", "3.12", "3.100", "4.0"])
def test_a_set_up_is_made_once(setup, version):
    setup.system_python(version)
    status, output = setup.make()
    assert status == 0
    assert f"venv of {version}" in output
    assert "up to date" in setup.make()[1]
    os.utime(setup.folder / "requirements.lock")
    status, output = setup.make()
    assert status == 0
    assert "venv of" not in output  # only what is installed changes


def test_a_set_up_that_an_old_python_left_is_made_anew(setup):
    setup.system_python("3.10")
    old = setup.folder / "programs/python3"
    subprocess.run([old, "-m", "venv", setup.folder / ".venv"], check=True)
    status, output = setup.make()
    assert status != 0
    assert "python3 is Python 3.10" in output
    setup.system_python("3.12", name="python3.12")
    status, output = setup.make("PYTHON=python3.12")
    assert status == 0
    assert "venv of 3.12" in output


def test_a_set_up_that_was_broken_off_is_made_anew(setup):
    setup.system_python("3.12", pip="exit 1")
    assert setup.make()[0] != 0
    setup.system_python("3.12")
    status, output = setup.make()
    assert status == 0
    assert "venv of 3.12" in output


def test_a_set_up_whose_python_has_gone_is_made_anew(setup):
    setup.system_python("3.12")
    assert setup.make()[0] == 0
    (setup.folder / ".venv/bin/python").unlink()
    status, output = setup.make()
    assert status == 0
    assert "venv of 3.12" in output


#: What pip says of two packages, one of them large.
PIP = """
Collecting numpy==2.4.6
  Using cached numpy-2.4.6-cp311-cp311-manylinux.whl.metadata (8 kB)
Collecting torch==2.13.0
  Downloading torch-2.13.0.whl.metadata (30 kB)
Using cached numpy-2.4.6-cp311-cp311-manylinux.whl (16.5 MB)
Downloading torch-2.13.0-cp311-cp311-manylinux.whl (0.8 GB)
Installing collected packages: torch, numpy
Successfully installed numpy-2.4.6 torch-2.13.0
"""


def test_without_a_terminal_an_installation_says_what_it_is_at(setup):
    (setup.folder / "said.txt").write_text(PIP)
    setup.system_python("3.12", pip="cat said.txt")
    status, output = setup.make()
    assert status == 0
    locked = (ROOT / "requirements.lock").read_text().count("==")
    assert f"Setting up .venv: {locked} packages at most" in output
    assert [line for line in output.splitlines() if line.startswith(("Down", "Inst", "Coll"))] == [
        "Downloading torch-2.13.0-cp311-cp311-manylinux.whl (0.8 GB)",
        "Installing 2 packages into .venv (817 MB, packed)",
    ]


def test_an_installation_that_fails_ends_make_with_what_pip_says(setup):
    setup.system_python("3.12", pip="echo ERROR: no network >&2\\nexit 3")
    status, output = setup.make()
    assert status != 0
    assert "ERROR: no network" in output
    assert not (setup.folder / ".venv/installed").exists()
