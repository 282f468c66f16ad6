"""Write files so that a name never stands for half a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from backprop_lab.errors import LabError


@contextmanager
def replacing(path: Path, mode: str = "wb") -> Iterator[IO[Any]]:
    """Open a temporary file beside `path` for writing; rename it to `path` at the end.

    If the body of the `with` statement fails, `path` stays as it was and the temporary
    file is removed.  Missing parent folders are made.  Text is UTF-8; its lines end in LF alone.

    A process that is killed leaves its temporary file, .<name>.<process>.part; the next one
    that writes `path` deletes it.  If two processes write `path` at once, the one that began
    first fails for want of its temporary file: what the later one wrote stays.

    Args:
        path: the file to write or replace.
        mode: "wb" for bytes, "w" for text.

    Raises:
        LabError: the file cannot be written.  An OSError of the body is taken for that,
            so the body should do nothing but write.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    encoding, newline = (None, None) if "b" in mode else ("utf-8", "\n")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(path)
        with open(temporary, mode, encoding=encoding, newline=newline) as file:
            yield file
        os.replace(temporary, path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        with suppress(OSError):
            temporary.unlink()


def _sweep(path: Path) -> None:
    """Delete the temporary files that killed processes left beside `path`."""
    before, after = f".{path.name}.", ".part"
    for name in os.listdir(path.parent):
        if name.startswith(before) and name.endswith(after):
            process = name.removeprefix(before).removesuffix(after)
            if process.isdigit():  # else it is that of a file with a longer name
                (path.parent / name).unlink(missing_ok=True)


def unwritable(path: Path, error: OSError) -> LabError:
    """Return the error for a file or folder that the system does not let us write."""
    reason = error.strerror or type(error).__name__
    return LabError(
        f"{path}: cannot be written ({reason}); check the permissions and the free space there"
    )


def check_writable(*folders: str) -> None:
    """Check that each folder can be written or made, before work of hours begins.

    Raises:
        LabError: a folder cannot, or its name is that of a file.
    """
    for folder in map(Path, folders):
        place = folder if folder.exists() else folder.resolve().parent
        if not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
            raise LabError(
                f"{folder}: cannot be written; it must be a folder, or missing, where you may write"
            )
