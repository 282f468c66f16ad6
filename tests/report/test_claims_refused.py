"""What a template may not ask of the claims, and claims or facts that do not fit each other."""

from dataclasses import replace

import pytest
import yaml
from built_out import REPORT
from changed_report import change, copied, rewrite_claims, short

from backprop_lab.errors import LabError
from backprop_lab.report.source import fill

CLAIMS = list(yaml.safe_load((REPORT / "claims.yaml").read_text(encoding="utf-8"))["claims"])


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ('<< claim("C99").text >>', r"short\.md:5: no claim 'C99'; there are C1, "),
        ('<< criteria_table("C3") >>', "criteria_table: claim C3 has no criteria"),
        (
            '<< verdict_table({"C1": ("sec-a", "no_gain")}, caption="c") >>',
            "does not show C2, C3, .*, C14",
        ),
        (
            f"<< verdict_table({dict.fromkeys(CLAIMS, ('sec-a', 'nothing'))}, caption='c') >>",
            "claim C1 has no criterion 'nothing'",
        ),
        ('<< fact("claims.C1.no_gain.estimat") >>', "no fact named .*did you mean"),
        ('<< value("claims.C99.verdict") >>', "no fact named 'claims.C99.verdict'"),
        ("<< claims_n >>", "'claims_n' is undefined"),
    ],
)
def test_what_a_template_may_not_ask(built, tmp_path, template, message):
    with pytest.raises(LabError, match=message):
        fill(copied(built["full"], tmp_path, template))


def test_a_claim_that_names_an_unknown_fact(full):
    rewrite_claims(full, 'fact("stated.target_accuracy", "percent:0")', 'fact("stated.target")')
    with pytest.raises(LabError, match=r"claims\.yaml: C2\.text: no fact named 'stated\.t"):
        fill(full)


def test_a_claim_with_a_typed_number(full):
    rewrite_claims(
        full, "label: three layers are not better than one", "label: not 0.2 points better"
    )
    message = r"claims\.yaml: C1\.parts\.no_gain\.label:1: the number '0\.2 points' is"
    with pytest.raises(LabError, match=message):
        fill(full)


def test_a_claim_without_words_in_the_reports_language(full):
    rewrite_claims(full, "C1:\n  text:", "C1:\n  texts:")
    with pytest.raises(LabError, match=r"text/en/claims\.yaml: lacks the text C1\.text; C1\.texts"):
        fill(short(full, '<< claim("C1").text >>'))


def test_claims_judged_by_other_criteria(full):
    full.declared.write_text("settings: {}\n")
    with pytest.raises(LabError, match=r"claims\.json: was judged by another .*claims\.yaml"):
        fill(full)


def test_a_fact_without_source(full):
    change(full.facts, lambda facts: facts["claims.C1.no_gain.estimate"].update(source=""))
    with pytest.raises(LabError, match=r"facts\.json: claims\.C1\.no_gain\.estimate\.source is ''"):
        fill(full)


def test_claims_are_there_in_chinese(full):
    inputs = replace(full, template=full.report / "text/zh-TW/lab-report.md")
    text = '<< claim("C1").word >> << claim("C6").text >>\n<< criteria_table("C1") >>'
    markdown = fill(short(inputs, text)).markdown
    assert "重現" in markdown or "無法檢驗" in markdown
    assert "批次太大" in markdown
    assert "個百分點" in markdown
