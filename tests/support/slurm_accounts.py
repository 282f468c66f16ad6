"""The accounts of a small Slurm on this machine: a MariaDB, and the daemon that writes into it.

    with Slurm.started(Accounts()) as slurm:
        slurm.run("sacct")

All their files lie in the Slurm's folder.
"""

from __future__ import annotations

import platform
import shutil
import subprocess

from slurm import Slurm, free_ports, wait_for

#: What Debian calls them: slurmdbd, and mariadb-server.
PROGRAMS = ("slurmdbd", "mariadbd", "mariadb-install-db", "sacct", "sacctmgr")
#: Slurm gives root an account by itself, and the test a second one.
DEFAULT_ACCOUNT, ACCOUNT = "root", "students"
_HERE = "127.0.0.1"
_PASSWORD = "only-for-a-test"


def missing_accounts() -> str:
    """Return why there can be no accounts here; "" if there can be."""
    if absent := [name for name in PROGRAMS if not shutil.which(name)]:
        return f"not installed: {', '.join(absent)} (apt-get install slurmdbd mariadb-server)"
    return ""


class Accounts:
    """The accounts of root; a job with another one is refused."""

    def start(self, slurm: Slurm) -> dict[str, object]:
        """Start the database and its daemon; return their settings in slurm.conf."""
        database, daemon = free_ports(2)
        host = platform.node()
        self._start_database(slurm, database)
        log = slurm.folder / "slurmdbd.log"
        settings = {
            "DbdHost": host,
            "DbdPort": daemon,
            "SlurmUser": "root",
            "AuthType": "auth/munge",
            "AuthInfo": f"socket={slurm.folder}/munge.socket",
            "LogFile": log,
            "PidFile": slurm.folder / "slurmdbd.pid",
            "StorageType": "accounting_storage/mysql",
            "StorageHost": _HERE,
            "StoragePort": database,
            "StorageUser": "slurm",
            "StoragePass": _PASSWORD,
            "StorageLoc": "accounts",
        }
        conf = slurm.folder / "slurmdbd.conf"
        conf.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        conf.chmod(0o600)  # or slurmdbd does not start
        # It looks for its settings beside those of Slurm.
        beside = f"SLURM_CONF={slurm.folder / 'slurm.conf'}"
        slurm.begin("slurmdbd", "env", beside, "slurmdbd", "-D")
        wait_for(lambda: log.exists() and "slurmdbd version" in log.read_text())
        return {
            "AccountingStorageType": "accounting_storage/slurmdbd",
            "AccountingStorageHost": host,
            "AccountingStoragePort": daemon,
            "AccountingStoragePass": slurm.folder / "munge.socket",
            "AccountingStorageEnforce": "associations",
        }

    def open(self, slurm: Slurm) -> None:
        """Give root its second account; the controller has told the database of its cluster."""
        wait_for(lambda: "lab" in slurm.run("sacctmgr", "-nP", "show", "cluster"))
        slurm.run("sacctmgr", "-i", "add", "account", ACCOUNT)
        slurm.run("sacctmgr", "-i", "add", "user", "root", f"account={ACCOUNT}")

    def _start_database(self, slurm: Slurm, port: int) -> None:
        data = slurm.folder / "database"
        common = ("--no-defaults", "--user=root", f"--datadir={data}")
        made = subprocess.run(["mariadb-install-db", *common], capture_output=True, text=True)
        assert made.returncode == 0, made.stdout + made.stderr
        first = slurm.folder / "first.sql"
        first.write_text(
            f"CREATE USER slurm@'{_HERE}' IDENTIFIED BY '{_PASSWORD}';\n"
            f"GRANT ALL ON accounts.* TO slurm@'{_HERE}';\n"
        )
        network = (f"--port={port}", f"--bind-address={_HERE}", f"--socket={data}/socket")
        slurm.begin("mariadbd", "mariadbd", *common, *network, f"--init-file={first}")
        wait_for(lambda: "ready for connections" in (slurm.folder / "mariadbd.out").read_text())
