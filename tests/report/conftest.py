"""What several tests of the report share: the sample, rendered, and a browser."""

import pytest
from page_in_browser import FLAGS, find_browser
from report_sample import build_inputs

from backprop_lab.report.render import render_html, render_pdf


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """The sample's inputs, its HTML and its PDF."""
    folder = tmp_path_factory.mktemp("sample")
    inputs = build_inputs(folder)
    render_html(inputs, folder / "r.html")
    render_pdf(inputs, folder / "r.pdf")
    return inputs, folder / "r.html", folder / "r.pdf"


@pytest.fixture(scope="module")
def chromium():
    """Chromium, started; a test that asks for it is skipped where there is none."""
    browser = find_browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser, args=FLAGS)
        yield started
        started.close()
