"""Facts of first places that several share."""

import json

import numpy as np
import pandas as pd
from facts_sample import book_of, run_row, small_facts, values
from synthetic import write_test_outputs

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.place import Place
from backprop_lab.facts.ties import add_ties
from backprop_lab.report.gallery import write_gallery
from backprop_lab.tables.predictions import write_mistakes


def test_only_a_place_that_is_shared_is_a_fact(tmp_path):
    source = tmp_path / "a.csv"
    source.write_text("x\n1\n")
    book = FactBook(tmp_path)
    place = Place(source, "max", ("x",))
    add_ties(book, "alone", [0.3, 0.1, np.nan], 0.3, place)
    add_ties(book, "tied", [[0.1 + 0.2, 0.3], [0.1, np.nan]], 0.3, place)
    assert values(book.facts) == {"tied.n_tied": 2}
    assert book.facts["tied.n_tied"]["place"]["such"] == "x = 0.3"


def test_of_equally_frequent_errors_it_is_said_how_many(tmp_path):
    path = tmp_path / "confusion_task1.csv"
    counts = pd.DataFrame(
        {"label": ["a", "b", "c"], "a": [5, 2, 0], "b": [2, 6, 0], "c": [0, 0, 8]}
    )
    counts.to_csv(path, index=False)
    found = values(book_of(path).facts)
    assert found["confusion.task1.most_confused.n_tied"] == 2
    assert "confusion.task1.hardest.n_tied" not in found


def test_a_run_that_diverged_has_no_mistakes_and_is_not_called_perfect(tmp_path):
    folder = write_test_outputs(tmp_path, seeds=1, outcome="diverged")
    predictions, dataset = folder / "seed0/predictions.npz", folder / "dataset.json"
    table = tmp_path / "mistakes_task1.csv"
    write_mistakes(predictions=predictions, dataset=dataset, output=table)
    assert pd.read_csv(table).empty
    about = json.loads(dataset.read_text()) | {"image_shape": [28, 28]}
    dataset.write_text(json.dumps(about))
    write_gallery(
        predictions=predictions,
        dataset_npz=folder / "dataset.npz",
        dataset_json=dataset,
        output=tmp_path / "gallery.json",
    )
    assert json.loads((tmp_path / "gallery.json").read_text())["mistakes"] == []


def test_pairs_that_differ_alike_are_counted(tmp_path):
    rows = [
        run_row(backend, optimizer, 0, val)
        for optimizer, vals in (("sgd", (0.9, 0.8)), ("adam", (0.7, 0.8)))
        for backend, val in zip(("numpy", "torch"), vals, strict=True)
    ]
    found = values(small_facts(tmp_path, rows))
    assert found["comparison.backend.largest.n_tied"] == 2
