"""Every verdict can come out either way; what is made of them says so."""

import numpy as np
import pandas as pd
import pytest
from claims_sample import CLAIMS, CONFIG, SCHEMA, c8, collect_world, evaluated, judged

from backprop_lab.claims.criteria import Sample
from backprop_lab.claims.declaration import load_claims

DEPTH = {1: 0.96, 2: 0.88, 3: 0.0966}
FAILS = {"val_accuracy": 0.0967}


def c1(run):
    return {"val_accuracy": DEPTH[len(run.hidden_sizes)]}


def c1_not(run):
    return {"val_accuracy": 0.96 + 0.01 * len(run.hidden_sizes)}


def c2(run):
    return {"val_accuracy": 0.97 if run.hidden_sizes == (1024,) else 0.95}


def c2_not(run):
    return {"val_accuracy": 0.94}


WORSE = {"val_accuracy": 0.8, "train_accuracy": 0.9, "train_loss": (2.3, 2.1)}


def c4(run):
    return WORSE if run.activation == "sigmoid" else {}


def c4_not(run):
    return WORSE if run.activation == "relu" else {}


def c5(run):
    return {
        "train_loss": (0.3, 0.001),
        "train_accuracy": 0.999,
        "val_accuracy": 0.965,
        "val_loss": (0.1, 0.3),
    }


def c5_not(run):
    return {"train_loss": (0.2, 0.3), "train_accuracy": 0.97, "val_loss": (0.3, 0.1)}


def c6(run):
    off = abs(run.batch_size.bit_length() - 6)  # doublings from 32
    return {"val_accuracy": 0.97 - 0.005 * off, "train_loss": 0.1 + 0.02 * off}


def c6_not(run):
    off = abs(run.batch_size.bit_length() - 6)
    return {"val_accuracy": 0.9 + 0.005 * off, "train_loss": 0.3 - 0.02 * off}


def c7(run):
    if run.learning_rate == 1:
        return {"diverged": True}
    return {"train_loss": (2.3, 1.5), "val_accuracy": 0.6} if run.learning_rate == 0.0001 else {}


def c8_not(run):
    return {"val_accuracy": 0.93 if run.optimizer == "sgd" else 0.97}


def c9(run):
    return {"seconds_in_turn": 3.0 if run.backend == "numpy" else 1.0}


def c10(run):
    return FAILS if run.backend == "torch" and run.learning_rate == 0.1 else {}


def c11(run):
    return {"val_accuracy": 0.93 if run.backend == "torch" else 0.96}


def c12(run):
    return {"val_accuracy": 0.968 if run.backend == "numpy" else 0.946}


def plain(run):
    return {}


def at_093(run):
    return {"val_accuracy": 0.93}


@pytest.mark.parametrize(
    ("claim", "true", "false"),
    [
        ("C1", c1, c1_not),
        ("C2", c2, c2_not),
        ("C4", c4, c4_not),
        ("C5", c5, c5_not),
        ("C6", c6, c6_not),
        ("C7", c7, plain),
        ("C8", c8, c8_not),
        ("C9", c9, plain),
        ("C10", c10, plain),
        ("C11", c11, plain),
        ("C12", c12, at_093),
        ("C13", c12, at_093),
    ],
)
def test_a_verdict_comes_out_either_way(tmp_path, claim, true, false):
    found = judged(tmp_path / "true", true)["claims"][claim]
    assert (found["verdict"], found["reason"]["key"]) == ("reproduced", "all_supported")
    found = judged(tmp_path / "false", false)["claims"][claim]
    assert (found["verdict"], found["reason"]["key"]) == ("contradicted", "all_opposed")


def test_speed_is_judged_by_the_rounds_and_by_nothing_else(tmp_path):
    def world(run):
        # The runs' own times say the opposite; PyTorch gains with depth alone.
        deep = len(run.hidden_sizes) == 3
        slow = run.backend == "numpy" and deep
        return {
            "seconds_in_turn": 2.0 if slow else 1.0,
            "seconds_per_epoch": 9.0 if run.backend == "numpy" and not deep else 1.0,
        }

    claims = judged(tmp_path, world)["claims"]
    assert claims["C9"]["verdict"] == "partly"
    values = {"supported": ["three_layers"], "opposed": ["one_layer"], "undecided": []}
    assert claims["C9"]["reason"]["values"] == values
    part = claims["C9"]["parts"]["three_layers"]
    assert part["estimate"] == pytest.approx(2, rel=0.01)
    assert part["interval"][0] < part["estimate"] < part["interval"][1]
    assert (part["n"], part["unit"], part["method"]) == (5, "ratio", "t")
    assert part["first"]["mean"] == pytest.approx(2, rel=0.01)
    assert claims["C9"]["sources"][-1] == "speed.csv"
    assert "speed.csv" not in claims["C8"]["sources"]


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    """Return all inputs of write_claims, of a world in which nothing differs."""
    return collect_world(tmp_path_factory.mktemp("plain"), plain)


