"""Tuning curves: against all subsets by hand, and as table, figure and facts."""

from itertools import combinations

import pandas as pd
import pytest
from claims_sample import CONFIG, collect_world
from figure_sample import WORDS, ids

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.registry import add_table
from backprop_lab.figures import registry as figures
from backprop_lab.tables import registry
from backprop_lab.tables.tuning import expected_best

ACCURACIES = [0.91, 0.1, 0.97, 0.955, 0.97]
GRID = {"learning_rate_grid": CONFIG["experiments"]["learning_rate_grid"]}


@pytest.mark.parametrize("k", range(1, 6))
def test_the_expected_best_is_the_mean_over_all_choices(k):
    best = [max(chosen) for chosen in combinations(ACCURACIES, k)]
    assert expected_best(ACCURACIES, k) == pytest.approx(sum(best) / len(best))


def test_one_rate_is_the_mean_and_all_are_the_best():
    assert expected_best(ACCURACIES, 1) == pytest.approx(sum(ACCURACIES) / 5)
    assert expected_best(ACCURACIES, 5) == 0.97


def world(run):
    """Sigmoid is best at the highest rate, ReLU in the middle; one seed of one rate diverges."""
    if run.activation == "sigmoid":
        return {"val_accuracy": 0.5 + 0.01 * min(run.learning_rate, 5)}
    if run.learning_rate == 5 and run.seed == 0:
        return {"diverged": True}
    best = 0.2 if run.optimizer == "sgd" else 0
    return {"val_accuracy": 0.97 - abs(run.learning_rate - best) / 10}


@pytest.fixture
def curves(tmp_path):
    collect_world(tmp_path, world, experiments=GRID)
    files = {name: tmp_path / f"{name}.csv" for name in ("runs", "experiments", "history")}
    files["dataset"] = tmp_path / "dataset.json"
    registry.write("tuning_curves", files, tmp_path / "tuning_curves.csv")
    return tmp_path / "tuning_curves.csv"


def test_a_run_that_diverged_counts_as_guessing(curves):
    """The mean over the rates, of which the one that diverged scores one in ten."""
    table = pd.read_csv(curves).set_index(["activation", "optimizer", "n_rates"])
    row = table.loc[("relu", "sgd", 1)]
    rates = GRID["learning_rate_grid"]["grid"][0]["learning_rate"]
    kept = [0.97 - abs(rate - 0.2) / 10 for rate in rates if rate != 5]
    assert row["val_accuracy_min"] == pytest.approx((sum(kept) + 0.1) / len(rates), abs=1e-4)


def test_every_rival_has_a_row_for_each_number_of_rates(curves):
    table = pd.read_csv(curves)
    rivals = table.groupby(["activation", "optimizer"], sort=False)
    assert list(rivals.groups) == [
        *(("relu", "sgd"), ("relu", "adam")),
        *(("sigmoid", "sgd"), ("sigmoid", "adam")),
    ]
    for _, rows in rivals:
        assert list(rows["n_rates"]) == [1, 2, 3, 4, 5]
        assert rows["val_accuracy_mean"].is_monotonic_increasing
    assert (table["n"] == 3).all()
    sgd = table[(table["activation"] == "relu") & (table["optimizer"] == "sgd")]
    assert (sgd["n_diverged"] == 1).all()
    assert (sgd["learning_rate"] == 0.2).all()
    assert not sgd["at_edge"].any()
    assert table.loc[table["activation"] == "sigmoid", "at_edge"].all()


def test_every_rival_in_config_yaml_has_as_many_rates():
    rates = [grid["learning_rate"] for grid in GRID["learning_rate_grid"]["grid"]]
    assert len({len(some) for some in rates}) == 1
    assert all(
        grid["activation"] == ["relu", "sigmoid"] for grid in GRID["learning_rate_grid"]["grid"]
    )


def test_facts_say_how_many_best_rates_lie_at_an_edge(curves):
    book = FactBook(curves.parent)
    add_table(book, curves)
    found = {key: fact["value"] for key, fact in book.facts.items()}
    assert (found["tuning.n_rivals"], found["tuning.n_rates"]) == (4, 5)
    # ReLU with Adam is best at its lowest rate, sigmoid at its highest.
    assert found["tuning.n_at_edge"] == 3
    assert found["tuning.relu.sgd.learning_rate"] == 0.2
    assert found["tuning.relu.sgd.all.val_accuracy_mean"] == pytest.approx(0.97, abs=1e-4)
    assert found["tuning.relu.sgd.first.val_accuracy_mean"] < 0.97


def test_the_figure_has_a_line_and_a_band_for_each_rival(curves, tmp_path):
    for name in ("a", "b"):
        figures.draw("tuning_curves", {"curves": curves}, WORDS, tmp_path / f"{name}.svg")
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    lines = {f"tuning-{a}-{o}" for a in ("relu", "sigmoid") for o in ("sgd", "adam")}
    assert lines | {f"{line}-range" for line in lines} <= ids(tmp_path / "a.svg")
