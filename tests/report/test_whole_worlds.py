"""The whole report of builds that found nothing, or nothing but ties: rendered and checked."""

import pytest
from worlds import WORLDS, drawn

from backprop_lab.report.checks import check_report
from backprop_lab.report.render import render_html, render_pdf


@pytest.fixture(scope="module", params=["diverged", "ties", "embedded diverged"])
def world(request, tmp_path_factory):
    return WORLDS[request.param].build(tmp_path_factory.mktemp("world") / "out")


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_the_report_of_a_build_without_any_difference_is_whole(world, language):
    inputs = drawn(world, language)
    html, pdf = (world.out / f"lab-report.{language}.{kind}" for kind in ("html", "pdf"))
    render_html(inputs, html)
    render_pdf(inputs, pdf)
    assert check_report(inputs, html, pdf).figures >= 14
