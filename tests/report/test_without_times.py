"""A report that was asked to show no times (`report: timings: false`)."""

import re
from dataclasses import replace

import pytest
from built_out import REPORT, build_out

from backprop_lab.report.source import fill

#: Words that only a text about times has, a language.
TIMES = {
    "en": ("did not time the two programs in turn",),
    "zh-TW": ("沒有讓兩套程式輪流計時",),
}
SAID = {"en": "asked to show no times", "zh-TW": "不列出時間"}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The report's inputs of the full preset, without times and with them."""
    folder = tmp_path_factory.mktemp("out")
    names = {"without": False, "with": True}
    return {name: build_out(folder / name, timings=timings) for name, timings in names.items()}


@pytest.mark.parametrize("language", TIMES)
def test_nothing_in_the_text_is_about_our_times(built, language):
    template = REPORT / f"text/{language}/lab-report.md"
    texts = {
        name: fill(replace(inputs, template=template)).markdown for name, inputs in built.items()
    }
    for words in TIMES[language]:
        assert words in texts["with"], words
        assert words not in texts["without"], words
    assert SAID[language] in texts["without"]
    assert SAID[language] not in texts["with"]
    assert "seconds_per_epoch" not in texts["without"]


def test_no_fact_of_the_text_was_written_by_a_clock(built):
    text = fill(built["without"]).markdown
    assert not re.search(r'data-key="[^"]*seconds', text)
    assert "sec-speed" not in text
    assert "sec-build" not in text


def test_a_claim_judged_by_times_cannot_be_tested(built):
    text = fill(built["without"]).markdown
    row = next(line for line in text.splitlines() if '"**C9**' in line)
    assert "This build leaves out what would test it: `speed`." in row
