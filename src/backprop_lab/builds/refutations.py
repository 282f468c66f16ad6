"""What the git history refutes of report/register.json.

`backprop-lab register --check` says all of it, and what has changed since.  The verdicts of a
build ask for it, too, wherever the history is there: what has changed since makes a criterion post
hoc, but a register that git refutes must not label anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from backprop_lab.builds.seals import CONFIG, Change, History, replay
from backprop_lab.claims.deciding import digest
from backprop_lab.claims.register import REMEDY, Register, Registered, Seal
from backprop_lab.errors import LabError
from backprop_lab.measurements.environment import git_output

REGISTER = Path("report/register.json")


def compare_with_git(path: Path) -> bool:
    """Hold the register against the history of its project; return whether that is there.

    It is not in an archive, in a clone of a part, nor in a repository that was begun with the
    register, as one from an archive.

    Args:
        path: register.json.

    Raises:
        LabError: git refutes the register.
    """
    project, register = path.resolve().parents[1], Register.read(path)
    if not _has_history(project, register):
        return False
    history = replay(project)
    found = refutations(register, history)
    if found:
        more = f" (and {len(found) - 1} more: backprop-lab register --check)" if found[1:] else ""
        raise LabError(f"{path}: {found[0]}{more}")
    return True


def refutations(register: Register, history: History) -> list[str]:
    """List, a line each, what the history refutes."""
    found = []
    if (register.seeds, register.split) != (history.n_seeds, history.split):
        found.append(
            f"asks for {register.seeds} seeds and the split {register.split}, {CONFIG} had "
            f"{history.n_seeds} and {history.split} when the first criterion was sealed; {REMEDY}"
        )
    by_name = by_criterion(history)
    for name, one in register.sealed.items():
        problem = _refutation(one, by_name.get(name, []))
        found += [f"{name}: {problem}"] if problem else []
    return found


def by_criterion(history: History) -> dict[str, list[Change]]:
    """Return criterion -> its changes, in the order of claims."""
    found: dict[str, list[Change]] = {}
    for change in history.changes:
        found.setdefault(change.criterion, []).append(change)
    return found


def refuted_results(seal: Seal, changes: Sequence[Change]) -> str | None:
    """Say that there could be results, though the register says that there were none."""
    change = next((one for one in changes if one.commit == seal.commit), None)
    if seal.results_existed != "no" or not change or change.runs_since in (None, change.commit):
        return None
    return (
        f"says that no results existed at {seal.commit[:10]}, but {CONFIG} has asked for its runs "
        f"since {str(change.runs_since)[:10]}; write unknown or yes: backprop-lab register --write "
        f"--results {change.criterion}=unknown"
    )


def _refutation(one: Registered, changes: Sequence[Change]) -> str | None:
    """Say what git refutes of a criterion's seals, and what to do."""
    seals = [one.seal, *one.amendments]
    if not any(change.commit == one.seal.commit for change in changes):
        return (
            f"the history here has no commit {one.seal.commit[:10]} that sealed it; compare the "
            "register in a clone of the repository that has it"
        )
    for seal, change in zip(seals, changes, strict=False):
        if _state(seal) != (change.commit, change.date, digest(change.content)):
            return (
                f"the register has commit {seal.commit[:10]} of {seal.date[:10]}, git has "
                f"{change.commit[:10]} of {change.date[:10]} with another digest or date; {REMEDY}"
            )
        if refuted := refuted_results(seal, changes):
            return refuted
    if len(seals) > len(changes):
        return f"commit {seals[len(changes)].commit[:10]} did not change it; {REMEDY}"
    if digest(one.content) != seals[-1].digest:
        return f"what the register says that decides has not the digest of its seal; {REMEDY}"
    return None


def _state(seal: Seal) -> tuple[str, str, str | None]:
    """Return what git knows of a seal."""
    return seal.commit, seal.date, seal.digest


def _has_history(project: Path, register: Register) -> bool:
    """Say whether the repository has the commits of the register, or ought to have them."""
    if git_output(project, "rev-parse", "--is-shallow-repository") != "false":
        return False
    commits = {
        seal.commit for one in register.sealed.values() for seal in (one.seal, *one.amendments)
    }
    if not commits:
        return False
    if git_output(project, "rev-list", "--no-walk", "--ignore-missing", *sorted(commits)):
        return True
    roots = (git_output(project, "rev-list", "--max-parents=0", "HEAD") or "").split()
    begun_with_it = [
        root for root in roots if git_output(project, "cat-file", "-e", f"{root}:{REGISTER}") == ""
    ]
    return bool(roots) and not begun_with_it
