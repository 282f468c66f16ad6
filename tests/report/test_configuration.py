"""The report shows the config that built it, word for word and as nothing but text."""

import html
import json
import re

import pytest
import yaml
from report_sample import REPORT, build_inputs

from backprop_lab.errors import LabError
from backprop_lab.report.checks import check_report
from backprop_lab.report.markdown import listing
from backprop_lab.report.prose_checks import TypedNumbers, check_prose
from backprop_lab.report.render import render_html, render_pdf

TEMPLATE = """\
# Time

| | |
|---|---|
| Words | 1 |

: Words. {#tbl-environment}

<% include "configuration.md" %>
"""
HOSTILE = """\
seeds: [0, 0.125, 3.5%]
title: "<script>alert(1)</script> <img src=x onerror=alert(1)> &amp;"
jinja: "<< cycler.__init__ >> <% include 'lab-report.md' %>"
fences: "``` ~~~~ ````` {=html}"
`````
::: warning
typst: "#eval(\\"1\\") $x$ \\\\ */ <label> @ref"
classes: [鞋, ก, 😀]"""


def inputs(folder, config, language="en"):
    found = build_inputs(folder, TEMPLATE)
    texts = found.template.parent
    (texts / "configuration.md").write_bytes(
        (REPORT / f"text/{language}/configuration.md").read_bytes()
    )
    environment = json.loads(found.environment.read_text())
    found.environment.write_text(json.dumps(environment | config))
    return found


def shown(page):
    """The texts of the blocks of code of a page."""
    found = re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)
    return [html.unescape(one) for one in found]


def rendered(folder, config, language="en"):
    page = folder / "page.html"
    render_html(inputs(folder, config, language), page)
    return page.read_text(encoding="utf-8")


@pytest.mark.fault("code in a text of others")
@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_whatever_it_holds_is_shown_as_it_is(tmp_path, language):
    config = {"text": HOSTILE, "over": "preset: <b>quick</b>"}
    page = rendered(tmp_path, {"config": config}, language)
    expected = HOSTILE.replace("ก", "\\u0e01").replace("😀", "\\U0001f600")  # no font has them
    assert shown(page) == [expected, config["over"]]
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert page.count("<details><summary>") == 2


@pytest.mark.fault("code in a text of others")
def test_it_is_text_in_the_pdf_too(tmp_path):
    render_pdf(inputs(tmp_path, {"config": {"text": HOSTILE, "over": ""}}), tmp_path / "x.pdf")
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF")


def test_the_check_tells_it_from_what_a_template_left_over(tmp_path):
    text = "a: &a {b: 1}\nc: {<<: *a}\nd: [What??, '<% x %>', '{#sec-x}']\ne: {<<: *a}"
    found = inputs(tmp_path, {"config": {"text": text, "over": ""}})
    page, pdf = tmp_path / "page.html", tmp_path / "page.pdf"
    render_html(found, page)
    render_pdf(found, pdf)
    check_report(found, page, pdf)
    found = inputs(tmp_path, {"config": {"text": "a: &a {b: 1}\nc: {<<: *a}", "over": ""}})
    with pytest.raises(LabError, match=r"page\.pdf: left over from the template: '<<'"):
        check_report(found, page, pdf)


def test_nothing_is_said_of_what_was_not_laid_over(tmp_path):
    page = rendered(tmp_path, {"config": {"text": "preset: full", "over": ""}})
    assert shown(page) == ["preset: full"]
    assert "what was changed in" not in page


@pytest.mark.parametrize("config", [{}, {"config": {"text": None, "over": ""}}])
def test_a_build_that_kept_no_config_has_no_such_section(tmp_path, config):
    page = rendered(tmp_path, config)
    assert shown(page) == []
    assert "sec-configuration" not in page


@pytest.mark.parametrize("language", ["en", "zh-TW"])
def test_its_numbers_are_data_and_the_prose_around_them_has_none(language):
    path = REPORT / f"text/{language}/labels.yaml"
    typed = TypedNumbers.of(yaml.safe_load(path.read_text(encoding="utf-8")), path)
    text = path.with_name("configuration.md").read_text(encoding="utf-8")
    check_prose(text, "configuration.md", typed)


def test_a_listing_ends_where_its_text_does():
    assert listing("a\n````\nb", "x y").split("\n")[2] == '````` {.yaml summary="x y"}'
