"""A table and its box stay in the text where typst finds room for them, and float where not."""

from backprop_lab.report.typesetting import typeset

# Each time typst sets the page it finds one mark more than before, and sets one more.
UNSETTLED = """
#set document(title: [A report])
#set text(lang: "en")
#if sys.inputs.stay == "true" {
  context for _ in range(query(<mark>).len() + 1) [#metadata(0) <mark>]
} else [floats]
"""


def test_what_typst_cannot_settle_floats(tmp_path):
    main = tmp_path / "main.typ"
    main.write_text(UNSETTLED, encoding="utf-8")

    pdf, warnings = typeset(main, [], 0)

    assert pdf.startswith(b"%PDF")
    assert not warnings
