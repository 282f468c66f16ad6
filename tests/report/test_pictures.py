"""Drawings put into the page."""

import re
from pathlib import Path

import pytest

from backprop_lab.errors import LabError
from backprop_lab.report.pictures import COLOURS, with_pictures

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
        ' viewBox="0 0 9 9"><defs><path id="svg_a_m"/></defs>\n<use xlink:href="#svg_a_m"/>'
        '<use href="#svg_a_m"/><g clip-path="url(#svg_a_c)"/></svg>'
    )
    assert second == first.replace("svg_a", "svg_a_2")


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


@pytest.mark.parametrize("part", ['<path style="fill: #123456"/>', '<image href="data:x"/>'])
def test_a_map_of_colours_and_an_image_keep_theirs_on_light_paper(tmp_path, part):
    (tmp_path / "a.svg").write_text(f'<svg>{part}<path style="stroke: #000000"/></svg>')
    page = with_pictures(IMAGE, tmp_path)
    assert page.startswith('<svg id="svg_a" class="paper" role="img"')
    assert page.endswith(f'{part}<path style="stroke: #000000"/></svg>')


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
