"""A private copy of the project, in which the tests run the real DAG on small data."""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PARTS = (
    "Snakefile",
    "config.yaml",
    "benchmarks",
    "workflow",
    "src",
    "report",
    "profiles",
    "pyproject.toml",
)


@dataclass
class Project:
    """A copy of the project; `snakemake` runs in it, on the code of the copy."""

    folder: Path
    environment: dict = field(default_factory=dict)

    def snakemake(self, *arguments: str, ok: bool = True) -> str:
        """Run Snakemake and return all it printed; fail unless it ends as expected."""
        environment = {key: value for key, value in os.environ.items() if key != "MNIST_DIR"}
        environment |= {"PYTHONPATH": str(self.folder / "src"), "COLUMNS": "200"}
        environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
        done = subprocess.run(
            [sys.executable, "-m", "snakemake", "--cores", "2", *arguments],
            cwd=self.folder,
            env=environment | self.environment,
            capture_output=True,
            text=True,
        )
        output = done.stdout + done.stderr
        assert (done.returncode == 0) is ok, output
        return output

    def would_run(self, *arguments: str) -> dict[str, int]:
        """The jobs that a dry run lists: rule -> count, without the target rule."""
        output = self.snakemake(*arguments, "-n", "--quiet", "rules")
        table = re.search(r"^job +count\n[- ]+\n(.*?)^total", output, re.DOTALL | re.MULTILINE)
        if table is None:
            assert "Nothing to be done" in output, output
            return {}
        jobs = (line.split() for line in table[1].splitlines())
        return {rule: int(count) for rule, count in jobs if rule != "all"}

    def recorded(self) -> Iterator[tuple[str, str, list[str]]]:
        """Yield of each output what Snakemake noted: its path, its rule and its parameters."""
        for file in (self.folder / ".snakemake/metadata").iterdir():
            record = json.loads(file.read_text())
            yield base64.b64decode(file.name).decode(), record["rule"], record["params"]

    def config(self) -> dict:
        """The copy's config.yaml."""
        return yaml.safe_load((self.folder / "config.yaml").read_text())

    def write_config(self, config: dict) -> None:
        (self.folder / "config.yaml").write_text(yaml.safe_dump(config, sort_keys=False))

    def shrink(self) -> None:
        """Set the smallest experiments that fill a report, of one epoch, and no times."""
        config = self.config()
        experiments, quick = config["experiments"], config["presets"]["quick"]
        relu = experiments["matrix"]["grid"][0] | {"activation": ["relu"]}
        one = relu | {"backend": ["numpy"], "hidden_sizes": [[360]]}
        sigmoid = one | {"activation": ["sigmoid"], "hidden_sizes": [[360, 100]]}
        adam = one | {"optimizer": ["adam"], "learning_rate": [0.001]}
        experiments["matrix"]["grid"] = [relu, sigmoid, adam]
        quick |= {"epochs": 1, "measured_images": 320}
        config["report"] = {"languages": ["en", "zh-TW"], "timings": False}
        self.write_config(config)

    def append(self, path: str, text: str) -> None:
        """Add a line to a file of the copy, as an editor would."""
        with (self.folder / path).open("a") as file:
            file.write(text)

    def edit(self, path: str, old: str, new: str) -> None:
        """Replace the first `old` in a file of the copy."""
        text = (self.folder / path).read_text()
        assert old in text
        (self.folder / path).write_text(text.replace(old, new, 1))


def copy_project(folder: Path) -> Project:
    """Copy what git would clone, and set the smallest experiments that fill a report."""
    folder.mkdir()
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(
                source, folder / part, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
            )
        else:
            shutil.copy(source, folder / part)
    project = Project(folder)
    config = project.config()
    config["data"]["mirrors"]["mnist"] = []  # the embedded digits, without waiting
    project.write_config(config)
    return project


def pytest_collection_modifyitems(items):
    """Keep the tests of the finished build on one worker, so that it is built once."""
    for item in items:
        if {"built", "built_once"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group("built"))


@pytest.fixture
def project(tmp_path) -> Project:
    """A fresh copy in which nothing has been built."""
    return copy_project(tmp_path / "project")


@pytest.fixture(scope="session")
def copied():
    """What makes a copy of the project in a new folder."""
    return copy_project


@pytest.fixture(scope="session")
def built_once(tmp_path_factory) -> Project:
    """The quick preset, built from nothing; read it, do not change it."""
    project = copy_project(tmp_path_factory.mktemp("built") / "project")
    project.console = project.snakemake("--config", "preset=quick")
    return project


@pytest.fixture
def built(built_once, tmp_path) -> Project:
    """A copy of the built project, with its time stamps, to be changed at will."""
    shutil.copytree(built_once.folder, tmp_path / "project")
    return Project(tmp_path / "project")
