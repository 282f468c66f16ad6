"""The build of a commit, made in a copy of the project of its own, to be compared with others.

The copies lie in .snakemake/backprop-lab-commits, a clone for each commit; the user's files and
repository are only read.  A later call finds a build there and makes only what is missing of it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from backprop_lab.builds.build import Build
from backprop_lab.builds.records import copy_shared
from backprop_lab.errors import LabError
from backprop_lab.measurements.environment import git_output

#: Where the copies lie, relative to the project.
FOLDER = Path(".snakemake/backprop-lab-commits")
#: A user's hooks are not run, and files get the bytes that the commit has.
_SETTINGS = ("-c", "core.hooksPath=/dev/null", "-c", "core.autocrlf=false")
#: So many lines of the log of a build that failed are shown.
_SHOWN = 15
_SECONDS = 600  # for git to copy a repository


@dataclass(frozen=True)
class Commit:
    """A commit of a project, to be built.

    Attributes:
        revision: what the user called it: a branch, a tag, a commit.
        name: its whole name, 40 or 64 hex digits.
        project: the folder of the project, which holds the repository.
    """

    revision: str
    name: str
    project: Path

    @classmethod
    def find(cls, revision: str, project: Path) -> Commit:
        """Find the commit that a revision means in the project's repository.

        Raises:
            LabError: there is no repository or no such commit, or it has no Snakefile.
        """
        if git_output(project, "rev-parse", "--git-dir") is None:
            raise LabError(
                f"{revision}: is no folder here, and {project.resolve()} is no git repository with "
                "commits to build; name a folder with a build, or call this in the project's folder"
            )
        # ^{commit}: of a tag, the commit that it names.
        wanted = ("--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
        name = git_output(project, "rev-parse", *wanted)
        if not name:
            raise LabError(
                f"{revision}: is neither a folder here nor a commit, branch or tag of this "
                "repository; see git log --oneline"
            )
        if git_output(project, "cat-file", "-e", f"{name}:Snakefile") is None:
            raise LabError(
                f"{revision}: commit {name[:12]} has no Snakefile, so nothing can be built there; "
                "name a later one"
            )
        return cls(revision, name, project.resolve())

    @property
    def folder(self) -> Path:
        """Name the folder of its copy of the project."""
        return self.project / FOLDER / self.name

    def build(self, preset: str, cores: str) -> Build:
        """Build the commit, or what is missing of its build.

        The packages are those that are installed now, whatever the commit locked.

        Args:
            preset: "quick", "full" or another of the commit's config.yaml.
            cores: for Snakemake: a number or "all".

        Raises:
            LabError: the commit cannot be copied, or its build fails.
        """
        self._check_out()
        log = self.folder.with_suffix(".log")
        told = os.path.relpath(log)
        print(f"{self.revision}: build commit {self.name[:12]}; log: {told}", file=sys.stderr)
        options = ("--cores", cores, "--config", f"preset={preset}")
        with log.open("w") as output:
            status = subprocess.run(
                [sys.executable, "-m", "snakemake", *options],
                cwd=self.folder,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            ).returncode
        if status:
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
            print("\n".join(lines[-_SHOWN:]), file=sys.stderr)
            raise LabError(
                f"{self.revision}: commit {self.name[:12]} cannot be built with preset {preset} "
                f"(Snakemake ended with status {status}); its log: {told}"
            )
        results = self.folder / "results"
        return Build.at(results if preset == "full" else results / preset)

    def _check_out(self) -> None:
        """Make the copy of the project, unless it is there.

        Of the copy that was built last it gets the images and the finished runs, with Snakemake's
        notes on them: Snakemake trains those again that this commit would train otherwise.
        Nothing comes from the user's own results, which may be what has to be judged.
        """
        if self.folder.exists():
            return
        earlier = [path for path in self.folder.parent.glob("[!.]*") if path.is_dir()]
        part = self.folder.with_name(f".{self.name}")  # left by a call that was broken off
        shutil.rmtree(part, ignore_errors=True)
        part.parent.mkdir(parents=True, exist_ok=True)
        clone = (*_SETTINGS, "clone", "--quiet", "--no-checkout", "--no-tags", ".", str(part))
        checkout = (*_SETTINGS, "checkout", "--quiet", "--detach", self.name)
        done = git_output(self.project, *clone, seconds=_SECONDS) is not None
        if not done or git_output(part, *checkout, seconds=_SECONDS) is None:
            shutil.rmtree(part, ignore_errors=True)
            raise LabError(
                f"{self.revision}: git cannot copy commit {self.name[:12]} to {self.folder}; "
                "see whether the disk is full, and git fsck"
            )
        if earlier:
            copy_shared(max(earlier, key=lambda path: path.stat().st_mtime), part)
        part.rename(self.folder)

    def _environment(self) -> dict[str, str]:
        """Return this process's variables, with the commit's own code and the images found here."""
        paths = [str(self.folder / "src"), os.environ.get("PYTHONPATH", "")]
        programs = [str(Path(sys.executable).parent), os.environ.get("PATH", "")]
        found = os.environ | {
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            "PATH": os.pathsep.join(filter(None, programs)),
        }
        if named := os.environ.get("MNIST_DIR"):
            found["MNIST_DIR"] = os.path.abspath(named)
        elif self._has_mnist():
            found["MNIST_DIR"] = str(self.project / "data/raw")
        return found

    def _has_mnist(self) -> bool:
        """Say whether the project itself has MNIST's archives; their digests are verified later."""
        try:
            source = json.loads((self.project / "data/raw/source.json").read_text("utf-8"))
            return bool(source["name"] == "mnist")
        except (OSError, ValueError, TypeError, KeyError):
            return False


def builds_of(
    names: tuple[str, str], preset: str | None = None, cores: str = "all"
) -> tuple[Build, Build]:
    """Find two builds by folder or by revision; what is no folder is a revision.

    Both names are looked up before anything is built.

    Args:
        preset: of what is built; by default that of the other build, if it is a folder, or quick.
        cores: for Snakemake: a number or "all".

    Raises:
        LabError: a name is neither, or its build is not whole or fails.
    """
    found = [Build.at(Path(n)) if Path(n).exists() else Commit.find(n, Path.cwd()) for n in names]
    given = [one.preset for one in found if isinstance(one, Build)]
    preset = preset or next(iter(given), "quick")
    first, second = (one if isinstance(one, Build) else one.build(preset, cores) for one in found)
    return first, second
