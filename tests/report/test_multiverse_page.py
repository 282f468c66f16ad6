"""The page judges the claims under all choices as Python does, and is usable by keyboard."""

import json

import pytest
from claims_sample import collect_world
from multiverse_sample import noisy, written
from page_in_browser import SIZES, open_page
from report_sample import REPORT, build_inputs

from backprop_lab.claims.choices import CELLS, CHOICES, SEALED
from backprop_lab.files.documents import read_yaml
from backprop_lab.report.render import render_html
from backprop_lab.report.widgets import Widgets

#: Sets every control as a reader would, and reads each claim's verdict off the table.
STEP = """(cell) => {
  const form = document.querySelector("#multiverse form");
  for (const [name, place] of Object.entries(cell)) {
    const control = form.elements[name];
    if (control instanceof RadioNodeList) [...control][place].checked = true;
    else control.value = place;
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
  const rows = [...document.querySelectorAll("#multiverse tbody tr")];
  return Object.fromEntries(rows.map((row) => [row.dataset.claim, row.dataset.verdict]));
}"""
SHOWN = "document.querySelector('#multiverse .summary').textContent"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """multiverse.json of a world with eight seeds, of which every interval is finite at 0.95."""
    folder = tmp_path_factory.mktemp("world")
    inputs = collect_world(folder, noisy, seeds=list(range(8)))
    written(inputs, folder / "multiverse.json")
    return folder / "multiverse.json"


@pytest.fixture(scope="module")
def report(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    inputs = build_inputs(folder, "\n# Choices\n\n<< multiverse() >>\n")
    inputs.out.joinpath("multiverse.json").write_bytes(made.read_bytes())
    render_html(inputs, folder / "report.html")
    return folder / "report.html"


def test_the_page_equals_python_in_every_cell(made, report, chromium):
    content = json.loads(made.read_text(encoding="utf-8"))
    claims = {name: one["cells"] for name, one in content["claims"].items() if one["cells"]}
    page, problems = open_page(chromium, report.as_uri())
    differ = []
    for number, cell in enumerate(CELLS):
        shown = page.evaluate(STEP, {choice: cell.place(choice) for choice in CHOICES})
        expected = {
            name: next(verdict for verdict, own in cells.items() if number in own)
            for name, cells in claims.items()
        }
        if shown != expected:
            differ.append((cell, shown, expected))
    assert differ == []
    assert problems == []
    # The world is one in which choices matter: else the comparison would say little.
    assert sum(len(cells) > 1 for cells in claims.values()) >= 5
    assert {verdict for cells in claims.values() for verdict in cells} >= {
        "reproduced",
        "partly",
        "not_reproduced",
    }
    page.context.close()


def test_the_keyboard_changes_a_choice_and_the_page_says_so(made, report, chromium):
    n = sum(bool(one["cells"]) for one in json.loads(made.read_text())["claims"].values())
    page, problems = open_page(chromium, report.as_uri())
    words = read_yaml(REPORT / "text/en/labels.yaml")["multiverse"]
    assert page.evaluate(SHOWN) == words["summary"].format(same=n, n=n)
    level = page.locator("#multiverse [name=level]")
    level.focus()
    page.keyboard.press("ArrowRight")
    assert level.get_attribute("aria-valuetext") == "99\u202f%"
    page.locator("#multiverse [name=interval]").nth(0).focus()
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    page.locator("#multiverse [name=correction]").nth(0).focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate(SHOWN) != words["summary"].format(same=n, n=n)
    changed = page.locator("#multiverse tr.changed")
    assert changed.count() > 0
    assert "(changed)" in changed.first.inner_text()
    # The address names the cell: another page that opens it shows the same.
    address = page.url
    assert address.endswith("#multiverse/0.99/1/last/sign_flip/holm")
    other, more = open_page(chromium, address)
    assert other.evaluate(SHOWN) == page.evaluate(SHOWN)
    other.locator("#multiverse [name=reset]").click()
    assert other.evaluate(SHOWN) == words["summary"].format(same=n, n=n)
    assert problems + more == []
    for one in (page, other):
        one.context.close()


@pytest.mark.parametrize("size", SIZES)
def test_nothing_of_it_scrolls_the_page_sideways(report, chromium, size):
    page, _ = open_page(chromium, report.as_uri(), viewport=SIZES[size])
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) == 0
    page.context.close()


def test_without_scripts_there_are_no_controls(report, chromium):
    page, _ = open_page(chromium, report.as_uri(), java_script_enabled=False)
    assert page.locator("#multiverse form:visible").count() == 0
    assert page.locator("#multiverse noscript p:visible").count() == 1
    page.context.close()


@pytest.mark.parametrize("language", sorted(path.name for path in (REPORT / "text").iterdir()))
def test_every_language_has_a_word_for_every_value(made, language):
    labels = read_yaml(REPORT / f"text/{language}/labels.yaml")
    english = read_yaml(REPORT / "text/en/labels.yaml")["multiverse"]
    assert labels["multiverse"].keys() == english.keys()
    code = Widgets(made.parent, REPORT / "page", labels, rebuild=str).multiverse()
    assert code.count('type="range"') == 2
    sealed = sum(len(values) for name, values in CHOICES.items() if name not in ("level", "margin"))
    assert code.count('type="radio"') == sealed
    assert code.count(" checked>") == 3
    assert f'"sealed":{json.dumps(SEALED._asdict(), separators=(",", ":"))}' in code


def test_where_nothing_is_judged_there_is_nothing_to_choose(tmp_path):
    inputs = collect_world(tmp_path, noisy, dataset="digits")
    written(inputs, tmp_path / "multiverse.json")
    labels = read_yaml(REPORT / "text/en/labels.yaml")
    assert Widgets(tmp_path, REPORT / "page", labels, rebuild=str).multiverse() == ""
