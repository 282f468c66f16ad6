"""A table's name leads to the function that adds its facts."""

from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest
from facts_sample import book_of, values
from whole import write_table

from backprop_lab import facts
from backprop_lab.errors import LabError
from backprop_lab.facts.book import FactBook
from backprop_lab.facts.registry import ADDERS, add_table, adder_of


@pytest.mark.parametrize(
    ("table", "function"),
    [
        ("sweep_batch_size", "add_sweep"),
        ("sweep_epochs", "add_sweep_epochs"),  # its own name goes before the pattern sweep_*
        ("log_figure12", "add_log"),
        ("forensics_refine", "add_distances"),
        ("variants", "add_variants"),
    ],
)
def test_a_table_is_found_by_its_name_or_by_a_pattern(table, function):
    assert adder_of(table).__name__ == function


@pytest.mark.parametrize("table", ["floors", "a_sweep_of_mine", "variants2", ""])
def test_a_table_without_facts_adds_none(tmp_path, table):
    assert adder_of(table) is None
    book = FactBook(tmp_path)
    add_table(book, tmp_path / f"{table}.csv")  # not even read
    assert book.facts == {}


def test_every_module_s_functions_are_registered_and_no_name_is_taken_twice():
    modules = [
        import_module(f"backprop_lab.facts.{path.stem}")
        for path in Path(facts.__path__[0]).glob("*.py")
        if path.stem not in ("__init__", "registry")
    ]
    entries = [entry for module in modules for entry in getattr(module, "ADDERS", {}).items()]
    assert len(entries) == len(ADDERS)
    assert dict(entries) == ADDERS


def test_a_table_that_cannot_be_read_is_named_in_one_line(tmp_path):
    with pytest.raises(LabError, match=r"finals\.csv: cannot be read") as caught:
        add_table(FactBook(tmp_path), tmp_path / "finals.csv")
    assert "\n" not in str(caught.value)


def test_the_extremes_of_the_epochs_and_of_the_transfer_by_hand(tmp_path):
    rates = pd.DataFrame(
        {
            "pixels": ["raw"] * 3,
            "optimizer": ["sgd"] * 3,
            "learning_rate": [0.1, 0.001, 0.01],
            "n": [3] * 3,
            "val_accuracy_mean": [0.1, None, 0.9],
        }
    )
    write_table(tmp_path / "learning_rate_transfer.csv", rates)
    epochs = pd.DataFrame({"task": [1, 1], "epoch": [1, 40], "val_accuracy_mean": [0.9, 0.98]})
    write_table(tmp_path / "sweep_epochs.csv", epochs)
    found = values(
        book_of(tmp_path / "learning_rate_transfer.csv", tmp_path / "sweep_epochs.csv").facts
    )
    assert found["transfer.raw.sgd.n_values"] == 3
    assert found["transfer.raw.sgd.lowest.learning_rate"] == 0.001
    assert "transfer.raw.sgd.lowest.val_accuracy_mean" not in found  # every run diverged
    assert found["transfer.raw.sgd.best.learning_rate"] == 0.01
    assert found["transfer.raw.sgd.worst.learning_rate"] == 0.1
    assert found["sweep.epochs.task1.best.epoch"] == 40


def test_mistakes_tell_how_many_and_the_surest(tmp_path):
    path = tmp_path / "mistakes_task1.csv"
    columns = ("index", "label_name", "predicted_name", "confidence")
    rows = ((7, "9", "4", 0.99), (3, "5", "6", 0.6))
    write_table(path, [dict(zip(columns, row, strict=True)) for row in rows])
    found = values(book_of(path).facts)
    assert found["mistakes.task1.n"] == 2
    assert found["mistakes.task1.surest.label_name"] == "9"
    assert found["mistakes.task1.surest.confidence"] == 0.99
    write_table(path, pd.DataFrame(columns=columns))
    assert book_of(path).facts == {}
