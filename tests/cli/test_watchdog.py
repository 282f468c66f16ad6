"""A job does not outlive the build that started it, nor its own shell."""

import os
import platform
import signal
import subprocess
import sys
import time
from contextlib import suppress

import pytest

from backprop_lab.cli.watchdog import BUILD
from backprop_lab.files.processes import command_line, is_alive

JOB = """
import sys, time
from backprop_lab.cli.watchdog import watch
watch()
print("started", flush=True)
time.sleep(20)
"""


def job(build):
    """Start a job as a rule does, below a shell; return the shell and the job's process."""
    environment = {key: value for key, value in os.environ.items() if key != BUILD}
    environment |= {BUILD: build} if build else {}
    shell = subprocess.Popen(
        ["bash", "-c", f'{sys.executable} -c "$1" & echo $!; wait $!; exit $?', "bash", JOB],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    pid = int(shell.stdout.readline())
    assert shell.stdout.readline() == "started\n"
    return shell, pid


def wait_for_end(pid):
    deadline = time.monotonic() + 10
    while is_alive(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    alive = is_alive(pid)
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
    return not alive


def test_it_ends_with_the_build():
    build = subprocess.Popen(["sleep", "20"])
    shell, pid = job(f"{build.pid}@{platform.node()}")
    time.sleep(1.5)
    assert is_alive(pid)
    build.kill()  # a zombie, until somebody waits for it
    assert wait_for_end(pid)
    _, errors = shell.communicate()
    build.wait()
    assert errors == "error: the build has ended, so its job ends too\n"
    assert shell.returncode == 1


@pytest.mark.parametrize("host", [platform.node(), "elsewhere"])
def test_it_ends_with_its_shell(host):
    shell, pid = job(f"{os.getpid()}@{host}")
    shell.kill()
    shell.wait()
    assert wait_for_end(pid)
    shell.communicate()


def test_without_a_build_nothing_is_watched():
    shell, pid = job(None)
    shell.kill()
    shell.wait()
    time.sleep(1.5)
    assert is_alive(pid)
    os.kill(pid, signal.SIGKILL)
    shell.communicate()


def test_processes_are_seen():
    assert is_alive(os.getpid())
    assert "python" in command_line(os.getpid()) or "pytest" in command_line(os.getpid())
    assert is_alive(1)
    ended = subprocess.Popen(["true"])
    ended.wait()
    assert not is_alive(ended.pid)
    assert command_line(ended.pid) == ""
