"""What is wider than a screen: on a desktop nothing, on a phone few tables."""

import io

import pytest
from page_in_browser import SIZES, open_page
from report_sample import build_inputs

from backprop_lab.report.parts import Part
from backprop_lab.report.render import render_html

#: Tables of many cells, which a phone still scrolls, with their first column in sight.
STILL_SCROLL = {
    "tbl-sweep_epochs",
    "tbl-sweep_batch_size",
    "tbl-sweep_learning_rate",
    "tbl-sweep_width",
    "tbl-variants",
    "tbl-parity",
    "tbl-kernel_runs",
    "tbl-frozen",
    "tbl-holdout",
    "tbl-identified",
    "tbl-gap",
    "tbl-near",
    "tbl-build",
}
WIDE = """() => {
  for (const one of document.querySelectorAll("details")) one.open = true;
  return document.fonts.ready.then(() => new Promise((done) => setTimeout(done, 200))).then(() =>
    [...document.querySelectorAll("figure.table .scroll, .equation, pre, .widget .scroll")]
      .filter((one) => one.scrollWidth > one.clientWidth + 1)
      .map((one) => (one.closest("figure") || one.closest("[id]")).id));
}"""
COLUMNS = """[
  column("backend", "Program"), column("hidden_sizes", "Hidden layers"),
  column("optimizer", "Optimiser"), column("learning_rate", "Learning rate", "fixed:4"),
  column("val_accuracy_mean", "Validation", "percent:2", std="val_accuracy_std",
    group="Accuracy (%)", missing="diverged"),
  column("test_accuracy_mean", "Test", "percent:2", std="test_accuracy_std",
    group="Accuracy (%)", missing="diverged"),
  column("seconds_per_epoch", "Seconds an epoch", "seconds:2"),
]"""
TEMPLATE = f"""
# Tables {{#sec-tables}}

<< table("settings", caption="A few settings.", limit=4, label="tbl-few", columns={COLUMNS}) >>

<< table("settings", caption="All of them.", columns={COLUMNS}) >>

[$$ a = b + c + d + e + f + g + h, \\qquad i = j + k + l + m + n,
\\quad o = p $$]{{#eq-line alt="a"}}
"""


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wide")
    render_html(build_inputs(folder, TEMPLATE), folder / "report.html")
    return folder / "report.html"


@pytest.mark.slow
@pytest.mark.parametrize("part", Part)
@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_on_a_desktop_nothing_scrolls_sideways(shape_pages, chromium, language, part):
    page, _ = open_page(chromium, shape_pages[language, part].as_uri(), viewport=SIZES["wide"])
    assert page.evaluate(WIDE) == []
    page.context.close()


@pytest.mark.slow
@pytest.mark.parametrize("part", Part)
@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_on_a_phone_large_tables_scroll_and_show_it(shape_pages, chromium, language, part):
    page, _ = open_page(chromium, shape_pages[language, part].as_uri(), viewport=SIZES["phone"])
    wide = set(page.evaluate(WIDE))
    logs = {name for name in wide if name.startswith("tbl-log_")}
    assert wide - logs <= STILL_SCROLL | {"explorer", "sec-configuration"}
    for name in sorted(wide):
        selector = f"[id='{name}'] :is(.scroll, pre)"
        if name.startswith("tbl-"):
            assert "pinned" in page.locator(f"[id='{name}']").get_attribute("class")
        frame = page.locator(selector).last
        assert edge_changes(page, frame), f"{name} shows no edge"
    page.context.close()


def test_a_table_of_few_cells_becomes_a_stack_on_a_phone(report, chromium):
    page, problems = open_page(chromium, report.as_uri(), viewport=SIZES["phone"])
    few = page.locator("#tbl-few")
    assert "stacked" in few.get_attribute("class")
    assert few.locator(".scroll").evaluate("(one) => one.scrollWidth <= one.clientWidth")
    names = (
        few.locator("tbody tr")
        .first.locator("td")
        .evaluate_all("(cells) => cells.map((cell) => getComputedStyle(cell, '::before').content)")
    )
    assert names[0] == '"Program"'
    assert names[4:] == [
        '"Accuracy (%) \u00b7 Validation"',
        '"Accuracy (%) \u00b7 Test"',
        '"Seconds an epoch"',
    ]
    assert few.locator("thead").is_hidden()
    page.set_viewport_size(SIZES["wide"])
    page.locator(".stacked").first.wait_for(state="detached")
    assert few.locator("thead").is_visible()
    assert problems == []
    page.context.close()


def test_a_table_of_many_cells_scrolls_behind_its_first_column(report, chromium):
    page, _ = open_page(chromium, report.as_uri(), viewport=SIZES["phone"])
    table = page.locator("#tbl-settings")
    assert "pinned" in table.get_attribute("class")
    frame, first = table.locator(".scroll"), table.locator("tbody td").first
    before = first.bounding_box()["x"]
    assert frame.get_attribute("tabindex") == "0"
    assert edge_changes(page, frame)
    assert frame.evaluate("(one) => one.scrollLeft") > 0
    assert first.bounding_box()["x"] == pytest.approx(before, abs=1)
    page.context.close()


def test_a_line_of_formulas_is_broken_on_a_phone(report, chromium):
    page, _ = open_page(chromium, report.as_uri(), viewport=SIZES["phone"])
    equation = page.locator("#eq-line")
    assert equation.evaluate("(one) => one.scrollWidth <= one.clientWidth")
    tops = equation.locator("math").evaluate_all(
        "(all) => all.map((one) => Math.round(one.getBoundingClientRect().top))"
    )
    assert len(tops) == 3
    assert len(set(tops)) > 1
    page.set_viewport_size(SIZES["wide"])
    tops = equation.locator("math").evaluate_all(
        "(all) => all.map((one) => Math.round(one.getBoundingClientRect().top))"
    )
    assert max(tops) - min(tops) < 4
    page.context.close()


def edge_changes(page, frame) -> bool:
    """Say whether a frame's right edge is shaded while there is more, and not at the end."""
    frame.scroll_into_view_if_needed()
    start = edge_of(page, frame)
    frame.evaluate("(one) => (one.scrollLeft = one.scrollWidth)")
    return abs(start - edge_of(page, frame)) > 8


def edge_of(page, frame) -> float:
    """Return the usual grey, 0 to 255, of the right edge of a frame."""
    from PIL import Image

    box = frame.bounding_box()
    clip = {"x": box["x"] + box["width"] - 3, "y": max(box["y"], 0), "width": 2, "height": 60}
    picture = Image.open(io.BytesIO(page.screenshot(clip=clip))).convert("L")
    greys = sorted(picture.get_flattened_data())
    return greys[len(greys) // 2]
