"""What differs between two builds, each difference with its cause."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from backprop_lab.builds.build import RUN_FILES, Build
from backprop_lab.builds.causes import BuildComparison, Cause, Causes
from backprop_lab.builds.platform import changes, kernels, platform_of
from backprop_lab.builds.sentences import Sentence, changed, read_sentences
from backprop_lab.errors import LabError

#: Kinds of differences, in the order in which they are told.
KINDS = ("verdict", "sentence", "number", "figure", "run", "table", "environment")
#: Folder or file -> the kind of its differences; other files are told number by number.
_FILE_KINDS = {
    "figures": "figure",
    "tables": "table",
    "dataset.json": "table",
    "dataset.npz": "table",
    "gallery.json": "table",
    "multiverse.json": "table",
}
#: Numbers that lie closer together than this, relative to the larger, count as equal.
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Difference:
    """One thing that differs.

    Attributes:
        kind: one of KINDS.
        name: claim, report, fact, file, run or key of environment.json.
        before, after: in the first and the second build; None where there is none.
        causes: sorted; each says what differs and where.
    """

    kind: str
    name: str
    before: str | None
    after: str | None
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class Differences:
    """All that differs between two builds.

    Attributes:
        first, second: the builds.
        found: the differences, by kind.
        modules: modules of the package that mean something else, as far as noted.
    """

    first: Build
    second: Build
    found: tuple[Difference, ...]
    modules: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return what the JSON file holds."""
        builds = {"first": self.first, "second": self.second}
        return {
            **{
                name: {
                    "folder": str(build.out),
                    "preset": build.preset,
                    "commit": build.commit,
                }
                for name, build in builds.items()
            },
            "modules": list(self.modules),
            "differences": [
                {
                    **{key: getattr(one, key) for key in ("kind", "name", "before", "after")},
                    "causes": [cause._asdict() for cause in one.causes],
                }
                for one in self.found
            ],
        }


def compare(first: Build, second: Build, tolerance: float = TOLERANCE) -> Differences:
    """Compare two builds; equal ones have no differences.

    Times are not compared, and neither is the commit: a build at another commit that comes to
    the same is the same.

    Args:
        tolerance: relative to the larger of two numbers.

    Raises:
        LabError: a file of a build cannot be read, or the tolerance is no number from 0 on.
    """
    if not 0 <= tolerance < math.inf:
        raise LabError(f"--tolerance: {tolerance:g} must be a number that is not below 0")
    both = BuildComparison(first, second)
    found = [
        *_verdicts(both),
        *_sentences(both),
        *_numbers(both, tolerance),
        *_files(both),
        *_runs(both),
        *_environment(both),
    ]
    found.sort(key=lambda one: KINDS.index(one.kind))
    modules = both.modules() if found else []
    return Differences(first, second, tuple(found), tuple(modules))


def _verdicts(both: BuildComparison) -> Iterator[Difference]:
    """Yield the claims on which the verdicts differ."""
    before, after = both.first.verdicts, both.second.verdicts
    for name in dict.fromkeys([*before, *after]):
        if before.get(name) != after.get(name):
            # Without the claims that are judged by times, claims.json may be the same.
            timed = frozenset([Cause("clock", "speed.csv")])
            causes = both.causes("claims.json") if both.differs("claims.json") else timed
            yield _difference("verdict", name, (before.get(name), after.get(name)), causes)


def _numbers(both: BuildComparison, tolerance: float) -> Iterator[Difference]:
    """Yield the facts that differ beyond the tolerance, but for those that a clock wrote."""
    before, after = both.first.facts, both.second.facts
    for key in dict.fromkeys([*before, *after]):
        facts = before.get(key), after.get(key)
        if any(fact is not None and fact.get("clock") for fact in facts):
            continue
        values = [None if fact is None else fact.get("value") for fact in facts]
        if not _equal(*values, tolerance=tolerance):
            texts = [None if value is None else _text(value) for value in values]
            yield _difference("number", key, texts, _causes_of_fact(both, key))


