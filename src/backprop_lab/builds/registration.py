"""report/register.json: written from the git history, and compared with it.

What git cannot know is kept from the file, or told: why a criterion was amended, and whether
results existed then.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from backprop_lab.builds.refutations import (
    REGISTER,
    by_criterion,
    refutations,
    refuted_results,
)
from backprop_lab.builds.seals import CLAIMS, CONFIG, Change, SealState, current, replay
from backprop_lab.claims.deciding import RULE, Content, changed, digest, sides
from backprop_lab.claims.register import REMEDY, RESULTS, Register, Registered, Seal, unsealed
from backprop_lab.errors import LabError
from backprop_lab.files.atomic import replacing
from backprop_lab.files.documents import read_yaml
from backprop_lab.measurements.environment import git_output

#: The words of the reasons for amendments.
_LABELS = Path("report/text/en/labels.yaml")


@dataclass(frozen=True)
class Told:
    """What a person says of the latest state of criteria.

    Attributes:
        reasons: criterion, or claim, -> name of the reason in labels.yaml.
        results: criterion, or claim, -> one of RESULTS. A claim's name stands for those of its
            criteria whose latest state the register does not have yet.
    """

    reasons: Mapping[str, str] = field(default_factory=dict)
    results: Mapping[str, str] = field(default_factory=dict)


def write_register(project: Path, told: Told) -> Path:
    """Write the register from the history, and return its path.

    Raises:
        LabError: there is no whole history, or what is told fits no criterion.
    """
    history, path = replay(project), project / REGISTER
    if not path.is_file() and git_output(project, "cat-file", "-e", f"HEAD:{REGISTER}") is not None:
        raise LabError(
            f"{path}: is not there, and the reasons that only it knows would be lost; take it back "
            f"first: git checkout -- {REGISTER}"
        )
    known = Register.read(path) if path.is_file() else Register(path, 0, "")
    by_name = by_criterion(history)
    _check_told(told, by_name, project)
    settings: dict[str, Any] = {}
    criteria = {}
    for name, changes in by_name.items():
        seals = _seals(project, changes, known.sealed.get(name), told)
        for seal in seals:
            if refuted := refuted_results(seal, changes):
                raise LabError(f"{path}: {name}: {refuted}")
        criteria[name] = {
            "decides": _named(changes[-1], settings),
            "seals": [_compact(seal) for seal in seals],
        }
    content = {"split": history.split, "seeds": history.n_seeds}
    if RULE in criteria:
        content[RULE] = criteria.pop(RULE)
    content |= {"settings": settings, "criteria": criteria}
    with replacing(path, "w") as file:
        json.dump(content, file, indent=1, ensure_ascii=False)
        file.write("\n")
    return path


def contradictions(project: Path) -> list[str]:
    """List, a line each, where the register, the history and the project's files disagree.

    Raises:
        LabError: the register cannot be read, or there is no whole history.
    """
    register, history, now = Register.read(project / REGISTER), replay(project), current(project)
    by_name = by_criterion(history)
    refuted = refutations(register, history)
    found = [f"{REGISTER}: {line}" for line in refuted]
    known = {line.partition(": ")[0] for line in refuted}
    for name in dict.fromkeys([*register.sealed, *by_name, *now.contents]):
        if name not in known and (problem := _problem(name, register, by_name.get(name, []), now)):
            found.append(f"{REGISTER}: {name}: {problem}")
    return found


def rows(project: Path) -> list[dict[str, Any]]:
    """Return the register as git has it, a row a change, with what the file adds to it."""
    history, path = replay(project), project / REGISTER
    known = Register.read(path) if path.is_file() else Register(path, 0, "")
    now = current(project).contents
    found = []
    for name, changes in by_criterion(history).items():
        one = known.sealed.get(name)
        kept = _kept(known, name)
        for change, before in zip(changes, [None, *changes], strict=False):
            content = before.content if before else None
            seal = _seal(change, content, kept.get(change.commit), Told(), first=before is None)
            label = one.label(now[name]) if one and name in now else "withdrawn"
            found.append(
                {"criterion": name, "event": _event(change, before), **asdict(seal)}
                | {"runs_since": change.runs_since, "label": label}
            )
    return found


def _problem(
    name: str, register: Register, changes: Sequence[Change], now: SealState
) -> str | None:
    """Say what is wrong with one criterion that git does not refute, and what to do."""
    one = register.sealed.get(name)
    if one is None:
        return unsealed(Path(), name).partition(f"{name}: ")[2]
    seals = [one.seal, *one.amendments]
    if len(seals) < len(changes):
        missing = changes[len(seals)]
        return f"git has an amendment in {missing.commit[:10]} that is not registered; {REMEDY}"
    content = now.contents.get(name)
    if digest(content) != seals[-1].digest:
        keys = ", ".join(changed(one.content, content))
        files = CLAIMS if name == RULE else f"{CLAIMS} or {CONFIG}"
        return f"{files} has changed since ({keys}): it is post hoc; {REMEDY}"
    return _too_few(register, name, content, now) if content and name != RULE else None


def _too_few(register: Register, name: str, content: Content, now: SealState) -> str | None:
    """Say that config.yaml asks for too little to judge a criterion."""
    for lack in register.judge(name, content, now.experiments[name], now.asked)["lacks"]:
        return (
            f"{CONFIG} asks for {lack['found']} of the {lack['what']} that it needs, "
            f"{lack['registered']}, in all settings that it compares; put them into {CONFIG}"
        )
    return None


def _kept(known: Register, name: str) -> dict[str, Seal]:
    """Return commit -> what the register already says of a criterion."""
    one = known.sealed.get(name)
    return {seal.commit: seal for seal in (one.seal, *one.amendments)} if one else {}


def _seals(
    project: Path, changes: Sequence[Change], one: Registered | None, told: Told
) -> list[Seal]:
    """Make the register's entries of a criterion's changes.

    Where the repository does not reach back to its seal, as one that was begun anew from an
    archive, what the register has stays, and the changes come after it.

    Args:
        one: what the register has of it.
        told: what a person says of the last change.
    """
    known = [one.seal, *one.amendments] if one else []
    kept = {seal.commit: seal for seal in known}
    seals: list[Seal] = []
    before: Content | None = None
    if one and git_output(project, "cat-file", "-e", one.seal.commit) is None:
        here = {change.commit for change in changes}
        seals = [seal for seal in known if seal.commit not in here]
        if seals[-1].digest == digest(changes[0].content):
            before, changes = changes[0].content, changes[1:]
    for change in changes:
        said = told if change is changes[-1] else Told()
        seals.append(_seal(change, before, kept.get(change.commit), said, first=not seals))
        before = change.content
    return seals


def _seal(
    change: Change, before: Content | None, kept: Seal | None, told: Told, *, first: bool
) -> Seal:
    """Make the register's entry of a change.

    Args:
        before: what decided before it.
        kept: what the register has said of it.
        told: what a person says of it.
        first: whether it sealed the criterion.
    """
    results, reason = (kept.results_existed, kept.reason) if kept else ("unknown", None)
    claim = change.criterion.partition(".")[0]
    for name in (claim, change.criterion):
        if name == change.criterion or not kept:
            results = told.results.get(name, results)
            reason = told.reasons.get(name, reason)
    keys = [] if first else changed(before, change.content)
    state = digest(change.content)
    return Seal(change.commit, change.date, state, results, keys, None if first else reason)


def _compact(seal: Seal) -> dict[str, Any]:
    """Return a seal as the file has it, without the keys that only amendments have."""
    return {key: value for key, value in asdict(seal).items() if value or key == "digest"}


def _named(change: Change, settings: dict[str, Any]) -> Content | None:
    """Return what decides, with the names of its settings; add those to `settings`."""
    if change.content is None:
        return None
    named = {}
    for key, side in sides(change.content).items():
        for name in _names(change.names[key]):
            if settings.setdefault(name, side) == side:
                named[key] = name
                break
    return change.content | named


def _names(name: str) -> Iterator[str]:
    """Yield a setting's name, and further ones for other meanings of it: one, one-2, ..."""
    yield name
    number = 2
    while True:
        yield f"{name}-{number}"
        number += 1


def _event(change: Change, before: Change | None) -> str:
    """Name what a change did."""
    if before is None:
        return "sealed"
    return "withdrawn" if change.content is None else "amended"


def _check_told(told: Told, by_name: Mapping[str, Sequence[Change]], project: Path) -> None:
    """Raise a LabError where what is told fits no criterion, or a reason has no words."""
    known = {*by_name, *(name.partition(".")[0] for name in by_name)}
    for name in (*told.reasons, *told.results):
        if name not in known:
            raise LabError(f"{name}: no criterion or claim has this name; see {CLAIMS}")
    for name, value in told.results.items():
        if value not in RESULTS:
            raise LabError(f"--results {name}={value}: is none of {', '.join(RESULTS)}")
    reasons = read_yaml(project / _LABELS)["claims"]["seals"]["reasons"] if told.reasons else {}
    for name, reason in told.reasons.items():
        if reason not in reasons:
            raise LabError(
                f"--reason {name}={reason}: {_LABELS} has no words for it under "
                f"claims.seals.reasons ({', '.join(reasons)}); add them there, in every language"
            )
