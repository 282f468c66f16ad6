"""A file is whole or is not there, whatever the disk does and whoever is killed."""

import errno
import os
import signal
import subprocess
import sys

import pytest

from backprop_lab.errors import LabError
from backprop_lab.files import atomic
from backprop_lab.files.atomic import replacing

WRITER = """
import os, sys
from pathlib import Path
from backprop_lab.files.atomic import replacing
with replacing(Path(sys.argv[1]), "w") as file:
    file.write("half")
    file.flush()
    print("ready", flush=True)
    sys.stdin.readline()
    file.write(" and half")
"""


def refuse(code):
    def refused(*_):
        raise OSError(code, os.strerror(code))

    return refused


def begin(path):
    """Start another process that writes `path`, and wait until half of it is written."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    writer = subprocess.Popen([sys.executable, "-c", WRITER, path], text=True, **pipes)
    assert writer.stdout.readline() == "ready\n"
    return writer


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EIO])
@pytest.mark.parametrize("call", ["replace", "mkdir"])
def test_an_error_names_the_file_and_leaves_the_old_one(tmp_path, monkeypatch, call, code):
    path = tmp_path / "folder/file.csv"
    with replacing(path, "w") as file:
        file.write("old")
    monkeypatch.setattr(atomic.os, call, refuse(code))
    if call == "mkdir":
        path = tmp_path / "other/file.csv"
    with pytest.raises(LabError) as error, replacing(path, "w") as file:
        file.write("new")
    assert str(error.value).startswith(f"{path}: cannot be written ({os.strerror(code)});")
    assert "\n" not in str(error.value)
    assert (tmp_path / "folder/file.csv").read_text() == "old"
    assert len(list(tmp_path.rglob("*"))) == 2


def test_a_full_device_is_seen_when_the_last_bytes_are_written(tmp_path, monkeypatch):
    """Few bytes fill no buffer: the error comes when the file is closed."""
    if not os.path.exists("/dev/full"):
        pytest.skip("needs /dev/full")
    path = tmp_path / "file.csv"
    path.write_text("old")
    monkeypatch.setattr("builtins.open", lambda *_, **__: os.fdopen(os.open("/dev/full", 1), "w"))
    with pytest.raises(LabError, match="No space left on device"), replacing(path, "w") as file:
        file.write("new")
    monkeypatch.undo()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_killed_process_left_is_deleted_by_the_next(tmp_path):
    path = tmp_path / "file.csv"
    path.write_text("old")
    writer = begin(path)
    writer.send_signal(signal.SIGKILL)
    writer.communicate()
    assert path.read_text() == "old"
    assert len(list(tmp_path.iterdir())) == 2
    with replacing(path, "w") as file:
        file.write("new")
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_of_two_writers_the_later_prevails(tmp_path):
    path = tmp_path / "file.csv"
    writer = begin(path)
    with replacing(path, "w") as file:
        file.write("later")
    _, errors = writer.communicate("go on\n")
    assert writer.returncode == 1
    assert "cannot be written" in errors
    assert path.read_text() == "later"
    assert list(tmp_path.iterdir()) == [path]


def test_the_temporary_files_of_other_names_stay(tmp_path):
    others = [".a.csv.gz.12.part", ".b.csv.12.part", "a.csv.12.part", ".a.csv.12.part.gz"]
    for name in (*others, ".a.csv.12.part"):
        (tmp_path / name).touch()
    with replacing(tmp_path / "a.csv", "w"):
        pass
    assert {path.name for path in tmp_path.iterdir()} == {*others, "a.csv"}
