"""What a clock wrote stands apart: no digest and no fact of anything else depends on it."""

import pandas as pd
import pytest
from facts_sample import run_row, small_facts
from whole import write_document

from backprop_lab.facts.clock import content, content_digest


def rows(seconds):
    return [
        run_row("numpy", "sgd", 0, 0.9, seconds=seconds),
        run_row("torch", "sgd", 0, 0.8, seconds=2 * seconds**2),
    ]


def test_other_times_change_no_fact_but_those_of_the_clock(tmp_path):
    found = []
    for seconds in (1.0, 3.5):
        folder = tmp_path / str(seconds)
        folder.mkdir()
        facts = small_facts(folder, rows(seconds))
        assert facts["runs.training_seconds"]["clock"] is True
        assert facts["comparison.backend.seconds_ratio_median"]["clock"] is True
        found.append({key: fact for key, fact in facts.items() if "clock" not in fact})
    assert found[0] == found[1]
    assert found[0]["runs.n"]["source"] == "runs.csv"


def test_without_times_there_are_no_facts_of_times(tmp_path):
    facts = small_facts(tmp_path, rows(float("nan")))
    assert not [key for key, fact in facts.items() if "seconds" in key or fact.get("clock")]
    assert facts["comparison.backend.n_pairs"]["value"] == 1


def test_a_digest_leaves_out_the_columns_of_times_and_nothing_else(tmp_path):
    path = tmp_path / "variants.csv"
    digests = []
    for accuracy, seconds in ((0.9, 1.0), (0.9, 2.0), (0.8, 1.0)):
        table = {"variant": ["a"], "seconds_per_epoch": [seconds], "val_accuracy_mean": [accuracy]}
        pd.DataFrame(table).to_csv(path, index=False)
        digests.append(content_digest(path))
    assert digests[0] == digests[1] != digests[2]


def test_a_file_without_times_counts_byte_by_byte(tmp_path):
    path = tmp_path / "history.csv"
    path.write_bytes(b'id,epoch\n"a",1\n')
    assert content(path) == path.read_bytes()


@pytest.mark.parametrize("name", ["claims.json", "claims.csv"])
def test_claims_judged_by_times_do_not_count(tmp_path, name):
    path = tmp_path / name
    digests = []
    for timed, other in ((1.0, 0.5), (2.0, 0.5), (1.0, 0.6)):
        estimates = {"C9": ("seconds_in_turn", timed), "C1": ("val_accuracy", other)}
        if name == "claims.json":
            part = {"outcome": "not_run", "experiment": "matrix"}
            claims = {
                claim: {
                    "parts": {"a": part | {"measure": {"quantity": quantity}, "estimate": value}}
                }
                for claim, (quantity, value) in estimates.items()
            }
            write_document(path, {"claims": claims})
        else:
            lines = [
                f"{claim},{quantity},{value}" for claim, (quantity, value) in estimates.items()
            ]
            path.write_text("\n".join(["claim,quantity,estimate", *lines, ""]))
        digests.append(content_digest(path))
    assert digests[0] == digests[1] != digests[2]