def test_rounds_that_disagree_leave_speed_undecided(inputs, tmp_path):
    table = pd.read_csv(inputs["speed"])
    table["numpy_seconds"] = table["torch_seconds"] * table["round"].map(lambda n: (0.5, 4)[n % 2])
    table.to_csv(tmp_path / "speed.csv", index=False)
    inputs = inputs | {"speed": tmp_path / "speed.csv"}
    claim = evaluated(inputs, tmp_path / "claims.json")["claims"]["C9"]
    assert claim["verdict"] == "not_reproduced"
    assert claim["parts"]["one_layer"]["outcome"] == "undecided"


def test_a_network_that_was_not_timed_makes_speed_untestable(inputs, tmp_path):
    table = pd.read_csv(inputs["speed"], dtype={"hidden_sizes": str})
    table[table["hidden_sizes"] == "360"].to_csv(tmp_path / "speed.csv", index=False)
    inputs = inputs | {"speed": tmp_path / "speed.csv"}
    claim = evaluated(inputs, tmp_path / "claims.json")["claims"]["C9"]
    assert claim["reason"] == {"key": "not_run", "values": {"experiments": ["speed"]}}


def test_some_parts_make_partly_and_say_which(tmp_path):
    found = judged(tmp_path, lambda run: {"val_accuracy": 0.982})["claims"]["C12"]
    assert found["verdict"] == "partly"
    values = {"supported": ["reaches"], "opposed": ["matches"], "undecided": []}
    assert found["reason"] == {"key": "some_supported", "values": values}


def test_seeds_that_disagree_reproduce_nothing_and_contradict_nothing(tmp_path):
    def noisy(run):
        return {"val_accuracy": 0.8 + 0.01 * (run.seed if run.optimizer == "sgd" else 4.5)}

    found = judged(tmp_path, noisy)["claims"]["C8"]
    assert (found["verdict"], found["reason"]["key"]) == ("not_reproduced", "none_supported")
    assert found["parts"]["fixed"]["outcome"] == "undecided"


def test_every_testable_claim_finds_its_runs_in_config_yaml(tmp_path):
    claims = judged(tmp_path)["claims"]
    assert list(claims) == list(load_claims(CLAIMS, SCHEMA)["claims"])
    untestable = {
        name: c["reason"]["key"] for name, c in claims.items() if "untest" in c["verdict"]
    }
    assert untestable == {"C3": "not_tried", "C14": "not_public"}
    assert all(
        part["outcome"] != "not_run" for c in claims.values() for part in c["parts"].values()
    )
    load_claims(CLAIMS, SCHEMA, known=CONFIG["experiments"])


def test_one_seed_cannot_decide(tmp_path):
    presets = {"short": {"epochs": 4, "seeds": [0]}}  # also where an experiment has its own
    claims = judged(tmp_path, presets=presets)["claims"]
    # C9 is measured in rounds, whatever the seeds.
    keys = {claim["reason"]["key"] for name, claim in claims.items() if name != "C9"}
    assert keys == {"not_as_registered", "not_tried", "not_public"}
    seeds = {"what": "seeds", "registered": 3, "found": 1}
    assert claims["C8"]["reason"]["values"] == {"lacks": [seeds]}
    assert (claims["C9"]["verdict"], claims["C9"]["parts"]["one_layer"]["n"]) == ("contradicted", 5)
    part = claims["C8"]["parts"]["fixed"]
    assert (part["n"], part["interval"], part["outcome"]) == (1, None, "not_as_registered")


def test_the_quick_preset_names_what_it_did_not_run(tmp_path):
    claims = judged(tmp_path, preset="quick")["claims"]
    assert {claim["verdict"] for claim in claims.values()} == {"untestable"}
    epochs = {"what": "epochs", "registered": 4, "found": 2}
    seeds = {"what": "seeds", "registered": 3, "found": 1}
    assert claims["C1"]["reason"]["values"] == {"lacks": [epochs, seeds]}
    # Its rounds are as many in every preset, and time the networks of these runs.
    assert claims["C9"]["reason"]["values"] == {"lacks": [epochs]}
    values = {"experiments": ["sweep_batch_size"]}
    assert claims["C6"]["reason"] == {"key": "not_run", "values": values}


