"""Every word of the page is drawn in the page's own fonts, on a machine that has but one font."""

import os

import pytest
from fonts_in_browser import RECORD, fonts_of, only_dejavu, without_glyph
from page_in_browser import FLAGS, SIZES, find_browser

from backprop_lab.report.parts import Part


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """Chromium on a machine without any font but DejaVu Sans."""
    browser = find_browser()
    from playwright.sync_api import sync_playwright

    env = os.environ | only_dejavu(tmp_path_factory.mktemp("machine"))
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=browser, args=FLAGS, env=env)
        yield started
        started.close()


def open_widgets(page):
    """Unfold everything, and let each widget show what it can."""
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    if page.locator("#explorer").count():
        page.locator("#explorer [name=overlay]").click()
        page.locator("#explorer [name=log_loss]").check()
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    for slider in page.locator("#multiverse input[type=range]").all():
        slider.focus()
        page.keyboard.press("Home")
        page.keyboard.press("ArrowRight")


@pytest.mark.slow
@pytest.mark.parametrize("part", Part)
@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_no_font_of_the_machine_is_used_and_no_glyph_is_missing(bare, shape_pages, language, part):
    context = bare.new_context(viewport=SIZES["wide"])
    context.add_init_script(RECORD)
    page = context.new_page()
    page.goto(shape_pages[language, part].as_uri())
    open_widgets(page)
    shown = [None, "table .fact, li .fact", "p .fact", "a.reference[href^='#tbl-']", ".citation a"]
    for selector in shown:
        if selector and page.locator(f"main :is({selector})").count():
            page.locator(f"main :is({selector})").first.focus()
            assert page.locator("#tip").is_visible()
        found, styles = fonts_of(page)
        assert found == {}
        assert without_glyph(page, styles) == {}
    drawn_words = page.evaluate("window.drawnOnCanvas.length")
    assert (drawn_words > 0) == bool(page.locator("#explorer").count())
    context.close()


def test_a_font_of_the_machine_and_a_missing_glyph_are_found(bare):
    """The control: this page names fonts that it does not carry."""
    context = bare.new_context()
    context.add_init_script(RECORD)
    page = context.new_page()
    page.set_content("<p style='font-family: \"Report Sans\", sans-serif'>Words \u4e2d</p><select>")
    found, styles = fonts_of(page)
    assert "DejaVu Sans" in found
    assert "\u4e2d" in without_glyph(page, styles).popitem()[1]
    context.close()
