"""Which images a build trains on, as far as it is known before it is planned."""

import json
import os
from pathlib import Path

import pytest

from backprop_lab.data.archives import ARCHIVES, SOURCE
from backprop_lab.errors import LabError
from backprop_lab.planning import images

FOLDER = Path("a folder")


@pytest.fixture
def fetched(tmp_path):
    """Return a function that notes in a folder what was fetched into it."""

    def note(name):
        (tmp_path / SOURCE).write_text(json.dumps({"name": name}))
        return tmp_path

    return note


def test_before_the_first_fetch_a_plan_is_for_mnist_but_not_settled(tmp_path):
    assert images.expected("auto", None, tmp_path) == "mnist"
    assert not images.settled("auto", None, tmp_path)
    assert "plan for MNIST" in images.assumed(tmp_path)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"name": null}'])
def test_a_broken_note_of_a_fetch_settles_nothing(tmp_path, text):
    (tmp_path / SOURCE).write_text(text)
    assert images.expected("auto", None, tmp_path) == "mnist"
    assert not images.settled("auto", None, tmp_path)


def test_what_was_fetched_settles_it_unless_it_was_only_a_substitute(fetched):
    assert images.settled("auto", None, fetched("mnist"))
    assert images.expected("auto", None, fetched("mnist")) == "mnist"
    assert images.expected("auto", None, fetched("digits")) == "digits"
    assert not images.settled("auto", None, fetched("digits"))
    assert images.assumed(fetched("digits")) == ""


def test_a_folder_and_a_named_data_set_settle_it(fetched):
    raw = fetched("digits")
    assert images.settled("auto", FOLDER, raw)
    assert images.expected("auto", FOLDER, raw) == "mnist"
    assert images.settled("fashion_mnist", None, raw)
    assert images.expected("fashion_mnist", None, raw) == "fashion_mnist"


def snakefile(folder):
    """Write a workflow that only fetches, and counts how often; return it."""
    (folder / "data/raw").mkdir(parents=True)
    (folder / "Snakefile").write_text(
        "import os\n"
        "from pathlib import Path\n"
        "from backprop_lab.planning.images import fetch_first\n"
        "assert fetch_first([], os.environ, {}, Path('data/raw')) == 0\n"
        "rule fetch_mnist:\n    output: touch('done')\n    shell: 'echo >> count'\n"
    )
    return folder / "count"


def test_the_status_of_a_fetch_that_fails_is_returned(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # without a Snakefile
    assert images.fetch_first([], os.environ, {}, tmp_path) == 1


def test_the_snakemake_that_fetches_does_not_start_another(monkeypatch, tmp_path):
    count = snakefile(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert images.fetch_first([], os.environ, {}, Path("data/raw")) == 0
    assert (tmp_path / "done").exists()
    assert count.read_text() == "\n"


def test_only_other_wishes_or_missing_archives_fetch_again(monkeypatch, tmp_path):
    snakefile(tmp_path)
    monkeypatch.chdir(tmp_path)
    raw, wanted = Path("data/raw"), {"dataset": "auto", "mirrors": {"mnist": ["https://a/"]}}

    def fetches(wanted):
        Path("done").unlink(missing_ok=True)
        assert images.fetch_first([], os.environ, wanted, raw) == 0
        return Path("done").exists()

    assert fetches(wanted)
    for name in (*ARCHIVES, SOURCE):
        (raw / name).touch()
    assert not fetches(wanted)
    assert fetches({**wanted, "mirrors": {"mnist": ["https://b/"]}})
    assert fetches(wanted)
    (raw / SOURCE).unlink()
    assert fetches(wanted)


def test_a_run_that_is_asked_for_by_a_wrong_name_is_refused_before_anything_is_fetched():
    images.check_run_targets(
        ["results/runs/numpy_20_relu_sgd_lr0.1_b32_e1/seed0/result.json", "-n"]
    )
    with pytest.raises(LabError, match="spell this run"):
        images.check_run_targets(["results/runs/numpy_20_relu_sgd_lr0.10_b32_e1/seed0/a.json"])
