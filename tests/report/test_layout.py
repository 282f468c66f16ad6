"""The layout of a PDF: each kind of finding is found, and a page without has none."""

import re
from pathlib import Path

import pytest
import typst

from backprop_lab.errors import LabError
from backprop_lab.report.layout import BOTTOM, SIDE, TOP, measure_layout

TEMPLATE = Path(__file__).parents[2] / "report/page/page.typ"
START = """
#set document(title: "Pages")
#set page(paper: "a4", margin: (top: 2.7cm, bottom: 2.6cm, x: 2.6cm))
#set text(size: 10.5pt, lang: "en")
#set par(justify: true)
#set heading(numbering: "1.1")
#set figure(gap: 0.8em)
#show figure: set block(breakable: true)
#let words(n) = lorem(n)
// Text that leaves so much of the page below it.
#let all-but(rest) = rect(height: 297mm - 2.7cm - 2.6cm - rest, width: 100%, fill: silver)
#let rows(n, head: true, more: none, last: 0) = table(
  columns: 2,
  ..if head { (table.header(..more, [*Epoch*], [*Loss*]),) },
  ..range(n - last).map(i => ([#i], [0.5])).flatten(),
  ..if last > 0 { (table.footer(repeat: false, ..range(last).map(i => ([#i], [0.5])).flatten()),) },
)
#let verdict = block(fill: aqua, inset: 8pt, width: 100%, breakable: false)[Verdict]
#let caption = figure.caption(position: top)[Losses]
#let captioned(body) = [
  #figure(caption: caption, kind: table, supplement: [Table], body) <t>
]
#let later = context if here().page() > locate(<t>).page() [Table 1, continued]
#let continued = (table.cell(colspan: 2, later),)
"""
#: A document -> what is found, as a pattern for each finding, in the order of pages.
DOCUMENTS = {
    "a half empty page": (
        "#words(300) #pagebreak() #words(650) #pagebreak() The end.",
        [r"page 1: \d\d% of the page is empty in one piece"],
    ),
    "a hole between text and a figure at the foot": (
        "#words(50) #place(bottom, float: true, rect(height: 5cm, width: 100%, fill: gray))"
        "#pagebreak() The end.",
        [r"page 1: \d\d% of the page is empty in one piece"],
    ),
    "an empty page before the first appendix": (
        '#words(300) #pagebreak() #set heading(numbering: (..n) => numbering("A.1", ..n))\n'
        "= Appendix\n#words(50)",
        [],
    ),
    "a heading alone at the foot": (
        "#all-but(60pt) #block(sticky: false)[#heading[Alone]] #pagebreak() #words(800)",
        ["page 1: 0 lines under the heading '1 Alone'"],
    ),
    "a heading with one line": (
        "#all-but(70pt)\n= Alone\nOne line. #pagebreak() #words(800)",
        ["page 1: 1 lines under the heading '1 Alone'"],
    ),
    "a heading with a lower one and two lines": (
        "#all-but(120pt)\n= Above\n== Below\n#words(35)",
        [],
    ),
    "a heading whose figure floats on to the next page": (
        "#all-but(120pt)\n= Above\n#words(6)\n\n"
        "#figure(placement: auto, caption: [Losses], block(rows(12), breakable: false))\n\n"
        "#words(35)",
        [],
    ),
    "a short table that is split": (
        "#all-but(120pt) #captioned(rows(8, more: continued))",
        ["page 1: Table 1, of 8 rows, is split over pages"],
    ),
    "a table that goes on without saying so": (
        "#all-but(120pt) #captioned(rows(12))",
        ["page 2: Table 1 goes on from page 1 without saying so"],
    ),
    "a table that goes on without its head": (
        "#all-but(120pt) #captioned(table(columns: 2, table.header(repeat: false, [*Epoch*], "
        "[*Loss*]), ..range(24).map(i => [#i])))",
        ["page 2: Table 1 goes on from page 1 without its head"],
    ),
    "a long table that goes on and says so": (
        "#all-but(120pt) #captioned(rows(12, more: continued))",
        [],
    ),
    "a caption apart from its table": (
        "#show figure.caption: set block(sticky: false)\n"
        "#all-but(50pt) #captioned(block(rows(3), breakable: false))",
        ["page 1: a caption apart from what it is of: 'Table 1: Losses'"],
    ),
    "a short box that is split": (
        "#all-but(60pt) #block(fill: aqua, inset: 8pt, width: 100%, words(70))",
        [r"page 1: a box of \d lines is split over two pages"],
    ),
    "a box cut from its table": (
        "#all-but(140pt) #captioned(rows(3)) #v(1fr)"
        "#block(fill: aqua, inset: 8pt, width: 100%, words(40), breakable: false)",
        ["page 2: a box is cut from the table before it: 'Lorem"],
    ),
    "a box below the next heading": (
        "= First\n#words(60)\n\n#place(bottom, float: true, verdict)\n= Second\n#words(400)",
        ["page 1: '2 Second' stands before 'Verdict', which is read first"],
    ),
    "a box on the page after the next heading": (
        "#all-but(200pt)\n= First\n#words(30)\n\n#place(top, float: true, block(height: 130pt, "
        "verdict))\n= Second\n#words(30)\n\n#words(300)",
        ["page 1: '2 Second' stands before 'Verdict', which is read first"],
    ),
    "a box above its own heading": (
        "#words(90)\n= First\n#words(60)\n\n#place(top, float: true, verdict)\n#words(400)",
        ["page 1: 'Verdict' stands before 'Lorem ipsum .*, which is read first"],
    ),
    "a box that cuts a paragraph": (
        "#all-but(80pt)\n= First\n#words(120)\n\n#place(top, float: true, verdict)\n#words(90)",
        ["page 2: 'Verdict' stands before 'Quod idem .*, which is read first"],
    ),
    "boxes in their sections, and a table that floats out of its own": (
        "= First\n#words(60)\n\n#place(bottom, float: true, captioned(rows(3)))\n#verdict\n"
        "= Second\n#words(300)\n\n#verdict\n#words(600)",
        [],
    ),
    "one row of a long table alone on the next page": (
        "#all-but(248pt) #captioned(rows(12, more: continued))",
        ["page 2: 1 row of Table 1 stands alone on its page"],
    ),
    "a long table whose last two rows stay together": (
        "#all-but(248pt) #captioned(rows(12, more: continued, last: 2))",
        [],
    ),
    "one line alone": (
        "#set text(costs: (orphan: 0%, widow: 0%))\n#all-but(30pt)\n\n#words(80)",
        ["page 1: one line of a paragraph alone at the foot"],
    ),
    "words in the margin": (
        "#words(40)\n\n#place(dx: 15.6cm)[Far out]",
        [r"page 1: \d+ points in the margin"],
    ),
    "a whole document": (
        "= First\n#words(300)\n== Part\n#words(500)\n#captioned(rows(4))\n#words(700)",
        [],
    ),
}


