"""The claims in the report: every verdict can be shown, and what each build says of them."""

import json
import re

import pytest
import yaml
from built_out import PRESETS, REPORT
from changed_report import change, shown, table
from whole import write_table

from backprop_lab.claims.evaluation import VERDICTS
from backprop_lab.report.source import fill

DECLARED = yaml.safe_load((REPORT / "claims.yaml").read_text(encoding="utf-8"))["claims"]
CLAIMS = list(DECLARED)
NOT_MNIST = ("embedded", "embedded-quick", "fashion", "own")
#: Presets that judge claims.
JUDGED = ("full", "more")
REASONS = {
    "reproduced": "all_supported",
    "partly": "some_supported",
    "contradicted": "all_opposed",
    "not_reproduced": "none_supported",
    "untestable": "not_public",
}
WORDS = {
    "reproduced": "● Reproduced",
    "partly": "◐ Partly reproduced",
    "contradicted": "× Contradicted",
    "not_reproduced": "○ Not reproduced",
    "untestable": "∅ Untestable",
}


@pytest.mark.parametrize("preset", PRESETS)
def test_the_verdict_table_opens_the_report(built, preset):
    markdown = fill(built[preset]).markdown
    sections = re.findall(r"^# .*?\{#(sec-\w+)", markdown, re.MULTILINE)
    assert sections[0] == "sec-verdicts"
    first = re.search(r"#(tbl-[\w-]+) ", markdown)
    assert first[1] == "tbl-verdicts"
    rows = table(markdown, "tbl-verdicts")
    assert [re.match(r"\*\*(C\d+)\*\*", row[0])[1] for row in rows] == CLAIMS
    assert {len(row) for row in rows} == {4 if preset in JUDGED else 3}
    labels = set(re.findall(r"\{#(sec-[\w-]+)", markdown))
    for row in rows:
        linked = re.search(r"\[\]\(#(sec-[\w-]+)\)$", row[-1])[1]
        assert linked in labels
        assert row[-1].startswith("**") or preset not in JUDGED


@pytest.mark.parametrize("preset", PRESETS)
def test_each_section_discusses_its_claims(built, preset):
    markdown = fill(built[preset]).markdown
    start = 0
    parts = re.split(r"^#{1,3} .*?\{#(sec-[\w-]+).*$", markdown, flags=re.MULTILINE)
    bodies = dict(zip(parts[1::2], parts[2::2], strict=True))
    for row in table(markdown, "tbl-verdicts"):
        name, section = row[0].split("**")[1], re.search(r"#(sec-[\w-]+)", row[-1])[1]
        body = bodies[section]
        if section == "sec-network":  # its first subsection
            start = markdown.index("{#sec-network}")
            body = markdown[start : markdown.index("{#sec-forward}")]
        if name == "C14" and preset in NOT_MNIST:
            continue  # nothing of it is measured on other images
        said = f"**Verdict on {name}:" if preset in JUDGED else f"**Claim {name}.**"
        assert said in body
        assert name in ("C3", "C14") or f"[](#tbl-claim-{name})" in body


@pytest.mark.parametrize("verdict", VERDICTS)
def test_a_verdict_is_shown_with_word_and_sign(full, verdict):
    def judge(content):
        for claim in content["claims"].values():
            claim |= {"verdict": verdict, "reason": {"key": REASONS[verdict], "values": {}}}

    change(full.claims, judge)
    markdown = fill(full).markdown
    word = WORDS[verdict].replace(" ", "\u00a0", 1)
    rows = table(markdown, "tbl-verdicts")
    if verdict == "untestable":  # said once, before the table
        assert word not in str(rows)
        assert all(f"**Claim {name}.**" in markdown for name in CLAIMS)
        return
    assert all(row[-1].startswith(f"**{word}.**") for row in rows)
    for name in CLAIMS:
        assert f"**Verdict on {name}: {word}**" in markdown


@pytest.mark.parametrize("outcome", ["supported", "opposed", "undecided"])
def test_the_prose_reads_with_any_outcome(full, outcome):
    def set_facts(facts):
        for key, fact in facts.items():
            if re.fullmatch(r"claims\.C\d+\.\w+\.outcome", key):
                fact["value"] = outcome

    def set_claims(content):
        for claim in content["claims"].values():
            for part in claim["parts"].values():
                if part["outcome"] != "not_run":
                    part["outcome"] = outcome if part["decides"] else None

    change(full.facts, set_facts)
    change(full.claims, set_claims)
    markdown = fill(full).markdown
    word = {"supported": "●\u00a0holds", "opposed": "×\u00a0fails", "undecided": "○\u00a0undecided"}
    cells = [row[-1].split("\\\n")[0] for row in table(markdown, "tbl-claim-C1")]
    assert set(cells) == {word[outcome], "context"}
    conclusion = {
        "supported": "three hidden layers do not learn at these settings",
        "opposed": "three hidden layers learn",
        "undecided": None,
    }
    for other, sentence in conclusion.items():
        assert sentence is None or (sentence in markdown) == (other == outcome)


