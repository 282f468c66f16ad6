"""On a real Slurm with accounts, which the test starts: squeue or sacct tells of the jobs."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from slurm import ON_SLURM, Slurm, missing, wait_for
from slurm_accounts import ACCOUNT, DEFAULT_ACCOUNT, Accounts, missing_accounts

WHY = missing() or missing_accounts()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("slurm"),
    pytest.mark.skipif(bool(WHY), reason=WHY or "there is a Slurm with accounts"),
]

#: What became of a job is asked of the accounts, and not of the controller.
ASK_SACCT = (*ON_SLURM, "--slurm-status-command", "sacct")
QUICK = ("--config", "preset=quick")
#: Of other runs for each test.
RUN = "results/runs/numpy_{}_relu_sgd_lr0.1_b32_e2/seed{}/result.json"
#: A run of the digits that takes many minutes.
LONG = "results/runs/numpy_360_relu_sgd_lr0.1_b8_e100000/seed0/result.json"


@pytest.fixture(scope="module")
def slurm():
    with Slurm.started(Accounts()) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def lab(copied, tmp_path_factory):
    """A project whose embedded digits are there already; each test trains other runs in it."""
    project = copied(tmp_path_factory.mktemp("accounts") / "lab")
    project.snakemake(*QUICK, "--", "results/dataset.json")
    return project


def charged_to(account):
    """What names an account in the place of the profile's default resources."""
    return ("--default-resources", f"slurm_account={account}", "mem_mb=500", "runtime=5")


def accounted(slurm):
    """The jobs that sacct knows: number -> account and state."""
    lines = slurm.run("sacct", "-XnP", "--format=JobID,Account,State").splitlines()
    return {job: (account, state) for job, account, state in (line.split("|") for line in lines)}


def ended_here(slurm, before):
    """Account and state of each job since then."""
    return [told for job, told in accounted(slurm).items() if job not in before]


@pytest.mark.parametrize(
    ("n_runs", "named", "account"),
    [(5, (), DEFAULT_ACCOUNT), (1, charged_to(ACCOUNT), ACCOUNT)],
)
def test_sacct_tells_that_jobs_have_ended(slurm, lab, n_runs, named, account):
    before, runs = accounted(slurm), [RUN.format(7 + n_runs, seed) for seed in range(n_runs)]
    lab.snakemake(*ASK_SACCT, *named, *QUICK, "--", *runs)
    assert all((lab.folder / run).exists() for run in runs)
    n_batches = -(-n_runs // 4)
    assert ended_here(slurm, before) == [(account, "COMPLETED")] * n_batches


def test_an_account_that_does_not_exist(slurm, lab):
    before, run = accounted(slurm), RUN.format(10, 0)
    text = lab.snakemake(*ON_SLURM, *charged_to("nobody"), *QUICK, "--", run, ok=False)
    assert "Traceback" not in text
    last = text.splitlines()[-1]
    assert last.startswith("Slurm refuses a batch of train_numpy (sbatch -Anobody ")
    assert "set slurm_account to one that `sacctmgr show user $USER withassoc` lists" in last
    assert accounted(slurm) == before
    assert not (lab.folder / run).parent.exists()


def test_sacct_tells_that_a_job_has_failed(slurm, lab):
    before = accounted(slurm)
    little = ("--set-resources", "train_numpy:mem_mb=60", "--retries", "0")
    text = lab.snakemake(*ASK_SACCT, *little, *QUICK, "--", RUN.format(11, 0), ok=False)
    assert "it took more memory than it had asked for: set a" in " ".join(text.split())
    assert "Traceback" not in text
    assert ended_here(slurm, before) == [(DEFAULT_ACCOUNT, "FAILED")]


def test_a_job_that_is_cancelled(slurm, lab):
    """By squeue, as the profile has it: of "CANCELLED by 0" the plugin makes nothing."""
    before = accounted(slurm)
    with ThreadPoolExecutor() as pool:
        once = (*ON_SLURM, "--retries", "0", *QUICK, "--", LONG)
        building = pool.submit(lab.snakemake, *once, ok=False)
        [job] = wait_for(lambda: slurm.jobs("RUNNING") or building.done())
        wait_for(lambda: list(lab.folder.glob("logs/runs/*_e100000/*")) or building.done())
        slurm.run("scancel", job)
        text = building.result()
    assert "it was cancelled, as by scancel" in " ".join(text.split())
    [(account, state)] = ended_here(slurm, before)
    assert account == DEFAULT_ACCOUNT
    assert state.startswith("CANCELLED")
