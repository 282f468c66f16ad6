"""The multiverse: its sealed cell is claims.json, and each choice does what it says."""

import json
import math
from collections import Counter

import numpy as np
import pytest
from claims_sample import CLAIMS, SCHEMA, THREE_SEEDS, c8, collect_world, evaluated
from multiverse_sample import noisy, written
from scipy import stats

from backprop_lab.claims.choices import CELLS, CHOICES, SEALED, Cell, at_epoch, with_margin
from backprop_lab.claims.correction import decision_p_value
from backprop_lab.claims.declaration import load_claims
from backprop_lab.claims.multiverse import outcomes, verdicts_in
from backprop_lab.claims.robustness import read_robustness, robustness_of
from backprop_lab.errors import LabError
from backprop_lab.facts.clock import content
from backprop_lab.files.documents import read_json
from backprop_lab.results.statistics import mean_interval
from backprop_lab.tables.multiverse import write_multiverse_table

ABOVE_0 = [0.0, None]


def diverging(run):
    return {"diverged": run.learning_rate == 1, "val_accuracy": 0.91 + 0.02 * (run.seed % 3)}


@pytest.mark.parametrize("world", [lambda run: {}, c8, noisy, diverging])
def test_the_sealed_cell_is_claims_json(tmp_path, world):
    inputs = collect_world(tmp_path, world)
    claims = evaluated(inputs, tmp_path / "claims.json")["claims"]
    made = written(inputs, tmp_path / "multiverse.json")["claims"]
    assert {name: one["verdict"] for name, one in made.items()} == {
        name: one["verdict"] for name, one in claims.items()
    }
    for name, one in made.items():
        outcomes_of = {part: entry["outcome"] for part, entry in claims[name]["parts"].items()}
        found = outcomes(one["parts"], SEALED)
        assert found == {part: outcomes_of[part] for part in one["parts"]}, name
        assert bool(one["parts"]) == (one["verdict"] != "untestable")


@pytest.mark.parametrize(
    ("world", "judged"),
    [({"dataset": "digits"}, []), ({"preset": "quick"}, [])],
)
def test_what_cannot_be_judged_has_no_cells(tmp_path, world, judged):
    inputs = collect_world(tmp_path, noisy, **world)
    made = written(inputs, tmp_path / "multiverse.json")["claims"]
    assert [name for name, one in made.items() if one["cells"]] == judged
    assert [name for name, one in made.items() if one["parts"]] == judged


def test_a_doubled_margin_flips_a_verdict_and_nothing_else_does(tmp_path):
    """Claim C13: "reaches" has no margin; "matches" allows 0.01, and 0.015 lie between."""

    def world(run):
        return {"val_accuracy": printed + 0.015 if run.epochs == 4 else 0.9}

    inputs = collect_world(tmp_path, c8)
    [printed] = [
        entry["value"]
        for entry in evaluated(inputs, tmp_path / "c.json")["claims"]["C13"]["printed"]
        if entry["key"] == "stated.task2.validation_accuracy"
    ]
    inputs = collect_world(tmp_path, world, **THREE_SEEDS)
    written(inputs, tmp_path / "multiverse.json")
    found = read_robustness(tmp_path / "multiverse.json")["C13"]
    assert found.verdict == "partly"
    # Three seeds leave the sign-flip interval infinite.
    assert found.alone["margin"] == {2: "reproduced"}
    assert found.alone["interval"] == {"sign_flip": "not_reproduced"}
    assert not any(found.alone[choice] for choice in ("level", "epoch", "correction"))
    assert found.counts == {"partly": 48, "reproduced": 24, "not_reproduced": 36}
    assert found.n_same == 48
    assert found.effects["margin"] == pytest.approx(2 / 3 * 2 / 3)


@pytest.mark.parametrize(
    ("part", "factor", "changed"),
    [
        ({"kind": "difference", "below": 0.002}, 0.5, {"below": 0.001}),
        ({"kind": "difference", "above": 0}, 2, {"above": 0}),
        ({"kind": "trend", "above": 0.1, "below": 0.3}, 2, {"above": 0.2, "below": 0.6}),
        ({"kind": "ratio", "above": 1.5}, 0.5, {"above": math.sqrt(1.5)}),
        ({"kind": "value", "near": "stated.x", "within": 0.01}, 2, {"within": 0.02}),
        ({"kind": "value", "above": "stated.x"}, 2, {}),
        # A bound that was printed is what is claimed, and so is the region that it closes.
        ({"kind": "difference", "above": 0.01, "below": "stated.x"}, 2, {}),
    ],
)
def test_a_margin_is_multiplied(part, factor, changed):
    assert with_margin(part, factor, 0.1) == pytest.approx(part | changed)
    assert with_margin(part, 1, 0.1) == part


