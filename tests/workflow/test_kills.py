"""Whatever is killed, and whenever: the next call of Snakemake goes on, to the same bytes."""

import hashlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.slow

#: Small networks and many epochs, a checkpoint after each of them.
RUNS = [
    f"results/runs/{variant}/seed{seed}"
    for variant in ("numpy_8_relu_adam_lr0.001_b64_e150", "numpy_8-8_sigmoid_sgd_lr0.1_b32_e80")
    for seed in (0, 1)
]
#: What a random kill strikes, in words.
KILLS = {
    "job": "kill -9 of a job",
    "shell": "kill -9 of a job's shell",
    "snakemake": "kill -9 of Snakemake",
    "everything": "kill -9 of the whole build",
    "terminal": "a terminal that closes (SIGHUP)",
}
#: Files of a run that no clock wrote.
SAME = ("history.csv", "result.json", "model.npz", "predictions.npz")
N_FILES = 6

# Python imports this by itself: a training job of seed n kills itself, or its whole process
# group, as soon as it has written n of a run's files.
FATAL = """
import os, pathlib, signal, sys
if "train" in sys.orig_argv:
    replace, left = os.replace, [int(sys.orig_argv[sys.orig_argv.index("train") + 1][-1])]
    def fatal(source, target):
        replace(source, target)
        left[0] -= "/runs/" in str(target)
        if left[0] == 0:
            os.kill(GROUP, signal.SIGKILL)
    os.replace = fatal
"""


@pytest.fixture
def lab(project):
    """A project in which runs save their state after every epoch."""
    project.edit("workflow/rules/train.smk", "--checkpoint", "--every 0 --checkpoint")
    return project


def start(project, *targets):
    """Start Snakemake as the leader of a session, as in a terminal of its own."""
    environment = {key: value for key, value in os.environ.items() if key != "MNIST_DIR"}
    environment |= {"PYTHONPATH": str(project.folder / "src")}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    with (project.folder / "console.txt").open("a") as console:
        return subprocess.Popen(
            [sys.executable, "-m", "snakemake", "--cores", "2", *targets],
            cwd=project.folder,
            env=environment,
            stdout=console,
            stderr=console,
            start_new_session=True,
        )


def digests(project, runs):
    return {
        f"{run}/{name}": hashlib.sha256((project.folder / run / name).read_bytes()).hexdigest()
        for run in runs
        for name in SAME
    }


def check_nothing_is_left(project):
    """No temporary file, no checkpoint, no lock, no mark of an unfinished job."""
    files = [path for path in project.folder.rglob("*") if path.is_file()]
    assert not [path for path in files if path.suffix == ".part"]
    assert not (project.folder / "results/checkpoints").exists()
    for kind in ("locks", "incomplete", "backprop-lab-calls"):
        assert not [
            path for path in files if path.is_relative_to(project.folder / ".snakemake" / kind)
        ]


def processes(build, kind):
    """Processes below a build: jobs are the programs that train, shells those that start them."""
    if kind == "snakemake":
        return [psutil.Process(build.pid)]
    below = psutil.Process(build.pid).children(recursive=True)
    training = [one for one in below if "train" in one.cmdline()]
    return training if kind == "job" else [one for one in below if one not in training]


def strike(folder, build, kind, draw):
    """Kill something of a build at a random moment: while it trains, or at any other.

    Returns:
        The runs whose jobs were killed, or lost their shell; None if nothing was there to kill.
    """
    if kind in ("job", "shell") or draw.random() < 0.5:
        while build.poll() is None:
            with suppress(psutil.Error):
                if processes(build, "shell" if kind == "shell" else "job"):
                    break
            time.sleep(0.02)
        time.sleep(draw.uniform(0, 0.5))
    else:
        time.sleep(draw.uniform(0, 5))
    if build.poll() is not None:
        return None
    with suppress(psutil.Error):
        if kind in ("everything", "terminal"):
            jobs, shells = processes(build, "job"), processes(build, "shell")
            commands = [one.cmdline() for one in jobs]
            os.killpg(build.pid, signal.SIGKILL if kind == "everything" else signal.SIGHUP)
            psutil.wait_procs([*jobs, *shells], timeout=60)
            return {run for run in map(run_of, commands) if not has_completed(folder, run)}
        if found := processes(build, kind):
            one = draw.choice(found)
            commands = [one.cmdline()] if kind == "job" else []
            if stops(one):
                one.kill()
                return {run_of(command) for command in commands}
    return None


