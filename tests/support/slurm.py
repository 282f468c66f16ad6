"""A small Slurm on this machine: munge, a controller and two nodes of one core, for one test.

    with Slurm.started() as slurm:
        slurm.run("sbatch", "--wrap", "hostname")

With `Slurm.started(Accounts())` it keeps accounts, too (`slurm_accounts`).

All its files lie in a folder under /tmp, but for slurm.conf: Snakemake's plugin takes SLURM_CONF
out of a job's environment, so the file must be where Slurm looks for it. One that is there
already is put back at the end.
"""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

CONF = Path("/etc/slurm/slurm.conf")
#: Whoever sets it lets a test start daemons and write CONF: to 1, or to mnist for the whole quick
#: preset on MNIST_DIR instead of a smaller one on the digits.
ASKED = "BACKPROP_LAB_SLURM"
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch")
PLUGIN = "snakemake_executor_plugin_slurm"
#: The last node can be started with a folder hidden from it; it has a partition of its own.
NODES = ("n1", "n2")
BLIND = "n3"
#: MB of a node.
MEMORY = 6000
SECONDS = 60.0
#: This Slurm keeps no accounts, unless it is asked to.
UNACCOUNTED = {"AccountingStorageType": "accounting_storage/none"}
#: How Snakemake runs on it; batches are smaller than usual, so that there are several.
ON_SLURM = (
    *("--profile", "profiles/slurm", "--cores", "1"),
    *("--slurm-init-seconds-before-status-checks", "3", "--latency-wait", "10"),
    *("--group-components", "numpy_runs=4", "torch_runs=6", "report=1000"),
)


def missing() -> str:
    """Return why there can be no Slurm here; "" if there can be one."""
    if not os.environ.get(ASKED):
        return f"{ASKED}=1 is not set: it starts Slurm's daemons and writes {CONF} meanwhile"
    if os.geteuid():
        return "only root may start Slurm's daemons"
    if absent := [name for name in PROGRAMS if not shutil.which(name)]:
        return f"not installed: {', '.join(absent)} (apt-get install slurm-wlm munge)"
    if not importlib.util.find_spec(PLUGIN):
        return "no plugin for Slurm: pip install -c requirements.lock -e '.[slurm]'"
    return ""


class Keeper(Protocol):
    """What keeps a Slurm's accounts."""

    def start(self, slurm: Slurm) -> dict[str, object]:
        """Start it, once munge runs; return its settings in slurm.conf."""

    def open(self, slurm: Slurm) -> None:
        """Open the accounts, once the controller and the nodes run."""


