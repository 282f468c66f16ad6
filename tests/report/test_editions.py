"""A page links to its PDF and its other languages, as far as the build makes them."""

from dataclasses import replace

import pytest
from page_in_browser import open_page
from report_sample import build_inputs

from backprop_lab.errors import LabError
from backprop_lab.report.checks import check_report
from backprop_lab.report.editions import edition_links
from backprop_lab.report.page import PageParser
from backprop_lab.report.parts import Part
from backprop_lab.report.render import render_html, render_pdf

HERE = {"file": "lab-report.en.pdf", "name": "PDF", "language": "en"}
GERMAN = {"file": "lab-report.de.html", "name": "Deutsch", "language": "de"}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    return build_inputs(tmp_path_factory.mktemp("editions"))


def files_of(path):
    hrefs = [href for href, _ in PageParser.read(path).links]
    return [href for href in hrefs if href and href[0] != "#" and ":" not in href]


def test_a_page_names_what_the_build_makes(inputs):
    assert edition_links(inputs) == []
    assert edition_links(replace(inputs, languages=("en",))) == [HERE]
    assert edition_links(replace(inputs, languages=("en", "de"))) == [HERE, GERMAN]
    assert edition_links(replace(inputs, languages=("de",))) == []


def test_a_language_without_labels_is_refused(inputs):
    with pytest.raises(LabError, match=r"fr/labels\.yaml"):
        edition_links(replace(inputs, languages=("en", "fr")))


def test_the_head_of_the_page_has_the_links_and_the_check_knows_them(inputs, tmp_path):
    both = replace(inputs, languages=("en", "de"))
    html, pdf = tmp_path / "lab-report.en.html", tmp_path / "lab-report.en.pdf"
    render_html(both, html)
    render_pdf(both, pdf)
    assert files_of(html) == [HERE["file"], GERMAN["file"]]
    check_report(both, html, pdf)  # though nobody has rendered the German one yet
    with pytest.raises(LabError, match=r"a link leads to a file that is not there: lab-report\.de"):
        check_report(inputs, html, pdf)
    render_html(inputs, html)
    assert files_of(html) == []


def test_the_supplement_leads_to_that_of_the_other_language(inputs, tmp_path):
    both = replace(inputs, languages=("en", "de"))
    page = tmp_path / Part.SUPPLEMENT.page("en")
    render_html(both, page, part=Part.SUPPLEMENT)
    assert files_of(page)[:2] == ["lab-report.en.pdf", "supplement.de.html"]


def test_another_language_opens_at_the_same_address(inputs, tmp_path, chromium):
    both = replace(inputs, languages=("en", "de"))
    render_html(both, tmp_path / "lab-report.en.html")
    (tmp_path / "lab-report.de.html").write_text("<h1>Deutsch</h1>", encoding="utf-8")
    page, problems = open_page(chromium, (tmp_path / "lab-report.en.html").as_uri() + "#sec-log")
    page.locator(".editions [hreflang=de]").click()
    assert page.url.endswith("lab-report.de.html#sec-log")
    assert problems == []
    page.context.close()
