"""A temporary folder for files that are needed only while a program runs."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from backprop_lab.errors import LabError

#: Errors of a place that takes no more: the disk, the user's share of it, the size of a file.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Make a temporary folder in TMPDIR, or where the system keeps such; delete it at the end.

    Raises:
        LabError: there is no place for it, or the place is full while the body writes there.
    """
    advice = "make space there, or name another folder in the environment variable TMPDIR"
    try:
        scratch = TemporaryDirectory(prefix="backprop-lab-", ignore_cleanup_errors=True)
    except OSError as error:
        reason = error.strerror or error
        raise LabError(f"TMPDIR: no temporary folder can be made ({reason}); {advice}") from None
    with scratch as name:
        try:
            yield Path(name)
        except OSError as error:
            # Python names the file in errors of opening it, and none in errors of writing to it.
            if error.errno in _FULL or error.filename is None:
                reason = error.strerror or type(error).__name__
                raise LabError(f"{name}: cannot be written ({reason}); {advice}") from error
            raise
