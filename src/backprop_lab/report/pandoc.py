"""Run pandoc, so that it reads nothing but what it is given.

It is the one that the package pypandoc_binary carries.  It works in a folder of its own, where
every file has a plain name: a path outside would be read as options or as Markdown.  Texts reach
it in files, which it reads as UTF-8; its arguments it reads in the encoding of the locale.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path

#: Variables that pandoc keeps: not those with options for it, nor the user's locale.
_KEPT = ("PATH", "TMPDIR", "SYSTEMROOT")


@cache
def program() -> str:
    """Return the path of pandoc: the one of the locked package, not a newer one of the system."""
    import pypandoc

    spec = find_spec("pypandoc")
    if spec and spec.origin:
        for name in ("pandoc", "pandoc.exe"):
            path = Path(spec.origin).parent / "files" / name
            if path.is_file():
                return str(path)
    return str(pypandoc.get_pandoc_path())


def run_pandoc(
    arguments: Sequence[str], folder: Path | None = None, text: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run pandoc and return its status, what it wrote and its messages.

    Args:
        arguments: options and names of files, in ASCII.
        folder: the folder to run in.
        text: the standard input.
    """
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return subprocess.run(
        [program(), *arguments],
        input=text,
        cwd=folder,
        env=environment | {"LC_ALL": "C.UTF-8"},
        capture_output=True,
        encoding="utf-8",
        errors="replace",
    )
