"""The explorer and the gallery: their data, their words, their place in both editions."""

import csv
import json
import re
from urllib.parse import unquote

import pytest
import yaml
from jinja2 import UndefinedError
from report_sample import REPORT
from synthetic import write_collected
from widget_sample import build_widgets

from backprop_lab.errors import LabError
from backprop_lab.report.checks import check_report
from backprop_lab.report.render import render_html, render_pdf
from backprop_lab.report.widgets import CHOICES, SERIES, Widgets
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


def make_explorer(out, language="en", experiments=None):
    chosen = experiments or {"matrix": "all", "task1_final": "final", "absent": "none"}
    return widgets(out, language).explorer(experiments=chosen)


def data_of(code):
    [text] = re.findall(r'id="explorer-data">(.*?)</script>', code, re.DOTALL)
    return json.loads(text)


def test_explorer_carries_every_run_of_its_experiments(out):
    data = data_of(make_explorer(out))
    assert list(data["experiments"]) == ["all", "final"]
    settings = data["experiments"]["all"]
    assert len(settings) == 24
    assert all([run["seed"] for run in setting["runs"]] == [0, 1, 2] for setting in settings)
    setting = next(s for s in settings if (s["hidden_sizes"], s["backend"]) == ("360-100", "torch"))
    run = setting["runs"][1]
    with (out / "history.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if r["id"] == f"{setting['variant']}/seed1"]
    assert len(run["val_accuracy"]) == len(rows) == 10
    for shown, row in zip(run["train_loss"], rows, strict=True):
        assert shown == pytest.approx(float(row["train_loss"]), rel=1e-4)


def test_explorer_offers_its_rows_as_csv(out):
    [address] = re.findall(r'href="data:text/csv;charset=utf-8,([^"]*)"', make_explorer(out))
    rows = list(csv.DictReader(unquote(address).splitlines()))
    final = data_of(make_explorer(out))["experiments"]["final"][0]["runs"]
    assert len(rows) == 24 * 3 * 10 + sum(len(run["val_loss"]) for run in final)
    assert {"id", "seed", "epoch", "val_loss"} <= set(rows[0])


def test_a_diverged_run_has_gaps(out, tmp_path):
    for name in ("experiments.csv", "runs.csv", "history.csv"):
        lines = (out / name).read_text(encoding="utf-8").splitlines()
        kept = [lines[0], *(one for one in lines if "numpy_360_relu_sgd_lr1_b32_e10/seed2" in one)]
        (tmp_path / name).write_text("\n".join(kept) + "\n", encoding="utf-8")
    data = data_of(make_explorer(tmp_path, experiments={"sweep_learning_rate": "sweep"}))
    [run] = data["experiments"]["sweep"][0]["runs"]
    assert run["diverged"] is True
    assert run["val_loss"][-1] is None
    assert run["val_loss"][0] > 0


def test_of_what_its_controls_cannot_tell_apart_explorer_has_the_first(out, tmp_path):
    code = make_explorer(out, experiments={"sweep_batch_size": "sweep"})
    [setting] = data_of(code)["experiments"]["sweep"]
    assert setting["batch_size"] == 8
    assert len(setting["runs"]) == 3
    [address] = re.findall(r'href="data:text/csv;charset=utf-8,([^"]*)"', code)
    rows = csv.DictReader(unquote(address).splitlines())
    assert {row["variant"] for row in rows} == {setting["variant"]}
    write_collected(tmp_path, more=[{"learning_rate": 0.01}, {"batch_size": 16}])
    assert data_of(make_explorer(tmp_path)) == data_of(make_explorer(out))


def test_explorer_refuses_experiments_without_a_run(out):
    with pytest.raises(LabError, match="has no run of absent"):
        make_explorer(out, experiments={"absent": "none"})


def test_explorer_is_one_safe_block(out):
    code = make_explorer(out, experiments={"matrix": "</script><b>"})
    assert code.count("</script>") == 3  # data, library, explorer
    assert "<code>make &lt;history.csv&gt;</code>" in code
    assert "Leon Sorokin" in code  # the library's licence travels with it
    assert make_explorer(out) == make_explorer(out)


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
    [script] = REPORT.rglob("explorer.js")
    lists = dict(re.findall(r"const (\w+) = (\[.*\]);", script.read_text(encoding="utf-8")))
    assert tuple(json.loads(lists["CHOICES"])) == CHOICES
    assert tuple(json.loads(lists["COLUMNS"])) == SERIES
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
    assert LABELS[language]["explorer"]["title"] in make_explorer(out, language)


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