@pytest.mark.parametrize("within", [True, False])
def test_a_verdict_says_where_other_kernels_move_more_than_decides(full, within):
    note = {"spread": 0.003, "distance": 0.0012 if within else 0.012, "within": within}

    def set_claims(content):
        claim = content["claims"]["C1"]
        claim["verdict"], claim["reason"] = "partly", {"key": "some_supported", "values": {}}
        for part in claim["parts"].values():
            part.pop("kernels", None)
        claim["parts"]["no_gain"]["kernels"] = note | {"variants": []}

    def set_facts(facts):
        source = facts["claims.C1.verdict"] | {"unit": "fraction"}
        for what in ("kernels", "split"):
            facts[f"claims.C1.n_within_{what}"] = source | {"value": int(within), "unit": "count"}
        for name in ("spread", "distance"):
            facts[f"claims.C1.no_gain.kernel_{name}"] = source | {"value": note[name]}

    change(full.claims, set_claims)
    change(full.facts, set_facts)
    markdown = fill(full).markdown
    criteria = " ".join(row[0] for row in table(markdown, "tbl-claim-C1"))
    assert ("another processor's rounding changes one run by up to" in criteria) == within
    assert (r"[0\.12 points]" in criteria and r"[0\.30 points]" in criteria) == within
    said = next(line for line in markdown.splitlines() if "**Verdict on C1:" in line)
    assert ("that another processor's rounding could change them: " in said) == within
    assert ("than another split of the images moves an accuracy: " in said) == within
    assert "Partly\u00a0reproduced" in said or "Partly reproduced" in said  # the verdict stays


def test_the_report_says_what_the_register_and_the_rule_rest_on(full):
    rule, compared = "claims.sequential.as_sealed", "claims.register.compared_with_git"
    for name, value, words, other in (
        (rule, False, "This rule differs from its seal", "This rule is as sealed, but"),
        (compared, False, "had no history to compare", "compared the register with the history"),
        (compared, True, "compared the register with the history", "had no history to compare"),
    ):

        def set_fact(facts, name=name, value=value):
            facts[name]["value"] = value

        change(full.facts, set_fact)
        markdown = " ".join(fill(full).markdown.split())
        assert words in markdown
        assert other not in markdown
    rows = table(fill(full).markdown, "tbl-register")
    assert "The rule by which further seeds are given" in rows[-1][0]
    assert not any("unknown" in cell for row in rows for cell in row)


def test_an_estimate_has_interval_and_number(full):
    def measure(content):
        part = content["claims"]["C8"]["parts"]["fixed"]
        part |= {"estimate": -0.0123, "interval": [-0.02, 0.0041], "outcome": "undecided", "n": 3}
        part["p_above"] = {"estimate": 1 / 3, "interval": [0.06, 0.79], "n": 3, "method": "wilson"}

    change(full.claims, measure)
    row = table(fill(full).markdown, "tbl-verdicts")[7]
    found = shown(row[2])
    assert "−1.23 points [−2.00,\u00a0+0.41]" in found
    assert "n = 3" in found
    assert row[2].count('data-key="claims.C8.fixed.') == 2
    assert 'data-source="out/claims.json"' in row[2]


def test_what_the_original_printed_stands_beside_it_on_mnist_alone(built):
    rows = {name: table(fill(built[name]).markdown, "tbl-verdicts") for name in PRESETS}
    assert "figure 2: 95.91\u202f%" in shown(rows["full"][0][1])
    assert "training loss 724.5" in shown(rows["full"][9][1])
    assert "Section 6: 2 points, 4 points" in shown(rows["full"][10][1])
    for name in ("embedded", "fashion", "own"):
        assert not any("data-key" in row[1] for row in rows[name])
        assert "figure 2" in rows[name][0][1]


@pytest.mark.parametrize("preset", ["quick", "embedded", "embedded-quick", "fashion", "own"])
def test_what_cannot_be_judged_says_why(built, preset):
    markdown = fill(built[preset]).markdown
    rows = table(markdown, "tbl-verdicts")
    assert "Untestable" not in str(rows)  # its reason stands once, before the table
    reasons = " ".join(row[-1] for row in rows)
    if preset == "quick":
        lacked = "epochs (2 of 10); seeds that all settings share (1 of 3)"
        assert f"it lacks for most of these: {lacked}." in shown(markdown)
        assert "This build lacks" not in rows[0][-1]
        assert "`sweep_batch_size`" in reasons
        assert "not run" in rows[5][2]
    else:
        assert "because it was not trained on MNIST" in markdown
        assert "This build lacks" not in reasons
    assert "holds" not in json.dumps(table(markdown, "tbl-claim-C1"))


def test_fair_comparisons_stand_side_by_side(built):
    markdown = shown(fill(built["full"]).markdown)
    for label in ("tbl-fair-activation", "tbl-fair-optimizer"):
        assert label in markdown
    rows = re.findall(r"^\| (?:fixed rates|each at its best).*$", markdown, re.MULTILINE)
    assert len(rows) >= 2
    assert all(re.search(r"% \(0\.\d+\)", row) for row in rows)


def test_the_variance_study_is_shown_where_it_was_made(full):
    assert "{#sec-variance}" not in fill(full).markdown
    names = [f"{a}_accuracy_{s}" for a in ("val", "test") for s in ("std", "std_low", "std_high")]
    rows, facts = [], {}
    source = {"unit": "fraction", "source": "tables/variance.csv", "content_sha256": "0" * 64}
    source["place"] = {"how": "value"}
    for name, std in (("initialization", 0.001), ("order", 0.0005), ("split", 0.002), ("seed", 1)):
        values = [std, std / 2, std * 3] * 2
        pairs = list(zip(names, values, strict=True))
        rows.append({"source": name, "n": 5, "n_diverged": 0} | dict(pairs))
        facts |= {f"variance.{name}.{key}": source | {"value": value} for key, value in pairs}
    facts["settings.variance_seed.epochs"] = source | {"value": 10, "unit": "count"}
    write_table(full.tables / "variance.csv", rows)
    change(full.facts, lambda content: content.update(facts))
    markdown = shown(fill(full).markdown)
    assert "{#sec-variance}" in markdown
    assert "the intervals of the single sources all overlap" in markdown
