"""Locks that a killed Snakemake left: found and removed, so that the next build goes on.

Snakemake locks the files of a build, in .snakemake/locks, and does not say whose a lock is.
So each call of Snakemake leaves a note, before it locks anything, of its process, host and
start, and deletes the note when it ends.  If there are locks, and every process that left a
note is dead, then the owner of the locks is dead.
"""

from __future__ import annotations

import atexit
import json
import os
import platform
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from backprop_lab.files.atomic import replacing
from backprop_lab.files.processes import command_line, is_alive


@dataclass(frozen=True)
class Call:
    """A call of Snakemake.

    Attributes:
        pid: its process.
        host: the name of its machine.
        started: when it began, Unix seconds.
    """

    pid: int
    host: str
    started: float

    def __str__(self) -> str:
        began = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(self.started))
        return f"process {self.pid} on {self.host}, started {began}"

    @property
    def is_dead(self) -> bool:
        """Say whether it has surely ended: processes of other machines cannot be seen."""
        if self.host != platform.node():
            return False
        return not is_alive(self.pid) or "snakemake" not in command_line(self.pid)


def note_call(folder: Path) -> None:
    """Leave a note of this call of Snakemake until its process ends.

    Args:
        folder: Snakemake's own, .snakemake.

    Raises:
        LabError: the folder cannot be written, for want of space or permission.
    """
    call = Call(os.getpid(), platform.node(), time.time())
    note = note_of(folder, f"{call.pid}@{call.host}")
    with replacing(note, "w") as file:
        json.dump(asdict(call), file)
    atexit.register(note.unlink, missing_ok=True)


def clear_stale_locks(folder: Path) -> str | None:
    """Delete the locks in Snakemake's folder if none of their owners is alive.

    Returns:
        What was found, one line; None if there is no lock, or nobody left a note.
    """
    locks = list((folder / "locks").glob("*.lock"))
    calls = dict(_other_calls(folder))
    dead = [note for note, call in calls.items() if call.is_dead]
    living = [str(call) for note, call in calls.items() if note not in dead]
    if locks and calls and not living:
        for lock in locks:
            lock.unlink(missing_ok=True)
    for note in dead:
        note.unlink(missing_ok=True)
    if not locks or not calls:
        return None
    if living:
        return (
            f"Another call of Snakemake has locked its files here: {'; '.join(living)}. "
            "Wait for it to end; if it has, on another machine, run: snakemake --unlock"
        )
    ended = "; ".join(str(call) for call in calls.values())
    return f"Removed the lock of a build that was killed ({ended}); this build goes on from there"


def note_of(folder: Path, build: str) -> Path:
    """Return the note that a call of Snakemake leaves as long as it runs.

    Args:
        folder: Snakemake's own, .snakemake.
        build: its process and host, as in "123@host".
    """
    return _notes(folder) / f"{build}.json"


def _notes(folder: Path) -> Path:
    """Return the folder of the notes, one file a call."""
    return folder / "backprop-lab-calls"


def _other_calls(folder: Path) -> Iterator[tuple[Path, Call]]:
    """Yield the notes of all calls but this one, each with its file."""
    for note in sorted(_notes(folder).glob("*.json")):
        with suppress(KeyError, OSError, TypeError, ValueError):  # deleted meanwhile, or not ours
            noted = json.loads(note.read_text(encoding="utf-8"))
            call = Call(int(noted["pid"]), str(noted["host"]), float(noted["started"]))
            if (call.pid, call.host) != (os.getpid(), platform.node()):
                yield note, call
