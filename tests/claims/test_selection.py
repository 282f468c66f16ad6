"""Which runs a setting of claims.yaml means, where experiments bring different seeds."""

import pytest
from claims_sample import CONFIG, collect_world

from backprop_lab.claims.measures import Measured, NotRunError, Results
from backprop_lab.claims.selection import candidates, select, sweep

GRID = CONFIG["experiments"]["task1_final"]["grid"]
RATES = {"experiments": ["rates"], "over": "learning_rate", "pick": "best"}
SIZES = {"experiments": ["sizes"], "over": "batch_size", "pick": "best"}
#: Two rates on two seeds; one of the rates on four more, in an experiment of its own.
EXPERIMENTS = {
    "rates": {"seeds": [0, 1], "grid": GRID | {"learning_rate": [0.1, 0.2]}},
    "more": {"seeds": [2, 3, 4, 5], "grid": GRID | {"learning_rate": [0.1]}},
    "other": {"seeds": [7], "grid": GRID | {"learning_rate": [0.5]}},
    "sizes": {
        "seeds": [0, 1],
        "grid": [
            GRID | {"learning_rate": [0.1, 0.2]},
            GRID | {"learning_rate": [0.1, 0.4], "batch_size": [64]},
        ],
    },
}


def results(folder, world):
    found = collect_world(folder, world, preset="full", experiments=EXPERIMENTS)
    names = ("runs", "history", "experiments", "dataset")
    return Results(Measured(**{name: found[name] for name in names}))


def better_on_more_seeds(run):
    """A world in which the rate with more seeds wins on these alone."""
    value = 0.95 if run.learning_rate == 0.2 else 0.99 if run.seed > 1 else 0.94
    return {"val_accuracy": value}


def test_more_seeds_of_one_rate_do_not_make_it_the_best(tmp_path):
    chosen = select(results(tmp_path, better_on_more_seeds), RATES)
    assert {row["learning_rate"] for row in chosen.rows} == {0.2}


def test_a_setting_has_all_seeds_of_its_variant_whoever_asked_for_them(tmp_path):
    found = results(tmp_path, lambda run: {"val_accuracy": 1 - run.learning_rate})
    assert [row["seed"] for row in select(found, RATES).rows] == [0, 1, 2, 3, 4, 5]
    assert set(candidates(found, RATES)) == {
        "numpy_360_relu_sgd_lr0.1_b32_e40",
        "numpy_360_relu_sgd_lr0.2_b32_e40",
    }


def test_rates_that_share_no_seed_cannot_be_compared(tmp_path):
    found = results(tmp_path, lambda run: {})
    with pytest.raises(NotRunError, match="rates"):
        select(found, RATES | {"experiments": ["rates", "other"]})


def test_a_trend_may_take_each_value_at_its_own_best_rate(tmp_path):
    def world(run):
        best = 0.2 if run.batch_size == 32 else 0.4
        return {"val_accuracy": 0.97 if run.learning_rate == best else 0.9}

    swept = sweep(results(tmp_path, world), SIZES, 0, 1000)
    assert {size: rows[0]["learning_rate"] for size, rows in swept.items()} == {32: 0.2, 64: 0.4}


def test_the_values_of_a_trend_have_the_same_seeds(tmp_path):
    def world(run):
        return {"val_accuracy": 0.97 if run.learning_rate == 0.1 else 0.9}

    swept = sweep(results(tmp_path, world), SIZES, 0, 1000)
    assert [[row["seed"] for row in rows] for rows in swept.values()] == [[0, 1], [0, 1]]


def test_one_value_makes_no_trend(tmp_path):
    with pytest.raises(NotRunError, match="sizes"):
        sweep(results(tmp_path, lambda run: {}), SIZES, 0, 32)
