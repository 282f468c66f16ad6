"""Which images a build trains on, as far as it is known before it is planned."""

import json
import os
from pathlib import Path

import pytest

from backprop_lab.data.archives import SOURCE
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


def test_a_fetch_that_fails_ends_the_call(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # without a Snakefile
    with pytest.raises(LabError, match=r"logs/fetch_mnist\.log says why"):
        images.fetch_first([], {"PATH": "/usr/bin:/bin"})


def test_the_snakemake_that_fetches_does_not_start_another(monkeypatch, tmp_path):
    (tmp_path / "Snakefile").write_text(
        "import os\n"
        "from backprop_lab.planning.images import fetch_first\n"
        "fetch_first([], os.environ)\n"
        "rule fetch_mnist:\n    output: 'done'\n    shell: 'touch {output}'\n"
    )
    monkeypatch.chdir(tmp_path)
    images.fetch_first([], os.environ)
    assert (tmp_path / "done").exists()
