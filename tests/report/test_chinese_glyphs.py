"""Chinese is drawn in the page's own fonts, whatever the system has: in text and on a canvas."""

from html import escape
from pathlib import Path

import pytest
from page_in_browser import BOXES, FLAGS, find_browser

from backprop_lab.report.fonts import font_faces

REPORT = Path(__file__).parents[2] / "report"
TEXT = "並非目次原報告還有多少成立準確率"
#: No font has it: what a browser draws for it is drawn for whatever it has no glyph for.
NOWHERE = "\ue123"
FAMILIES = ("var(--sans)", "var(--serif)", "var(--mono)")
STYLES = [f"{weight} 20px {family}" for weight in (400, 600, 700) for family in FAMILIES]
#: Draw each sign alone; the pixels tell one glyph from another.
DRAW = """async ([signs, font]) => {
  await document.fonts.ready;
  const box = document.createElement("p");
  box.style.font = font;
  document.body.append(box);
  const { fontWeight, fontSize, fontFamily } = getComputedStyle(box);
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return [...signs].map((sign) => {
    canvas.width = canvas.height = 40;
    context.font = `${fontWeight} ${fontSize} ${fontFamily}`;
    context.fillText(sign, 5, 30);
    return context.getImageData(0, 0, 40, 40).data.join();
  });
}"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A page as a report has it: fonts in its head, and much text, which they take time for."""
    browser = find_browser()
    from playwright.sync_api import sync_playwright

    prose = escape((REPORT / "text/zh-TW/lab-report.md").read_text(encoding="utf-8"))
    styled = "".join(f"<p style='font: {font}'>{TEXT}</p>" for font in STYLES)
    html = (
        '<!DOCTYPE html><html lang="zh-TW"><head><meta charset="utf-8"><style></style></head><body>'
        f'<header class="masthead"><h1>{TEXT}</h1><div class="banner">'
        f'<p class="banner-title">{TEXT}: MNIST</p><p>{TEXT}</p></div></header>'
        f'<nav class="contents"><p>{TEXT}</p><ul><li><a href="#a">{TEXT}</a></li></ul></nav>'
        f"<main>{styled}<table><tr><th>{TEXT}</th></tr></table><p>{prose}</p></main></body></html>"
    )
    style = (REPORT / "page/style.css").read_text(encoding="utf-8")
    path = tmp_path_factory.mktemp("glyphs") / "page.html"
    path.write_text(
        html.replace("<style>", f"<style>\n{font_faces(html)}\n{style}", 1), encoding="utf-8"
    )
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=FLAGS)
        opened = chromium.new_page(viewport={"width": 390, "height": 844})
        opened.goto(path.as_uri())
        yield opened
        chromium.close()


def test_text_that_was_laid_out_before_the_fonts_came_has_no_boxes(page):
    assert page.evaluate(BOXES) == []


@pytest.mark.parametrize("font", STYLES)
def test_each_sign_on_a_canvas_has_a_glyph_of_its_own(page, font):
    *drawn, box = page.evaluate(DRAW, [TEXT + NOWHERE, font])
    assert len(set(drawn)) == len(set(TEXT))
    assert box not in drawn
