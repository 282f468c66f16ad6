"""Undecided criteria are looked at again with more seeds, and every look is paid for."""

import math

import pytest
from claims_sample import CLAIMS, THREE_SEEDS, collect_world, evaluated, judged

from backprop_lab.claims.sequential import Look, Rule, follow
from backprop_lab.claims.undecided import HELPLESS, undecided
from backprop_lab.errors import LabError
from backprop_lab.files.documents import read_yaml
from backprop_lab.runs.further import Decide, Further

RULE = Rule((5, 10, 20, 40), 0.05)
#: What SGD is ahead of Adam, by seed: widely spread at first, then always the same.
GAINS = [0.01, 0.05, 0.09]


def gains(run):
    """A world in which C8.fixed is undecided after three seeds, and then soon holds."""
    gain = GAINS[run.seed] if run.seed < len(GAINS) else 0.05
    return {"val_accuracy": 0.9 if run.optimizer == "adam" else 0.9 + gain}


def experiments():
    return dict.fromkeys(["matrix", "sweep_learning_rate"])


def next_of(claims, already=None, rule=RULE):
    found = undecided(claims, rule, already or {}, experiments())
    return {one.name: one for one in found}


def test_the_looks_together_spend_the_budget_and_each_in_proportion_to_its_seeds():
    for first in (2, 3, 5, 10, 12):
        looks = RULE.looks_from(first, 0.95)
        assert looks[0] == Look(first, 0.95)
        assert [look.n for look in looks[1:]] == [n for n in RULE.looks if n > first]
        spent = [(1 - look.level) / 2 for look in looks]
        assert sum(spent) == pytest.approx(0.05)
        for before, look, share in zip(looks, looks[1:], spent[1:], strict=False):
            assert share == pytest.approx(0.025 * (look.n - before.n) / (40 - first))


def test_from_the_ceiling_on_there_is_no_further_look():
    assert RULE.looks_from(40, 0.95) == [Look(40, 0.95)]
    assert RULE.looks_from(50, 0.95) == [Look(50, 0.95)]


def test_a_rule_that_leaves_nothing_to_spend_is_refused():
    with pytest.raises(LabError, match=r"sequential\.wrong: the first look alone spends 0\.025"):
        Rule((5,), 0.025).looks_from(3, 0.95)


def test_numbers_of_seeds_that_do_not_rise_are_refused():
    declared = {"sequential": {"looks": [10, 5], "wrong": 0.05}}
    with pytest.raises(LabError, match=r"looks: \[10, 5\] must rise"):
        Rule.of(declared)
    assert Rule.of({}) is None


def test_looking_ends_with_the_first_decision():
    looks = RULE.looks_from(3, 0.95)
    outcomes = dict(zip((3, 5, 10), ("undecided", "undecided", "opposed"), strict=True))
    taken = follow(looks, lambda look: outcomes[look.n], two_bounds=False)
    assert [(look.n, outcome) for look, outcome in taken] == list(outcomes.items())


def test_later_looks_at_a_region_with_two_bounds_can_support_and_not_oppose():
    looks = RULE.looks_from(3, 0.95)
    opposed = follow(looks, lambda look: "opposed", two_bounds=True)
    assert [outcome for _, outcome in opposed] == ["opposed"]
    later = follow(looks, lambda look: "undecided" if look.n == 3 else "opposed", two_bounds=True)
    assert [outcome for _, outcome in later] == ["undecided"] * 5
    found = follow(looks, lambda look: "undecided" if look.n == 3 else "supported", two_bounds=True)
    assert found[-1] == (looks[1], "supported")


def test_an_undecided_criterion_gets_seeds_and_is_decided_by_them(tmp_path):
    claims = judged(tmp_path / "first", gains, **THREE_SEEDS)
    assert claims["claims"]["C8"]["parts"]["fixed"]["outcome"] == "undecided"
    found = next_of(claims)["C8.fixed"]
    assert found.further.first == (0, 1, 2)
    assert found.further.further == (3, 4)
    assert found.further.variants == (
        "numpy_360_relu_sgd_lr0.1_b32_e4",
        "numpy_360_relu_adam_lr0.001_b32_e4",
    )

    given = {"C8.fixed": found.further}
    for n in (5, 10):
        inputs = collect_world(
            tmp_path / str(n), gains, decide=Decide("short", given), **THREE_SEEDS
        )
        claims = evaluated(inputs, tmp_path / str(n) / "claims.json")
        entry = claims["claims"]["C8"]["parts"]["fixed"]
        assert entry["n_seeds"] == n
        if n == 5:
            given = {"C8.fixed": next_of(claims, given)["C8.fixed"].further}
            assert given["C8.fixed"].further == (3, 4, 5, 6, 7, 8, 9)
    assert [(look["n"], look["outcome"]) for look in entry["looks"]] == [
        (3, "undecided"),
        (5, "undecided"),
        (10, "supported"),
    ]
    assert entry["outcome"] == "supported"
    assert entry["level"] == pytest.approx(1 - 2 * 0.025 * 5 / 37)
    assert entry["interval"] == entry["looks"][-1]["interval"]
    rule = claims["sequential"]
    assert (rule["looks"], rule["wrong"], rule["as_sealed"]) == ([5, 10, 20, 40], 0.05, True)
    assert "C8.fixed" not in next_of(claims, given)