def test_that_a_network_does_not_learn_is_measured_from_guessing():
    part = {"kind": "value", "measure": {"quantity": "val_accuracy"}, "below": 0.2}
    assert with_margin(part, 2, 0.1)["below"] == pytest.approx(0.3)
    assert with_margin(part, 0.5, 0.1)["below"] == pytest.approx(0.15)
    change = part | {"measure": {"quantity": "val_accuracy", "since": "half"}}
    assert with_margin(change, 2, 0.1)["below"] == pytest.approx(0.4)


def test_the_epoch_touches_what_is_measured_in_the_last_one():
    touched = [
        f"{name}.{key}"
        for name, claim in load_claims(CLAIMS, SCHEMA)["claims"].items()
        for key, part in claim.get("parts", {}).items()
        if part.get("decides", True) and at_epoch(part, "best") != part
    ]
    assert {"C1.no_gain", "C4.overfits_less", "C5.gap", "C7.slow_sgd", "C12.reaches"} <= {*touched}
    untouched = {"C2.reaches", "C4.faster_fixed", "C5.train_falls", "C8.tuned", "C9.one_layer"}
    assert untouched.isdisjoint(touched)


def test_the_best_epoch_counts(tmp_path):
    """Validation accuracy falls from 0.98 to 0.95: the best epoch is the first."""
    inputs = collect_world(tmp_path, lambda run: {"val_accuracy": (0.99, 0.95)})
    made = written(inputs, tmp_path / "multiverse.json")["claims"]
    last, best = (found[0]["intervals"][1] for found in made["C12"]["parts"]["reaches"]["found"])
    assert last == pytest.approx([0.95, 0.95], abs=1e-4)
    assert best == pytest.approx([0.98, 0.98], abs=1e-4)


def test_a_p_value_is_that_of_the_test():
    values = np.random.default_rng(3).normal(0.4, 1, 9)

    def ends(method):
        def of(level):
            found = mean_interval(values, level=level, method=method)
            return found.low, found.high

        return of

    for bound in (-0.3, 0.1, 1.2):
        region = (bound, math.inf)
        expected = stats.ttest_1samp(values, bound).pvalue
        assert decision_p_value(ends("t"), region) == pytest.approx(expected, rel=2e-3)
        # All subsets of the deviations from the bound: how many sums are at most 0?
        deviations = values - bound
        chosen = (np.arange(2**9)[:, None] >> np.arange(9)) & 1
        sums = np.sort(chosen[1:] @ deviations)
        beyond = min(np.sum(sums < 0), np.sum(sums > 0)) + 1
        expected = 2 * beyond / 2**9
        assert decision_p_value(ends("sign_flip"), region) == pytest.approx(expected, rel=2e-3)
    # Of a region with two bounds, the bound that is harder to exclude decides.
    sides = [decision_p_value(ends("t"), (-0.8, math.inf)), decision_p_value(ends("t"), (0, 2))]
    harder = max(stats.ttest_1samp(values, bound).pvalue for bound in (0, 2))
    assert sides[1] == pytest.approx(harder, rel=2e-3)
    assert sides[0] < sides[1]


def criterion(p, *, timed=False, interval=(1.0, 2.0)):
    """A criterion that holds at every level, by its interval; `p` is its p-value."""
    found = {"intervals": [list(interval)] * 3, "p_values": [p] * 3}
    return {"timed": timed, "regions": [ABOVE_0] * 3, "found": [[found] * 3]}


def test_holm_leaves_undecided_what_many_criteria_do_not_support():
    criteria = {"A.a": criterion(0.005), "A.b": criterion(0.013), "B.a": criterion(0.015)}
    criteria["C.time"] = criterion(0.02, timed=True)
    holm = SEALED._replace(correction="holm")
    assert {*outcomes(criteria, SEALED).values()} == {"supported"}
    # By hand: 0.02 and three times 0.039, at most 0.05.
    assert {*outcomes(criteria, holm).values()} == {"supported"}
    criteria["A.c"] = criterion(0.9, interval=(-1.0, 2.0))
    # Now 0.025, three times 0.052, and 0.9.
    assert outcomes(criteria, holm) == {
        "A.a": "supported",
        "A.b": "undecided",
        "B.a": "undecided",
        "C.time": "undecided",
        "A.c": "undecided",
    }
    by_claim = {"A": {"a": criteria["A.a"], "b": criteria["A.b"]}, "B": {"a": criteria["B.a"]}}
    by_claim["C"] = {name: criterion(0.9, interval=(-1.0, 2.0)) for name in "xy"}
    assert verdicts_in(by_claim, SEALED)["A"] == "reproduced"
    assert verdicts_in(by_claim, holm)["A"] == "partly"