def pdf_of(source, folder):
    path = folder / "pages.pdf"
    code = (START + source).encode()
    path.write_bytes(typst.compile(code, pdf_standards=["ua-1"], ignore_system_fonts=True))
    return path


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_kind_is_found_and_nothing_else(name, tmp_path):
    source, wanted = DOCUMENTS[name]
    findings = measure_layout(pdf_of(source, tmp_path)).findings
    assert len(findings) == len(wanted), findings
    for finding, pattern in zip(findings, wanted, strict=True):
        assert re.match(pattern, finding), findings


def test_the_margins_are_those_of_the_template():
    named = re.search(
        r"margin: \(top: ([\d.]+)cm, bottom: ([\d.]+)cm, x: ([\d.]+)cm\)", TEMPLATE.read_text()
    )
    centimetre = 72 / 2.54
    assert [float(edge) * centimetre for edge in named.groups()] == pytest.approx(
        [TOP, BOTTOM, SIDE], abs=0.1
    )


def test_a_file_that_cannot_be_measured_is_named(tmp_path):
    with pytest.raises(LabError, match=r"no\.pdf: not found; render the report first"):
        measure_layout(tmp_path / "no.pdf")
    (tmp_path / "text.pdf").write_text("no PDF")
    with pytest.raises(LabError, match=r"text\.pdf: not a PDF"):
        measure_layout(tmp_path / "text.pdf")
    plain = typst.compile(b"Words.", pdf_tags=False)
    (tmp_path / "plain.pdf").write_bytes(plain)
    with pytest.raises(LabError, match=r"plain\.pdf: has no tags"):
        measure_layout(tmp_path / "plain.pdf")
