"""Drawings put into the page."""

import base64
import io
import re
from pathlib import Path

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from backprop_lab.errors import LabError
from backprop_lab.report.fonts import font_faces
from backprop_lab.report.pictures import COLOURS, set_in_own_font, with_pictures

STYLE = Path(__file__).parents[2] / "report/page/style.css"

SVG = """<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9pt"
 viewBox="0 0 9 9" version="1.1"><metadata>who</metadata><defs><path id="m"/></defs>
<use xlink:href="#m"/><use href="#m"/><g clip-path="url(#c)"/></svg>
"""
IMAGE = '<img src="figures/a.svg" class="inline-svg" style="width:50%" alt="A &gt; B" />'


def test_a_drawing_stands_in_the_page_with_names_of_its_own(tmp_path):
    (tmp_path / "a.svg").write_text(SVG)
    first, second = with_pictures(f"{IMAGE}|{IMAGE}", tmp_path).split("|")
    assert first == (
        '<svg id="svg_a" role="img" style="width:50%" aria-label="A &gt; B" width="9pt"\n'
        ' viewBox="0 0 9 9"><defs><path id="svg_a_m"/></defs><use xlink:href="#svg_a_m"/>'
        '<use href="#svg_a_m"/><g clip-path="url(#svg_a_c)"/></svg>'
    )
    assert second == first.replace("svg_a", "svg_a_2")


def test_what_nobody_sees_of_a_drawing_is_left_out(tmp_path):
    drawing = """
 <g id="figure_1">
  <g id="line2d_4">
   <defs> <path id="m" d="M 0 0
L 0 2
" style="stroke: #000000; stroke-width: 0.6"/> </defs>
   <use xlink:href="#m" x="1" style="stroke: #000000; stroke-width: 0.6"/>
   <use xlink:href="#m" x="2" style="fill: #0072b2; stroke: #000000"/>
   <use xlink:href="#m" x="3" style="stroke: #0072b2"/>
  </g>
  <text id="text_1">two  words, id="m"
   <tspan>1</tspan> <tspan>2</tspan></text>
 </g>
"""
    (tmp_path / "a.svg").write_text(f"<svg>{drawing}</svg>")
    page = with_pictures(IMAGE, tmp_path)
    assert page[page.index(">") + 1 :] == (
        '<g id="svg_a_figure_1"><g><defs><path id="svg_a_m" d="M 0 0 L 0 2 "'
        ' style="stroke: var(--ink); stroke-width: 0.6"/></defs>'
        '<use xlink:href="#svg_a_m" x="1"/>'
        '<use xlink:href="#svg_a_m" x="2" style="fill: var(--blue)"/>'
        '<use xlink:href="#svg_a_m" x="3" style="stroke: var(--blue)"/></g>'
        '<text>two  words, id="m"\n   <tspan>1</tspan> <tspan>2</tspan></text></g></svg>'
    )


def test_a_file_without_a_drawing_is_named(tmp_path):
    (tmp_path / "a.svg").write_text("no drawing")
    with pytest.raises(LabError, match=r"a\.svg: holds no <svg>; draw the figure again"):
        with_pictures(IMAGE, tmp_path)


def test_a_drawing_takes_its_colours_from_the_page(tmp_path):
    line = '<path style="fill: none; stroke: #0072b2"/><g style="fill: #ffffff; opacity: 1"/>'
    (tmp_path / "a.svg").write_text(f"<svg>{line}</svg>")
    assert with_pictures(IMAGE, tmp_path).endswith(
        '<path style="fill: none; stroke: var(--blue)"/>'
        '<g style="fill: var(--paper); opacity: 1"/></svg>'
    )


def test_an_image_keeps_its_colours_and_its_words_take_the_pages(tmp_path):
    (tmp_path / "a.svg").write_text('<svg><image href="data:x"/><g style="fill: #000000"/></svg>')
    page = with_pictures(IMAGE, tmp_path)
    assert page.endswith('<image href="data:x"/><g style="fill: var(--ink)"/></svg>')


def test_a_scale_of_colours_goes_from_dark_to_light_on_dark_paper(tmp_path):
    scale = ["#f7fbff", "#9ac8e0", "#4292c6", "#1764ab"]  # of counts, from few to many
    cells = "".join(f'<path style="fill: {colour}"/>' for colour in scale)
    (tmp_path / "a.svg").write_text(f"<svg>{cells}</svg>")
    found = re.findall(r"light-dark\((\S+), (\S+)\)", with_pictures(IMAGE, tmp_path))
    assert [light for light, _ in found] == scale
    dark = [luminance(colour) for _, colour in found]
    assert dark == sorted(dark)
    # Words on a cell stand out from it on both papers: on the lightest, and on the darkest.
    for lowest, highest in ((luminance("#16181b"), dark[-1]), (dark[0], luminance("#e4e4e1"))):
        assert (highest + 0.05) / (lowest + 0.05) > 4.5