def test_no_clock_moves_the_other_criteria():
    criteria = {"A.a": criterion(0.03), "C.time": criterion(0.001, timed=True)}
    holm = SEALED._replace(correction="holm")
    # With both p-values A.a would have 0.03: as the time counts with 1, it has 0.06.
    assert outcomes(criteria, holm) == {"A.a": "undecided", "C.time": "supported"}


def test_equal_values_decide_but_outlive_no_correction(tmp_path):
    """Every network that does not learn names one class: their accuracies are the same."""
    inputs = collect_world(tmp_path, lambda run: {"diverged": run.learning_rate >= 0.1})
    parts = written(inputs, tmp_path / "multiverse.json")["claims"]["C10"]["parts"]
    for low, high in parts["raw_sgd"]["found"][0][0]["intervals"]:
        assert low == high == pytest.approx(0.1)
    assert parts["raw_sgd"]["found"][0][0]["p_values"] == [1, 1, 1]
    assert outcomes(parts, SEALED)["raw_sgd"] == "supported"
    assert outcomes(parts, SEALED._replace(correction="holm"))["raw_sgd"] == "undecided"


def test_what_flips_a_verdict_by_hand():
    """The verdict hangs on the level, and at 0.99 on the correction too."""
    cells = {"reproduced": [], "partly": [], "contradicted": []}
    for number, cell in enumerate(CELLS):
        strict = "contradicted" if cell.correction == "holm" else "partly"
        cells[strict if cell.level == 0.99 else "reproduced"].append(number)
    found = robustness_of(cells)
    assert len(CELLS) == len({*CELLS}) == 108
    assert found.counts == {"reproduced": 72, "partly": 18, "contradicted": 18}
    assert found.share == pytest.approx(2 / 3)
    assert found.alone["level"] == {0.99: "partly"}
    assert not any(values for choice, values in found.alone.items() if choice != "level")
    assert found.effects["level"] == pytest.approx(2 / 3)  # of three pairs of levels, two
    assert found.effects["correction"] == pytest.approx(1 / 3)  # at one level of three
    assert found.strongest == ["level", "correction"]
    assert robustness_of({}) is None


def test_the_table_counts_the_cells(tmp_path):
    inputs = collect_world(tmp_path, noisy)
    evaluated(inputs, tmp_path / "claims.json")
    made = written(inputs, tmp_path / "multiverse.json")["claims"]
    output = tmp_path / "multiverse.csv"
    files = {"claims": tmp_path / "claims.json", "multiverse": tmp_path / "multiverse.json"}
    write_multiverse_table(**files, output=output)
    [head, *lines] = [line.split(",") for line in output.read_text().splitlines()]
    rows = [dict(zip(head, line, strict=True)) for line in lines]
    assert [row["claim"] for row in rows] == list(made)
    for row in rows:
        cells = made[row["claim"]]["cells"]
        if not cells:
            assert (row["n_cells"], row["share"]) == ("0", "")
            continue
        counts = Counter({verdict: len(own) for verdict, own in cells.items()})
        assert sum(counts.values()) == int(row["n_cells"]) == 108
        assert int(row["n_same"]) == counts[row["verdict"]]
        assert float(row["share"]) == pytest.approx(counts[row["verdict"]] / 108)
        assert int(row["n_partly"]) == counts["partly"]
    # Of what a clock wrote, the claim on times, equal builds leave nothing.
    assert b"\nC9," not in content(output)
    assert b"\nC8," in content(output)
    assert "C9" not in json.loads(content(files["multiverse"]))["claims"]

    changed = read_json(files["claims"])
    changed["claims"]["C8"]["verdict"] = "contradicted"
    files["claims"].write_text(json.dumps(changed))
    with pytest.raises(LabError, match=r"C8: the sealed cell has another verdict"):
        write_multiverse_table(**files, output=output)


def test_a_file_of_other_choices_is_refused(tmp_path):
    inputs = collect_world(tmp_path, c8, dataset="digits")
    made = written(inputs, tmp_path / "multiverse.json")
    made["choices"]["level"] = [0.8, 0.95, 0.99]
    (tmp_path / "multiverse.json").write_text(json.dumps(made))
    with pytest.raises(LabError, match="other choices"):
        read_robustness(tmp_path / "multiverse.json")


def test_every_cell_has_one_value_of_each_choice():
    assert SEALED in CELLS
    assert Cell._fields == tuple(CHOICES)
    for choice, values in CHOICES.items():
        assert {getattr(cell, choice) for cell in CELLS} == {*values}
