"""Facts against hand-computed values."""

import json
import math

import pandas as pd
import pytest
from built_out import PRESETS, PUBLISHED, STATED, build_out
from facts_sample import facts_of_folder, run_row, small_facts, values
from whole import write_table

from backprop_lab.errors import LabError
from backprop_lab.facts.book import FactBook
from backprop_lab.facts.clock import content_digest
from backprop_lab.facts.place import Place
from backprop_lab.results.collected import usual_variants
from backprop_lab.results.units import unit_of


@pytest.fixture(scope="module")
def outputs(tmp_path_factory):
    """Return the report's inputs for each preset, built once."""
    folder = tmp_path_factory.mktemp("out")
    names = ("full", "quick", "embedded", "more")
    return {name: build_out(folder / name, **PRESETS[name]) for name in names}


@pytest.fixture(scope="module")
def facts(outputs):
    """Return preset -> facts.json."""
    return {name: json.loads(inputs.facts.read_text()) for name, inputs in outputs.items()}


def test_experiments_with_diverged_runs_are_named_in_the_order_of_the_config(tmp_path):
    rows = [
        run_row("torch", "adam", 0, None, status="diverged"),
        run_row("numpy", "sgd", 0, 0.9),
        run_row("numpy", "adam", 0, None, status="diverged"),
    ]
    members = [("sweep_width", 2), ("matrix", 1), ("a_shared_one", 2), ("a_shared_one", 0)]
    experiments = [(name, rows[place]["id"]) for name, place in members]
    facts = small_facts(tmp_path, rows, experiments)
    fact = facts["runs.diverged_experiments"]
    assert fact["value"] == "sweep_width, a_shared_one"
    assert (fact["unit"], fact["source"]) == ("text", "runs.csv")
    assert "runs.diverged_experiments" not in small_facts(tmp_path, rows[1:2])


def test_settings_say_among_how_many_rates_each_chooses(tmp_path):
    """SGD tries three rates, with two seeds of one of them, and Adam two."""
    rates = [("sgd", 0, 0.1), ("sgd", 1, 0.1), ("sgd", 0, 0.2), ("sgd", 0, 1.0)]
    rates += [("adam", 0, 0.001), ("adam", 0, 0.002)]
    rows = [run_row("numpy", name, seed, 0.9, rate=rate) for name, seed, rate in rates]
    single = [("task1_final", rows[0]["id"])]
    found = values(small_facts(tmp_path, rows, [("grid", row["id"]) for row in rows] + single))
    assert (found["settings.grid.fewest_rates"], found["settings.grid.most_rates"]) == (2, 3)
    assert "settings.task1_final.most_rates" not in found


def test_settings_are_facts_only_where_all_runs_share_them(tmp_path):
    rows = [
        run_row("numpy", "sgd", 0, 0.9, rate=0.1),
        run_row("numpy", "adam", 0, 0.9, rate=0.001),
    ]
    facts = small_facts(tmp_path, rows, train=100)
    assert facts["settings.matrix.backend"]["value"] == "numpy"
    assert facts["settings.matrix.epochs"] | {"content_sha256": ""} == {
        "value": 2,
        "unit": "count",
        "source": "runs.csv",
        "place": {"how": "same", "columns": ["epochs"], "lines": "2-3"},
        "content_sha256": "",
    }
    assert "settings.matrix.learning_rate" not in facts
    assert facts["settings.matrix.sgd.learning_rate"]["value"] == 0.1
    assert facts["settings.matrix.updates_per_epoch"]["value"] == 4  # 100 images, batches of 32
    assert facts["runs.training_seconds"]["value"] == 4  # two runs of two epochs of one second


def test_a_second_learning_rate_in_the_matrix_leaves_the_prose_with_the_first(tmp_path):
    rows = [run_row("numpy", "sgd", 0, 0.9, rate=0.1), run_row("numpy", "sgd", 0, 0.5, rate=0.01)]
    assert usual_variants(pd.DataFrame(rows)) == ["numpy_360_relu_sgd_lr0.1_b32_e2"]
    table = tmp_path / "variants.csv"
    columns = {"variant", "backend", "hidden_sizes", "activation", "optimizer", "learning_rate"}
    variants = [
        {name: row[name] for name in columns} | {"n": 1, "val_accuracy_mean": row["val_accuracy"]}
        for row in rows
    ]
    write_table(table, variants)
    facts = small_facts(tmp_path, rows, tables=[table])
    assert facts["matrix.numpy.360.relu.sgd.val_accuracy_mean"]["value"] == 0.9
    assert facts["matrix.n_variants"]["value"] == 2
    assert facts["matrix.best.learning_rate"]["value"] == 0.1
    assert facts["matrix.worst.learning_rate"]["value"] == 0.01


def test_what_is_added_to_the_matrix_or_a_final_changes_no_fact_of_the_others(facts):
    """In runs.csv of these results the added runs come first, in experiments.csv last."""
    kept = ("settings.matrix.", "comparison.", "log.", "task1_final.", "matrix.numpy.")
    usual, more = (
        {key: fact["value"] for key, fact in facts[name].items() if key.startswith(kept)}
        for name in ("full", "more")
    )
    assert more.pop("settings.matrix.n_runs") == 3 * usual.pop("settings.matrix.n_runs")
    assert more == usual


