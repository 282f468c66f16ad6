"""Which files of the project changed, and what must be done about it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from enum import Enum
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Event, Thread
from typing import TypeAlias

from watchfiles import watch

from backprop_lab.errors import LabError
from backprop_lab.report.assets import FIGURE_WORDS

#: Folders that a report is made from, with all below them, and files beside them.
FOLDERS = ("report", "src/backprop_lab", "workflow", "profiles")
FILES = ("config.yaml", "Snakefile")
_TEXTS = Path("report/text")
_PAGE = Path("report/page")
#: Written by builds, or for other commands.
_NO_PART = Path("report/manifests")
#: Milliseconds: for so long changes that follow one another are gathered.
_GATHER = 300


class Work(Enum):
    """What a change asks for."""

    RENDER = "the report's page alone is made from it"
    BUILD = "Snakemake knows what is made from it"


def work_for(paths: Collection[Path], language: str) -> Work | None:
    """Return what must be done when files changed; None if the report does not show them.

    Args:
        paths: relative to the project's folder.
        language: that of the report.
    """
    asked = {_work(path, language) for path in paths}
    return next((work for work in (Work.BUILD, Work.RENDER) if work in asked), None)


def _work(path: Path, language: str) -> Work | None:
    if path.is_relative_to(_TEXTS) and path.name != FIGURE_WORDS:
        return Work.RENDER if path.is_relative_to(_TEXTS / language) else None
    if path.is_relative_to(_PAGE) or path == Path("report/references.bib"):
        return Work.RENDER
    return None if path.is_relative_to(_NO_PART) else Work.BUILD


_Found: TypeAlias = "SimpleQueue[set[Path] | Exception]"


class Watch:
    """The project's files, watched from now on.

    The files beside the folders are seen through the folder that they lie in: an editor that
    replaces a file takes away the very file that was watched.
    """

    def __init__(self, project: Path) -> None:
        """Begin to watch.

        Args:
            project: the folder with config.yaml.
        """
        self._project = project.resolve()
        self._found: _Found = SimpleQueue()
        self._ended = Event()
        there = [self._project / name for name in FOLDERS if (self._project / name).is_dir()]
        for folders, deep in ((there, True), ([self._project], False)):
            Thread(target=self._watch, args=(folders, deep), daemon=True).start()

    def __iter__(self) -> Iterator[set[Path]]:
        """Yield the files that changed since the last time, as soon as there are some.

        Raises:
            LabError: the system does not let them be watched.
        """
        while not self._ended.is_set():
            found = [self._found.get()]
            try:
                while True:
                    found.append(self._found.get_nowait())
            except Empty:
                pass
            for error in found:
                if isinstance(error, Exception):
                    raise LabError(
                        f"{self._project}: cannot be watched ({error}); close programs that watch "
                        "many files, or set WATCHFILES_FORCE_POLLING=1"
                    ) from error
            changed = {path for paths in found if isinstance(paths, set) for path in paths}
            if changed:
                yield changed

    def end(self) -> None:
        """Watch no more."""
        self._ended.set()
        self._found.put(set())

    def _watch(self, folders: list[Path], deep: bool) -> None:
        try:
            for changes in watch(
                *folders,
                debounce=_GATHER,
                stop_event=self._ended,
                recursive=deep,
                raise_interrupt=False,
            ):
                paths = {Path(path).relative_to(self._project) for _, path in changes}
                if not deep:
                    paths &= set(map(Path, FILES))
                self._found.put(paths)
        except Exception as error:  # whatever the system says, the main thread tells it
            self._found.put(error)
