"""correctness.npz, from real small runs: made, refused, and turned into intervals."""

import os

import numpy as np
import pandas as pd
import pytest
from claims_sample import CLAIMS, SCHEMA
from whole import write_table

import backprop_lab as lab
from backprop_lab.claims.correctness import write_correctness
from backprop_lab.claims.declaration import Declared, load_claims
from backprop_lab.claims.images import Correctness, terms
from backprop_lab.claims.measures import Measured, Results
from backprop_lab.errors import LabError
from backprop_lab.results.two_way import two_way_interval

#: Of C1.collapse, a criterion on these runs alone.
SIZES = (360, 100, 40)
SETTINGS = load_claims(CLAIMS, SCHEMA)["settings"]
VALUE = {"kind": "value", "setting": "three_layers", "measure": {"quantity": "val_accuracy"}}


@pytest.fixture(scope="module")
def runs(small_dataset, tmp_path_factory):
    """Three seeds of one setting, saved."""
    folder = tmp_path_factory.mktemp("runs")
    runs = [lab.Run("numpy", SIZES, "relu", "sgd", 0.1, 32, epochs=1, seed=s) for s in range(3)]
    with open(os.devnull, "w") as nowhere:
        return [
            lab.save(lab.train(run, small_dataset, log=nowhere), small_dataset, folder)
            for run in runs
        ]


@pytest.fixture
def collected(runs, small_dataset, write_dataset, tmp_path):
    """The arguments of write_correctness; `rows` changes what runs.csv says."""

    def collect(change=lambda rows: None):
        rows = [
            saved.run.parameters()
            | {
                "hidden_sizes": "-".join(map(str, SIZES)),
                "id": saved.run.id,
                "variant": saved.run.variant,
                "status": "completed",
                "val_accuracy": saved.result["final"]["val_accuracy"],
                "test_accuracy": saved.result["test"]["accuracy"],
            }
            for saved in runs
        ]
        change(rows)
        write_table(tmp_path / "runs.csv", rows)
        pd.concat(
            saved.history.assign(id=saved.run.id, variant=saved.run.variant, seed=saved.run.seed)
            for saved in runs
        )[["id", "variant", "seed", *runs[0].history.columns[:5]]].to_csv(
            tmp_path / "history.csv", index=False
        )
        members = [{"experiment": "matrix", "id": row["id"]} for row in rows]
        pd.DataFrame(members).to_csv(tmp_path / "experiments.csv", index=False)
        write_dataset(tmp_path, small_dataset)
        files = {name: tmp_path / f"{name}.csv" for name in ("runs", "history", "experiments")}
        return {
            "declared": Declared(CLAIMS, SCHEMA),
            "measured": Measured(**files, dataset=tmp_path / "dataset.json"),
            "npz": tmp_path / "dataset.npz",
            "folder": runs[0].folder.parents[1],
            "output": tmp_path / "correctness.npz",
        }

    return collect


def read(given):
    results = Results(given["measured"])
    return Correctness(given["output"], results.n_images), results


def test_the_file_says_of_each_run_which_images_it_tells(collected, runs, small_dataset):
    given = collected()
    write_correctness(**given)
    correctness, _ = read(given)
    for saved in runs:
        predicted = saved.probabilities(small_dataset.validation_images).argmax(axis=1)
        bits = correctness.told["validation"][saved.run.id]
        n = len(predicted)
        right = predicted == small_dataset.validation_labels
        np.testing.assert_array_equal(np.unpackbits(bits, count=n).astype(bool), right)
        test = correctness.told["test"][saved.run.id]
        told = np.unpackbits(test, count=len(small_dataset.test_labels)).astype(bool)
        np.testing.assert_array_equal(told, saved.correct())


def test_an_accuracy_gets_the_interval_of_seeds_and_images(collected, runs, small_dataset):
    given = collected()
    write_correctness(**given)
    correctness, results = read(given)
    summands = terms(VALUE, SETTINGS, results)
    values = results.values(summands[0].rows, VALUE["measure"])
    found = correctness.interval(values, summands, results.chance)
    told = [
        saved.probabilities(small_dataset.validation_images).argmax(axis=1)
        == small_dataset.validation_labels
        for saved in runs
    ]
    expected = two_way_interval(values.to_numpy(), [np.array(told, dtype=float)])
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_a_diverged_run_counts_as_chance_on_every_image(collected):
    given = collected(lambda rows: rows[1].update(status="diverged"))
    write_correctness(**given)
    correctness, results = read(given)
    assert len(correctness.told["test"]) == 2
    summands = terms(VALUE, SETTINGS, results)
    values = results.values(summands[0].rows, VALUE["measure"])
    found = correctness.interval(values, summands, results.chance)
    assert values[1] == results.chance
    assert found.low < found.estimate == pytest.approx(values.mean())


def test_weights_that_tell_other_images_than_recorded_are_refused(collected):
    given = collected(lambda rows: rows[2].update(val_accuracy=0.5))
    with pytest.raises(LabError, match=r"seed2: its weights tell .* its files say .*; train it"):
        write_correctness(**given)
    assert not given["output"].exists()


def test_without_any_such_run_the_file_is_empty(collected):
    given = collected(lambda rows: [row.update(status="diverged") for row in rows])
    write_correctness(**given)
    correctness, _ = read(given)
    assert correctness.told == {"validation": {}, "test": {}}


def test_a_file_of_other_images_is_refused(collected):
    given = collected()
    write_correctness(**given)
    with pytest.raises(LabError, match=r"correctness.npz: validation is of other runs or images"):
        Correctness(given["output"], {"validation": 7, "test": 7})
