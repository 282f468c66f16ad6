"""Where a number stands in its file."""

import pytest
from report_sample import build_inputs, entry, settings
from whole import write_document

from backprop_lab.report.places import Place, place_of
from backprop_lab.report.provenance import Provenance


@pytest.fixture
def table(tmp_path):
    build_inputs(tmp_path)
    return tmp_path / "results/tables/settings.csv"


def test_a_cell_is_found_by_the_columns_name_and_the_value(table):
    row = next(r for r in settings() if (r["backend"], r["hidden_sizes"]) == ("torch", "360-100"))
    found = place_of(table, "matrix.torch.360-100.sgd.seconds_per_epoch", row["seconds_per_epoch"])
    words = {"backend": "torch", "hidden_sizes": "360-100", "optimizer": "sgd"}
    assert found == Place(10, "seconds_per_epoch", words, "")
    lines = table.read_text(encoding="utf-8").splitlines()
    assert lines[found.line - 1].startswith("torch,360-100,sgd")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("matrix.val_accuracy_mean", 0.5),  # nowhere
        ("matrix.learning_rate", 0.1),  # in several lines, none of which the key names
        ("matrix.count", 1),  # no such column, and too common a number to look for
        ("matrix.val_accuracy_mean", None),
    ],
)
def test_what_is_not_one_cell_has_no_place(table, key, value):
    assert place_of(table, key, value) is None


def test_only_a_csv_that_is_there_has_places(table):
    assert place_of(table.with_name("none.csv"), "a.b", 0.5) is None
    assert place_of(table.parents[1] / "facts.json", "a.b", 0.5) is None


def test_the_span_of_a_number_says_the_place(tmp_path):
    facts = {"torch.360-100.sgd.seconds_per_epoch": entry(2.3, "seconds", "tables/settings.csv")}
    inputs = build_inputs(tmp_path)
    write_document(inputs.facts, facts)
    span = Provenance(inputs).fact("torch.360-100.sgd.seconds_per_epoch")
    cells = "backend = torch, hidden_sizes = 360-100, optimizer = sgd"
    assert f'data-place="Line 10, {cells}, column seconds_per_epoch"' in span
