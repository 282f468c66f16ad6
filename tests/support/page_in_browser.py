"""A report in a real browser: what axe-core, the console and the keyboard find in it.

Needs Chromium (or Chrome) and the extra `browser`: see CONTRIBUTING.md.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

#: The first that is installed is taken.
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SIZES = {"wide": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}
FLAGS = [
    "--no-sandbox",  # which root, as in a container, cannot have
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
MISSING = (
    "needs Chromium and the extra 'browser': apt-get install chromium; "
    "pip install -c requirements.lock -e '.[test,browser]'"
)
_FOUND_BY_AXE = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.map((one) => ({
    rule: one.id,
    help: one.help,
    nodes: one.nodes.slice(0, 5).map((node) => node.html.slice(0, 200)),
    count: one.nodes.length,
  }));
}"""
#: Chinese characters are as wide as they are high; a box that stands for a missing one is not.
BOXES = """async () => {
  await document.fonts.ready;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const found = [];
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.parentElement.closest("script, style, svg, [hidden]")) continue;
    const size = parseFloat(getComputedStyle(node.parentElement).fontSize);
    for (const match of node.data.matchAll(/[\\u4e00-\\u9fff]/g)) {
      range.setStart(node, match.index);
      range.setEnd(node, match.index + 1);
      const { width } = range.getBoundingClientRect();
      if (width && Math.abs(width / size - 1) > 0.02) found.push(match[0]);
    }
  }
  return found;
}"""
_ATTACK = """() => {
  const code = '<img src="https://example.org/x.png" onerror="window.ran = true">';
  document.body.insertAdjacentHTML("beforeend", code);
  const script = document.createElement("script");
  script.textContent = "window.ran = true";
  document.body.append(script);
  return fetch("https://example.org/").catch(() => {});
}"""


def find_browser() -> str:
    """Return the path of a browser, or skip the test that asks, saying what is missing."""
    pytest.importorskip("playwright", reason=MISSING)
    pytest.importorskip("axe_playwright_python", reason=MISSING)
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not browser:
        pytest.skip(MISSING)
    return browser


def look_at(report: Path, browser: str) -> dict:
    """Open a report wide and narrow, light and dark, and use what can be used.

    Args:
        report: the HTML file.
        browser: the path of Chromium.

    Returns:
        {"axe": {mode: violations}, "sideways": {mode: pixels}, "boxes": {mode: characters},
        "problems": [line], "keyboard": see `_use`, "withoutScript": {...},
        "attack": {"ran", "problems"}}, with a mode such as "wide, light".
    """
    from playwright.sync_api import sync_playwright

    url = report.resolve().as_uri()
    found: dict = {"axe": {}, "sideways": {}, "boxes": {}, "problems": []}
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=FLAGS)
        for size, viewport in SIZES.items():
            for colours in ("light", "dark"):
                mode, options = f"{size}, {colours}", {"color_scheme": colours}
                page, problems = open_page(chromium, url, viewport=viewport, **options)
                found["sideways"][mode] = page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                found["boxes"][mode] = page.evaluate(BOXES)
                found["axe"][mode] = _audit(page)
                if mode == "wide, light":
                    found["keyboard"] = _use(page)
                found["problems"] += problems
                page.context.close()
        found["withoutScript"] = _without_script(chromium, url)
        found["attack"] = _attack(chromium, url)
        chromium.close()
    return found


def open_page(chromium, url: str, **options):
    """Open an address in a context of its own.

    Returns:
        The page, and a list that its errors and its requests for anything outside go to.
    """
    page = chromium.new_context(**options).new_page()
    page.set_default_timeout(120_000)
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(error.message))
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.on(
        "request",
        lambda asked: (
            None
            if asked.url.startswith(("file:", "data:", "blob:"))
            else problems.append(f"asks for {asked.url}")
        ),
    )
    page.goto(url)
    return page, problems


def violations(page) -> list[dict]:
    """Return what axe finds in a page as it is."""
    import axe_playwright_python

    axe = Path(axe_playwright_python.__file__).with_name("axe.min.js")
    # Evaluated: the page's policy would refuse a script that is added to it.
    page.evaluate(axe.read_text(encoding="utf-8"))
    return page.evaluate(_FOUND_BY_AXE)


