"""Drawings put into the page."""

import pytest

from backprop_lab.errors import LabError
from backprop_lab.report.pictures import with_pictures

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
