"""The report in a real browser: axe-core finds nothing, the keyboard reaches everything.

Needs node, chromium, and playwright-core and axe-core in a folder that NODE_PATH names:

    npm install --prefix ~/axe axe-core@4 playwright-core@1
    NODE_PATH=~/axe/node_modules pytest tests/test_accessibility.py

BACKPROP_LAB_PAGE names a finished report to look at instead of the sample.
"""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from widget_sample import build_widgets

from backprop_lab.report.render import render_html

SCRIPT = Path(__file__).parents[1] / "support/page_in_browser.cjs"
MODES = ("wide, light", "wide, dark", "phone, light", "phone, dark")


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    node = shutil.which("node")
    if not node:
        pytest.skip("node is not installed")
    browser = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if not browser:
        pytest.skip("neither chromium nor google-chrome is installed")
    modules = ["axe-core/axe.min.js", "playwright-core"]
    found = subprocess.run([node, "-e", "".join(f"require.resolve('{m}');" for m in modules)])
    if found.returncode:
        pytest.skip("axe-core or playwright-core is not on NODE_PATH")
    page = os.environ.get("BACKPROP_LAB_PAGE")
    if not page:
        page = tmp_path_factory.mktemp("page") / "report.html"
        render_html(build_widgets(page.parent), page)
    done = subprocess.run(
        [node, SCRIPT, Path(page).resolve(), browser], capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("mode", MODES)
def test_axe_finds_nothing(seen, mode):
    assert seen["axe"][mode] == []


@pytest.mark.parametrize("mode", MODES)
def test_nothing_scrolls_sideways(seen, mode):
    assert seen["sideways"][mode] == 0


def test_no_script_fails_and_nothing_is_fetched(seen):
    assert seen["problems"] == []


def test_the_policy_stops_code_and_addresses_that_got_in(seen):
    """The control of the test before: what is forbidden is seen, and refused."""
    assert not seen["attack"]["ran"]
    refused = [one for one in seen["attack"]["problems"] if "Content Security Policy" in one]
    for directive in ("img-src", "script-src", "connect-src"):
        assert any(directive in one for one in refused), refused


def test_a_number_says_where_it_comes_from(seen):
    tip = seen["keyboard"]["tip"]
    assert "results/" in tip
    assert "snakemake --cores 1 --force results/" in tip
    assert seen["keyboard"]["tipGone"]


def test_a_figure_is_enlarged_and_put_back(seen):
    keyboard = seen["keyboard"]
    assert (keyboard["zoomed"], keyboard["back"], keyboard["focusBack"]) == (1, 1, True)


def test_light_and_dark_are_switched(seen):
    light, dark, again = seen["keyboard"]["colours"]
    assert light == again != dark


def _numbers(text):
    return [int(number) for number in re.findall(r"\d+", text)]


def test_the_explorer_reads_values(seen):
    keyboard = seen["keyboard"]
    assert keyboard["other"] != keyboard["last"]  # another optimiser, the same epoch
    # "Epoch 1 of 10.", in the language of the page: the numbers are what counts.
    epochs = {key: _numbers(keyboard[key].splitlines()[0]) for key in ("first", "second", "last")}
    assert epochs["first"][0] == 1
    assert epochs["second"][0] == 2
    assert keyboard["hovered"] == keyboard["first"]  # the pointer at the left edge
    assert keyboard["canvases"] == 2
    assert epochs["last"] == [keyboard["rows"], keyboard["rows"]]


def test_the_gallery_is_filtered(seen):
    everything, chosen = seen["keyboard"]["tiles"]
    assert 0 < chosen < everything
    assert _numbers(seen["keyboard"]["counted"]) == [chosen]


def test_without_script_all_mistakes_and_no_idle_controls(seen):
    without = seen["withoutScript"]
    assert without["tiles"] == seen["keyboard"]["tiles"][0]
    assert without["controls"] == 0