def _audit(page) -> list[dict]:
    """Return axe's findings with all unfolded, and with a figure enlarged and a note shown."""
    page.evaluate(
        "() => { for (const one of document.querySelectorAll('details')) one.open = true; }"
    )
    page.locator(".fact").first.focus()
    found = violations(page)
    page.locator("figure .rebuild button:not(.copy)").first.focus()
    page.keyboard.press("Enter")
    found += page.evaluate(_FOUND_BY_AXE)
    page.keyboard.press("Escape")
    return found


def _use(page) -> dict:
    """Use notes, figures, colours, explorer and gallery by the keyboard; return what they show."""
    result = _use_notes(page)

    figure = page.locator("figure:not(.table)").first
    figure.locator(".rebuild button:not(.copy)").focus()
    page.keyboard.press("Enter")
    result["zoomed"] = page.locator("#zoom[open] .frame > *").count()
    page.keyboard.press("Escape")
    result["back"] = figure.locator("svg, img").count()
    result["focusBack"] = page.evaluate(
        "document.activeElement.matches('figure .rebuild button:not(.copy)')"
    )

    background = "getComputedStyle(document.body).backgroundColor"
    result["colours"] = [page.evaluate(background)]
    for _ in range(2):
        page.locator("#theme").focus()
        page.keyboard.press("Enter")
        result["colours"].append(page.evaluate(background))
    if page.locator("#explorer").count():
        result |= _explore(page)
    if page.locator("#gallery").count():
        shown = page.locator("#gallery li:visible")
        result["tiles"] = [shown.count()]
        page.locator("#gallery [name=label]").select_option(index=1)
        result["tiles"].append(shown.count())
        result["counted"] = page.locator("#gallery output").inner_text()
    return result


def _use_notes(page) -> dict:
    """Go through the notes of one paragraph's numbers, and copy a command."""
    result: dict = {"stops": page.locator(".fact[tabindex='0']").count()}
    result["facts"] = page.locator(".fact").count()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    focused = "document.activeElement.dataset.key"
    first = page.locator("p:has(.fact + .fact, .fact ~ .fact) .fact").first
    first.focus()
    result["first"] = page.evaluate(focused)
    result["tip"] = page.locator("#tip").inner_text()
    for name, key in {"next": "ArrowRight", "back": "ArrowLeft"}.items():
        page.keyboard.press(key)
        result[name] = page.evaluate(focused)
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    result["button"] = page.locator("#tip button").inner_text()
    result["word"] = page.locator("#tip").get_attribute("data-copied")
    result["copied"] = page.evaluate("navigator.clipboard.readText()")
    result["command"] = first.get_attribute("data-rebuild")
    page.keyboard.press("Escape")
    result["tipGone"] = page.locator("#tip").is_hidden()
    result["returned"] = page.evaluate(focused)
    return {"notes": result, "tip": result["tip"], "tipGone": result["tipGone"]}


def _explore(page) -> dict:
    """Read the explorer's curves by keyboard and pointer."""
    reading, result = page.locator("#explorer .reading"), {}
    page.locator("#explorer .plots").focus()
    for name, key in {"first": "Home", "second": "ArrowRight", "last": "End"}.items():
        page.keyboard.press(key)
        result[name] = reading.inner_text()
    plot = page.locator("#explorer .u-over").first
    plot.scroll_into_view_if_needed()
    plot.hover(position={"x": 3, "y": 20})
    result["hovered"] = reading.inner_text()
    page.locator("#explorer [name=optimizer]").select_option(index=1)
    result["other"] = reading.inner_text()
    result["canvases"] = page.locator("#explorer canvas").count()
    page.locator("#explorer summary").click()
    result["rows"] = page.locator("#explorer tbody tr").count()
    return result


def _without_script(chromium, url: str) -> dict:
    """Count what is shown to a reader whose browser runs no scripts."""
    page, _ = open_page(chromium, url, viewport=SIZES["wide"], java_script_enabled=False)
    return {
        "tiles": page.locator("#gallery li:visible").count(),
        "controls": page.locator("form:visible, #theme:visible").count(),
    }


def _attack(chromium, url: str) -> dict:
    """Put code and addresses into a page: its policy must stop both."""
    page, problems = open_page(chromium, url, viewport=SIZES["wide"], color_scheme="light")
    page.evaluate(_ATTACK)
    page.wait_for_timeout(500)
    return {"ran": page.evaluate("window.ran === true"), "problems": problems}
