"""Where in their files the facts stand: each is computed again from the cells that it names."""

import json

import pandas as pd
import pytest
from built_out import PRESETS, build_out
from facts_sample import run_row, small_facts
from places import NOT_SIMPLE, misplaced

from backprop_lab.facts.place import Place, at, cells, pointer, ranges
from backprop_lab.files.frames import read_lines


@pytest.mark.parametrize("preset", PRESETS)
def test_the_cells_of_a_fact_give_its_value(tmp_path, preset):
    facts = build_out(tmp_path, **PRESETS[preset]).facts
    assert misplaced(facts) == []
    places = [fact["place"] for fact in json.loads(facts.read_text()).values()]
    assert all(place.get("lines") or place.get("keys") for place in places)
    assert sum(place["how"] in NOT_SIMPLE for place in places) < len(places) / 10


def test_a_difference_names_the_lines_of_both_sides_in_pairs(tmp_path):
    rows = [
        run_row("numpy", "sgd", 1, 0.97),
        run_row("torch", "sgd", 0, 0.90),
        run_row("torch", "sgd", 1, 0.95),
        run_row("numpy", "sgd", 2, None, status="diverged"),
        run_row("torch", "sgd", 2, 0.9),
        run_row("numpy", "sgd", 0, 0.96),
    ]
    facts = small_facts(tmp_path, rows)
    key = "comparison.backend.360.relu.sgd.val_accuracy_difference_mean"
    assert facts[key]["place"] == {
        "how": "mean",
        "columns": ["val_accuracy"],
        "lines": "7,2",
        "minus": {"columns": ["val_accuracy"], "lines": "3-4"},
    }
    assert facts["runs.n_diverged"]["place"]["such"] == "status = diverged"
    assert misplaced(tmp_path / "facts.json") == []


def test_no_pairs_name_the_lines_that_were_looked_at(tmp_path):
    rows = [run_row(name, "sgd", 0, None, status="diverged") for name in ("numpy", "torch")]
    n = small_facts(tmp_path, rows)["comparison.backend.360.relu.sgd.n"]
    assert (n["value"], n["place"]["lines"]) == (0, "2-3")


def test_the_lines_of_runs_are_those_of_the_file_whatever_the_config_asks_first(tmp_path):
    rows = [run_row("numpy", "sgd", seed, 0.9) for seed in range(3)]
    members = [("matrix", rows[0]["id"]), ("late", rows[2]["id"]), ("late", rows[1]["id"])]
    facts = small_facts(tmp_path, rows, members)
    assert facts["settings.late.n_runs"]["place"] == {"how": "count", "lines": "3-4"}


def test_a_number_from_two_files_names_both(tmp_path):
    place = small_facts(tmp_path, [run_row("numpy", "sgd", 0, 0.9)])[
        "settings.matrix.updates_per_epoch"
    ]["place"]
    assert (place["columns"], place["lines"]) == (["batch_size"], "2")
    assert place["also"] == {"source": "dataset.json", "keys": ["/sizes/train"]}


def test_the_original_s_numbers_name_their_lines(tmp_path):
    facts = small_facts(tmp_path, [run_row("numpy", "sgd", 0, 0.9)])
    place = facts["published.figure2.best.val_accuracy"]["place"]
    assert place == {"how": "value", "columns": ["val_accuracy_percent"], "lines": "10"}
    assert facts["stated.task1.start_learning_rate"]["place"]["lines"] == "2"


def test_a_place_goes_with_the_rows_that_are_chosen(tmp_path):
    path = tmp_path / "a.csv"
    pd.DataFrame({"x": [3, 1, 2, 5]}).to_csv(path, index=False)
    rows = read_lines(path).sort_values("x")
    chosen = rows[rows["x"] > 1]
    assert cells(path, chosen, "x", "such", "> 2").record() == {
        "how": "such",
        "such": "x > 2",
        "columns": ["x"],
        "lines": "2,4-5",
    }


def test_keys_are_json_pointers():
    assert pointer("a/b", 0, "~c") == "/a~1b/0/~0c"
    inside = at("/low").inside("claims.json", "/claims/C1")
    assert inside == Place("claims.json", keys=("/claims/C1/low",))


@pytest.mark.parametrize(
    ("lines", "written"), [((), ""), ((5,), "5"), ((2, 3, 5, 4), "2-3,5,4"), ((9, 8), "9,8")]
)
def test_lines_are_written_as_ranges_in_their_order(lines, written):
    assert ranges(lines) == written
