"""What references name, shown by mouse, keyboard and finger; and one stop of Tab for a block."""

import pytest
from page_in_browser import SIZES, open_page, violations
from report_sample import build_inputs

from backprop_lab.report.parts import Part
from backprop_lab.report.render import render_html

TEMPLATE = """
# First {#sec-first}

Start with [](#fig-curves), [](#tbl-settings), [](#eq-loss), [](#sec-second) and @lecun1998, of
<< fact("task1.epochs") >> epochs.

<< figure("curves", caption="Two curves.", alt="Two curves that rise.") >>

<< table("settings", caption="The settings.", columns=[column("backend", "Program")]) >>

[$$ y = x $$]{#eq-loss alt="y is x"}

# Second {#sec-second}

The second section begins with these words.
"""
APART = """
# First {#sec-first}

See [](#fig-curves), [](#tbl-log), [](#eq-loss), [](#sec-away) and [](#sec-lower).

# Away {#sec-away .appendix}

The appendix begins with << fact("task1.epochs") >> epochs, as in [](#sec-first) [@lecun1998].

<< figure("curves", caption="Two curves.", alt="Two curves that rise.") >>

<< table("log", caption="Every epoch.", columns=[column("epoch", "Epoch", "integer")]) >>

[$$ y = \\alpha x $$]{#eq-loss alt="y is alpha x"}

## Lower {#sec-lower}

- A list.

The lower section.
"""
#: Reference to the other page -> words and an element that its preview shows.
AWAY = {
    "fig-curves": ("Figure\u00a01. Two curves.", None),
    "tbl-log": ("Table\u00a01. Every epoch.", "table"),
    "eq-loss": ("Equation\u00a01", "math"),
    "sec-away": ("Appendix\u00a0A Away", "p"),
    "sec-lower": ("A.1 Lower", "p"),
}
WORDS = {
    "#fig-curves": "Two curves.",
    "#tbl-settings": "The settings.",
    "#eq-loss": "Equation",
    "#sec-second": "Second",
    "#ref-lecun1998": "Gradient-based learning",
}
COPIED = {"#fig-curves": "svg", "#tbl-settings": "table", "#eq-loss": "math", "#sec-second": "p"}


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("previews")
    render_html(build_inputs(folder, TEMPLATE), folder / "report.html")
    return folder / "report.html"


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """The page of a report whose figure, table, ... are all on the other page, and that page."""
    folder = tmp_path_factory.mktemp("pair")
    inputs = build_inputs(folder, APART)
    pages = [folder / part.page("en") for part in Part]
    for part, page in zip(Part, pages, strict=True):
        render_html(inputs, page, part=part)
    return pages


@pytest.fixture
def page(report, chromium):
    page, problems = open_page(chromium, report.as_uri(), has_touch=True, viewport=SIZES["wide"])
    yield page
    assert problems == []
    page.context.close()


def link_to(page, href):
    return page.locator(f"p a[href='{href}']").first


@pytest.mark.parametrize("href", WORDS)
def test_a_reference_shows_what_it_names_on_hover_and_focus(page, href):
    tip = page.locator("#tip")
    link_to(page, href).hover()
    tip.wait_for(state="visible")
    assert WORDS[href] in tip.inner_text()
    if href in COPIED:
        assert tip.locator(f".preview {COPIED[href]}").count() >= 1
    assert tip.locator("[id]:not(#tip-words)").count() == 0
    page.mouse.move(2, 2)
    tip.wait_for(state="hidden")
    link_to(page, href).focus()
    assert tip.is_visible()
    assert link_to(page, href).get_attribute("aria-describedby") == "tip-words"
    page.keyboard.press("Escape")
    assert tip.is_hidden()
    assert link_to(page, href).get_attribute("aria-describedby") is None