def test_coordinates_are_rounded_and_nothing_else(tmp_path):
    kept = '<g transform="scale(0.015625)"/><text style="font-size: 7.125px">0.98214</text>'
    drawing = f'<path d="M 1.234567 -0.0001 L 20.5 3"/><use x="7.006" y="8.123e-07"/>{kept}'
    (tmp_path / "a.svg").write_text(f"<svg>{drawing}</svg>")
    page = with_pictures(IMAGE, tmp_path)
    assert '<path d="M 1.23 -0 L 20.5 3"/><use x="7.01" y="8.123e-07"/>' in page
    assert page.endswith(f"{kept}</svg>")


def test_a_drawing_says_how_wide_its_text_needs_it(tmp_path):
    inside = text("'DejaVu Sans'", "a") + text("'DejaVu Sans'", "2").replace("7px", "4.9px")
    (tmp_path / "a.svg").write_text(f'<svg viewBox="0 0 453.5 180">{inside}</svg>')
    assert 'style="--readable: 584px; width:50%"' in with_pictures(IMAGE, tmp_path)


def luminance(colour):
    """Relative luminance of "#rrggbb" (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("name", sorted(set(COLOURS.values()) - {"paper", "grid"}))
@pytest.mark.parametrize("dark", [False, True])
def test_lines_stand_out_from_the_paper(name, dark):
    """At least 3 to 1, as WCAG 2.2 asks of what must be seen in a drawing (1.4.11)."""
    style = STYLE.read_text(encoding="utf-8")
    inside = style[style.index("\nsvg {") :]
    paper, line = (
        luminance(re.search(rf"--{name}: light-dark\((\S+), (\S+)\);", where)[1 + dark])
        for name, where in (("paper", style), (name, inside))
    )
    high, low = max(paper, line), min(paper, line)
    wanted = 2.2 if name == "orange" and not dark else 3  # dash and marker tell it, too
    assert (high + 0.05) / (low + 0.05) >= wanted


def text(families, words):
    return (
        f"""<text style="font-size: 7px; font-family: {families}; fill: #000000">{words}</text>"""
    )


def test_text_in_a_drawing_is_in_fonts_that_the_page_embeds(tmp_path):
    inside = text("'DejaVu Sans', 'Noto Sans CJK SC'", "loss 損失") + text("'STIXGeneral'", "σ")
    (tmp_path / "a.svg").write_text(f"<svg>{inside}</svg>")
    page = with_pictures(f"<style></style>{IMAGE}", tmp_path)
    assert "font-family: 'Report Figures', 'Report CJK Sans'" in page
    assert "font-family: 'Report Serif'" in page
    faces = font_faces(page)
    assert re.findall(r'@font-face { font-family: "([^"]*)"', faces)[-1] == "Report Figures"
    for family, characters in (("Report Figures", "los"), ("Report CJK Sans", "損失")):
        data = re.search(f'"{family}".*?base64,([^"]*)"', faces)[1]
        with TTFont(io.BytesIO(base64.b64decode(data))) as font:
            assert {ord(sign) for sign in characters} <= font.getBestCmap().keys()


def test_a_pdf_gets_the_shapes_that_its_language_has(tmp_path):
    """The full stop stands in the middle in Taiwan, and at the left on the line in mainland China.

    Its outline tells: the font's own is the latter.
    """
    centres = {}
    for language in ("zh-TW", "en"):
        folder = tmp_path / language
        folder.mkdir()
        drawing = folder / "a.svg"
        drawing.write_text("<svg>" + text("'Noto Sans CJK SC'", "。") + "</svg>", encoding="utf-8")
        set_in_own_font(folder, language)
        assert "font-family: 'Report CJK Sans'" in drawing.read_text(encoding="utf-8")
        with TTFont(folder / "figures.otf") as font:
            assert font["name"].getDebugName(1) == "Report CJK Sans"
            bounds = BoundsPen(font.getGlyphSet())
            font.getGlyphSet()[font.getBestCmap()[ord("。")]].draw(bounds)
        centres[language] = (bounds.bounds[0] + bounds.bounds[2]) / 2 / 1000
    assert centres["zh-TW"] == pytest.approx(0.5, abs=0.05)
    assert centres["en"] < 0.3


def test_drawings_without_chinese_need_no_font_of_their_own(tmp_path):
    (tmp_path / "a.svg").write_text("<svg>" + text("'DejaVu Sans'", "loss") + "</svg>")
    set_in_own_font(tmp_path, "en")
    assert not (tmp_path / "figures.otf").exists()
    assert (tmp_path / "DejaVuSans.ttf").exists()
