"""On a real Slurm, which the test starts: the bytes of a local build, whatever befalls the jobs.

It keeps no accounts; that of test_slurm_accounts.py does.
"""

import os
import subprocess
import sys

import pytest
from slurm import ASKED, NODES, ON_SLURM, Slurm, missing, wait_for

from backprop_lab.builds.build import RUN_FILES, Build

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("slurm"),
    pytest.mark.skipif(bool(missing()), reason=missing() or "there is a Slurm"),
]

QUICK = ("--config", "preset=quick")
#: A run of the digits that takes many minutes.
LONG = "results/runs/numpy_360_relu_sgd_lr0.1_b8_e100000/seed0/result.json"
SHORT = "results/runs/numpy_8_relu_sgd_lr0.1_b32_e2/seed0/result.json"


@pytest.fixture(scope="module")
def slurm():
    with Slurm.started() as cluster:
        yield cluster


@pytest.fixture
def lab(copied, tmp_path):
    """A project whose embedded digits are there already."""
    project = copied(tmp_path / "lab")
    project.snakemake(*QUICK, "--", "results/dataset.json")
    return project


def without_times(project):
    """Ask for a report without times, which two builds write with the same bytes."""
    config = project.config()
    config["report"]["timings"] = False
    project.write_config(config)
    if os.environ[ASKED] == "mnist":
        project.environment["MNIST_DIR"] = os.environ["MNIST_DIR"]
    else:
        project.shrink()
    return project


def start(project, *arguments):
    """Start Snakemake on Slurm and return the process; what it says goes to console.txt."""
    environment = {key: value for key, value in os.environ.items() if key != "MNIST_DIR"}
    environment |= {"PYTHONPATH": str(project.folder / "src")} | project.environment
    with (project.folder / "console.txt").open("w") as console:
        return subprocess.Popen(
            [sys.executable, "-m", "snakemake", *ON_SLURM, *arguments],
            cwd=project.folder,
            env=environment,
            stdout=console,
            stderr=console,
        )


def said(project):
    return (project.folder / "console.txt").read_text()


def training(slurm):
    """The submission that trains now, as far as any does."""
    running = [(job, slurm.run("scontrol", "show", "job", job)) for job in slurm.jobs("RUNNING")]
    return next((job for job, told in running if "_runs" in told), None)


def submissions(slurm):
    return slurm.run("squeue", "--noheader", "--states=all", "--format=%i %T %N %M %k").splitlines()


def test_a_build_on_slurm_has_the_bytes_of_a_local_one(slurm, copied, tmp_path):
    """Although a job is cancelled, another loses its node, and a node is drained."""
    local = without_times(copied(tmp_path / "local"))
    local.snakemake(*QUICK)
    lab = without_times(copied(tmp_path / "slurm"))
    before = set(submissions(slurm))
    build = start(lab, *QUICK)
    try:
        wait_for(lambda: "seed0" in watched(lab) or ended(build, lab), 300)
        cancelled = wait_for(lambda: training(slurm) or ended(build, lab))
        slurm.run("scancel", cancelled)
        wait_for(lambda: slurm.jobs("CANCELLED"))
        lost = slurm.node_of(wait_for(lambda: training(slurm) or ended(build, lab), 120))
        slurm.set_node(lost, "down")
        slurm.set_node(lost, "resume")
        drained = slurm.node_of(wait_for(lambda: training(slurm) or ended(build, lab), 300))
        slurm.set_node(drained, "drain")
        wait_for(lambda: slurm.state_of(drained) == "drained" or ended(build, lab), 300)
        slurm.set_node(drained, "resume")
        assert build.wait(1200) == 0, said(lab)
    finally:
        build.kill()
        for name in NODES:
            if slurm.state_of(name).startswith("drain"):
                slurm.set_node(name, "resume")
    after = submissions(slurm)
    print(*after, said(lab), sep="\n")
    assert "it was cancelled, as by scancel" in said(lab)
    assert "Trying to restart" in said(lab)
    assert any(line.startswith(f"{cancelled} CANCELLED") for line in after)
    batches = [line for line in set(after) - before if "_runs" in line]
    assert 0 < len(batches) < len(Build.at(lab.folder / "results/quick").runs)
    check_same(Build.at(local.folder / "results/quick"), Build.at(lab.folder / "results/quick"))


