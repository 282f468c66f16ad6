"""Numbers typed by hand are found wherever a template can print them, and nothing else is."""

import pytest
from built_out import REPORT
from report_sample import build_inputs

from backprop_lab.errors import LabError
from backprop_lab.report.prose_checks import check_prose
from backprop_lab.report.source import fill


@pytest.mark.parametrize("path", sorted(REPORT.glob("*.md")), ids=lambda path: path.name)
def test_the_reports_own_prose_passes(path):
    check_prose(path.read_text(encoding="utf-8"), path.name)


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
        check_prose(f"---\ntitle: T\n---\n\nFirst.\n\n{text}\n", "report/r.md")
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
        "圖 2、第 7.1 節、2024 年、從0到255、Task 1",
        "pixels from 0 to 255, 28 by 28 of them, in [0, 1]; C14, SHA-256, float32",
        "<# a comment: 98.2 % #>",
        "1. first\n2. second",
        "[link](https://example.org/1.5/2.html){#tbl-x .a width=50.5%}",
    ],
)
def test_what_is_no_result_passes(text):
    check_prose(text, "r.md")


def test_every_line_is_named():
    with pytest.raises(LabError, match=r"r\.md:1: .*'1\.5'.*r\.md:3: .*'2\.5'"):
        check_prose("1.5\n\n2.5", "r.md")


def test_rendering_stops_also_on_an_included_file(tmp_path):
    inputs = build_inputs(tmp_path, 'Text.\n\n<% include "more.en.md" %>\n')
    more = inputs.template.with_name("more.en.md")
    more.write_text("One.\nIt is 98.2 % now.\n")
    with pytest.raises(LabError, match=r"^\S*more\.en\.md:2: the number '98\.2 %' is typed"):
        fill(inputs)
    more.write_text("One.\n<< absent >>\n")
    with pytest.raises(LabError, match=r"^\S*more\.en\.md:2: 'absent' is undefined"):
        fill(inputs)
