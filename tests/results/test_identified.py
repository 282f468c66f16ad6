"""What logs identify, figure 9's frozen losses from labels alone, and the gap."""

import math

import numpy as np
import pandas as pd
import pytest

from backprop_lab.results.constant import Setting, simulate
from backprop_lab.results.forensics import SETTING
from backprop_lab.results.frozen import least_distance, miscounts, usual_distance
from backprop_lab.results.gap import gap
from backprop_lab.results.identified import hold_out, near, shared


def test_the_least_distance_of_class_mixes_is_reached_by_none_that_is_nearer():
    """Of random answers and mixes, none gives a larger gap than the bound allows."""
    rng = np.random.default_rng(0)
    q = np.full(10, 0.1)
    for _ in range(200):
        p, v = (rng.dirichlet(np.full(10, 400)) for _ in range(2))
        train, val = -(q * np.log(p)).sum(), -(v * np.log(p)).sum()
        assert ((v - q) ** 2 / q).sum() >= least_distance(q, train, val) * 0.95


def test_random_splits_stay_below_the_usual_distance():
    rng = np.random.default_rng(0)
    q = np.full(10, 0.1)
    far = 0
    for _ in range(500):
        a, b = rng.multinomial(50_000, q) / 50_000, rng.multinomial(10_000, q) / 10_000
        far += ((a - b) ** 2 / q).sum() > usual_distance(50_000, 10_000, 10)
    assert far <= 4


def test_a_miscounted_batch_size_gives_the_factor():
    assert miscounts("short last batch counts as a full one", 100, 1.019, 1.021) == [3, 6, 17, 34]


def test_sorted_labels_at_the_end_raise_the_validation_loss():
    case = {"n_train": 4000, "n_orders": 5}
    even, ends = (
        simulate(np.full(10, 500), setting=Setting(0.1, 20, "mean", sorted_end=n), **case)
        for n in (0, 200)
    )
    assert ends.val_loss.mean() > even.val_loss.mean() + 0.005


def test_adams_first_step_is_the_learning_rate_in_each_bias():
    log = simulate(
        np.array([30, 12]), n_train=40, setting=Setting(0.3, 40, "mean", "adam"), n_orders=3
    )
    share = log.train_accuracy  # epoch 2 is judged with biases 0.3 and -0.3
    p = 1 / (1 + math.exp(-0.6))
    expected = -(share * np.log(p) + (1 - share) * np.log(1 - p))
    assert log.train_loss == pytest.approx(expected, rel=1e-6)


def _scores():
    usual = dict.fromkeys(SETTING, "same")
    rows = [
        usual | {"figure": 2, "id": "a", "learning_rate": 0.1, "init": "he", "distance": 0.10},
        usual | {"figure": 2, "id": "b", "learning_rate": 0.2, "init": "he", "distance": 0.11},
        usual | {"figure": 2, "id": "c", "learning_rate": 0.1, "init": "torch", "distance": 0.30},
    ]
    return pd.DataFrame(rows)


def test_what_all_near_settings_share_is_identified():
    close = near(_scores(), 0.02)
    assert close["id"].tolist() == ["a", "b"]
    assert close["excess"].tolist() == pytest.approx([0, 0.01])
    table = shared(_scores(), close).set_index("parameter")
    assert table["identified"].to_dict() == {"learning_rate": False, "init": True}
    assert table.loc["init", ["tried", "near"]].tolist() == ["he torch", "he"]


def test_a_setting_is_chosen_without_the_figure_it_is_measured_on():
    usual = dict.fromkeys(SETTING, "same") | {"epochs": 1}
    far = {f"distance_figure{n}": 0.3 for n in (2, 3, 4, 6)}
    near_all_but_2 = {name: 0.1 for name in far} | {"distance_figure2": 0.9}
    settings = pd.DataFrame(
        [usual | far | {"init": "one"}, usual | near_all_but_2 | {"init": "two"}]
    )
    table = hold_out(settings).set_index("held_out")
    assert table.loc[2, ["init", "rank"]].tolist() == ["two", 2]
    assert table.loc[2, "distance_held_out"] == 0.9
    assert table.loc[3, ["init", "rank"]].tolist() == ["one", 2]


def test_the_gap_is_measured_where_training_losses_are_alike():
    columns = ["epoch", "train_loss", "train_accuracy", "val_loss", "val_accuracy"]
    own = pd.DataFrame([(1, 1.0, 0.5, 0.8, 0.90), (2, 0.01, 1, 0.2, 0.98)], columns=columns)
    theirs = pd.DataFrame([(1, 0.1, 0.9, 0.4, 0.92), (2, 0.001, 1, 0.4, 0.9)], columns=columns)
    found = gap(own, theirs, 10_000)
    assert (found.n_rows, found.train_loss) == (1, 0.1)
    assert found.val_accuracy == pytest.approx(0.94)  # half way in the logarithm
    assert found.accuracy_gap == pytest.approx(0.02)
    assert found.loss_ratio == pytest.approx(0.5 / 0.4)
    assert not found.accuracy_alike
    assert gap(own, theirs[1:], 10_000) is None
