"""What is wrong with a cluster is said in one line, before anything is submitted."""

import os

import pytest

from backprop_lab.errors import LabError
from backprop_lab.planning.cluster import (
    UNACCOUNTED,
    check_folder_is_shared,
    check_slurm,
)
from backprop_lab.planning.locks import note_call, note_of

ACCOUNTS = "AccountingStorageType = accounting_storage/slurmdbd"
REQUESTS = {"train_numpy": ["-pshort", "--mem=1000", "-t2", "-c1"], "speed": ["-c1", "--exclusive"]}


@pytest.fixture
def slurm(tmp_path, monkeypatch):
    """A function that makes Slurm's programs from shell scripts; sbatch notes what it was asked."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}/usr/bin{os.pathsep}/bin")

    def make(sbatch="true", config=ACCOUNTS, status=0):
        scripts = {
            "scontrol": f"echo '{config}'; exit {status}",
            "sinfo": "printf 'long\\nmain\\nlong\\n'",
            "sbatch": f'echo "$@" >> {tmp_path}/asked; {sbatch}',
        }
        for name, script in scripts.items():
            (folder / name).write_text(f"#!/bin/sh\n{script}\n")
            (folder / name).chmod(0o755)
        return tmp_path / "asked"

    return make


def refused(requests=REQUESTS, asks="squeue"):
    with pytest.raises(LabError) as error:
        check_slurm(requests, asks)
    assert "\n" not in str(error.value)
    return str(error.value)


def test_every_request_is_checked_and_none_submitted(slurm):
    asked = slurm()
    check_slurm(REQUESTS, "sacct")
    lines = asked.read_text().splitlines()
    assert lines == [
        "--test-only -pshort --mem=1000 -t2 -c1 --wrap true",
        "--test-only -c1 --exclusive --wrap true",
    ]


def test_a_machine_without_slurm(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    text = refused()
    assert text.startswith("sbatch: there is no such program")
    assert "leave out --profile profiles/slurm" in text


def test_a_controller_that_does_not_answer(slurm):
    slurm(config="slurm_load_ctl_conf error: Unable to contact slurm controller", status=1)
    assert refused().startswith("Slurm does not answer (Unable to contact slurm controller)")


def test_without_accounts_only_squeue_tells_what_became_of_a_job(slurm):
    slurm(config="AccountingStorageType = accounting_storage/none")
    check_slurm(REQUESTS, "squeue")
    assert refused(asks="sacct").endswith(f"add to the command: {UNACCOUNTED}")


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("Invalid partition name specified", "set slurm_partition to one of these: long, main"),
        ("Invalid account or account/partition combination specified", "set slurm_account to one"),
        ("Invalid qos specification", "`sacctmgr show qos`"),
        ("Invalid generic resource (gres) specification", "or device: cpu in config.yaml"),
    ],
)
def test_a_request_that_slurm_refuses(slurm, said, remedy):
    slurm(f"echo 'allocation failure: {said}' >&2; exit 1")
    text = refused()
    assert text.startswith(
        f"Slurm refuses train_numpy (sbatch {' '.join(REQUESTS['train_numpy'])})"
    )
    assert f": {said}. In profiles/slurm/config.yaml " in text
    assert remedy in text


#: Refuses whoever asks for memory.
MODEST = 'case "$*" in *--mem*) echo "allocation failure: not available" >&2; exit 1;; esac'


def test_a_request_that_no_node_can_fulfil(slurm):
    asked = slurm(MODEST)
    assert "set mem_mb, runtime or group-components lower" in refused()
    assert asked.read_text().splitlines()[-1] == "--test-only -pshort --wrap true"


def test_jobs_wait_for_nodes_that_are_all_down(slurm):
    slurm("echo 'allocation failure: Requested node configuration is not available' >&2; exit 1")
    check_slurm(REQUESTS, "squeue")


def test_a_job_sees_the_note_of_its_build(tmp_path):
    note_call(tmp_path)
    build = f"{os.getpid()}@{os.uname().nodename}"
    check_folder_is_shared(build, note_of(tmp_path, build), patience=0.0)
    with pytest.raises(LabError, match="all nodes share, and start the build again"):
        check_folder_is_shared("1@elsewhere", note_of(tmp_path, "1@elsewhere"), patience=0.1)