def ended(build, project):
    """Fail if a build has ended too early."""
    assert build.poll() is None, said(project)


def watched(project):
    """What `backprop-lab watch` says of a build from another terminal."""
    watch = [sys.executable, "-m", "backprop_lab.cli", "watch", "--once"]
    return subprocess.run(watch, cwd=project.folder, capture_output=True, text=True).stdout


def check_same(local, other):
    assert local.runs == other.runs
    names = [f"runs/{run}/{name}" for run in local.runs for name in RUN_FILES]
    pairs = {name: (local.shared / name, other.shared / name) for name in names}
    pairs |= {name: (path, other.files[name]) for name, path in local.files.items()}
    for report in (local.out / "report").glob("lab-report.*"):
        pairs[report.name] = report, other.out / "report" / report.name
    assert {"dataset.npz", "facts.json", "lab-report.en.pdf", "lab-report.zh-TW.html"} <= set(pairs)
    print(f"{len(pairs)} files compared, {len(local.runs)} runs")
    assert not [name for name, (a, b) in pairs.items() if a.read_bytes() != b.read_bytes()]


def test_a_partition_that_does_not_exist(slurm, lab):
    before = submissions(slurm)
    places = ("--default-resources", "slurm_partition=nowhere", "mem_mb=500", "runtime=5")
    text = lab.snakemake(*ON_SLURM, *places, *QUICK, "--", SHORT, ok=False)
    assert "Traceback" not in text
    last = text.splitlines()[-1]
    assert last.startswith("Slurm refuses a batch of train_numpy")
    assert last.endswith("set slurm_partition to one of these: blind, main")
    assert submissions(slurm) == before
    check_nothing_is_half_written(lab)


def test_more_than_any_node_has(slurm, lab):
    much = ("--set-resources", "train_numpy:mem_mb=999999")
    text = lab.snakemake(*ON_SLURM, *much, *QUICK, "--", SHORT, ok=False)
    assert "set mem_mb, runtime or group-components lower" in text.splitlines()[-1]
    assert "Traceback" not in text


def test_a_torch_run_asks_for_a_gpu_if_cuda_is_asked_for(slurm, lab):
    """This Slurm has none to lend."""
    torch = SHORT.replace("numpy_", "torch_")
    text = lab.snakemake(*ON_SLURM, *QUICK, "device=cuda", "--", torch, ok=False)
    assert "--gpus=1" in text.splitlines()[-1]
    assert "or device: cpu in config.yaml" in text.splitlines()[-1]


def test_a_slurm_without_accounts_is_not_waited_for(slurm, lab):
    asks = ("--slurm-status-command", "sacct")
    text = lab.snakemake(*ON_SLURM, *asks, *QUICK, "--", SHORT, ok=False)
    assert text.splitlines()[-1].endswith("add to the command: --slurm-status-command squeue")


@pytest.mark.parametrize(
    ("resource", "target", "why"),
    [
        ("mem_mb=60", SHORT, "it took more memory than it had asked for: set a larger mem_mb for"),
        ("runtime=1", LONG, "its time was up: set a longer runtime for"),
    ],
)
def test_a_job_that_slurm_ends_says_what_to_set(slurm, lab, resource, target, why):
    little = ("--set-resources", f"train_numpy:{resource}", "--retries", "0")
    text = lab.snakemake(*ON_SLURM, *little, *QUICK, "--", target, ok=False)
    told = " ".join(text.split())
    assert f"{why} train_numpy in profiles/slurm/config.yaml" in told
    assert "NOT DONE: 1 of 1 jobs failed" in told
    assert "Traceback" not in text
    check_nothing_is_half_written(lab)


def test_a_folder_that_a_node_does_not_see(slurm, lab):
    slurm.hide(lab.folder)
    blind = ("--default-resources", "slurm_partition=blind", "mem_mb=500", "runtime=5")
    text = lab.snakemake(*ON_SLURM, *blind, "--retries", "0", *QUICK, "--", SHORT, ok=False)
    assert "its node may not see this folder" in " ".join(text.split())
    assert "Traceback" not in text
    check_nothing_is_half_written(lab)


def check_nothing_is_half_written(project):
    assert not list(project.folder.glob("results/runs/*/*/*"))
    assert not list(project.folder.rglob("*.part"))
    locks = project.folder / ".snakemake/locks"
    assert not (locks.exists() and list(locks.iterdir()))
