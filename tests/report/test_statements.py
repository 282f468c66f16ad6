"""Is each statement of the report true, whatever a build found?"""

from dataclasses import replace

import pytest
from built_out import REPORT
from statements.build import Build
from statements.check import check
from statements.generic import GENERIC
from statements.registry import Registry
from statements.sentences import sentences
from worlds import WORLDS


@pytest.fixture(scope="module", params=WORLDS)
def inputs(request, tmp_path_factory):
    return WORLDS[request.param].build(tmp_path_factory.mktemp("world") / "out")


def test_every_statement_is_true_and_somebody_checks_it(inputs):
    report = check(inputs)
    assert not report.false
    assert not report.unknown, "see tests/support/statements/theory.txt"
    assert report.by_checker >= 10


def test_what_every_language_says_is_true(inputs):
    template = REPORT / "text/zh-TW/lab-report.md"
    report = check(replace(inputs, template=template))
    assert len(report.sentences) > 1000
    assert not report.false


def build_of(facts):
    """A build that has these facts alone: key -> value."""
    build = Build(None, None)
    build.__dict__["facts"] = {
        key: {"value": value, "unit": "fraction"} for key, value in facts.items()
    }
    return build


@pytest.mark.parametrize(
    ("markdown", "facts", "what"),
    [
        ("With 1 seeds.", {}, "'1 seeds'"),
        ("Of 14 claims 1 are reproduced.", {}, "'1 are'"),
        ("In all 3 seed.", {}, "'3 seed'"),
        ("In the last 0\u202fs not all cores had a job.", {}, "duration of nothing"),
        ("It ends at nothing, since it diverged.", {}, "value that is none"),
        ("Ends [0.30]{data-key=d.difference} points above one.", {"d.difference": -0.003}, "above"),
        ("Ends [0.00]{data-key=d.difference} points below it.", {"d.difference": 0}, "below"),
        ("高 [0.30]{data-key=d.difference} 個百分點。", {"d.difference": -0.003}, "高"),
        ("[4]{data-key=a} of [3]{data-key=b} hold.", {"a": 4, "b": 3}, "4 of 3"),
        ("[130 %]{data-key=x_accuracy} right.", {"x_accuracy": 1.3}, "1.3"),
        (
            "from [0.77]{data-key=r_min} to [0.77]{data-key=r_max}",
            {"r_min": 0.77, "r_max": 0.77},
            "0.77 to 0.77",
        ),
        ("[0.20 [0.30, 0.40]]{data-key=e}", {"e": 0.2}, "0.20"),
        (
            "[98.0 ± 0.00 %]{data-key=v_mean}",
            {"v_mean": 0.98, "v_std": 4e-5},
            "though its spread",
        ),
    ],
)
def test_a_false_statement_is_found(markdown, facts, what):
    build = build_of(facts)
    [sentence] = sentences(markdown)
    found = [line for look in GENERIC for line in look(sentence, build)]
    assert [line for line in found if what in line], found


def test_true_statements_are_left_alone():
    facts = {"d.difference": 0.003, "a": 3, "b": 14, "v_mean": 0.98, "v_std": 0.0}
    markdown = (
        "With 1 seed and 3 epochs, Task 2 is [0.30]{data-key=d.difference} points above it. "
        "[3]{data-key=a} of [14]{data-key=b} hold; [98.0 ± 0.00 %]{data-key=v_mean} in 10 s."
    )
    found = sentences(markdown)
    assert len(found) == 2
    assert found[1].keys == ("a", "b", "v_mean")
    assert not [line for one in found for look in GENERIC for line in look(one, build_of(facts))]


def test_a_new_sentence_that_claims_something_needs_a_checker():
    registry = Registry.of_project()
    [new] = sentences("Adam is always the best optimiser of them all.")
    [plain] = sentences("We measured the signal.")
    [known] = sentences("With the small weights the signal does not grow; it vanishes.")
    assert registry.depends(new)
    assert not registry.checkers(new)
    assert not registry.is_exempt(new)
    assert not registry.depends(plain)
    assert registry.checkers(known)
