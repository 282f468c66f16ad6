"""In HTML the appendices are a page of their own, numbered with the report and linked to it."""

import re

import pytest
from page_in_browser import open_page

from backprop_lab.errors import LabError
from backprop_lab.report.checks import check_report
from backprop_lab.report.page import PageParser
from backprop_lab.report.parts import Part
from backprop_lab.report.render import render_html


@pytest.fixture(scope="module")
def parts(sample, tmp_path_factory):
    """The sample's inputs, the pages of its parts and its PDF, which holds both."""
    inputs, _, pdf = sample
    folder = tmp_path_factory.mktemp("parts")
    pages = {part: folder / part.page("en") for part in Part}
    for part, page in pages.items():
        render_html(inputs, page, part=part)
    return inputs, pages[Part.REPORT], pdf, pages[Part.SUPPLEMENT]


def test_both_pages_pass_and_hold_together_what_one_page_holds(sample, parts):
    whole, checked = check_report(*sample), check_report(*parts)
    assert checked.facts == whole.facts
    assert checked.sections == whole.sections


def test_each_part_is_on_its_page(parts):
    report, supplement = PageParser.read(parts[1]), PageParser.read(parts[3])
    assert {"sec-network", "fig-curves", "tbl-settings", "eq-adam"} <= report.ids.keys()
    assert {"sec-log", "tbl-log", "sec-rerun"} <= supplement.ids.keys()
    assert not report.ids.keys() & {"sec-log", "tbl-log", "sec-rerun"}
    assert not supplement.ids.keys() & {"sec-network", "fig-curves", "tbl-settings", "eq-adam"}
    assert "Ada Lovelace" in supplement.text


def test_numbers_are_those_of_the_whole(parts):
    assert "Table\u00a03." in PageParser.read(parts[3]).figures["tbl-log"][0]
    assert "Appendix\u00a0A" in PageParser.read(parts[3]).heads["sec-log"]


def test_links_lead_to_the_other_page(parts):
    report, supplement = (dict(map(reversed, PageParser.read(path).links)) for path in parts[1::2])
    assert report["Appendix\u00a0A"] == "supplement.en.html#sec-log"
    assert report["Table\u00a01"] == "#tbl-settings"
    assert supplement["Section\u00a01"] == "lab-report.en.html#sec-network"


@pytest.mark.parametrize(("at", "name"), [(1, "tbl-log"), (1, "sec-log"), (3, "eq-adam")])
def test_an_address_of_what_is_on_the_other_page_is_passed_on(parts, chromium, at, name):
    """One from before the division still leads to what it names."""
    page, problems = open_page(chromium, parts[at].as_uri() + f"#{name}")
    page.wait_for_url(f"{parts[4 - at].as_uri()}#{name}")
    assert page.locator(f"#{name}").count() == 1
    assert problems == []
    page.context.close()


def test_the_contents_name_the_other_page(parts):
    contents = re.search(r'<nav class="contents".*?</nav>', parts[1].read_text(), re.DOTALL)[0]
    assert "Supplement" in contents
    assert 'href="supplement.en.html"' in contents
    assert 'href="supplement.en.html#sec-log"' in contents
    assert "<title>Supplement:\u00a0Backpropagation by hand" in parts[3].read_text()


def test_each_page_lists_the_works_that_it_cites(parts):
    report, supplement = (PageParser.read(path) for path in parts[1::2])
    assert "ref-kingma2015" in report.ids
    assert "ref-kingma2015" not in supplement.ids


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("supplement.en.html#sec-log", "supplement.en.html#sec-lost", "leads nowhere: supplement"),
        ("supplement.en.html#sec-log", "other.en.html#sec-log", "leads nowhere: other"),
        ('<figure id="fig-second">', '<figure id="tbl-log">', "#tbl-log is on both pages"),
    ],
)
def test_a_broken_pair_is_found(parts, tmp_path, old, new, finding):
    inputs, report, pdf, supplement = parts
    page = report.read_text(encoding="utf-8")
    assert old in page
    (tmp_path / report.name).write_text(page.replace(old, new), encoding="utf-8")
    with pytest.raises(LabError, match=finding):
        check_report(inputs, tmp_path / report.name, pdf, supplement)


@pytest.mark.parametrize("name", ["report.en.html", "lab-report-en.html"])
def test_a_name_of_no_part_is_refused(tmp_path, name):
    with pytest.raises(LabError, match=r"name it lab-report\.<language>\.html or supplement"):
        Part.of(tmp_path / name)
