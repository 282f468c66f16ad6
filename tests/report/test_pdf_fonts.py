"""The fonts of a PDF: its own alone, whatever else lies in the folders that they come from."""

import re
from dataclasses import replace

import pytest
from pypdf import PdfReader
from report_sample import build_inputs

from backprop_lab.report.render import render_pdf

#: What may be in the PDF of a report in Chinese, without the letters of a cut before the name.
OWN = {
    "DejaVuSans",
    "DejaVuSansMono",
    "LibertinusSerif-Bold",
    "LibertinusSerif-Italic",
    "LibertinusSerif-Regular",
    "NotoSansCJKsc-Regular",
    "NotoSansCJKtc-Bold",
    "NotoSansMonoCJKsc-Regular",
    "NotoSerifCJKsc-Regular",
    "STIXTwoMath",
    "STIXTwoMath-Regular",
}
TEXT = """# 損失函數 {#sec-a}

**粗體。**「這是」正文，見[](#fig-curves)（圖）。以及 `訓練`，$x$。

<% call figure("curves", alt="兩條線", label="fig-curves") %>訓練損失。<% endcall %>
"""


@pytest.fixture
def chinese(tmp_path):
    inputs = build_inputs(tmp_path, TEXT)
    for drawing in inputs.figures.glob("*.svg"):
        text = drawing.read_text()
        families = "'DejaVu Sans', 'Noto Sans CJK SC'"
        label = f'<text style="font-size: 7px; font-family: {families}" x="9" y="9">'
        words = f"{label}NumPy 與 float32，訓練損失</text></svg>"
        drawing.write_text(text.replace("</svg>", words), encoding="utf-8")
    folder = inputs.template.parent.with_name("zh-TW")
    folder.mkdir()
    for path in inputs.template.parent.iterdir():
        if path.is_file():
            (folder / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    labels = inputs.report / "text/zh-TW/labels.yaml"
    (folder / "labels.yaml").write_text(labels.read_text(encoding="utf-8"), encoding="utf-8")
    inputs = replace(inputs, template=folder / inputs.template.name)
    render_pdf(inputs, tmp_path / "r.pdf")
    return PdfReader(tmp_path / "r.pdf")


def fonts(resources, found):
    """All fonts that resources name, those of drawings inside them too."""
    resources = resources.get_object()
    for font in resources.get("/Font", {}).values():
        found.add(font.get_object()["/BaseFont"].lstrip("/").partition("+")[2])
    for inner in resources.get("/XObject", {}).values():
        if "/Resources" in inner.get_object():
            fonts(inner.get_object()["/Resources"], found)
    return found


def test_a_pdf_has_its_own_fonts_alone(chinese):
    found = set()
    for page in chinese.pages:
        fonts(page["/Resources"], found)
    found = {re.sub("-Identity-H$", "", name) for name in found}
    assert found <= OWN
    # Heads are bold, text is not, and a label of Latin and Chinese letters is in one font.
    assert {"NotoSansCJKtc-Bold", "NotoSerifCJKsc-Regular", "NotoSansCJKsc-Regular"} <= found
    assert "NumPy 與 float32，訓練損失" in "".join(page.extract_text() for page in chinese.pages)
