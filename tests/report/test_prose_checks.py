"""Numbers typed by hand are found wherever a template can print them, and nothing else is."""

from copy import deepcopy
from pathlib import Path

import pytest
import yaml
from built_out import REPORT
from report_sample import build_inputs

from backprop_lab.errors import LabError
from backprop_lab.report.prose_checks import TypedNumbers, check_prose
from backprop_lab.report.source import fill

PROSE = sorted(REPORT.glob("text/*/*.md"))
LABELS = {
    path.parent.name: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in REPORT.glob("text/*/labels.yaml")
}


def check(text, name="r.md", language="en"):
    labels = Path(f"report/text/{language}/labels.yaml")
    check_prose(text, name, TypedNumbers.of(LABELS[language], labels))


@pytest.mark.parametrize("path", PROSE, ids=lambda path: "/".join(path.parts[-2:]))
def test_the_reports_own_prose_passes(path):
    check(path.read_text(encoding="utf-8"), path.name, path.parent.name)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("It reaches 98.21 % there.", "98.21 %"),
        ("It reaches **98%** there.", "98%"),
        ("a loss of 2.3586, then", "2.3586"),
        ("after 40 epochs", "40"),
        ("on 10,000 images", "10,000"),
        ("figure 4 shows 97.82", "97.82"),
        ("falls by -0.3", "0.3"),
        ("falls to .97", ".97"),
        ("in 1 % of runs", "1 %"),
        ("準確率98.2％", "98.2％"),
        ("its loss in step. 3", "3"),
        ("section 7.12 has it", "7.12"),
        ("task 3 of it", "3"),
        ("from 128 by 28 on", "128"),
        ("Abbildung 3", "3"),
        ("圖 3", "3"),
        ('<< figure("x", caption="Ends at 97.1 percent.", alt="") >>', "97.1 percent"),
        ('<% call figure("x", alt="it ends at 97.5") %>', "97.5"),
        ("<< 97.2 >>", "97.2"),
        ("<< 97 >>", "97"),
        ('<< "97.2 %" >>', "97.2 %"),
        ('<< number(98, "integer") >>', "98"),
        ('<< number(0.98, "percent") >>', "0.98"),
        ("| SGD | 97.3 |", "97.3"),
    ],
)
def test_a_typed_result_is_found(text, number):
    with pytest.raises(LabError) as error:
        check(f"---\ntitle: T\n---\n\nFirst.\n\n{text}\n", "report/r.md")
    assert f"report/r.md:7: the number {number!r} is typed" in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "text",
    [
        '<< fact("published.figure2.last.val_accuracy", "percent:2") >>',
        '<< figure("x", width="85%", alt="no number here") >>',
        '<< table("t", columns=[], where={"epoch": [1, 2, 5]}, sort=["a"], limit=24) >>',
        '<< command("snakemake --cores 2 results/runs/numpy_64_lr0.003/seed7/result.json") >>',
        "``` sh\nsleep 98.6\n```",
        "see `lr0.1` and $\\beta_1 = 0.9$",
        '[$$ x = 0.5 $$]{#eq-x alt="x is 0.5"}',
        "Figures 2, 3 and 4 of section 7.1 [@kingma2015, p. 12], in 2024",
        "pixels from 0 to 255, 28 by 28 of them, in [0, 1]; C14, SHA-256, float32",
        "<# a comment: 98.2 % #>",
        "1. first\n2. second",
        "[link](https://example.org/1.5/2.html){#tbl-x .a width=50.5%}",
        "It stands in section 7.1.",
    ],
)
def test_what_is_no_result_passes(text):
    check(text)


def test_a_language_has_its_own_words_before_a_number():
    check("圖 2、第 7.1 節、2024 年、從0到255、Task 1、28 乘 28", language="zh-TW")
    for text, number in (("figure 3", "3"), ("高 40 個百分點", "40 個百分點")):
        with pytest.raises(LabError, match=f"the number '{number}' is typed.*zh-TW/labels.yaml"):
            check(text, language="zh-TW")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda checks: checks.pop("numbers"), "must have a list for each of figure, list, page"),
        (lambda checks: checks["numbers"].pop("task"), "must have a list for each of figure"),
        (lambda checks: checks["numbers"].update(year=[]), "must have a list for each of figure"),
        (lambda checks: checks["numbers"].update(page="p. {n}"), "page: must be a list of texts"),
        (lambda checks: checks["numbers"].update(page=[3]), "page: must be a list of texts"),
        (lambda checks: checks["numbers"].update(page=["p."]), r"page: each text needs \{n\}"),
    ],
)
def test_wrong_words_before_numbers_are_named(change, message):
    labels = deepcopy(LABELS["en"])
    change(labels["checks"])
    with pytest.raises(LabError, match=rf"labels\.yaml: checks\.numbers(\.|: ){message}"):
        TypedNumbers.of(labels, Path("labels.yaml"))


def test_every_line_is_named():
    with pytest.raises(LabError, match=r"r\.md:1: .*'1\.5'.*r\.md:3: .*'2\.5'"):
        check("1.5\n\n2.5")


def test_rendering_stops_also_on_an_included_file(tmp_path):
    inputs = build_inputs(tmp_path, 'Text.\n\n<% include "more.md" %>\n')
    more = inputs.template.with_name("more.md")
    more.write_text("One.\nIt is 98.2 % now.\n")
    with pytest.raises(LabError, match=r"^\S*more\.md:2: the number '98\.2 %' is typed"):
        fill(inputs)
    more.write_text("One.\n<< absent >>\n")
    with pytest.raises(LabError, match=r"^\S*more\.md:2: 'absent' is undefined"):
        fill(inputs)