def stops(process):
    """Stop a process; False if it was about to exit, so that a kill would change nothing."""
    process.suspend()
    while (status := process.status()) != psutil.STATUS_STOPPED:
        if status in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD):
            return False
        time.sleep(0.01)
    return True


def orphans(build):
    """The runs whose jobs, or shells, have outlived their build; they may still complete."""
    found = set()
    for one in psutil.process_iter():
        with suppress(psutil.Error, ProcessLookupError):
            if os.getsid(one.pid) == build.pid:
                command = " ".join(one.cmdline())
                found.update(run for run in RUNS if run in command)
    return found


def has_completed(folder, run):
    """Say whether the job of a run has completed: its log then has no second name any more."""
    return not Path(f"{folder / log_of(run)}.kept").exists()


def check_logs(folder, runs):
    """The log of a run that was killed says so, and goes on to its last epoch."""
    for run in runs:
        log = (folder / log_of(run)).read_text()
        assert re.search("^error: (killed|the build, or this job's shell, was killed)", log, re.M)
        assert re.search(r"^epoch +(\d+)/\1 ", log.splitlines()[-1])


def run_of(command):
    """The run that a training program's arguments name."""
    return command[command.index("train") + 1]


def log_of(run):
    """The log of a run's job, relative to the project."""
    return Path(f"{run.replace('results', 'logs', 1)}.log")


@pytest.mark.fault("random kills")
def test_twenty_random_kills(lab, made_fault):
    lab.snakemake(*(f"{run}/result.json" for run in RUNS))
    expected = digests(lab, RUNS)
    targets = [f"{run}/result.json" for run in RUNS]

    killed, n_checked = set(), 0  # runs whose jobs were killed, and how many logs said so

    def check(runs):
        nonlocal n_checked
        check_logs(lab.folder, runs)
        n_checked += len(runs)
        killed.difference_update(runs)

    def check_before_next():
        """Look at logs that the next build may begin anew; of jobs that still run, ask nothing."""
        killed.difference_update(orphans(build))
        check({run for run in killed if build.returncode == 0 or has_completed(lab.folder, run)})

    def begin_again():
        for folder in ("results/runs", "logs", ".snakemake"):
            shutil.rmtree(lab.folder / folder)

    begin_again()
    draw = random.Random(11)
    kinds = ["job"] * 9 + ["shell"] * 3 + ["snakemake"] * 4 + ["everything"] * 3 + ["terminal"]
    draw.shuffle(kinds)
    build = start(lab, *targets)
    while kinds:
        hit = strike(lab.folder, build, kinds[-1], draw)
        if hit is not None:
            killed |= hit
            made_fault(f"{KILLS[kinds[-1]]}, at random")
            kinds.pop()
        if kinds and kinds[-1] in ("job", "shell"):
            time.sleep(0.1)  # for Snakemake to notice, or to die itself
        if build.poll() is not None:
            check_before_next()
            if build.returncode == 0:  # it was faster
                assert digests(lab, RUNS) == expected
                begin_again()
            build = start(lab, *targets)
    build.wait()
    check_before_next()
    console = lab.snakemake(*targets)
    assert "--unlock" not in console
    assert "--rerun-incomplete" not in console
    assert digests(lab, RUNS) == expected
    check_nothing_is_left(lab)
    check(set(killed))
    assert n_checked > 0
    text = (lab.folder / "console.txt").read_text()
    assert "Removed the lock of a build that was killed" in text
    assert "Traceback" not in text


