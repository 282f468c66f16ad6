"""A job ends when the build that started it has ended.

When Snakemake is killed with `kill -9`, the jobs that it started go on.  They would write
their files while the next build makes the same ones, perhaps with other code.  So the workflow
tells its jobs, in the environment, which process is the build, and each job looks once a second
whether that process and the job's own shell still run.
"""

from __future__ import annotations

import os
import platform
import sys
import threading
import time

from backprop_lab.files.processes import is_alive

#: Environment variable: "<process>@<host>" of the build, set by workflow/rules/common.smk.
BUILD = "BACKPROP_LAB_BUILD"
_SECONDS = 1.0


def watch() -> None:
    """Start to look after the build, if the environment names one; else do nothing."""
    pid, _, host = os.environ.get(BUILD, "").partition("@")
    if not pid.isdigit():
        return
    # On another host, as on a cluster, the build's process cannot be seen: the shell can.
    build = int(pid) if host == platform.node() else None
    threading.Thread(target=_watch, args=(build, os.getppid()), daemon=True).start()


def _watch(build: int | None, shell: int) -> None:
    while (build is None or is_alive(build)) and os.getppid() == shell:
        time.sleep(_SECONDS)
    print("error: the build has ended, so its job ends too", file=sys.stderr, flush=True)
    # Not an exception in the main thread: a shell may have told its jobs to ignore SIGINT.
    os._exit(1)
