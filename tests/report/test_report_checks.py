"""The checks find what is missing in a finished report."""

import shutil

import pytest
from report_sample import build_inputs

from backprop_lab.errors import LabError
from backprop_lab.report.checks import check_report, declared
from backprop_lab.report.render import render_html, render_pdf


def test_a_whole_report_passes(sample):
    checked = check_report(*sample)
    assert (checked.sections, checked.figures, checked.tables, checked.equations) == (7, 2, 3, 2)
    assert checked.facts == 9
    assert checked.pages >= 3


def test_declared_reads_the_source(sample):
    contents = declared(sample[0])
    assert contents.figures == ["fig-curves", "fig-second"]
    assert contents.tables == ["tbl-settings", "tbl-symbols", "tbl-log"]
    assert contents.equations == ["eq-softmax", "eq-adam"]
    assert contents.sections["sec-log"] == "The log"


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ("Output and loss<a", "<a", "section 'Output and loss'"),
        (
            '<figure id="fig-second">',
            '<figure id="fig-third">',
            "figure #fig-second is missing or empty",
        ),
        (">1.38\u202fs</span>", ">nan</span>", "a number is 'nan'"),
        (">1.38\u202fs</span>", "></span>", "a number is ''"),
        (">97.20\u00a0±\u00a00.05</td>", ">None</td>", "a table cell is 'None'"),
        ("See <a", "See ?? <a", r"left over from the template: '\?\?'"),
        ("See <a", "See &lt;&lt; x &gt;&gt; <a", "left over from the template: '<<'"),
        ("A quotation.", "A loss of inf.", "'inf' in the text"),
        (' id="eq-adam"', "", "equation #eq-adam is missing"),
        ('href="#sec-log"', 'href="#sec-lost"', "leads nowhere: #sec-lost"),
        ("<main", '<img src="https://example.org/a.png" alt="a"><main', "needs another file"),
        ("<main", "<h1>Twice</h1><main", "2 h1"),
        ("<main", '<p id="tip"></p><main', "2 elements are called #tip"),
        ('aria-label="The same two curves."', "", "an image without words"),
    ],
)
def test_a_broken_page_is_found(sample, tmp_path, old, new, finding):
    inputs, html, pdf = sample
    page = html.read_text(encoding="utf-8")
    assert old in page
    broken = tmp_path / "r.html"
    broken.write_text(page.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(LabError, match=finding):
        check_report(inputs, broken, pdf)


def test_english_may_say_none_of(sample, tmp_path):
    inputs, html, pdf = sample
    page = tmp_path / "r.html"
    text = html.read_text(encoding="utf-8")
    assert "A quotation." in text
    text = text.replace("A quotation.", "None of them; `x`.")
    page.write_text(text, encoding="utf-8")
    check_report(inputs, page, pdf)


def test_another_reports_pdf_is_found(sample, tmp_path):
    inputs, html, _ = sample
    other = build_inputs(tmp_path, "# Something else\n\nA short report with a single section.\n")
    render_pdf(other, tmp_path / "other.pdf")
    with pytest.raises(LabError, match=r"other\.pdf: section 'The network'.*figure #fig-curves"):
        check_report(inputs, html, tmp_path / "other.pdf")


def test_missing_or_broken_files(sample, tmp_path):
    inputs, html, pdf = sample
    with pytest.raises(LabError, match="render the report first"):
        check_report(inputs, tmp_path / "no.html", pdf)
    with pytest.raises(LabError, match="render the report first"):
        check_report(inputs, html, tmp_path / "no.pdf")
    shutil.copyfile(html, tmp_path / "r.pdf")
    with pytest.raises(LabError, match="not a PDF"):
        check_report(inputs, html, tmp_path / "r.pdf")


def test_embedded_data_need_their_banner(sample, tmp_path):
    _, html, pdf = sample
    title = "scikit-learn's handwritten digits"
    inputs = build_inputs(tmp_path, embedded=True, title=title)
    with pytest.raises(LabError, match=r"r\.html: lacks the banner.*r\.pdf: lacks the banner"):
        check_report(inputs, html, pdf)
    render_html(inputs, tmp_path / "e.html")
    render_pdf(inputs, tmp_path / "e.pdf")
    check_report(inputs, tmp_path / "e.html", tmp_path / "e.pdf")
    assert "Not MNIST" in (tmp_path / "e.html").read_text(encoding="utf-8")


def test_code_that_the_report_quotes_may_have_the_signs_of_a_template(tmp_path):
    inputs = build_inputs(tmp_path)
    text = inputs.template.read_text(encoding="utf-8")
    quoted = '<< listing("a: {}\\nb:\\n  <" ~ "<: *a\\n", summary="Show the settings") >>'
    inputs.template.write_text(f"{text}\n{quoted}\n", encoding="utf-8")
    render_html(inputs, tmp_path / "q.html")
    render_pdf(inputs, tmp_path / "q.pdf")
    assert "&lt;&lt;: *a" in (tmp_path / "q.html").read_text(encoding="utf-8")
    check_report(inputs, tmp_path / "q.html", tmp_path / "q.pdf")
