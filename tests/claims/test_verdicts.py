"""The verdict that follows from the parts of a claim, part by part."""

import math

import pytest

from backprop_lab.claims.entries import outcome
from backprop_lab.claims.evaluation import verdict_of


def parts(**outcomes):
    return {
        name: {"decides": True, "outcome": one, "experiment": "matrix"}
        for name, one in outcomes.items()
    }


@pytest.mark.parametrize(
    ("first", "second", "verdict", "reason"),
    [
        ("supported", "supported", "reproduced", "all_supported"),
        ("supported", "opposed", "partly", "some_supported"),
        ("supported", "undecided", "partly", "some_supported"),
        ("opposed", "opposed", "contradicted", "all_opposed"),
        ("opposed", "undecided", "not_reproduced", "none_supported"),
        ("undecided", "undecided", "not_reproduced", "none_supported"),
        ("supported", "one_seed", "untestable", "one_seed"),
        ("one_seed", "not_run", "untestable", "not_run"),
    ],
)
def test_verdict_of_two_parts(first, second, verdict, reason):
    found, why = verdict_of(None, parts(a=first, b=second), "mnist")
    assert (found, why["key"]) == (verdict, reason)


def test_a_part_that_does_not_decide_changes_nothing():
    both = parts(a="supported", b="opposed")
    both["b"]["decides"] = False
    assert verdict_of(None, both, "mnist")[0] == "reproduced"


def test_what_makes_a_claim_untestable_before_any_part_counts():
    both = parts(a="supported")
    assert verdict_of("not_public", both, "mnist")[1]["key"] == "not_public"
    assert verdict_of(None, both, "fashion_mnist")[1]["values"] == {"dataset": "fashion_mnist"}


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        ([0.0, 0.02], "undecided"),  # what is equal to a bound is not above it
        ([0.0, 0.0], "opposed"),
        ([0.01, 0.02], "supported"),
        ([-0.01, 0.02], "undecided"),
        ([-0.02, -0.01], "opposed"),
        (None, "undecided"),
    ],
)
def test_outcome_of_an_interval_against_a_region(interval, expected):
    entry = {"n_seeds": 3, "interval": interval}
    assert outcome(entry, (0.0, math.inf)) == expected
    assert outcome(entry | {"n_seeds": 1}, (0.0, math.inf)) == "one_seed"
    assert outcome(entry, None) is None
