"""Where a number stands in its file, in the words of its note."""

import pytest
import yaml
from built_out import REPORT, build_out
from places import numbers_of, shown_wrongly
from report_sample import SVG, build_inputs, entry
from whole import write_document

from backprop_lab.report.facts import ShownFact
from backprop_lab.report.places import Places
from backprop_lab.report.provenance import Provenance
from backprop_lab.report.render import render_html


def words_of(place, key="a.b", folder=None, language="en"):
    """Return the words for a place in tables/settings.csv of a folder, if there is one."""
    labels = yaml.safe_load((REPORT / f"text/{language}/labels.yaml").read_text(encoding="utf-8"))
    fact = ShownFact(key, 1, "number", "tables/settings.csv", place, "0" * 64)
    return Places(folder or REPORT, labels["place"]).words_of(fact)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ({"how": "value", "columns": ["x"], "lines": "7"}, "Column x, line 7"),
        ({"how": "mean", "columns": ["x"], "lines": "2-4"}, "Mean of column x, lines 2–4"),
        ({"how": "count", "lines": "2-4,9"}, "Count: lines 2–4, 9"),
        ({"how": "value", "keys": ["/a/0"]}, "Key /a/0"),
        (
            {"how": "such", "such": "verdict = partly", "keys": ["/claims/*"]},
            "Count where verdict = partly: key /claims/*",
        ),
        (
            {
                "how": "mean",
                "columns": ["x"],
                "lines": "2-4",
                "minus": {"columns": ["x"], "lines": "5-7"},
            },
            "Mean of column x, lines 2–4, minus lines 5–7",
        ),
        (
            {
                "how": "sum",
                "columns": ["x"],
                "lines": "2-4",
                "over": {"columns": ["y"], "lines": "2-4"},
            },
            "Sum of column x, lines 2–4, divided by that of column y",
        ),
        (
            {
                "how": "computed",
                "columns": ["x", "y"],
                "lines": "2",
                "also": {"source": "../b/dataset.json", "keys": ["/n"]},
            },
            "Computed from columns x, y, line 2, and from dataset.json, key /n",
        ),
        (
            {"how": "distinct", "columns": ["x"], "lines": "2,4,6-8,10,12,14-15"},
            "Count of different values: column x, "
            "lines 2, 4, 6–8, 10, 12, … (9 lines, all listed in facts.json)",
        ),
        ({"how": "value"}, ""),
    ],
)
def test_a_place_in_words(place, words):
    assert words_of(place) == words
    assert bool(words_of(place, language="zh-TW")) is bool(words)


def test_a_place_in_chinese_words():
    minus = {"columns": ["x"], "lines": "5-7"}
    place = {"how": "mean", "columns": ["x"], "lines": "2-4", "minus": minus}
    assert words_of(place, language="zh-TW") == "平均：欄位 x，第 2–4 列；減數取自第 5–7 列"


def test_what_tells_a_line_apart_is_said(tmp_path):
    build_inputs(tmp_path)
    place = {"how": "value", "columns": ["seconds_per_epoch"], "lines": "10"}
    key = "matrix.torch.360-100.sgd.seconds_per_epoch"
    assert words_of(place, key, tmp_path / "results") == (
        "Column seconds_per_epoch, line 10 "
        "(backend = torch, hidden_sizes = 360-100, optimizer = sgd)"
    )


def test_the_span_of_a_number_says_the_place(tmp_path):
    place = {"how": "value", "columns": ["seconds_per_epoch"], "lines": "10"}
    fact = entry(2.3, "seconds", "tables/settings.csv", place=place)
    inputs = build_inputs(tmp_path)
    write_document(inputs.facts, {"torch.360-100.sgd.seconds_per_epoch": fact})
    span = Provenance(inputs).fact("torch.360-100.sgd.seconds_per_epoch")
    assert 'data-place="Column seconds_per_epoch, line 10 (backend = torch, ' in span


def test_every_number_of_a_report_names_its_place_and_shows_what_its_cells_give(tmp_path):
    inputs = build_out(tmp_path / "out")
    for figure in inputs.figures.glob("*.svg"):
        figure.write_text(SVG)
    render_html(inputs, tmp_path / "r.html")
    compared, wrong = shown_wrongly(tmp_path / "r.html", inputs.facts)
    assert wrong == []
    assert compared > len(numbers_of(tmp_path / "r.html")) / 2