def test_other_criteria_are_judged_on_their_own_seeds_as_before(tmp_path):
    before = judged(tmp_path / "before", gains, **THREE_SEEDS)
    given = {"C8.fixed": next_of(before)["C8.fixed"].further}
    inputs = collect_world(tmp_path, gains, decide=Decide("short", given), **THREE_SEEDS)
    after = evaluated(inputs, tmp_path / "claims.json")
    for claims in (before, after):
        del claims["claims"]["C8"]["parts"]["fixed"]
    assert after == before


def test_a_setting_is_picked_by_its_own_seeds_alone(tmp_path):
    """Further seeds of the variant that was picked are bad; it stays the one that is meant."""

    def world(run):
        best = run.learning_rate == 0.05 and run.optimizer == "sgd"
        return {"val_accuracy": (0.9 + 0.05 * (run.seed < 3)) if best else 0.94}

    part = judged(tmp_path / "first", world)["claims"]["C8"]["parts"]["tuned"]
    variants = (part["first"]["variant"], part["second"]["variant"])
    further = Further((0, 1, 2), (3, 4), variants)
    decide = Decide("short", {"C8.tuned": further})
    inputs = collect_world(tmp_path, world, decide=decide)
    entry = evaluated(inputs, tmp_path / "claims.json")["claims"]["C8"]["parts"]["tuned"]
    assert entry["first"]["variant"] == variants[0]
    # The first look, on its own three seeds, has decided already: no further one counts.
    assert entry["outcome"] == part["outcome"] == "supported"
    assert [look["n"] for look in entry["looks"]] == [3]


def entry(outcome="undecided", **more):
    """A criterion's entry in claims.json, as far as it is asked for here."""
    given = {"kind": "value", "decides": True, "outcome": outcome, "n_seeds": 3}
    return given | {"seeds": [0, 1, 2], "setting": {"variant": "v"}} | more


def claims_of(**parts):
    return {"claims": {"C1": {"parts": parts}}}


def test_what_seeds_cannot_help_is_said():
    timed = entry()
    del timed["seeds"]
    found = next_of(
        claims_of(
            timed=timed,
            printed=entry(kind="proportions", n_seeds=None),
            ceiling=entry(seeds=list(range(40)), n_seeds=40),
            context=entry(decides=False),
            decided=entry("opposed"),
        )
    )
    assert {name: one.why_not for name, one in found.items()} == {
        f"C1.{name}": name for name in HELPLESS
    } | {"C1.ceiling": "ceiling"}
    assert all(one.further is None for one in found.values())


def test_new_seeds_are_the_smallest_that_are_free():
    found = next_of(claims_of(a=entry(seeds=[0, 2, 7])))["C1.a"]
    assert found.further.seeds == (0, 2, 7, 1, 3)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (entry("one_seed"), "claim C1.a: it has one seed, and an interval needs two; give"),
        (
            entry("one_seed", first={}, second={}),
            "claim C1.a: its two settings share one seed, and",
        ),
        (
            {"decides": True, "outcome": "not_run", "experiment": "matrix"},
            "claim C1.a: its two settings share no seed, and an interval needs two; give its "
            "experiments more `seeds:` in config.yaml, and build",
        ),
    ],
)
def test_too_few_shared_seeds_are_one_line_with_claim_and_remedy(wrong, words):
    with pytest.raises(LabError) as error:
        next_of(claims_of(a=wrong))
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_an_experiment_that_the_preset_skips_is_no_mistake():
    skipped = {"decides": True, "outcome": "not_run", "experiment": "sweep_width"}
    assert not next_of(claims_of(a=skipped))


def test_verdicts_that_lack_the_seeds_that_were_given_are_refused():
    given = {"C1.a": Further((0, 1, 2), (3, 4), ("v",))}
    with pytest.raises(LabError, match=r"gives C1\.a 5 seeds, .* build first"):
        next_of(claims_of(a=entry()), given)
    with pytest.raises(LabError, match="build first"):
        next_of(claims_of(a=entry(looks=[{"n": 3}])), given)
    assert next_of(claims_of(a=entry(looks=[{"n": 3}, {"n": 5}])), given)


def test_a_run_that_is_not_there_is_named(tmp_path):
    further = Further((0, 1, 2), (3, 4), ("numpy_360_relu_sgd_lr0.1_b32_e4",))
    decide = Decide("short", {"C8.fixed": further})
    inputs = collect_world(tmp_path, gains, decide=decide, **THREE_SEEDS)
    words = r"C8\.fixed: the run numpy_360_relu_adam_lr0.001_b32_e4/seed3 is not among the results"
    with pytest.raises(LabError, match=words):
        evaluated(inputs, tmp_path / "claims.json")


def test_claims_yaml_declares_the_rule():
    rule = Rule.of(read_yaml(CLAIMS))
    assert rule.wrong == 0.05
    assert math.isclose(rule.looks_from(3, 0.95)[1].level, 1 - 2 * 0.025 * 2 / 37)
