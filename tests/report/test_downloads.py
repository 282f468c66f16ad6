"""A file that several tables offer stands once in the page, and each of them gives it."""

from page_in_browser import SIZES, open_page
from report_sample import build_inputs

from backprop_lab.report.render import render_html

TABLE = """<< table("log", label="tbl-{name}", caption="Epochs.", limit={limit},
  columns=[column("epoch", "Epoch", "integer")]) >>

"""
TEMPLATE = "# Tables\n\n" + "".join(
    TABLE.format(name=name, limit=limit) for name, limit in (("first", 3), ("second", 5))
)


def test_the_second_table_gives_what_the_first_one_carries(chromium, tmp_path):
    inputs = build_inputs(tmp_path, TEMPLATE)
    render_html(inputs, tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8").count("data:text/csv") == 1
    page, problems = open_page(
        chromium, (tmp_path / "report.html").as_uri(), viewport=SIZES["wide"]
    )
    with page.expect_download() as saved:
        page.locator("#tbl-second .rebuild a").click()
    assert saved.value.suggested_filename == "log.csv"
    assert saved.value.path().read_bytes() == (inputs.tables / "log.csv").read_bytes()
    assert problems == []
    page.context.close()
