"""What several tests of the report share: the sample, rendered, and a browser."""

import pytest
from built_out import PRESETS, build_out
from changed_report import copied
from page_in_browser import FLAGS, find_browser
from report_sample import build_inputs
from worlds import WORLDS, drawn

from backprop_lab.report.parts import Part
from backprop_lab.report.render import render_html, render_pdf


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The sample's inputs, its HTML and its PDF."""
    folder = tmp_path_factory.mktemp("sample")
    inputs = build_inputs(folder)
    render_html(inputs, folder / "r.html")
    render_pdf(inputs, folder / "r.pdf")
    return inputs, folder / "r.html", folder / "r.pdf"


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The report's inputs for each preset, built once and not to be changed."""
    folder = tmp_path_factory.mktemp("built")
    return {name: build_out(folder / name, **options) for name, options in PRESETS.items()}


@pytest.fixture
def full(built, tmp_path):
    """A copy of the full preset's results, for a test to change."""
    return copied(built["full"], tmp_path)


@pytest.fixture(scope="session")
def shape_pages(tmp_path_factory):
    """(language, part) -> page of a made-up build with every experiment, figure and table."""
    find_browser()
    folder = tmp_path_factory.mktemp("shape")
    made = WORLDS["shape"].build(folder / "out")
    pages = {}
    for language in ("en", "zh-TW"):
        inputs = drawn(made, language)
        for part in Part:
            pages[language, part] = folder / part.page(language)
            render_html(inputs, pages[language, part], part=part)
    return pages


@pytest.fixture(scope="module")
def chromium():
    """Chromium, started; a test that asks for it is skipped where there is none."""
    browser = find_browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser, args=FLAGS)
        yield started
        started.close()
