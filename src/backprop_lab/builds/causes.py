"""Why a file differs between two builds, found from what each build recorded.

A file differs because its own step differs (its code, its settings, a file of the project that
it reads), because a file that it was made from differs, or, where neither is so, because the
machine does.  So each difference is followed upwards to where it first appears.  What nothing
recorded explains is called damage: the file is not what its step wrote.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from backprop_lab.builds.build import Build
from backprop_lab.builds.platform import changes, kernels, platform_of
from backprop_lab.builds.records import PROJECT, JobRecord, changed_code, located, read_records
from backprop_lab.facts.clock import CLOCK_FILES, content
from backprop_lab.files.documents import read_json

#: Kinds of causes, and what each says.
KINDS = {
    "code": "the code of a step means something else",
    "config": "a setting or a criterion differs: config.yaml, claims.yaml, register.json",
    "data": "the images, or the original's numbers, differ",
    "text": "a text of the report was edited",
    "environment": "versions, processor or system differ",
    "kernel": "other kernels of BLAS or PyTorch were loaded",
    "clock": "times differ",
    "damage": "nothing recorded explains it: the file is not what its step wrote",
}
#: Beginning of a project file's name -> the kind of cause that an edit of it is.
_PROJECT_KINDS = {
    "report/original/": "data",
    "report/page/": "code",
    "report/claims.yaml": "config",
    "decide.yaml": "config",
    "report/register.json": "config",
    "report/": "text",
    "workflow/schemas/": "config",
    "data/": "data",
}


class Cause(NamedTuple):
    """Why something differs: one of KINDS, and where."""

    kind: str
    detail: str


Causes = frozenset[Cause]


class BuildComparison:
    """Two builds, and why their files differ.

    Attributes:
        first, second: the builds.
    """

    def __init__(self, first: Build, second: Build) -> None:
        self.first, self.second = first, second
        self._records = read_records(first), read_records(second)
        self._known: dict[str, Causes] = {}
        self._differs: dict[str, bool] = {}

    @cached_property
    def of_machine(self) -> Causes:
        """Return the differences of platform, as causes."""
        first, second = (platform_of(build.environment) for build in (self.first, self.second))
        named = kernels(first | second)
        return frozenset(
            Cause("kernel" if key in named else "environment", f"{key}: {before} → {after}")
            for key, before, after in changes(first, second)
        )

    @cached_property
    def of_data(self) -> Causes:
        """Return a cause if the builds are of other images; another split is a setting."""
        first, second = self.first.dataset, self.second.dataset
        if all(first.get(key) == second.get(key) for key in ("name", "archives")):
            return frozenset()
        return frozenset([Cause("data", f"{first.get('name')} → {second.get('name')}")])

    def differs(self, name: str) -> bool:
        """Say whether a file that a step made differs in more than its times."""
        if name not in self._differs:
            self._differs[name] = self._compare(name)
        return self._differs[name]

    def causes(self, name: str) -> Causes:
        """Return why a file that differs does."""
        if name in self._known:
            return self._known[name]
        self._known[name] = frozenset()  # a circle, which no workflow has, would end here
        self._known[name] = self._find(name)
        return self._known[name]

    def causes_of(self, names: Iterable[str]) -> Causes:
        """Return why those of the files differ that do."""
        return frozenset().union(*(self.causes(name) for name in names if self.differs(name)))

    def own(self, name: str) -> Causes:
        """Return what differs in the step itself that made a file."""
        before, after = (records.get(name) for records in self._records)
        if before is None or after is None:
            return frozenset()
        found = {Cause("code", text) for text in changed_code(before, after)}
        if before.settings != after.settings:
            found.add(Cause("config", f"settings of rule {after.rule}"))
        if before.inputs != after.inputs and not found:
            added = sorted(before.inputs ^ after.inputs)
            found.add(Cause("config", f"{len(added)} inputs more or less, such as {added[0]}"))
        for shared in sorted(before.inputs & after.inputs):
            if shared.startswith(PROJECT) and self._edited(shared, before, after):
                found.add(_of_project(shared.removeprefix(PROJECT)))
        return frozenset(found)

    def _find(self, name: str) -> Causes:
        if name == "environment.json":
            return self.of_machine
        if name in ("dataset.json", "dataset.npz") and self.of_data:
            return self.of_data
        before, after = (records.get(name) for records in self._records)
        if before is None or after is None:
            return self._unrecorded(recorded=before or after)
        made = [one for one in before.inputs & after.inputs if not one.startswith(PROJECT)]
        upstream = self.causes_of(made)
        found = self.own(name) | upstream
        if not upstream:
            found |= self.of_machine
        return found or frozenset([Cause("damage", name)])

    def _unrecorded(self, recorded: JobRecord | None) -> Causes:
        """Return why a file differs of which one build, or neither, has a record."""
        same_runs = self.first.runs == self.second.runs
        if recorded is not None and any(self._records[0]) and any(self._records[1]):
            kind = "code" if same_runs and self.first.preset == self.second.preset else "config"
            return frozenset([Cause(kind, f"rule {recorded.rule} made it in one build alone")])
        found = set(self.of_machine | self.of_data)
        commits = [build.commit for build in self._builds]
        if commits[0] != commits[1]:
            found.add(Cause("code", f"commit {commits[0]} → {commits[1]}"))
        if not same_runs or self._criteria(self.first) != self._criteria(self.second):
            found.add(Cause("config", "runs or criteria"))
        return frozenset(found or {Cause("damage", "no records of Snakemake")})

    @property
    def _builds(self) -> tuple[Build, Build]:
        return self.first, self.second

    def _criteria(self, build: Build) -> object:
        return read_json(build.out / "claims.json").get("criteria")

    def _compare(self, name: str) -> bool:
        if name.rpartition("/")[2] in CLOCK_FILES:
            return False
        if name == "environment.json":
            return bool(self.of_machine)
        paths = [located(build, name) for build in self._builds]
        if not all(path.is_file() for path in paths):
            return any(path.is_file() for path in paths)
        return content(paths[0]) != content(paths[1])

    def _edited(self, name: str, before: JobRecord, after: JobRecord) -> bool:
        """Say whether a file of the project was another one when it was read."""
        noted = before.checksums.get(name), after.checksums.get(name)
        if None not in noted:
            return noted[0] != noted[1]
        paths = [located(build, name) for build in self._builds]
        if not all(path.is_file() for path in paths):
            return False
        digests = [hashlib.sha256(path.read_bytes()).digest() for path in paths]
        return digests[0] != digests[1]

    def modules(self) -> list[str]:
        """List the modules of the package that mean something else, if both builds noted them."""
        notes = []
        for build in self._builds:
            try:
                text = (build.project / ".snakemake/backprop-lab-code.json").read_text()
                notes.append(dict(json.loads(text)))
            except (OSError, ValueError, TypeError):
                return []
        return sorted(
            name for name in notes[0] | notes[1] if notes[0].get(name) != notes[1].get(name)
        )


def _of_project(name: str) -> Cause:
    """Return the cause that an edit of a file of the project is."""
    kind = next((kind for begin, kind in _PROJECT_KINDS.items() if name.startswith(begin)), "code")
    return Cause(kind, name)