@pytest.mark.fault("kill -9 between two files of a run")
@pytest.mark.parametrize("group", ["os.getpid()", "0"])
def test_killed_between_any_two_files_of_a_run(lab, group, made_fault):
    """`group`: the training process alone, or Snakemake with it."""
    runs = [f"results/runs/numpy_8_relu_sgd_lr0.1_b64_e3/seed{n}" for n in range(1, N_FILES + 1)]
    targets = [f"{run}/result.json" for run in runs]
    lab.snakemake("results/dataset.json")
    customization = lab.folder / "src/sitecustomize.py"
    customization.write_text(FATAL.replace("GROUP", group))
    for target in targets if group == "0" else [targets[0]]:
        build = start(lab, *([target] if group == "0" else targets))
        build.wait()
        assert build.returncode != 0
    for n, run in enumerate(runs, start=1):
        made_fault("kill -9 between two files of a run")
        # What a living Snakemake knows to be incomplete, it deletes.
        left = list((lab.folder / run).glob("[!.]*"))
        assert len(left) == (n if group == "0" else 0)
        log = (lab.folder / f"logs/runs/{Path(run).parent.name}/seed{n}.log").read_text()
        assert "killed by signal KILL" in log or group == "0"
    customization.unlink()
    lab.snakemake(*targets)
    for run in runs:
        assert len(list((lab.folder / run).iterdir())) == N_FILES
    found = digests(lab, runs)
    shutil.rmtree(lab.folder / "results/runs")
    lab.snakemake(*targets)
    assert digests(lab, runs) == found
    check_nothing_is_left(lab)


@pytest.mark.fault("kill -TERM of a job")
def test_the_log_says_how_a_job_ended(lab):
    run = RUNS[0]
    log = lab.folder / f"logs/runs/{Path(run).parent.name}/seed0.log"
    lab.snakemake("results/dataset.json")
    build = start(lab, f"{run}/result.json")
    while not (log.exists() and "epoch   3/" in log.read_text()):
        assert build.poll() is None
        time.sleep(0.02)
    processes(build, "job")[0].terminate()
    build.wait()
    last = log.read_text().splitlines()[-1]
    assert last.startswith("error: killed by signal TERM")
    assert "run snakemake again" in last
    assert last[:100] in (lab.folder / "console.txt").read_text()  # where it is folded

    lab.snakemake(f"{run}/result.json")
    assert not Path(f"{log}.kept").exists()
    lines = log.read_text().splitlines()
    earlier, later = lines[: lines.index(last) + 1], lines[lines.index(last) + 1 :]
    assert earlier[0].startswith("started 2")  # what was said of the killed job stays
    assert any(line.startswith("epoch   3/") for line in earlier)
    assert later[0].startswith("started 2")
    assert "going on after epoch" in later[1]
    assert later[-1].startswith("epoch 150/150")

    (lab.folder / "results/dataset.npz").write_bytes(b"damaged")
    lab.snakemake(f"{run}/result.json", ok=False)
    first, error, last = log.read_text().splitlines()  # that of the completed job has gone
    assert first.startswith("started 2")
    assert error.startswith("error: results/dataset.npz")
    assert last == "error: ended with status 1"


@pytest.mark.fault("two builds at once")
def test_a_second_call_says_that_the_first_is_at_work(lab):
    long = "results/runs/numpy_256_relu_adam_lr0.001_b32_e600/seed0/result.json"
    build = start(lab, long)
    # A run's log, for before that there is the lock of the call that only fetches.
    while not list((lab.folder / "logs/runs").glob("*/*.log")):
        assert build.poll() is None
        time.sleep(0.02)
    console = lab.snakemake(long, ok=False)
    assert f"Another call of Snakemake has locked its files here: process {build.pid} " in console
    assert "cannot be locked" in console
    assert build.wait() == 0
