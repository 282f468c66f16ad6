"""The page on paper, and its figures and tables on a phone."""

from io import BytesIO

import pytest
from page_in_browser import SIZES, open_page
from PIL import Image
from report_sample import build_inputs

from backprop_lab.report.pictures import READABLE
from backprop_lab.report.render import render_html

#: A drawing as wide as the report's, with text as small, made of what Matplotlib makes it of.
WIDE = """<svg xmlns="http://www.w3.org/2000/svg" width="453.5pt" height="180pt"
 viewBox="0 0 453.5 180"><g id="figure_1">
<g id="patch_1"><path d="M 0 180 L 453.5 180 L 453.5 0 L 0 0 z" style="fill: #ffffff"/></g>
<g id="axes_1"><g id="patch_2">
<path d="M 9 170 L 445 170 L 445 9 L 9 9 z" style="fill: #ffffff"/></g></g></g>
<text x="20" y="90" style="font-size: 7px; font-family: 'DejaVu Sans'; fill: #000000">words</text>
</svg>
"""
LOOK = """(names) => names.map((name) => {
  const style = getComputedStyle(document.querySelector(name));
  return style.display === "none" ? null : parseFloat(style.fontSize);
})"""


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    folder = tmp_path_factory.mktemp("paper")
    inputs = build_inputs(folder)
    (inputs.figures / "curves.svg").write_text(WIDE, encoding="utf-8")
    render_html(inputs, folder / "report.html")
    return folder / "report.html"


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_paper_is_white_and_its_text_is_ten_points(report, chromium, colours):
    page, problems = open_page(chromium, report.as_uri(), color_scheme=colours)
    page.emulate_media(media="print", color_scheme=colours)
    ten = 10 * 96 / 72
    assert page.evaluate(LOOK, ["main p", "main"]) == [pytest.approx(ten, abs=0.01)] * 2
    assert page.evaluate(LOOK, [".contents", ".rebuild"]) == [None] * 2
    background = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(background) == "rgb(255, 255, 255)"
    ink = "getComputedStyle(document.querySelector('main p')).color"
    assert page.evaluate(ink) == "rgb(0, 0, 0)"
    assert problems == []
    page.context.close()


def test_on_paper_a_caption_stays_with_what_it_is_of(report, chromium, tmp_path):
    page, _ = open_page(chromium, report.as_uri(), color_scheme="dark")
    page.pdf(path=tmp_path / "r.pdf", prefer_css_page_size=True)
    captions = page.evaluate(
        """() => [...document.querySelectorAll("figure")].map((figure) => {
          const caption = figure.querySelector("figcaption").cloneNode(true);
          for (const below of caption.querySelectorAll(".rebuild")) below.remove();
          return caption.textContent;
        })"""
    )
    page.context.close()
    from pypdf import PdfReader

    pages = [letters(one.extract_text()) for one in PdfReader(tmp_path / "r.pdf").pages]
    assert len(pages) > 1
    for caption in captions:
        assert sum(letters(caption) in text for text in pages) == 1, caption


def letters(text):
    return "".join(filter(str.isalnum, text))


def test_on_a_phone_a_figures_text_can_be_read_and_its_frame_is_seen(report, chromium):
    page, _ = open_page(chromium, report.as_uri(), viewport=SIZES["phone"])
    text = page.locator("#fig-curves svg text")
    scale = text.evaluate("(one) => one.getCTM().a * parseFloat(getComputedStyle(one).fontSize)")
    assert scale >= READABLE
    frame = page.locator("#fig-curves .picture")
    wider, border, stops = frame.evaluate(
        "(one) => [one.scrollWidth > one.clientWidth, "
        "getComputedStyle(one).borderRightStyle, one.tabIndex]"
    )
    assert (wider, border, stops) == (True, "solid", 0)  # ... and the keyboard moves it
    assert frame.get_attribute("aria-labelledby") == "fig-curves-caption"
    # A shade at the right says that there is more, until the end is reached.
    assert darkest_at_the_right(frame) < 225
    frame.evaluate("(one) => one.scrollTo(one.scrollWidth, 0)")
    assert darkest_at_the_right(frame) > 250
    page.context.close()
    page, _ = open_page(chromium, report.as_uri(), viewport=SIZES["wide"])
    frame = page.locator("#fig-curves .picture")
    assert frame.evaluate("(one) => one.scrollWidth <= one.clientWidth && one.tabIndex < 0")
    page.context.close()


def darkest_at_the_right(frame):
    """The darkest grey of the last pixels inside a frame's right border, at its middle."""
    image = Image.open(BytesIO(frame.screenshot())).convert("L")
    middle = image.height // 2
    return image.crop((image.width - 6, middle, image.width - 2, middle + 1)).getextrema()[0]
