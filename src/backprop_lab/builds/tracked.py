"""The code of a project as git knows it: its commit, its files, and what differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from backprop_lab.errors import LabError
from backprop_lab.measurements.environment import git_output, git_state

#: So many of the files that differ are named.
_NAMED = 3


@dataclass(frozen=True)
class TrackedCode:
    """The files of a project that git does not ignore, and the state that they are in.

    Attributes:
        commit: the name of the commit, in hex digits.
        date: of the commit, ISO 8601.
        changed: files that are not as the commit has them.
        files: paths relative to the project, with / between their parts.
    """

    commit: str
    date: str
    changed: Sequence[str]
    files: Sequence[str]

    @classmethod
    def of(cls, project: Path, *, may_differ: bool = False) -> TrackedCode:
        """Read the state of a project.

        Args:
            project: its folder.
            may_differ: whether files may differ from the commit.

        Raises:
            LabError: there is no commit, or a file differs from it and may not.
        """
        git = git_state(project)
        tracked = git_output(project, "ls-files", "-z")
        new = git_output(project, "ls-files", "-z", "--others", "--exclude-standard")
        changed = git_output(project, "diff", "--name-only", "-z", "HEAD")
        if git["commit"] is None or tracked is None or new is None or changed is None:
            raise LabError(
                f"{project}: is no git repository with a commit, so that nothing says which code "
                "it has; call git init, git add and git commit there"
            )
        differing = sorted(filter(None, {*changed.split("\0"), *new.split("\0")}))
        if differing and not may_differ:
            rest = len(differing) - _NAMED
            more = f" and {rest} more" if rest > 0 else ""
            raise LabError(
                f"{', '.join(differing[:_NAMED])}{more}: not as in commit {git['commit'][:10]}; "
                "commit them, or pack them as they are with: backprop-lab archive --changed"
            )
        names = {*tracked.split("\0"), *new.split("\0")}
        files = sorted(name for name in names if name and (project / name).is_file())
        return cls(git["commit"], git["date"], differing, files)