def test_extremes_of_a_sweep(tmp_path):
    table = tmp_path / "sweep_learning_rate.csv"
    write_table(
        table,
        {
            "learning_rate": [0.01, 0.1, 1.0, 0.001, 0.01],
            "optimizer": ["sgd", "sgd", "sgd", "adam", "adam"],
            "n": [3] * 5,
            "n_diverged": [0, 0, 3, 0, 1],
            "val_accuracy_mean": [0.95, 0.98, None, 0.97, 0.90],
        },
    )
    facts = small_facts(tmp_path, [run_row("numpy", "sgd", 0, 0.9)], tables=[table])
    value = values(facts)
    assert value["sweep.learning_rate.sgd.best.learning_rate"] == 0.1
    assert value["sweep.learning_rate.sgd.worst.learning_rate"] == 0.01
    assert value["sweep.learning_rate.sgd.highest.learning_rate"] == 1
    assert value["sweep.learning_rate.sgd.highest.n_diverged"] == 3
    assert "sweep.learning_rate.sgd.highest.val_accuracy_mean" not in value
    assert value["sweep.learning_rate.n_values"] == 4
    assert value["sweep.learning_rate.n_diverged"] == 4
    assert value["sweep.learning_rate.sgd_minus_adam_at_best"] == pytest.approx(0.01)


def test_confusion_names_the_most_frequent_error(tmp_path):
    table = tmp_path / "confusion_task1.csv"
    pd.DataFrame({"label": ["shirt", "coat"], "shirt": [40, 7], "coat": [10, 43]}).to_csv(
        table, index=False
    )
    facts = small_facts(tmp_path, [run_row("numpy", "sgd", 0, 0.9)], tables=[table])
    value = values(facts)
    assert value["confusion.task1.n_errors"] == 17
    assert value["confusion.task1.n_predictions"] == 100
    assert value["confusion.task1.most_confused.label"] == "shirt"
    assert value["confusion.task1.most_confused.predicted"] == "coat"
    assert value["confusion.task1.hardest.correct_share"] == pytest.approx(0.8)
    assert value["confusion.task1.easiest.label"] == "coat"


def test_the_original_as_printed(facts):
    value = values(facts["full"])
    assert value["published.figure2.last.val_accuracy"] == pytest.approx(0.9591)
    assert value["published.figure2.best.epoch"] == 9
    assert value["published.figure10.best.val_accuracy"] == pytest.approx(0.9650)
    assert value["published.figure9.first.train_loss"] == pytest.approx(724.5391)
    assert "published.figure6.first.val_loss" not in value  # lost in the scan
    assert value["stated.task1.validation_accuracy"] == 0.9646
    assert value["stated.kaggle_accuracy"] == 0.9406


def test_frozen_share_is_looked_up_among_the_classes(tmp_path):
    rows = [run_row("numpy", "sgd", 0, 0.9)]
    facts = small_facts(tmp_path, rows)
    assert facts["dataset.validation_has_frozen_share"]["value"] is False
    data = json.loads((tmp_path / "dataset.json").read_text())
    data["class_counts"]["validation"] = [45, 5, *[0] * 8]  # 9.66 % of 50 images are 5
    (tmp_path / "dataset.json").write_text(json.dumps(data))
    facts = facts_of_folder(tmp_path)
    assert facts["dataset.validation_has_frozen_share"]["value"] is True


def test_every_fact_has_unit_source_and_the_source_s_digest(outputs, facts):
    folder = outputs["full"].facts.parent
    for key, fact in facts["full"].items():
        assert fact["unit"], key
        assert fact["value"] is not None, key
        if not isinstance(fact["value"], str | bool):
            assert math.isfinite(fact["value"]), key
        source = folder / fact["source"]
        if source.exists():
            assert content_digest(source) == fact["content_sha256"], key
        else:
            assert fact["source"] in (PUBLISHED.name, STATED.name), key


def test_the_same_inputs_give_the_same_bytes(outputs, tmp_path):
    again = build_out(tmp_path / "quick", quick=True)
    assert again.facts.read_bytes() == outputs["quick"].facts.read_bytes()


def test_facts_of_a_table_are_its_cells(outputs, facts):
    table = pd.read_csv(outputs["full"].tables / "finals.csv")
    row = table[table["task"] == 1].iloc[0]
    fact = facts["full"]["task1_final.val_accuracy_mean"]
    assert fact["value"] == row["val_accuracy_mean"]
    assert fact["source"] == "tables/finals.csv"
    assert fact["n"] == 3


def test_skipped_sweeps_give_no_facts(facts):
    assert [key for key in facts["full"] if key.startswith("sweep.")]
    assert not [key for key in facts["quick"] if key.startswith("sweep.")]


def test_logs_are_set_against_the_original_only_on_mnist(facts):
    key = "log.figure2.common.val_accuracy_difference"
    assert key in facts["full"]
    assert key not in facts["embedded"]
    # The quick preset never reaches the epochs that figure 10 prints.
    assert "log.figure10.common.epoch" not in facts["quick"]


@pytest.mark.parametrize(
    ("column", "unit"),
    [
        ("val_accuracy_std", "fraction"),
        ("first_train_loss_mean", "loss"),
        ("seconds_per_epoch", "seconds"),
        ("best_epoch_mean", "number"),
        ("n_parameters", "count"),
        ("index", "number"),
    ],
)
def test_unit_of_a_column(column, unit):
    assert unit_of(column, 1.0) == unit


def test_a_key_given_twice_is_an_error(tmp_path):
    source = tmp_path / "a.csv"
    source.write_text("x\n")
    book = FactBook(tmp_path)
    book.add("a.b", 1, "count", Place(source))
    book.add("a.c", math.nan, "count", Place(source))  # no fact, no error
    with pytest.raises(LabError, match=r"a\.b.*twice"):
        book.add("a.b", 2, "count", Place(source))
