"""The explorer and the gallery: their data, their words, their place in both editions."""

import json
import re

import pytest
import yaml
from jinja2 import UndefinedError
from report_sample import REPORT
from widget_sample import build_widgets

from backprop_lab.errors import LabError
from backprop_lab.report.checks import check_report
from backprop_lab.report.explorer import CHOICES, SERIES
from backprop_lab.report.render import render_html, render_pdf
from backprop_lab.report.widgets import Widgets
from backprop_lab.runs.columns import CELL, QUANTITIES

LABELS = {
    path.parent.name: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted(REPORT.glob("text/*/labels.yaml"))
}


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    return build_widgets(tmp_path_factory.mktemp("widgets"))


@pytest.fixture(scope="module")
def out(inputs):
    return inputs.facts.parent


def widgets(out, language="en"):
    return Widgets(out, REPORT / "page", LABELS[language], rebuild=lambda file: f"make <{file}>")


def test_explorer_is_one_safe_block(out):
    code = widgets(out).explorer(values={"backend": {"numpy": "</script><b>"}})
    assert code.count("</script>") == 3  # data, library, explorer
    assert "<code>make &lt;history.csv&gt;</code>" in code
    assert "Leon Sorokin" in code  # the library's licence travels with it
    assert widgets(out).explorer() == widgets(out).explorer()


def test_gallery_has_words_for_every_image(out):
    content = json.loads((out / "gallery.json").read_text(encoding="utf-8"))
    code = widgets(out).gallery()
    images = re.findall(r'<img src="data:image/png;base64,[^"]+" alt="([^"]+)"', code)
    assert len(images) == len(content["mistakes"]) > 3
    first = content["mistakes"][0]
    assert f"(image {first['index']})" in images[0]
    assert "100.00" not in "".join(images)
    assert f'data-label="{first["label"]}" data-predicted="{first["predicted"]}"' in code
    labels = {one["label"] for one in content["mistakes"]}
    [select] = re.findall(r'<select name="label">(.*?)</select>', code, re.DOTALL)
    assert len(re.findall("<option", select)) == len(labels) + 1


def test_gallery_without_mistakes_or_file(tmp_path):
    with pytest.raises(LabError, match=r"gallery\.json: cannot be read"):
        widgets(tmp_path).gallery()
    empty = {"class_names": [], "height": 28, "width": 28, "mistakes": []}
    empty |= {"n_mistakes": 0, "n_test": 9}
    (tmp_path / "gallery.json").write_text(json.dumps(empty))
    assert widgets(tmp_path).gallery() == ""


def test_the_gallerys_words_are_escaped(out):
    labels = LABELS["en"] | {"gallery": LABELS["en"]["gallery"] | {"any": 'any "<b>"'}}
    code = Widgets(out, REPORT / "page", labels, rebuild=str).gallery()
    assert "<b>" not in code
    assert code.count("any &#34;&lt;b&gt;&#34;") == 4  # two controls, attribute and text


def test_a_widget_that_lacks_a_word_stops_the_build(out):
    words = {name: text for name, text in LABELS["en"]["gallery"].items() if name != "shown"}
    labels = LABELS["en"] | {"gallery": words}
    with pytest.raises(UndefinedError, match="'shown'"):
        Widgets(out, REPORT / "page", labels, rebuild=str).gallery()


def test_script_and_page_agree_on_columns():
    [script] = REPORT.rglob("curves.js")
    [columns] = re.findall(r"const COLUMNS = (\[.*\]);", script.read_text(encoding="utf-8"))
    assert tuple(json.loads(columns)) == SERIES
    assert set(CHOICES) == set(CELL)
    assert set(SERIES) == set(QUANTITIES)


@pytest.mark.parametrize("language", LABELS)
def test_every_language_has_every_word(out, language):
    for group in ("explorer", "gallery"):
        assert LABELS[language][group].keys() == LABELS["en"][group].keys()
        for name, words in LABELS[language][group].items():
            fields = set(re.findall(r"\{(\w+)\}", words))
            assert fields == set(re.findall(r"\{(\w+)\}", LABELS["en"][group][name])), name
    assert LABELS[language]["gallery"]["title"] in widgets(out, language).gallery()
    assert LABELS[language]["explorer"]["title"] in widgets(out, language).explorer()


def test_html_has_both_and_the_pdf_neither(inputs, tmp_path):
    html, pdf = tmp_path / "r.html", tmp_path / "r.pdf"
    render_html(inputs, html)
    render_pdf(inputs, pdf)
    check_report(inputs, html, pdf)
    page = html.read_text(encoding="utf-8")
    assert page.count('id="explorer"') == page.count('id="gallery"') == 1
    assert "leeoniya/uPlot" in page
    assert re.findall(r'(?:src|href)="(?!data:|#|https://)', page) == []
    from pypdf import PdfReader

    text = "".join(one.extract_text() for one in PdfReader(pdf).pages)
    assert LABELS["en"]["explorer"]["title"] not in text
