"""Files that appear under their name only when they are whole."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from backprop_lab.errors import LabError


@contextmanager
def replacing(path: Path, mode: str = "wb") -> Iterator[IO[Any]]:
    r"""Open a file beside `path` for writing; it takes the name `path` at the end.

    When the body fails, `path` is left as it was and nothing is left beside it.  A process that
    is killed leaves its unfinished file, .<name>.<process>.part; the next one that writes
    `path` deletes it.  If the other process is still alive, its own writing then fails, so
    that of two processes the one that began last prevails.
    Missing parent folders are made.  Text is UTF-8 with "\n" line ends.

    Args:
        mode: "wb" for bytes, "w" for text.

    Raises:
        LabError: the file cannot be written.  (Any OSError of the body counts as
            that, so the body should do nothing but write.)
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    text: dict[str, Any] = {} if "b" in mode else {"encoding": "utf-8", "newline": "\n"}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path)
        with open(temporary, mode, **text) as file:
            yield file
        os.replace(temporary, path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def _sweep(path: Path) -> None:
    """Delete what killed processes left of `path`."""
    before, after = f".{path.name}.", ".part"
    for name in os.listdir(path.parent):
        if name.startswith(before) and name.removeprefix(before).removesuffix(after).isdigit():
            (path.parent / name).unlink(missing_ok=True)


def unwritable(path: Path, error: OSError) -> LabError:
    """Return the error for a file or folder that the system does not let us write."""
    reason = error.strerror or type(error).__name__
    return LabError(
        f"{path}: cannot be written ({reason}); check the permissions and the free space there"
    )


def check_writable(*folders: str) -> None:
    """Check, before hours of work, that each folder can be written or made.

    Raises:
        LabError: one cannot, or a file stands in its place.
    """
    for folder in map(Path, folders):
        place = folder if folder.exists() else folder.resolve().parent
        if not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
            raise LabError(
                f"{folder}: cannot be written; it must be a folder, or missing, where you may write"
            )