def _causes_of_fact(both: BuildComparison, key: str) -> Causes:
    """Return why a fact differs: its source does, or the step that computes the facts."""
    fact = both.second.facts.get(key) or both.first.facts.get(key) or {}
    source = os.path.normpath(PurePosixPath(str(fact.get("source", ""))))
    source = PurePosixPath(source).as_posix().removeprefix("../")
    if both.differs(source):
        return both.causes(source)
    return both.own("facts.json") or both.causes("facts.json")


def _sentences(both: BuildComparison) -> Iterator[Difference]:
    """Yield the sentences that differ in the reports that both builds have."""
    folders = [build.out / "report" for build in (both.first, both.second)]
    names = [{path.name for path in folder.glob("*.html")} for folder in folders]
    clock = {
        key
        for build in (both.first, both.second)
        for key, fact in build.facts.items()
        if fact.get("clock")
    }
    for name in sorted(names[0] & names[1]):
        texts = [read_sentences(folder / name, clock) for folder in folders]
        for old, new in changed(*texts):
            causes = _causes_of_sentence(both, f"report/{name}", old, new)
            sides = (one.text if one else None for one in (old, new))
            yield _difference("sentence", name, sides, causes)


def _causes_of_sentence(
    both: BuildComparison, report: str, old: Sentence | None, new: Sentence | None
) -> Causes:
    """Return why a sentence differs: a fact that it shows does, its text, or what it depends on."""
    keys = {key for one in (old, new) if one for key in one.facts}
    values = [{key: build.facts.get(key) for key in keys} for build in (both.first, both.second)]
    moved = [
        key
        for key in keys
        if (values[0][key] or {}).get("value") != (values[1][key] or {}).get("value")
    ]
    if moved:
        return frozenset().union(*(_causes_of_fact(both, key) for key in moved))
    return both.own(report) or both.causes(report)


def _files(both: BuildComparison) -> Iterator[Difference]:
    """Yield the figures, tables and files of images that differ."""
    before, after = both.first.files, both.second.files
    for name in dict.fromkeys([*before, *after]):
        kind = _FILE_KINDS.get(name.partition("/")[0])
        if kind is None or not both.differs(name):
            continue
        paths = (str(files[name]) if name in files else None for files in (before, after))
        yield _difference(kind, name, paths, both.causes(name))


def _runs(both: BuildComparison) -> Iterator[Difference]:
    """Yield the runs that one build lacks, and those whose files differ."""
    members = set(both.first.runs), set(both.second.runs)
    for run in dict.fromkeys([*both.first.runs, *both.second.runs]):
        if run not in members[0] or run not in members[1]:
            states = ["trained" if run in one else None for one in members]
            causes = both.own("runs.csv") or frozenset([Cause("config", "list of runs")])
            yield _difference("run", run, states, causes)
            continue
        differing = [name for name in RUN_FILES if both.differs(f"runs/{run}/{name}")]
        if differing:
            causes = both.causes_of(f"runs/{run}/{name}" for name in differing)
            digests = [build.run_digest(run) for build in (both.first, both.second)]
            yield _difference("run", run, (one and one[:12] for one in digests), causes)


def _environment(both: BuildComparison) -> Iterator[Difference]:
    """Yield the differences of versions, processor and kernels."""
    first, second = (platform_of(build.environment) for build in (both.first, both.second))
    named = kernels(first | second)
    for key, before, after in changes(first, second):
        cause = Cause("kernel" if key in named else "environment", key)
        texts = (None if value is None else str(value) for value in (before, after))
        yield _difference("environment", key, texts, frozenset([cause]))


def _difference(kind: str, name: str, sides: Iterable[str | None], causes: Causes) -> Difference:
    before, after = sides
    return Difference(kind, name, before, after, tuple(sorted(causes)))


def _equal(first: object, second: object, *, tolerance: float) -> bool:
    """Compare two values; numbers may differ by the tolerance."""
    numbers = all(isinstance(one, int | float) for one in (first, second))
    if numbers and not any(isinstance(one, bool) for one in (first, second)):
        return math.isclose(float(str(first)), float(str(second)), rel_tol=tolerance)
    return first == second


def _text(value: object) -> str:
    return f"{value:.10g}" if isinstance(value, float) else str(value)