def test_other_images_test_no_claim_about_mnist(tmp_path):
    claims = judged(tmp_path, dataset="digits")["claims"]
    assert claims["C1"]["reason"] == {"key": "not_mnist", "values": {"dataset": "digits"}}
    assert {claim["verdict"] for claim in claims.values()} == {"untestable"}


def test_a_setting_gains_nothing_by_its_diverged_runs(tmp_path):
    def world(run):
        # Two seeds of three at the highest rate would be the best of all.
        if run.learning_rate == 1:
            return {"val_accuracy": 0.99, "diverged": run.seed == 0}
        return {}

    part = judged(tmp_path, world)["claims"]["C8"]["parts"]["tuned"]
    assert part["first"]["learning_rate"] != 1
    assert part["first"]["n_diverged"] == 0


def test_losses_of_diverged_runs_leave_a_part_undecided(tmp_path):
    found = judged(tmp_path, lambda run: {"diverged": run.backend == "numpy"})["claims"]["C5"]
    part = found["parts"]["train_falls"]
    assert (part["n"], part["n_seeds"], part["outcome"]) == (0, 10, "undecided")
    assert part["estimate"] is None


def test_tuned_settings_are_picked_on_validation_and_compared_on_test(tmp_path):
    def world(run):
        if run.learning_rate == 0.05:
            return {"val_accuracy": 0.98, "test_accuracy": 0.90}
        return {"val_accuracy": 0.97, "test_accuracy": 0.99}

    part = judged(tmp_path, world)["claims"]["C4"]["parts"]["higher_tuned"]
    assert part["first"]["learning_rate"] == part["second"]["learning_rate"] == 0.05
    assert part["first"]["mean"] == pytest.approx(0.90, abs=1e-4)
    assert part["first"]["at_edge"] is False


def test_a_best_value_at_the_end_of_its_sweep_says_so(tmp_path):
    part = judged(tmp_path, lambda run: {"val_accuracy": 0.9 + 0.001 * run.learning_rate})
    assert part["claims"]["C8"]["parts"]["tuned"]["first"]["at_edge"] is True


def test_estimates_carry_interval_n_and_outperformance(tmp_path):
    part = judged(tmp_path, c8)["claims"]["C8"]["parts"]["fixed"]
    assert part["estimate"] == pytest.approx(0.04)
    assert part["interval"] == pytest.approx([0.04, 0.04])
    assert (part["n"], part["method"], part["unit"]) == (10, "t", "fraction")
    assert part["p_above"]["estimate"] == 1
    assert part["p_above"]["interval"][0] == pytest.approx(0.7225, abs=1e-4)
    images = part["first"]["images"]
    assert images["n"] == 10000
    assert images["interval"][0] < 0.97 < images["interval"][1]


def test_an_interval_of_an_accuracy_stays_within_0_and_1(tmp_path):
    def world(run):
        return {"diverged": run.learning_rate == 1 and run.seed == 0}

    part = judged(tmp_path, world)["claims"]["C7"]["parts"]["fails_sgd"]
    assert part["interval"] == [0.0, 1.0]


def test_the_original_gap_is_no_chance(tmp_path):
    part = judged(tmp_path)["claims"]["C14"]["parts"]["printed_gap"]
    assert part["estimate"] == pytest.approx(0.024)
    assert part["z"] == pytest.approx(8, abs=0.05)


def test_the_same_results_give_the_same_bytes(tmp_path):
    judged(tmp_path / "a")
    judged(tmp_path / "b")
    assert (tmp_path / "a/claims.json").read_bytes() == (tmp_path / "b/claims.json").read_bytes()


def test_a_ratio_and_its_inverse_say_the_same():
    logs = pd.Series(np.log([2.0 / 1.0, 3.0 / 1.4, 4.1 / 2.2]))
    ratio = Sample(logs, {}, is_log=True).interval()
    inverse = Sample(-logs, {}, is_log=True).interval()
    assert ratio.estimate == pytest.approx((2 * 3 / 1.4 * 4.1 / 2.2) ** (1 / 3))
    assert ratio.low == pytest.approx(1 / inverse.high)
    assert ratio.high == pytest.approx(1 / inverse.low)