@dataclass
class Slurm:
    """Slurm's daemons, and what its programs say.

    Attributes:
        folder: of all its files.
        keeper: of its accounts, if it has any.
        daemons: name -> process.
    """

    folder: Path
    keeper: Keeper | None = None
    daemons: dict[str, subprocess.Popen] = field(default_factory=dict)

    @classmethod
    @contextmanager
    def started(cls, keeper: Keeper | None = None) -> Iterator[Slurm]:
        """Start munge, the controller and the nodes; end them, and remove all traces."""
        before = CONF.read_bytes() if CONF.exists() else None
        folder = Path(tempfile.mkdtemp(prefix="slurm-", dir="/tmp"))
        slurm = cls(folder, keeper)
        try:
            slurm._start()
            yield slurm
        finally:
            slurm._stop()
            if before is None:
                CONF.unlink(missing_ok=True)
            else:
                CONF.write_bytes(before)
            shutil.rmtree(folder, ignore_errors=True)

    def run(self, *command: str) -> str:
        """Return what one of Slurm's programs says."""
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        return done.stdout.strip()

    def jobs(self, *states: str) -> list[str]:
        """Return the numbers of the jobs that are, or ended, in one of these states."""
        wanted = ",".join(states)
        return self.run("squeue", "--noheader", "--format=%i", f"--states={wanted}").split()

    def node_of(self, job: str) -> str:
        """Return the node that a job runs on."""
        return self.run("squeue", "--noheader", "--format=%N", f"--jobs={job}")

    def state_of(self, node: str) -> str:
        """Return a node's state, such as idle or drained."""
        return self.run("sinfo", "-hN", "-p", "main", "-n", node, "-o", "%T").rstrip("*")

    def set_node(self, name: str, state: str) -> None:
        """Drain a node, say, or resume it."""
        self.run("scontrol", "update", f"nodename={name}", f"state={state}", "reason=test")

    def hide(self, path: Path) -> None:
        """Start the blind node, which sees an empty folder instead of `path`."""
        hidden = f"mount -t tmpfs tmpfs '{path}' && exec slurmd -D -N {BLIND}"
        self.begin("blind", "unshare", "--mount", "sh", "-c", hidden)
        wait_for(lambda: "idle" in self.run("sinfo", "-hN", "-n", BLIND, "-o", "%T"))

    def _start(self) -> None:
        key = self.folder / "munge.key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        munge = {name: self.folder / f"munge.{name}" for name in ("socket", "pid-file", "log-file")}
        options = [f"--{name}={path}" for name, path in munge.items()]
        seed = f"--seed-file={self.folder / 'munge.seed'}"
        self.begin(
            "munged", "munged", "--foreground", "--force", f"--key-file={key}", *options, seed
        )
        wait_for(munge["socket"].exists)
        CONF.parent.mkdir(parents=True, exist_ok=True)
        accounts = self.keeper.start(self) if self.keeper else UNACCOUNTED
        CONF.write_text(self._conf(accounts), encoding="utf-8")
        (self.folder / "state").mkdir()
        self.begin("slurmctld", "slurmctld", "-D", "-c")
        for name in NODES:
            self.begin(name, "slurmd", "-D", "-N", name)
        wait_for(self._all_idle)
        if self.keeper:
            self.keeper.open(self)

    def begin(self, name: str, *command: str) -> None:
        """Start a daemon, which `started` ends."""
        with (self.folder / f"{name}.out").open("wb") as out:
            self.daemons[name] = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )

    def _all_idle(self) -> bool:
        said = subprocess.run(
            ["sinfo", "-hN", "-p", "main", "-o", "%T"], capture_output=True, text=True
        ).stdout.split()
        return said == ["idle"] * len(NODES)

    def _stop(self) -> None:
        if "slurmctld" in self.daemons:
            subprocess.run(["scancel", "--user=root"], capture_output=True, timeout=SECONDS)
            wait_for(lambda: not self.jobs("RUNNING", "COMPLETING"), must=False)
        for daemon in reversed(self.daemons.values()):
            daemon.terminate()
        for daemon in self.daemons.values():
            try:
                daemon.wait(timeout=10)
            except subprocess.TimeoutExpired:
                daemon.kill()

    def _conf(self, accounts: dict[str, object]) -> str:
        """Return slurm.conf: no control groups, memory and time enforced."""
        ports = iter(free_ports(2 + len(NODES) + 1))
        here, host = self.folder, platform.node()
        settings = {
            "ClusterName": "lab",
            "SlurmctldHost": host,
            "SlurmctldPort": next(ports),
            "SlurmdPort": next(ports),
            "SlurmUser": "root",
            "SlurmdUser": "root",
            "AuthType": "auth/munge",
            "AuthInfo": f"socket={here}/munge.socket",
            "MpiDefault": "none",
            "StateSaveLocation": here / "state",
            "SlurmdSpoolDir": here / "spool.%n",
            "SlurmctldPidFile": here / "slurmctld.pid",
            "SlurmdPidFile": here / "slurmd.%n.pid",
            "SlurmctldLogFile": here / "slurmctld.log",
            "SlurmdLogFile": here / "slurmd.%n.log",
            "ProctrackType": "proctrack/linuxproc",
            "TaskPlugin": "task/none",
            "ReturnToService": 2,
            "SchedulerParameters": "batch_sched_delay=1,bf_interval=1,sched_interval=1",
            "SelectType": "select/cons_tres",
            "SelectTypeParameters": "CR_CPU_Memory",
            "JobAcctGatherType": "jobacct_gather/linux",
            "JobAcctGatherFrequency": 1,
            "JobAcctGatherParams": "OverMemoryKill",
            **accounts,
            "MinJobAge": 3600,
            "KillWait": 2,
            "SlurmdParameters": "config_overrides",
        }
        nodes = [
            f"NodeName={name} NodeHostname={host} Port={next(ports)} CPUs=1 RealMemory={MEMORY}"
            for name in (*NODES, BLIND)
        ]
        partitions = [
            f"PartitionName=main Nodes={','.join(NODES)} Default=YES State=UP",
            f"PartitionName=blind Nodes={BLIND} State=UP",
        ]
        lines = [f"{name}={value}" for name, value in settings.items()]
        return "\n".join([*lines, *nodes, *partitions]) + "\n"


def wait_for(what: Callable[[], Any], seconds: float = SECONDS, *, must: bool = True) -> Any:
    """Wait until something is true, and return it.

    Raises:
        AssertionError: it must become true, and did not in time.
    """
    end = time.monotonic() + seconds
    while not (found := what()):
        if time.monotonic() > end:
            assert not must, f"waited {seconds} s in vain"
            return None
        time.sleep(0.2)
    return found


def free_ports(number: int) -> list[int]:
    """Return ports that nobody listens on."""
    sockets = [socket.create_server(("", 0)) for _ in range(number)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports
