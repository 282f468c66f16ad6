"""How typesetting.py fills the pages: it sets the sections anew whose pages have findings."""

import pytest

from backprop_lab.report import typesetting
from backprop_lab.report.layout import measure_layout
from backprop_lab.report.typesetting import typeset

START = """
#set document(title: "Pages")
#set page(paper: "a4", margin: (top: 2.7cm, bottom: 2.6cm, x: 2.6cm))
#set text(lang: "en")
#let steps = sys.inputs.at("steps").split(",").map(int)
#let step = state("step")
#let section(number, body) = { step.update(steps.at(number)); body }
// Silver as high as the text's area, but for `rest`; a step makes it 15 points higher.
#let all-but(rest) = context rect(
  height: 297mm - 2.7cm - 2.6cm - rest + step.get() * 15pt, width: 100%, fill: silver,
)
"""
#: A page whose last quarter, and little more, is empty, and another.
HOLE = "#lorem(30)\n\n#all-but(250pt)\n\n#rect(height: 190pt, width: 100%)\n#lorem(250)"
#: As empty, whatever the steps are.
ALWAYS = "#lorem(30)\n#pagebreak()\n#lorem(30)\n\n#all-but(120pt)"
FULL = "#lorem(30)\n\n#all-but(120pt)"


def document(folder, *sections):
    main = folder / "report.typ"
    parts = [f"#section({number})[\n{text}\n]\n" for number, text in enumerate(sections)]
    main.write_text(START + "".join(parts), encoding="utf-8")
    return main


@pytest.fixture
def tried(monkeypatch):
    """The steps of all settings made."""
    steps, compiled = [], typesetting._compiled

    def noted(*arguments):
        steps.append(arguments[-1])
        return compiled(*arguments)

    monkeypatch.setattr(typesetting, "_compiled", noted)
    return steps


def test_a_report_without_findings_is_set_once(tmp_path, tried):
    pdf, warnings = typeset(document(tmp_path, FULL, f"= One\n{FULL}"), [], 0)
    assert not measure_layout(pdf).findings
    assert warnings == []
    assert tried == [(0, 0)]


def test_the_sections_of_a_badly_filled_page_are_set_anew(tmp_path, tried):
    main = document(tmp_path, FULL, f"= One\n{HOLE}", "= Two\n#lorem(60)")
    pdf, warnings = typeset(main, [], 0)
    assert not measure_layout(pdf).findings
    assert warnings == []
    # The first section ends above the heading of the next, at the top of that page perhaps.
    assert tried == [(0, 0, 0), (1, 1, 0)]


def test_a_page_that_cannot_be_mended_leaves_the_others_to_be(tmp_path, tried):
    main = document(tmp_path, ALWAYS, f"= One\n{HOLE}", "= Two\n#lorem(60)")
    pdf, _ = typeset(main, [], 0)
    (finding,) = measure_layout(pdf).findings
    assert finding.startswith("page 1: ")
    assert tried[0] == (0, 0, 0)
    assert len(tried) == 1 + len(typesetting.STEPS) + 1
    assert tried[-1][1] == 1


def test_a_report_is_not_set_for_ever(tmp_path, tried):
    sections = ["= Section\n#lorem(30)\n#pagebreak()"] * 8
    pdf, _ = typeset(document(tmp_path, f"{FULL}\n#pagebreak()", *sections), [], 0)
    assert len(measure_layout(pdf).findings) == 8
    assert len(tried) == typesetting.TRIES


def test_a_warning_ends_it(tmp_path, tried):
    main = document(tmp_path, '#set text(font: "No such")\n' + ALWAYS)
    pdf, warnings = typeset(main, [], 0)
    assert pdf.startswith(b"%PDF")
    assert "unknown font family" in warnings[0].message
    assert tried == [(0,)]
