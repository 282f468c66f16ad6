"""Each data set has its licence in the report, in both languages, and one's own has its own."""

import json
from dataclasses import replace

import pytest
from built_out import REPORT, build_out

from backprop_lab.data.archives import TITLES
from backprop_lab.report.licences import LICENCES
from backprop_lab.report.source import fill


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    return build_out(tmp_path_factory.mktemp("out"))


def filled(inputs, name, language, **about):
    """The Markdown of a report on images of this name."""
    document = json.loads(inputs.dataset.read_text()) | {"name": name} | about
    dataset = inputs.dataset.with_name(f"{name}.json")
    dataset.write_text(json.dumps(document))
    template = REPORT / "text" / language / "lab-report.md"
    return fill(replace(inputs, dataset=dataset, template=template)).markdown


def test_every_data_set_that_can_be_fetched_or_comes_along_has_a_licence():
    assert set(LICENCES) == set(TITLES)


@pytest.mark.parametrize("language", ["en", "zh-TW"])
@pytest.mark.parametrize("name", LICENCES)
def test_the_conventions_name_it_and_who_states_it(inputs, name, language):
    markdown = filled(inputs, name, language)
    conventions = markdown[markdown.index("{#sec-conventions") :]
    about = conventions[: conventions.index("(#tbl-data)")]
    stated = {"mnist": "@keras2015", "digits": "@alpaydin1998"}
    assert LICENCES[name] in about
    assert stated.get(name, "@") in about[about.index(LICENCES[name]) :]
    # The summary and the section on computing time lead there.
    assert markdown.count("(#sec-conventions)") >= 2


@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_of_images_without_a_licence_nothing_is_said(inputs, language):
    word = {"en": "licence", "zh-TW": "授權"}[language]
    assert word not in filled(inputs, "mine", language)
