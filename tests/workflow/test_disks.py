"""A build on a full disk says which file did not fit, and goes on once there is space."""

import re
import shutil

import pytest

pytestmark = pytest.mark.slow

RUN = "results/runs/numpy_16_relu_adam_lr0.001_b32_e3/seed0"


def fill(folder, spare=0):
    """Fill a disk but for some bytes; return the file that does it."""
    filler = folder / "filler"
    filler.write_bytes(bytes(shutil.disk_usage(folder).free - spare))
    return filler


@pytest.mark.fault("a full disk for results (whole build)")
def test_a_full_disk_for_results(project, disk):
    results = disk("8M", folder=project.folder / "results")
    project.snakemake("results/dataset.json")
    dataset = (results / "dataset.npz").read_bytes()
    filler = fill(results, spare=50_000)
    console = project.snakemake(f"{RUN}/result.json", ok=False)
    line = f"error: {RUN}/model.npz: cannot be written (No space left on device)"
    log = (project.folder / f"{RUN.replace('results', 'logs', 1)}.log").read_text()
    assert log.count(line) == 1
    assert "error: ended with status 1" in log
    folded = re.sub(r"\s+(\|\s+)?", " ", console)
    assert "No space left on device" in folded
    assert "Traceback" not in console
    left = {path for path in results.rglob("*") if path.is_file()}
    assert left == {filler, results / "dataset.npz", results / "dataset.json"}
    assert (results / "dataset.npz").read_bytes() == dataset
    filler.unlink()
    project.snakemake(f"{RUN}/result.json")


@pytest.mark.fault("a full disk for Snakemake (whole build)")
def test_a_full_disk_for_snakemake(project, disk):
    own = disk("2M", folder=project.folder / ".snakemake")
    project.snakemake("results/dataset.json")
    filler = fill(own)
    console = project.snakemake(f"{RUN}/result.json", ok=False)
    *_, last = console.splitlines()
    assert last.startswith("error: .snakemake/backprop-lab-calls/")
    assert "cannot be written (No space left on device)" in last
    assert "Traceback" not in console
    filler.unlink()
    project.snakemake(f"{RUN}/result.json")
