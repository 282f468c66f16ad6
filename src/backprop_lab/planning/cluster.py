"""A build on a Slurm cluster: what can be wrong is found before the first submission, or said.

The workflow calls `check_slurm` once, when all jobs are known and before any is submitted, and
`check_folder_is_shared` in each job on a node.  Snakemake and its plugin for Slurm would show a
traceback in some of these cases, and wait for ever in others.
"""

from __future__ import annotations

import platform
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from backprop_lab.errors import LabError

#: Where the user says what to ask Slurm for.
PROFILE = "profiles/slurm/config.yaml"
#: What to add to the command on a cluster that keeps no accounts of its jobs.
UNACCOUNTED = "--slurm-status-command squeue"
#: Options that say where a job runs, not how much it needs.
_PLACE = ("-p", "-A")
#: Part of Slurm's message -> what to do.
_REMEDIES = {
    # "Invalid account or account/partition combination specified"
    "account": (
        "set slurm_account to one that `sacctmgr show user $USER withassoc` lists, and "
        "slurm_partition to one that it may use: {partitions}"
    ),
    "partition": "set slurm_partition to one of these: {partitions}",
    "qos": "set qos to one that `sacctmgr show qos` lists",
    "feature": "set constraint to a feature that `sinfo -o %f` lists",
    "gres": "set gpu or gres to what `sinfo -o %G` lists, or device: cpu in config.yaml",
}
_TOO_MUCH = (
    "no node of the partition has so much, or its time limit is shorter: set mem_mb, runtime or "
    "group-components lower, or slurm_partition to another"
)
#: Seconds that Slurm has for an answer.
_SECONDS = 60
#: Seconds after which a file has surely appeared on a shared file system.
PATIENCE = 60.0


def check_slurm(requests: Mapping[str, Sequence[str]], asks: str | None) -> None:
    """Check that there is a Slurm which takes the jobs of a build; submit nothing.

    Args:
        requests: what is submitted -> the options of `sbatch` that it is submitted with.
        asks: the program that Snakemake asks for the state of its jobs, sacct or squeue.

    Raises:
        LabError: there is no Slurm, or it does not answer; it keeps no accounts, so that sacct
            would never tell that a job has ended; it refuses one of the requests.
    """
    if not shutil.which("sbatch"):
        raise LabError(
            "sbatch: there is no such program here, so no Slurm: give this command on the login "
            "node of a cluster, or leave out --profile profiles/slurm to build on this machine"
        )
    status, said = _said("scontrol", "show", "config")
    if status:
        raise LabError(
            f"Slurm does not answer ({_last(said)}): try `sinfo`, and ask the cluster's "
            "administrators if that fails too"
        )
    if asks == "sacct" and "accounting_storage/none" in said:
        raise LabError(
            "sacct: this Slurm keeps no accounts, so Snakemake would wait for ever for its jobs "
            f"to end: add to the command: {UNACCOUNTED}"
        )
    for name, options in requests.items():
        _check_request(name, options)


def check_folder_is_shared(build: str, note: Path, patience: float = PATIENCE) -> None:
    """Check, in a job on a node, that its folder is the one in which the build was started.

    Every build keeps a note in its folder for as long as it runs (`planning.locks`).

    Args:
        build: its process and host.
        note: the file.
        patience: seconds that a file may take to appear on a shared file system.

    Raises:
        LabError: the note is not there.
    """
    end = time.monotonic() + patience
    while not note.exists():
        if time.monotonic() >= end:
            raise LabError(
                f"{Path.cwd()}: on the node {platform.node()} this is not the folder in which the "
                f"build was started ({build}), or that build was killed: keep the project on a "
                "file system that the login node and all nodes share, and start the build again"
            )
        time.sleep(min(1.0, patience))


def _check_request(name: str, options: Sequence[str]) -> None:
    """Let Slurm check one request.

    Raises:
        LabError: it refuses it, and would not refuse a job that needs nothing.
    """
    status, said = _tried(options)
    if not status:
        return
    message = _last(said)
    remedy = next((text for part, text in _REMEDIES.items() if part in message.lower()), None)
    if remedy is None:
        places = [word for word in options if word.startswith(_PLACE)]
        if _tried(places)[0]:  # as when all nodes are down for now: the jobs can wait
            return
        remedy = _TOO_MUCH
    remedy = remedy.format(partitions=", ".join(_partitions()))
    raise LabError(
        f"Slurm refuses {name} (sbatch {' '.join(options)}): {message}. In {PROFILE} {remedy}"
    )


def _tried(options: Sequence[str]) -> tuple[int, str]:
    """Return how Slurm takes a job of these options, which it does not start."""
    return _said("sbatch", "--test-only", *options, "--wrap", "true")


def _partitions() -> list[str]:
    """Return the names of the partitions."""
    return sorted(set(_said("sinfo", "--noheader", "--format", "%R")[1].split()))


def _said(*command: str) -> tuple[int, str]:
    """Return a program's status, and all that it said."""
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_SECONDS, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        return 1, f"{command[0]}: no answer after {_SECONDS} s"
    except OSError as error:
        return 1, str(error)
    return done.returncode, done.stdout + done.stderr


def _last(said: str) -> str:
    """Return the last line of a message, without the words before its cause."""
    line = (said.strip().splitlines() or ["nothing was said"])[-1]
    for head in ("sbatch: error:", "allocation failure:", "slurm_load_ctl_conf error:"):
        line = line.removeprefix(head).strip()
    return line
