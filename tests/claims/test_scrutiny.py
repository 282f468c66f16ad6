"""What claims.json says of each criterion besides its outcome, in made-up worlds."""

import numpy as np
import pandas as pd
import pytest
from claims_sample import CLAIMS, SCHEMA, c8, collect_world, evaluated, judged
from whole import write_table

from backprop_lab.claims.declaration import load_claims
from backprop_lab.claims.entries import is_judged
from backprop_lab.claims.images import IMAGES, terms
from backprop_lab.claims.measures import Measured, NotRunError, Results
from backprop_lab.facts.book import FactBook
from backprop_lab.facts.claims import add_claims
from backprop_lab.tables.strength import write_criteria_strength


def parts(content):
    return {
        f"{name}.{part}": entry
        for name, claim in content["claims"].items()
        for part, entry in claim["parts"].items()
    }


def correctness(folder, inputs, *, accuracy=0.5):
    """Write correctness.npz of a world: each run tells images at random."""
    names = ("runs", "history", "experiments", "dataset")
    results = Results(Measured(**{name: inputs[name] for name in names}))
    declared, rng = load_claims(CLAIMS, SCHEMA), np.random.default_rng(0)
    ids = {}
    for claim in declared["claims"].values():
        for part in claim.get("parts", {}).values():
            try:
                found = terms(part, declared["settings"], results) or []
            except NotRunError:
                continue
            ids |= dict.fromkeys(row["id"] for term in found for row in term.rows)
    told = {
        images: np.packbits(rng.random((len(ids), results.n_images[images])) < accuracy, axis=1)
        for images in IMAGES.values()
    }
    text = np.frombuffer("\n".join(ids).encode(), np.uint8)
    np.savez(folder / "correctness.npz", runs=text, **told)
    return inputs | {"correctness": folder / "correctness.npz"}


def noisy(run):
    """A world whose seeds differ visibly, so that outcomes hang on them."""
    better = 0.002 if run.optimizer == "adam" else 0.0
    moved = 0.002 * np.sin(7 * run.seed + len(run.variant))
    return {
        "val_accuracy": 0.97 + better + moved,
        "test_accuracy": 0.97 + better - moved,
    }


def test_holm_counts_every_criterion_that_decides(tmp_path):
    found = parts(judged(tmp_path, noisy))
    deciding = {name: one for name, one in found.items() if one["decides"] and one["interval"]}
    p_values = {name: one["p_decision"] for name, one in deciding.items() if "p_decision" in one}
    least = min(p_values, key=p_values.get)
    assert deciding[least]["p_holm"] == pytest.approx(min(1, len(deciding) * p_values[least]))
    for name, p in p_values.items():
        assert (p <= 0.05) == (deciding[name]["outcome"] != "undecided")
        assert deciding[name]["p_holm"] >= p
    context = found["C8.adam_gain"]
    assert "p_decision" not in context


def test_equal_values_are_said_to_be_so_and_have_no_p(tmp_path):
    inputs = collect_world(tmp_path, c8)
    for name in ("runs", "history"):
        table = pd.read_csv(inputs[name])
        rows = table["id"].str.startswith("numpy_360-100-40_relu_sgd")
        table.loc[rows, "val_accuracy"] = 0.0967
        table.to_csv(inputs[name], index=False)
    entry = parts(evaluated(inputs, tmp_path / "claims.json"))["C1.collapse"]
    assert entry["zero_spread"] is True
    assert entry["outcome"] == "supported"
    assert not {"p_decision", "p_holm", "strength", "sensitivity", "two_way"} & set(entry)


def test_two_way_intervals_stand_beside_accuracies_of_the_last_epoch(tmp_path):
    inputs = correctness(tmp_path, collect_world(tmp_path, noisy))
    found = parts(evaluated(inputs, tmp_path / "claims.json"))
    for name in ("C1.no_gain", "C6.large_worse", "C2.reaches", "C14.our_gap"):
        low, high = found[name]["two_way"]["interval"]
        assert low <= found[name]["interval"][0] + 1e-12
        assert high >= found[name]["interval"][1] - 1e-12
    for name in ("C4.faster_fixed", "C5.gap", "C12.best", "C9.one_layer"):
        assert "two_way" not in found[name]
    assert "outcome" not in found["C14.our_gap"]["two_way"]  # context
    claim = evaluated(inputs, tmp_path / "claims.json")["claims"]["C1"]
    assert "correctness.npz" in claim["sources"]


def test_criteria_nearer_to_their_bound_than_a_split_moves_are_noted(tmp_path):
    inputs = collect_world(tmp_path, noisy)
    columns = {"source": ["split"], "val_accuracy_std": [0.05], "test_accuracy_std": [0.001]}
    inputs["variance"] = write_table(tmp_path / "variance.csv", columns)
    found = parts(evaluated(inputs, tmp_path / "claims.json"))
    assert found["C1.no_gain"]["split"]["within"] is True
    assert found["C1.collapse"]["split"]["within"] is False
    assert "split" not in found["C6.large_worse"]  # a slope
    assert "split" not in found["C4.faster_fixed"]  # a loss


def test_times_need_no_seeds_and_trends_are_not_pooled(tmp_path):
    found = parts(judged(tmp_path, noisy))
    assert "strength" not in found["C9.one_layer"]
    assert found["C6.large_worse"]["sensitivity"]["pooled"] is None
    assert found["C1.no_gain"]["sensitivity"]["pooled"]["degrees"] > 2
    for entry in found.values():
        if other := entry.get("sensitivity"):
            assert (other["sign_flip"]["interval"] is None) == (entry["n"] < 6)


def test_the_table_and_the_facts_count_the_same_criteria(tmp_path):
    content = judged(tmp_path, noisy)
    write_criteria_strength(claims=tmp_path / "claims.json", output=tmp_path / "out.csv")
    table, book = pd.read_csv(tmp_path / "out.csv"), FactBook(tmp_path)
    add_claims(book, tmp_path / "claims.json")
    found = {key: fact["value"] for key, fact in book.facts.items()}
    assert len(table) == found["claims.n_judged"] > 30
    assert found["claims.n_false_at_most"] == pytest.approx(0.05 * len(table))
    assert (table["stands"] == True).sum() == found["claims.n_stand"]  # noqa: E712
    assert (table["outcome"] != "undecided").sum() == found["claims.n_decided"]
    assert found["claims.C1.no_gain.p_holm"] == parts(content)["C1.no_gain"]["p_holm"]


def test_a_build_that_judges_nothing_has_a_table_without_rows(tmp_path):
    content = judged(tmp_path, preset="quick")
    assert not [one for one in parts(content).values() if is_judged(one)]
    write_criteria_strength(claims=tmp_path / "claims.json", output=tmp_path / "out.csv")
    assert pd.read_csv(tmp_path / "out.csv").empty
