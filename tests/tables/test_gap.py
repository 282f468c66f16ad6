"""The gap by setting: mean and range over seeds, and in how many the printed logs allow it."""

import numpy as np
import pandas as pd
import pytest
from claims_sample import CLAIMS, CONFIG
from facts_sample import book_of, values
from synthetic import collected_files
from whole import write_document, write_table

from backprop_lab.results.collected import Collected
from backprop_lab.results.original import PrintedLogs, published_curve
from backprop_lab.runs.columns import QUANTITIES
from backprop_lab.runs.grid import apply_preset, expand_experiments
from backprop_lab.runs.run import Run
from backprop_lab.tables.gap import write_gap, write_gap_settings

PUBLISHED = CLAIMS.parent / "original/published_curves.csv"
NEAREST = {"backend": "numpy", "hidden_sizes": (360,), "activation": "relu", "optimizer": "sgd"}
NEAREST |= {"learning_rate": 0.15, "batch_size": 64, "epochs": 10, "shuffle": False}
FEWER = NEAREST | {"train_size": 10000, "repeats": 5}
TORCH = NEAREST | {"backend": "torch", "init": "torch", "pixels": "raw", "learning_rate": 0.001}


def collect(folder, shifts):
    """Collect runs whose log is that of figure 2, validation accuracies shifted.

    Args:
        shifts: (experiment, run, by how much) of each.
    """
    rows, history, members = [], [], []
    for experiment, run, shift in shifts:
        frame = published_curve(PUBLISHED, 2)[["epoch", *QUANTITIES]]
        frame["val_accuracy"] += shift
        last = frame.iloc[-1][list(QUANTITIES)].to_dict()
        names = {"id": run.id, "variant": run.variant, "seed": run.seed}
        rows.append(
            run.parameters()
            | names
            | last
            | {
                "hidden_sizes": "360",
                "status": "completed",
                "epochs_completed": len(frame),
                "best_val_accuracy": frame["val_accuracy"].max(),
                "test_accuracy": last["val_accuracy"] - 0.004,
            }
        )
        history.append(frame.assign(**names))
        members.append({"experiment": experiment, "id": run.id})
    write_table(folder / "runs.csv", rows)
    write_table(folder / "history.csv", pd.concat(history))
    pd.DataFrame(members).to_csv(folder / "experiments.csv", index=False)
    return Collected(**collected_files(folder))


def printed(folder, name="mnist"):
    sizes = {"train": 50000, "validation": 10000, "test": 10000}
    about = {"name": name, "sizes": sizes}
    return PrintedLogs(PUBLISHED, write_document(folder / name / "dataset.json", about))


@pytest.fixture
def collected(tmp_path):
    return collect(
        tmp_path,
        [
            ("task1_final", Run(**NEAREST | {"shuffle": True}, seed=0), 0.02),
            *(
                ("forensics_gap", Run(**FEWER, seed=seed), shift)
                for seed, shift in enumerate((0.001, 0.02, -0.003))
            ),
            ("forensics_task2", Run(**TORCH, seed=0), 0.03),
            *(
                ("forensics_task2", Run(**TORCH, split_seed=split, seed=0), 0.001 * split)
                for split in range(3)
            ),
        ],
    )


def test_a_setting_is_allowed_in_so_many_of_its_seeds(collected, tmp_path):
    write_gap_settings(
        collected=collected, printed=printed(tmp_path), output=tmp_path / "settings.csv"
    )
    table = pd.read_csv(tmp_path / "settings.csv")
    task2 = ["forensics_task2", "forensics_task2"]
    assert table["experiment"].tolist() == ["task1_final", "forensics_gap", *task2]
    assert table["n"].tolist() == [1, 3, 1, 3]
    assert table["n_allowed"].tolist() == [0, 2, 0, 3]
    assert table["random_split"].tolist() == [False, False, False, True]
    fewer = table.iloc[1]
    found = fewer[[f"accuracy_gap_{name}" for name in ("mean", "min", "max")]].tolist()
    assert found == pytest.approx([0.006, -0.003, 0.02])
    assert fewer["loss_ratio_max"] == pytest.approx(1)
    assert fewer["n_rows_min"] == len(published_curve(PUBLISHED, 2))


def test_facts_give_mean_and_range_and_count_settings(collected, tmp_path):
    output = tmp_path / "forensics_gap.csv", tmp_path / "forensics_gap_settings.csv"
    for write, path in zip((write_gap, write_gap_settings), output, strict=True):
        write(collected=collected, printed=printed(tmp_path), output=path)
    book = book_of(*output).facts
    found = values(book)
    assert book["gap.distinct10000.accuracy_gap_mean"]["n"] == 3
    assert found["gap.distinct10000.accuracy_gap_min"] == pytest.approx(-0.003)
    assert (found["gap.distinct10000.n_allowed"], found["gap.distinct10000.n"]) == (2, 3)
    assert found["gap.split_sgd_slow_torch_raw.n_allowed"] == 3
    assert found["gap.task2_sgd_slow_torch_raw.n_allowed"] == 0
    assert (found["gap.n_settings"], found["gap.n_settings_allowed"]) == (4, 1)
    assert (found["gap.n_compared"], found["gap.n_allowed"]) == (8, 5)
    assert found["gap.largest_drop"] == pytest.approx(0.004)


def test_on_other_images_nothing_is_compared(collected, tmp_path):
    for write in (write_gap, write_gap_settings):
        write(collected=collected, printed=printed(tmp_path, "kmnist"), output=tmp_path / "t.csv")
        assert pd.read_csv(tmp_path / "t.csv").empty
    assert book_of(tmp_path / "t.csv").facts == {}


def test_what_is_drawn_in_the_gap_is_drawn_three_times():
    runs = expand_experiments(apply_preset(CONFIG))["forensics_gap"]
    seeds = {}
    for run in runs:
        seeds.setdefault(run.variant, set()).add(run.seed)
    assert all(found == {0, 1, 2} for found in seeds.values())
    assert {run.train_size for run in runs} == {None, 10000, 5000}
    assert np.isclose(max(run.label_noise for run in runs), 0.01)
