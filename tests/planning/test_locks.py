"""A lock is removed if, and only if, nobody who could own it is alive."""

import json
import os
import platform
import subprocess
import sys

import pytest

from backprop_lab.errors import LabError
from backprop_lab.planning import locks
from backprop_lab.planning.locks import clear_stale_locks, note_call


@pytest.fixture
def folder(tmp_path):
    """Snakemake's folder, locked."""
    (tmp_path / "locks").mkdir()
    for name in ("0.input.lock", "0.output.lock"):
        (tmp_path / "locks" / name).write_text("results/runs.csv\n")
    return tmp_path


@pytest.fixture
def process():
    """A function that starts a process which waits; they are ended after the test."""
    started = []

    def start(*arguments):
        program = [sys.executable, "-c", "input()", *arguments]
        started.append(subprocess.Popen(program, stdin=subprocess.PIPE))
        return started[-1]

    yield start
    for one in started:
        one.kill()
        one.communicate()


def leave_note(folder, pid, host=None):
    host = host or platform.node()
    path = folder / "backprop-lab-calls" / f"{pid}@{host}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"pid": pid, "host": host, "started": 1.8e9}))
    return path


def locked(folder):
    return bool(list((folder / "locks").iterdir()))


def ended(process):
    one = process("snakemake")
    one.kill()
    one.communicate()
    return one.pid


def test_the_lock_of_a_dead_process_is_removed_and_explained(folder, process):
    pid = ended(process)
    note = leave_note(folder, pid)
    found = clear_stale_locks(folder)
    assert not locked(folder)
    assert not note.exists()
    assert "\n" not in found
    assert f"process {pid} on {platform.node()}, started 2027-01-1" in found
    assert clear_stale_locks(folder) is None


def test_a_process_that_ended_and_was_not_waited_for_is_dead(folder, process):
    one = process("snakemake")
    leave_note(folder, one.pid)
    one.kill()
    os.waitid(os.P_PID, one.pid, os.WEXITED | os.WNOWAIT)
    clear_stale_locks(folder)
    assert not locked(folder)


def test_the_number_of_a_dead_process_may_be_given_to_another_program(folder, process):
    leave_note(folder, process("editor").pid)
    clear_stale_locks(folder)
    assert not locked(folder)


def test_the_lock_of_a_living_snakemake_stays(folder, process):
    one = process("snakemake")
    note = leave_note(folder, one.pid)
    dead = leave_note(folder, ended(process))
    found = clear_stale_locks(folder)
    assert locked(folder)
    assert note.exists()
    assert not dead.exists()
    assert f"process {one.pid}" in found
    assert "\n" not in found


def test_the_lock_of_another_machine_stays(folder, process):
    leave_note(folder, ended(process), host="elsewhere")
    assert "snakemake --unlock" in clear_stale_locks(folder)
    assert locked(folder)


@pytest.mark.parametrize(
    "text", [None, "", "[]", '{"pid": 1}', '{"pid": "x', '{"pid": "x", "host": "", "started": 0}']
)
def test_a_lock_without_a_note_stays(folder, text):
    if text is not None:
        leave_note(folder, 1).write_text(text)
    assert clear_stale_locks(folder) is None
    assert locked(folder)


def test_without_a_lock_notes_of_the_dead_go_in_silence(tmp_path, process):
    note = leave_note(tmp_path, ended(process))
    assert clear_stale_locks(tmp_path) is None
    assert not note.exists()


def test_the_own_note_says_nothing_and_goes_with_the_process(folder, monkeypatch):
    at_exit = []
    monkeypatch.setattr(locks.atexit, "register", lambda *call, **how: at_exit.append((call, how)))
    note_call(folder)
    [note] = (folder / "backprop-lab-calls").iterdir()
    assert json.loads(note.read_text())["pid"] == os.getpid()
    assert clear_stale_locks(folder) is None
    assert locked(folder)
    [((delete,), how)] = at_exit
    delete(**how)
    assert not note.exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    file = tmp_path / ".snakemake"
    file.touch()
    with pytest.raises(LabError, match=f"^{file}/.* cannot be written"):
        note_call(file)
