"""One stop of Tab for what a paragraph, list, figure or table offers; arrow keys reach the rest."""

import pytest
from page_in_browser import SIZES, open_page
from report_sample import build_inputs

from backprop_lab.report.parts import Part
from backprop_lab.report.render import render_html

TEMPLATE = """
# First {#sec-first}

Words with << fact("task1.epochs") >> and [](#fig-curves).

- One of << fact("task1.epochs") >>;
- two of << fact("task1.seconds") >>.

<< figure("curves", caption="Two curves.", alt="Two curves that rise.") >>

<< table("log", caption="Every epoch.", fold=true, columns=[column("epoch", "Epoch", "integer")]) >>

# Second {#sec-second}

No link here.
"""
#: All that a reader without a mouse must come to.
OFFERED = "main :is(a[href], button, summary, .fact, input, select), .contents a, #theme, .skip"
#: A name for what has the focus; every element has its own.
FOCUSED = """() => {
  const all = [...document.querySelectorAll("*")];
  return document.activeElement === document.body ? -1 : all.indexOf(document.activeElement);
}"""
SEEN = """(offered) => [...document.querySelectorAll(offered)]
  .filter((one) => one.checkVisibility() && !one.disabled)
  .map((one) => [...document.querySelectorAll("*")].indexOf(one))"""


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stops")
    render_html(build_inputs(folder, TEMPLATE), folder / "report.html")
    return folder / "report.html"


def tab_stops(page) -> list[int]:
    """Press Tab until the page ends; return what had the focus."""
    stops = []
    while True:
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        if found in (-1, *stops[:1]):
            return stops
        stops.append(found)
        assert len(stops) < 1000


@pytest.mark.parametrize("size", SIZES)
def test_tab_and_arrows_reach_everything_that_is_seen(report, chromium, size):
    page, problems = open_page(chromium, report.as_uri(), viewport=SIZES[size])
    page.evaluate("document.querySelector('details').open = true")
    reached = set(tab_stops(page))
    for stop in sorted(reached):
        page.evaluate("(at) => document.querySelectorAll('*')[at].focus()", stop)
        page.keyboard.press("Home")
        while (found := page.evaluate(FOCUSED)) not in reached or found == stop:
            reached.add(found)
            page.keyboard.press("ArrowRight")
            if page.evaluate(FOCUSED) == found:
                break
    assert set(page.evaluate(SEEN, OFFERED)) <= reached
    assert problems == []
    page.context.close()


def test_each_block_is_one_stop(report, chromium):
    page, _ = open_page(chromium, report.as_uri(), viewport=SIZES["wide"])
    for block in (".contents ul", "#sec-first p", "main ul", "#fig-curves", "#tbl-log"):
        assert page.locator(block).first.locator("[tabindex='0']").count() == 1, block
    assert page.locator("#sec-first p [tabindex='0']").first.get_attribute("class") == "fact"
    page.locator("#sec-first p .fact").focus()
    page.keyboard.press("ArrowLeft")  # the heading's link belongs to what follows it
    assert page.evaluate("document.activeElement.className") == "permalink"
    assert page.locator("#sec-second .permalink").get_attribute("tabindex") == "0"
    page.context.close()


def test_a_stop_that_is_folded_away_hands_over_to_one_that_is_seen(report, chromium):
    page, _ = open_page(chromium, report.as_uri(), viewport=SIZES["wide"])
    table = page.locator("#tbl-log")
    assert table.locator("[tabindex='0']").evaluate("(one) => one.checkVisibility()")
    page.locator(".contents a").last.focus()
    page.set_viewport_size(SIZES["phone"])
    page.locator(".contents a:not([tabindex='-1']) >> visible=true").first.wait_for()
    page.context.close()


@pytest.mark.slow
@pytest.mark.parametrize("part", Part)
def test_a_page_of_the_whole_report_has_few_stops(shape_pages, chromium, part):
    page, _ = open_page(chromium, shape_pages["en", part].as_uri(), viewport=SIZES["wide"])
    assert 20 < len(tab_stops(page)) <= 160
    page.context.close()
