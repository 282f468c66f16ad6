"""Other processes of this machine: do they still run, and what do they run."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def is_alive(pid: int) -> bool:
    """Return whether a process runs; one that has ended and was not yet waited for does not."""
    try:
        os.kill(pid, 0)  # sends nothing
    except ProcessLookupError:
        return False
    except PermissionError:
        return True  # somebody else's
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return True  # no Linux
    return stat.rpartition(")")[2].split()[0] not in "ZX"  # zombie, dead


def command_line(pid: int) -> str:
    """Return the program and the arguments of a process; "" if they cannot be read."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return b" ".join(words).decode(errors="replace").strip()
    except OSError:
        pass
    try:
        ps = ["ps", "-o", "command=", "-p", str(pid)]
        return subprocess.run(ps, capture_output=True, text=True).stdout.strip()
    except OSError:
        return ""
