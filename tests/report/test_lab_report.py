"""The report's own template, filled with made-up results of each preset and data set."""

import json
import re

import pytest
from built_out import PRESETS, REPORT, build_out

from backprop_lab.report.source import fill


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """The report's inputs for each preset, built once."""
    folder = tmp_path_factory.mktemp("out")
    return {name: build_out(folder / name, **options) for name, options in PRESETS.items()}


@pytest.mark.parametrize("preset", PRESETS)
def test_template_asks_for_nothing_that_is_missing(outputs, preset):
    source = fill(outputs[preset])
    assert not re.search(r"\b(None|nan|Undefined)\b", source.markdown)
    sections = re.findall(r"^# (.*?) \{", source.markdown, re.MULTILINE)
    assert sections[:10] == [
        "What holds of the original",
        "How to read this report",
        "The network",
        "The loss function",
        "Activation functions",
        "Hyperparameters",
        "Optimisers",
        "Task 1 against Task 2",
        "Results",
        "References",
    ]


@pytest.mark.parametrize("preset", PRESETS)
def test_every_figure_that_was_built_is_shown(outputs, preset):
    built = {path.stem for path in outputs[preset].figures.glob("*.svg")}
    assert set(fill(outputs[preset]).figures) == built


@pytest.mark.parametrize("preset", PRESETS)
def test_references_of_the_report_lead_somewhere(outputs, preset):
    markdown = fill(outputs[preset]).markdown
    labels = re.findall(r"\{#((?:sec|fig|tbl|eq)-[\w-]+)", markdown)
    assert len(labels) == len(set(labels))
    assert set(re.findall(r"\]\(#([\w-]+)\)", markdown)) <= set(labels)


def test_every_citation_is_in_the_bibliography(outputs):
    bibliography = (REPORT / "references.bib").read_text()
    known = set(re.findall(r"^@\w+\{(\w+),", bibliography, re.MULTILINE))
    used = set(re.findall(r"(?<![\w`])@([a-z]+\d{2,4}\w*)", fill(outputs["full"]).markdown))
    used |= {"xiao2017", "clanuwat2018", "alpaydin1998", "pedregosa2011"}  # other data sets
    assert used == known
    assert {f"original{number:02d}" for number in range(1, 19)} <= known


@pytest.mark.parametrize("preset", ["embedded", "embedded-quick", "fashion"])
def test_other_data_are_named_and_not_set_against_the_original(outputs, preset):
    inputs = outputs[preset]
    markdown = fill(inputs).markdown
    title = json.loads(inputs.dataset.read_text())["title"]
    assert markdown.count(title) >= 5
    keys = set(re.findall(r'data-key="(published\.[^"]+)"', markdown))
    assert not [key for key in keys if not key.endswith(".epoch")]
    assert "claims.C14.printed_gap" not in markdown
    assert "original, training" not in markdown


def test_numbers_of_the_original_stand_beside_ours_on_mnist(outputs):
    markdown = fill(outputs["full"]).markdown
    for figure in (2, 3, 4, 6, 9, 10, 12):
        assert f'data-key="published.figure{figure}.' in markdown


def test_every_figure_has_words_for_a_blind_reader(outputs):
    source = fill(outputs["full"])
    markdown = source.markdown
    alts = re.findall(r'inline-svg alt="([^"]*)"', markdown)
    assert len(alts) == len(source.figures) >= 14
    assert all(len(alt) > 80 for alt in alts)
    displayed = re.findall(r"\$\$\]\{([^\n]*)\}", markdown)
    assert displayed
    assert all('alt="' in attributes for attributes in displayed)
