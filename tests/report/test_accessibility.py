"""The report in a real browser: axe-core finds nothing, the keyboard reaches everything.

BACKPROP_LAB_PAGE names a finished report to look at instead of the sample.
"""

import os
import re
from pathlib import Path

import pytest
from page_in_browser import find_browser, look_at
from widget_sample import build_widgets

from backprop_lab.report.render import render_html

MODES = ("wide, light", "wide, dark", "phone, light", "phone, dark")


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    browser = find_browser()
    page = os.environ.get("BACKPROP_LAB_PAGE")
    if not page:
        page = tmp_path_factory.mktemp("page") / "report.html"
        render_html(build_widgets(page.parent), page)
    return look_at(Path(page), browser)


@pytest.mark.parametrize("mode", MODES)
def test_axe_finds_nothing(seen, mode):
    assert seen["axe"][mode] == []


@pytest.mark.parametrize("mode", MODES)
def test_nothing_scrolls_sideways(seen, mode):
    assert seen["sideways"][mode] == 0


@pytest.mark.parametrize("mode", MODES)
def test_no_box_stands_for_a_chinese_character(seen, mode):
    assert seen["boxes"][mode] == []


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


def test_numbers_of_a_paragraph_are_one_stop_and_arrows_go_on(seen):
    notes = seen["keyboard"]["notes"]
    assert 0 < notes["stops"] < notes["facts"]
    assert notes["next"] != notes["first"] == notes["back"]


def test_the_command_of_a_number_is_copied_by_keyboard(seen):
    notes = seen["keyboard"]["notes"]
    assert notes["copied"] == notes["command"] != ""
    assert notes["button"] == notes["word"] != ""
    assert notes["returned"] == notes["first"]


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
