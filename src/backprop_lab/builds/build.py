"""A finished build as the comparisons read it: its folder OUT and what lies beside that."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from backprop_lab.errors import LabError
from backprop_lab.facts.clock import CLOCK_FILES
from backprop_lab.figures.registry import figures
from backprop_lab.files.documents import read_json
from backprop_lab.files.forms.collected import RUNS

#: Files of a run that no clock wrote: the run's digest is over these.
RUN_FILES = ("history.csv", "result.json", "model.npz", "predictions.npz")
#: Files of OUT that no clock wrote, besides tables and figures; in claims.json and facts.json
#: some entries are a clock's, which `facts.clock.content` leaves out.
_COLLECTED = (
    "runs.csv",
    "history.csv",
    "experiments.csv",
    "claims.json",
    "facts.json",
    "gallery.json",
    "multiverse.json",
)
_NEEDED = ("experiments.csv", "claims.json", "facts.json", "environment.json")


@dataclass(frozen=True)
class Build:
    """A finished build.

    Attributes:
        out: the folder OUT that its tables and reports lie in, such as results/quick.
    """

    out: Path

    @classmethod
    def at(cls, path: Path) -> Build:
        """Find the build at a path: OUT itself, or a folder of the project that holds one.

        Raises:
            LabError: there is no whole build, or several.
        """
        path = Path(path)
        found = [path] if (path / "runs.csv").is_file() else _outs_of(path)
        if not found:
            raise LabError(f"{path}: is no build (no runs.csv in it or its results/); build it")
        if len(found) > 1:
            names = ", ".join(map(str, found))
            raise LabError(f"{path}: holds several builds; name one of {names}")
        build = cls(found[0])
        for name in _NEEDED:
            if not (build.out / name).is_file():
                raise LabError(f"{build.out}: is no whole build, {name} is missing; build it")
        if not (build.shared / "dataset.json").is_file():
            raise LabError(f"{build.shared}: dataset.json is missing beside {build.out}; build it")
        return build

    @property
    def shared(self) -> Path:
        """Name the folder with what all presets share: results."""
        return self.out if (self.out / "dataset.json").is_file() else self.out.parent

    @property
    def preset(self) -> str:
        """Name the preset: "full", or the name of the folder below results."""
        return "full" if self.shared == self.out else self.out.resolve().name

    @property
    def project(self) -> Path:
        """Name the folder of the project, which holds results."""
        return self.shared.resolve().parent

    @cached_property
    def environment(self) -> dict[str, Any]:
        """Read environment.json."""
        return read_json(self.out / "environment.json")

    @property
    def commit(self) -> str | None:
        """Return the commit that the runs were collected at, if it is known."""
        commit: str | None = self.environment["git"]["commit"]
        return commit

    @cached_property
    def dataset(self) -> dict[str, Any]:
        """Read dataset.json."""
        return read_json(self.shared / "dataset.json")

    @cached_property
    def facts(self) -> dict[str, dict[str, Any]]:
        """Read facts.json."""
        return read_json(self.out / "facts.json")

    @cached_property
    def verdicts(self) -> dict[str, str]:
        """Read the verdict on each claim from claims.json."""
        claims = read_json(self.out / "claims.json")["claims"]
        return {name: claim["verdict"] for name, claim in claims.items()}

    @cached_property
    def runs(self) -> list[str]:
        """List the ids of the runs, in the order of runs.csv."""
        return list(RUNS.read(self.out / "runs.csv")["id"])

    def run_file(self, run: str, name: str) -> Path:
        """Name a file of a run."""
        return self.shared / "runs" / run / name

    def run_digest(self, run: str) -> str | None:
        """Return the digest of what no clock wrote of a run; None where a file is missing."""
        digest = hashlib.sha256()
        for name in RUN_FILES:
            path = self.run_file(run, name)
            if not path.is_file():
                return None
            digest.update(f"{name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
        return digest.hexdigest()

    @cached_property
    def timed(self) -> bool:
        """Say whether the build shows times (`report: timings:` of config.yaml)."""
        return any(fact.get("unit") == "seconds" for fact in self.facts.values())

    @cached_property
    def files(self) -> dict[str, Path]:
        """Name what no clock wrote, besides the files of runs and the reports: name -> path.

        Names are relative to OUT; those of the data set are relative to results.
        """
        drawn_by_clock = {name for name, one in figures().items() if one.timed and self.timed}
        paths = [self.out / name for name in _COLLECTED]
        paths += sorted(self.out.glob("tables/*.csv"))
        paths += sorted(self.out.glob("figures/*/*.svg"))
        found = {
            path.relative_to(self.out).as_posix(): path
            for path in paths
            if path.is_file()
            and path.name not in CLOCK_FILES
            and not (path.suffix == ".svg" and path.stem in drawn_by_clock)
        }
        shared = {name: self.shared / name for name in ("dataset.json", "dataset.npz")}
        return {name: path for name, path in shared.items() if path.is_file()} | found


def _outs_of(project: Path) -> list[Path]:
    """List the folders OUT of a folder of the project."""
    results = project / "results"
    folders = [results, *sorted(results.glob("*"))]
    return [folder for folder in folders if (folder / "runs.csv").is_file()]
