"""Snakemake's scheduler works when there is something to do, and at no other time."""

import pytest


@pytest.mark.slow
def test_the_scheduler_looks_for_jobs_when_one_has_ended(project):
    """Else each job that ends is one more look a second, of all jobs that are ready."""
    runs = [
        f"results/runs/numpy_32_relu_sgd_lr0.1_b32_e80/seed{seed}/history.csv" for seed in range(10)
    ]
    said = project.snakemake("--verbose", *runs)
    log = max(
        (project.folder / ".snakemake/log").glob("*.log"), key=lambda path: path.stat().st_mtime
    )
    looks = max(said.count("Ready jobs: "), log.read_text().count("Ready jobs: "))
    jobs = len(runs) + 1  # and the data set; the images were fetched before
    assert 0 < looks <= jobs + 4


@pytest.mark.slow
def test_a_call_that_finds_nothing_to_do_loads_no_pandas(project):
    """Snakemake would load it to compare parameters, half a second each time."""
    run = "results/runs/numpy_32_relu_sgd_lr0.1_b32_e1/seed0/history.csv"
    project.snakemake(run)
    project.environment["PYTHONPROFILEIMPORTTIME"] = "1"
    said = project.snakemake("--dry-run", run)
    loaded = {line.rpartition("|")[2].strip() for line in said.splitlines()}
    assert "Nothing to be done" in said
    assert "snakemake.persistence" in loaded
    assert not loaded & {"pandas", "torch", "matplotlib"}
