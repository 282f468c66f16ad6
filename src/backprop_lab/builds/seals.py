"""The register of sealed criteria, replayed from the project's git history.

A criterion is sealed by the commit that first has it, and amended by each later one that changes
what decides it (`claims.deciding`).  Of a merge that is so where no parent has the same.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from backprop_lab.claims.deciding import (
    RULE,
    Content,
    criteria,
    rule_of,
    sides,
    what_decides,
)
from backprop_lab.claims.printed import Printed, PrintedNumbers
from backprop_lab.claims.register import Ran
from backprop_lab.errors import LabError
from backprop_lab.files.documents import read_yaml
from backprop_lab.measurements.environment import git_output
from backprop_lab.runs.grid import apply_preset, expand_experiments, whole_numbers

CLAIMS, CONFIG = "report/claims.yaml", "config.yaml"
#: Where the original's numbers lie, and where they lay in earlier commits.
_NUMBERS = ("report/original", "report/published")
_TABLES = ("published_curves.csv", "stated.csv")


@dataclass(frozen=True)
class SealState:
    """The criteria at one commit, or in the working tree, and the rule of further seeds.

    Attributes:
        contents: criterion -> what decides it; the rule stands among them by the name RULE.
        names: criterion -> the names that its settings have in claims.yaml, by their keys.
        experiments: criterion -> those that each setting is chosen from, by its key.
        asked: what config.yaml asks for.
        n_seeds: how many `seeds` config.yaml has.
    """

    contents: Mapping[str, Content] = field(default_factory=dict)
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    experiments: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict)
    asked: Ran = field(default_factory=lambda: Ran({}, ""))
    n_seeds: int = 0


@dataclass(frozen=True)
class History:
    """What git knows of the criteria.

    Attributes:
        changes: every change of a criterion, oldest first.
        n_seeds: how many seeds config.yaml had when the first criterion was sealed.
        split: how it then divided the images.
    """

    changes: Sequence[Change]
    n_seeds: int
    split: str


@dataclass(frozen=True)
class Change:
    """A commit that sealed, amended or withdrew a criterion.

    Attributes:
        criterion: "<claim>.<part>", or RULE.
        commit: its name, in hex digits.
        date: of the commit, ISO 8601.
        content: what decides the criterion from then on; None where it was withdrawn.
        names: the names that its settings have in claims.yaml, by their keys.
        runs_since: the first commit whose config.yaml asks for all runs that decide it, so that
            they could have been looked at from then on; None where there is none. Of the rule
            the first that asks for those of any criterion.
    """

    criterion: str
    commit: str
    date: str
    content: Content | None
    names: Mapping[str, str]
    runs_since: str | None


def current(project: Path, numbers: PrintedNumbers | None = None) -> SealState:
    """Return the criteria as the project's files have them; none where it has no claims.yaml.

    Args:
        project: its folder.
        numbers: what the original prints; by default as the project's files have it.

    Raises:
        LabError: a file cannot be read, or a criterion names what there is not.
    """
    config = read_yaml(project / CONFIG)
    chosen = apply_preset(whole_numbers({"kernels": {}} | config) | _FULL)
    runs = {
        name: [(run.variant, run.seed) for run in some]
        for name, some in expand_experiments(chosen).items()
    }
    asked = Ran.of(runs, config["data"]["split"])
    contents: dict[str, Content] = {}
    names: dict[str, dict[str, str]] = {}
    if not (project / CLAIMS).is_file():
        return SealState(asked=asked)
    declared = read_yaml(project / CLAIMS)
    printed = numbers or _printed(project)
    for name, part in criteria(declared):
        try:
            contents[name] = what_decides(
                part, declared["settings"], asked.seeds, lambda key: printed.number("claims", key)
            )
        except KeyError as error:
            raise LabError(f"{CLAIMS}: {name}: there is no {error}; add it to settings") from None
        names[name] = {key: part[key] for key in sides(contents[name])}
    if rule := rule_of(declared):
        contents[RULE], names[RULE] = rule, {}
    experiments = {
        name: {key: declared["settings"][one]["experiments"] for key, one in some.items()}
        for name, some in names.items()
    }
    return SealState(contents, names, experiments, asked, len(config["seeds"]))


#: The preset that lays nothing over the experiments.
_FULL = {"preset": "full", "presets": {"full": {}}}


def replay(project: Path) -> History:
    """Replay the history of the criteria.

    Raises:
        LabError: there is no git repository here, or one without its whole history.
    """
    states: dict[str, SealState] = {}
    numbers: dict[str, PrintedNumbers] = {}  # by the texts of their files, which hardly change
    found: list[Change] = []
    first = SealState()
    asked: dict[str, str] = {}  # variant -> the first commit whose config.yaml asks for it
    for commit, date, parents in _commits(project):
        before = [states[parent] for parent in parents] or [SealState()]
        try:
            state = _at(project, commit, numbers)
        except LabError:  # a commit that could not be built: nothing was judged by it
            state = before[0]
        states[commit] = state
        first = first if first.contents else state
        for variants in state.asked.seeds.values():
            for variant in variants:
                asked.setdefault(variant, commit)
        for name in dict.fromkeys(name for one in (state, *before) for name in one.contents):
            content = state.contents.get(name)
            if all(one.contents.get(name) != content for one in before):
                since = _runs_since(content, asked)
                if name == RULE:
                    since = _first_runs(state.contents, asked)
                names = state.names.get(name, {})
                found.append(Change(name, commit, date, content, names, since))
    return History(found, first.n_seeds, first.asked.split)


def _runs_since(content: Content | None, asked: Mapping[str, str]) -> str | None:
    """Return the commit since which all runs that decide a criterion are asked for."""
    needed = [v for side in sides(content or {}).values() for v in side["variants"]]
    commits = [asked[variant] for variant in needed]
    return max(commits, key=_order(asked).__getitem__) if commits else None


def _first_runs(contents: Mapping[str, Content], asked: Mapping[str, str]) -> str | None:
    """Return the commit since which all runs that decide any one criterion are asked for."""
    found = [since for one in contents.values() if (since := _runs_since(one, asked))]
    return min(found, key=_order(asked).__getitem__) if found else None


def _order(asked: Mapping[str, str]) -> dict[str, int]:
    """Return the place of each commit that first asks for a run."""
    return {commit: place for place, commit in enumerate(dict.fromkeys(asked.values()))}


def _commits(project: Path) -> Iterator[tuple[str, str, Sequence[str]]]:
    """Yield (name, date, parents) of each commit that changed a file that decides, oldest first."""
    shallow = git_output(project, "rev-parse", "--is-shallow-repository")
    if shallow is None:
        raise LabError(
            f"{project.resolve()}: is no git repository, so no history can be replayed; "
            "clone the project to compare its register with it"
        )
    if shallow == "true":
        raise LabError(
            "this clone has only a part of the history; fetch the rest with: git fetch --unshallow"
        )
    paths = [CLAIMS, CONFIG, *(f"{folder}/{name}" for folder in _NUMBERS for name in _TABLES)]
    # Parents as simplified: the nearest ancestors that changed one of these files.
    simplified = ("--full-history", "--simplify-merges", "--parents", "--topo-order", "--reverse")
    lines = git_output(project, "log", *simplified, "--format=%H %cI %P", "--", *paths) or ""
    for line in lines.splitlines():
        commit, date, *parents = line.split()
        yield commit, date, parents


def _at(project: Path, commit: str, known: dict[str, PrintedNumbers]) -> SealState:
    """Return the criteria at a commit; LabError where its files cannot be used."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in (CLAIMS, CONFIG):
            _copy(project, [f"{commit}:{path}"], folder / path)
        texts = [
            _copy(project, [f"{commit}:{place}/{table}" for place in _NUMBERS], folder / table)
            for table in _TABLES
        ]
        key = "\0".join(texts)
        if key not in known:
            known[key] = PrintedNumbers(Printed.within(folder))
        return current(folder, known[key])


def _printed(project: Path) -> PrintedNumbers:
    """Read what the original prints, as the project's files have it."""
    return PrintedNumbers(Printed.within(project / _NUMBERS[0]))


def _copy(project: Path, sources: Sequence[str], path: Path) -> str:
    """Write the first of a repository's files that there is; return its text, or ""."""
    texts = (git_output(project, "show", source) for source in sources)
    text = next((text for text in texts if text is not None), "")
    if text:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{text}\n", encoding="utf-8")
    return text
