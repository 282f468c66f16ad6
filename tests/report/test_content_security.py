"""The page loads nothing from outside: its Content-Security-Policy says so, and is checked."""

import base64
import hashlib
import re

import pytest

from backprop_lab.errors import LabError
from backprop_lab.report.checks import check_report
from backprop_lab.report.content_security import policy_problems, with_policy


def rules_of(page):
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)[1]
    return {rule.split()[0]: rule.split()[1:] for rule in policy.split(";")}


def test_the_policy_allows_nothing_from_outside(sample):
    page = sample[1].read_text()
    rules = rules_of(page)
    assert rules["default-src"] == ["'none'"]
    allowed = {source for sources in rules.values() for source in sources}
    others = {source for source in allowed if not source.startswith("'sha256-")}
    assert others == {"'none'", "'unsafe-inline'", "data:"}
    assert not any("unsafe" in source for source in rules["script-src"])
    assert page.index("Content-Security-Policy") < page.index("<style")


def test_the_policy_names_each_script_and_sheet_by_its_digest(sample):
    page = sample[1].read_text()
    rules = rules_of(page)
    for kind, rule in (("script", "script-src"), ("style", "style-src-elem")):
        texts = re.findall(rf"<{kind}\b(?![^>]*json)[^>]*>(.*?)</{kind}>", page, re.DOTALL)
        assert texts
        for text in texts:
            digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in rules[rule]
    assert not re.search(r"<[^>]* on[a-z]+=", page)


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ('http-equiv="Content-Security-Policy"', 'name="x"', "no Content-Security-Policy"),
        ("<main", "<script>alert(1)</script><main", "is not that of its scripts and styles"),
        ("img-src data:", "img-src *", "is not that of its scripts and styles"),
        ("<head>", "<head><script></script>", "stands behind what it must rule"),
        ("A quotation.", "A quot\ufffdtion.", "a character was lost"),
        ('content="One', 'content="\ufffdOne', "a character was lost"),
        ("A quotation.", "A quotÃ¯Â¿Â½tion ï¿½.", "a character was lost"),
    ],
)
def test_the_check_finds_a_page_that_lost_its_policy_or_a_character(
    sample, tmp_path, old, new, finding
):
    inputs, html, pdf = sample
    page = html.read_text()
    if old == 'content="One':
        old = re.search(r'name="author" content="', page)[0]
        new = f"{old}\ufffd"
    assert old in page
    broken = tmp_path / "r.html"
    broken.write_text(page.replace(old, new, 1))
    with pytest.raises(LabError, match=finding):
        check_report(inputs, broken, pdf)


def test_a_page_with_its_policy_has_no_problem():
    page = '<head>\n<meta charset="utf-8">\n<style>a</style></head><body><p>x</p></body>'
    assert list(policy_problems(with_policy(page))) == []
    assert list(policy_problems(page)) == ["no Content-Security-Policy"]
