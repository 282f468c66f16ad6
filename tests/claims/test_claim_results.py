"""What is made of the verdicts: facts and a table; and the table of the variance."""

import json

import pandas as pd
import pytest
from claims_sample import c8, collect_world, judged
from synthetic import collected_files

from backprop_lab.claims.evaluation import VERDICTS
from backprop_lab.facts.book import FactBook
from backprop_lab.facts.claims import add_claims
from backprop_lab.results.collected import Collected
from backprop_lab.tables.claims import write_claims_table
from backprop_lab.tables.variance import write_variance


def test_facts_hold_every_verdict_and_estimate(tmp_path):
    n_claims = len(judged(tmp_path, c8)["claims"])
    book = FactBook(tmp_path)
    add_claims(book, tmp_path / "claims.json")
    found = {key: fact["value"] for key, fact in book.facts.items()}
    assert found["claims.C8.verdict"] == "reproduced"
    assert found["claims.C8.fixed.estimate"] == pytest.approx(0.04)
    assert book.facts["claims.C8.fixed.estimate"]["n"] == 10
    assert book.facts["claims.C8.fixed.estimate"]["source"] == "claims.json"
    assert found["claims.C8.fixed.p_above"] == 1
    assert found["claims.C8.tuned.first.learning_rate"] > 0
    counts = [found[f"claims.n_{verdict}"] for verdict in VERDICTS]
    assert sum(counts) == found["claims.n"] == n_claims


def test_facts_of_what_was_not_run_hold_its_criterion_alone(tmp_path):
    judged(tmp_path, preset="quick")
    book = FactBook(tmp_path)
    add_claims(book, tmp_path / "claims.json")
    names = {k.rpartition(".")[2] for k in book.facts if k.startswith("claims.C7.slow_sgd.")}
    assert names == {"outcome", "above"}


def test_the_table_has_a_row_a_criterion(tmp_path):
    content = judged(tmp_path, c8)
    write_claims_table(claims=tmp_path / "claims.json", output=tmp_path / "claims.csv")
    table = pd.read_csv(tmp_path / "claims.csv", dtype={"n": "Int64"})
    assert len(table) == sum(max(len(c["parts"]), 1) for c in content["claims"].values())
    row = table[(table["claim"] == "C8") & (table["part"] == "fixed")].iloc[0]
    assert (row["verdict"], row["outcome"], row["n"]) == ("reproduced", "supported", 10)
    assert table[table["claim"] == "C3"]["estimate"].isna().all()
    assert json.loads((tmp_path / "claims.json").read_text())["level"] == 0.95


def test_variance_by_source(tmp_path):
    def world(run):
        drawn = run.seed if run.init_seed is None else run.init_seed
        return {"val_accuracy": 0.97 + 0.001 * drawn}

    collect_world(tmp_path, world)
    output = tmp_path / "variance.csv"
    write_variance(collected=Collected(**collected_files(tmp_path)), output=output)
    table = pd.read_csv(output).set_index("source")
    assert list(table.index) == ["initialization", "order", "split", "seed"]
    assert list(table["n"]) == [4, 4, 4, 10]
    std = table["val_accuracy_std"]
    assert std["initialization"] == pytest.approx(0.001 * (5 / 3) ** 0.5, rel=0.02)
    assert std["order"] == pytest.approx(0, abs=1e-9)
    assert (
        table["val_accuracy_std_low"]["seed"] < std["seed"] < table["val_accuracy_std_high"]["seed"]
    )
    assert table["test_accuracy_images_std"]["order"] == pytest.approx(0.0017, abs=1e-4)
