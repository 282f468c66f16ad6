"""The page of Snakemake's own report, clicked through in a real browser."""

from __future__ import annotations

from pathlib import Path

from page_in_browser import FLAGS, find_browser, open_page


def click_through(page: Path, figure: str, table: str) -> dict[str, object]:
    """Open a page that `snakemake --report report.zip` packs, and look at what it lists.

    Args:
        page: report.html, unpacked with its data.
        figure: the label of one of its figures.
        table: the label of one of its tables.

    Returns:
        "figures", "tables" and "reports": the labels in the lists; "figure" and "table": what
        is said of those two; "drawn": the natural width of the figure, in pixels, when it is
        shown; "problems": errors of the page, and requests for anything outside.
    """
    from playwright.sync_api import sync_playwright

    found: dict[str, object] = {}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        tab, found["problems"] = open_page(chromium, page.resolve().as_uri())
        _go(tab, "Figures", "en")
        found["figures"] = _labels(tab)
        # Of each row's two buttons the first shows the file, and the second what it is.
        _row(tab, figure).locator("a").first.click()
        image = tab.locator(f"img[src$='/{figure}.svg']")
        image.wait_for()
        found["drawn"] = image.evaluate("image => image.decode().then(() => image.naturalWidth)")
        _row(tab, figure).locator("a").nth(1).click()
        found["figure"] = _description(tab)
        tab.reload()
        _go(tab, "Tables", "computed from the runs")
        found["tables"] = _labels(tab)
        _row(tab, table).locator("a").nth(1).click()
        found["table"] = _description(tab)
        tab.reload()
        _go(tab, "Report")
        found["reports"] = _labels(tab)
        chromium.close()
    return found


def _go(tab, *names: str) -> None:
    for name in names:
        tab.get_by_role("link", name=name, exact=True).click()


def _row(tab, label: str):
    return tab.locator("tr").filter(has=tab.get_by_text(label, exact=True))


def _labels(tab) -> list[str]:
    """Return the first label of each row of a list."""
    tab.locator("tbody tr").first.wait_for()
    return [row.split()[0] for row in tab.locator("tbody tr").all_inner_texts() if row.strip()]


def _description(tab) -> str:
    tab.get_by_text("DESCRIPTION").or_(tab.get_by_text("Description")).first.wait_for()
    return tab.inner_text("body")
