"""Where the images come from, from call to call: what was fetched and verified stays."""

import json
from collections import Counter

import pytest
from mirror import make_archives, pin

from backprop_lab.data.archives import ARCHIVES
from backprop_lab.planning.validation import plan

SOURCE = "data/raw/source.json"
pytestmark = pytest.mark.slow


@pytest.fixture
def folder(project, tmp_path):
    """A folder of small archives, which the project takes for those of MNIST."""
    folder = make_archives(tmp_path / "archives", seed=1)
    project.append("src/backprop_lab/data/pinned.py", f"PINNED['mnist'] = {pin(folder)!r}\n")
    return folder


def images(project):
    """The name of the data set that was fetched."""
    return json.loads((project.folder / SOURCE).read_text())["name"]


def trained(project, name):
    """The training jobs that a full build has on the images of this name: rule -> count."""
    planned = plan(project.config(), root=project.folder).on(name).experiments
    runs = {run for runs in planned.values() for run in runs}
    return Counter(f"train_{run.backend}" for run in runs)


@pytest.mark.parametrize("named_by", ["MNIST_DIR", "config.yaml"])
def test_a_folder_that_has_gone_reruns_nothing(project, folder, named_by):
    config = project.config()
    if named_by == "MNIST_DIR":
        project.environment["MNIST_DIR"] = str(folder)
    else:
        project.write_config(config | {"data": config["data"] | {"folder": str(folder)}})
    project.snakemake(SOURCE)
    folder.rename(folder.with_name("elsewhere"))
    project.environment.clear()
    project.write_config(config)
    assert project.would_run(SOURCE) == {}
    project.snakemake("--forcerun", "fetch_mnist", "--", SOURCE)
    assert images(project) == "mnist"
    assert project.would_run(SOURCE) == {}


def test_a_folder_replaces_the_embedded_digits(project, folder):
    project.snakemake(SOURCE)
    assert images(project) == "digits"
    project.environment["MNIST_DIR"] = str(folder)
    assert project.would_run(SOURCE) == {"fetch_mnist": 1}
    project.snakemake(SOURCE)
    assert images(project) == "mnist"
    assert project.would_run(SOURCE) == {}


def test_the_plan_is_that_of_the_images(project, folder):
    on_mnist, on_digits = (trained(project, name) for name in ("mnist", "digits"))
    assert on_digits["train_numpy"] < on_mnist["train_numpy"]
    assert "this is the plan for MNIST" in project.snakemake("-n", "task1_final")
    assert on_mnist.items() <= project.would_run("report").items()
    project.snakemake("results/dataset.json")  # no mirror answers
    assert images(project) == "digits"
    assert on_digits.items() <= project.would_run("report").items()
    assert "this is the plan" not in project.snakemake("-n", "task1_final")
    assert "counterfactual" in project.snakemake("-n", "counterfactual", ok=False)
    project.environment["MNIST_DIR"] = str(folder)
    assert on_mnist.items() <= project.would_run("report").items()


def test_other_images_than_the_plan_is_for_are_not_trained_on(project):
    project.snakemake("results/dataset.json")
    source = json.loads((project.folder / SOURCE).read_text())
    (project.folder / SOURCE).write_text(json.dumps(source | {"name": "kmnist"}))
    target = ("--forcerun", "prepare_dataset", "--", "results/dataset.json")
    failed = project.snakemake(*target, ok=False)
    assert "the images are Kuzushiji-MNIST now, and this build was planned for MNIST;" in failed


def test_a_fetch_that_fails_leaves_the_archives(project, folder):
    project.environment["MNIST_DIR"] = str(folder)
    project.snakemake(SOURCE)
    config = project.config() | {"dataset": "fashion_mnist"}
    config["data"]["mirrors"]["fashion_mnist"] = []
    project.write_config(config)
    assert "no mirror has the four archives" in project.snakemake(SOURCE, ok=False)
    for name in ARCHIVES:
        assert (project.folder / "data/raw" / name).read_bytes() == (folder / name).read_bytes()