@pytest.mark.parametrize("name", AWAY)
def test_a_reference_to_the_other_page_shows_what_it_names(pair, chromium, name):
    page, problems = open_page(chromium, pair[0].as_uri(), has_touch=True, viewport=SIZES["wide"])
    words, element = AWAY[name]
    link, tip = link_to(page, f"supplement.en.html#{name}"), page.locator("#tip")
    link.hover()
    tip.wait_for(state="visible")
    assert tip.locator("#tip-words").inner_text() == words
    page.mouse.move(2, 2)
    tip.wait_for(state="hidden")
    link.focus()
    assert tip.is_visible()
    assert link.get_attribute("aria-describedby") == "tip-words"
    if element:
        assert tip.locator(f".preview {element}").count() == 1
    assert tip.locator("a, .fact, [id]:not(#tip-words)").count() == 0
    assert violations(page) == []
    page.keyboard.press("Escape")
    link.blur()
    link.tap()
    assert tip.is_visible()
    assert page.url == pair[0].as_uri()
    link.tap()
    page.wait_for_url(f"**/supplement.en.html#{name}")
    assert problems == []
    page.context.close()


def test_of_a_table_on_the_other_page_the_first_rows_are_shown(pair, chromium):
    page, _ = open_page(chromium, pair[0].as_uri(), viewport=SIZES["wide"])
    link_to(page, "supplement.en.html#tbl-log").focus()
    assert page.locator("#tip tbody tr").all_inner_texts() == ["1", "2", "3", "4"]
    link_to(page, "supplement.en.html#sec-away").focus()
    shown = page.locator("#tip .preview").inner_text()
    assert shown == "The appendix begins with 40 epochs, as in Section\u00a01."  # no work is cited
    page.context.close()


def test_the_other_page_shows_what_this_one_has(pair, chromium):
    page, _ = open_page(chromium, pair[1].as_uri(), viewport=SIZES["wide"])
    link_to(page, "lab-report.en.html#sec-first").focus()
    assert page.locator("#tip-words").inner_text() == "1 First"
    page.context.close()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_axe_finds_nothing_in_previews(report, chromium, colours):
    page, _ = open_page(chromium, report.as_uri(), color_scheme=colours, viewport=SIZES["phone"])
    for href in WORDS:
        link_to(page, href).focus()
        assert page.locator("#tip").is_visible()
        assert violations(page) == []
    page.context.close()


def test_a_pointer_that_passes_asks_for_nothing(page):
    link_to(page, "#fig-curves").hover()
    page.mouse.move(2, 2)
    page.wait_for_timeout(400)
    assert page.locator("#tip").is_hidden()


def test_a_pointer_that_comes_from_the_text_or_another_link_is_shown_what_it_stays_on(page):
    """Leaving the text, or the first link's preview, is no reason to give up the next one."""
    tip = page.locator("#tip")
    paragraph = page.locator("p:has(a[href='#fig-curves'])").first
    paragraph.hover(position={"x": 3, "y": 3})
    for href in ("#fig-curves", "#tbl-settings"):
        box = link_to(page, href).bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(700)
        assert WORDS[href] in tip.inner_text()
        # Through the paragraph, without a rest.
        page.mouse.move(box["x"] + box["width"] + 2, box["y"] + box["height"] / 2)


def test_a_first_tap_shows_and_a_second_follows(page):
    link = link_to(page, "#sec-second")
    link.tap()
    assert page.locator("#tip").is_visible()
    assert "#" not in page.url
    link.tap()
    assert page.url.endswith("#sec-second")
    assert page.locator("#tip").is_hidden()


def test_a_paragraph_is_one_stop_and_arrows_go_through_it(page):
    paragraph = page.locator("p:has(a[href='#fig-curves'])").first
    assert paragraph.locator("[tabindex='0']").count() == 1
    link_to(page, "#fig-curves").focus()
    hrefs = []
    for _ in range(5):
        page.keyboard.press("ArrowRight")
        hrefs.append(page.evaluate("document.activeElement.getAttribute('href')"))
    assert hrefs == [*list(WORDS)[1:], None]  # the last is the number
    assert page.evaluate("document.activeElement.className") == "fact"
    page.keyboard.press("Home")  # the heading's own link
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**#tbl-settings")


def test_what_a_figure_offers_is_one_stop(page):
    line = page.locator("#fig-curves .rebuild")
    assert line.locator("a, button").count() > 1
    assert line.locator("[tabindex='0']").count() == 1
    line.locator("[tabindex='0']").focus()
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.className") == "copy"
