"""The table of compute: each run counts once, for the experiment that lists it first."""

import pandas as pd
from claims_sample import CONFIG, collect_world

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.registry import add_table
from backprop_lab.tables import registry

GRID = CONFIG["experiments"]["task1_final"]["grid"]
EXPERIMENTS = {
    "first": {"seeds": [0, 1], "grid": GRID | {"learning_rate": [0.1, 0.2]}},
    "within": {"seeds": [0, 1], "grid": GRID | {"learning_rate": [0.2]}},
    "longer": {"seeds": [0, 1, 2], "grid": GRID | {"learning_rate": [0.1]}},
}


def test_shared_runs_count_once_and_are_said(tmp_path):
    def world(run):
        return {"diverged": run.learning_rate == 0.2 and run.seed == 1}

    collect_world(tmp_path, world, preset="full", experiments=EXPERIMENTS)
    runs = pd.read_csv(tmp_path / "runs.csv", dtype={"hidden_sizes": str})
    runs.assign(epochs_completed=40).to_csv(tmp_path / "runs.csv", index=False)
    files = {name: tmp_path / f"{name}.csv" for name in ("runs", "experiments", "history")}
    registry.write("compute", files, tmp_path / "compute.csv")
    table = pd.read_csv(tmp_path / "compute.csv").set_index("experiment")
    assert list(table.index) == ["first", "within", "longer", "total"]
    assert list(table["n_runs"]) == [4, 0, 1, 5]
    assert list(table["n_shared"]) == [0, 2, 2, 4]
    assert list(table["n_diverged"]) == [1, 0, 0, 1]
    assert list(table["n_epochs"]) == [160, 0, 40, 200]
    book = FactBook(tmp_path)
    add_table(book, tmp_path / "compute.csv")
    assert book.facts["compute.total.n_epochs"]["value"] == 200
    assert book.facts["compute.within.n_shared"]["unit"] == "count"
