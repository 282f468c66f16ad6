"""Tables against numbers worked out by hand, and on made-up results of every experiment."""

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import synthetic
from whole import write_document, write_table

from backprop_lab.errors import LabError
from backprop_lab.results.original import LOG_FIGURES
from backprop_lab.results.statistics import summarize
from backprop_lab.runs.columns import QUANTITIES
from backprop_lab.runs.run import Run
from backprop_lab.tables import registry

PUBLISHED = Path(__file__).parents[2] / "report" / "original" / "published_curves.csv"


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    return synthetic.write_collected(tmp_path_factory.mktemp("full"))


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    return synthetic.write_collected(tmp_path_factory.mktemp("quick"), quick=True)


def write(name, folder, output, **more):
    """Write a table from the collected files; return it as read back."""
    inputs = synthetic.collected_files(folder)
    if name.startswith("log"):
        inputs |= {"published": PUBLISHED, "dataset": synthetic.trained_on(output.parent)}
    registry.write(name, inputs | more, output)
    return pd.read_csv(output, dtype={"hidden_sizes": str})


@pytest.fixture
def three_runs(tmp_path):
    """Task 1's final as three seeds of two epochs, of which the last diverged."""
    accuracies = {0: (0.90, 0.95), 1: (0.92, 0.97)}
    runs, history = [], []
    for seed in range(3):
        run = Run("numpy", (360,), "relu", "sgd", 0.1, 32, 2, seed)
        row = run.parameters() | {"hidden_sizes": "360", "id": run.id, "variant": run.variant}
        row |= {"n_parameters": 286210, "seconds_per_epoch": 1.0 + seed}
        common = {"id": run.id, "variant": run.variant, "seed": seed}
        if seed == 2:
            row["status"] = "diverged"
            losses = {"train_loss": math.inf, "val_loss": math.nan}
            worst = {"train_accuracy": 0.1, "val_accuracy": 0.1}
            history.append(common | {"epoch": 1} | losses | worst)
        else:
            row |= {"status": "completed", "best_epoch": 2, "train_loss": 0.1, "val_loss": 0.2}
            row |= {"train_accuracy": 0.99, "val_accuracy": accuracies[seed][1]}
            row |= {"best_val_accuracy": accuracies[seed][1], "test_accuracy": 0.94 + 0.02 * seed}
            for epoch, accuracy in enumerate(accuracies[seed], 1):
                losses = {"train_loss": 0.3 / epoch, "val_loss": 0.4 / epoch}
                both = {"train_accuracy": 0.99, "val_accuracy": accuracy}
                history.append(common | {"epoch": epoch} | losses | both)
        runs.append(row)
    write_table(tmp_path / "runs.csv", runs)
    columns = ["id", "variant", "seed", "epoch", *QUANTITIES]
    frame = pd.DataFrame(history)[columns]
    frame.to_csv(tmp_path / "history.csv", index=False, na_rep="nan")
    pairs = [(name, row["id"]) for name in ("task1_final", "task2_final") for row in runs]
    pd.DataFrame(pairs, columns=["experiment", "id"]).to_csv(
        tmp_path / "experiments.csv", index=False
    )
    return tmp_path


def test_summary_of_three_values():
    summary = summarize([1.0, 2.0, 6.0])
    assert (summary.n, summary.mean, summary.min, summary.max) == (3, 3.0, 1.0, 6.0)
    assert summary.std == pytest.approx(math.sqrt((4 + 1 + 9) / 2))


def test_summary_of_one_value_and_of_none():
    assert math.isnan(summarize([0.5]).std)
    assert summarize([0.5, math.nan, math.inf]).mean == 0.5
    none = summarize([])
    assert none.n == 0
    assert math.isnan(none.mean)


def test_finals_average_over_the_runs_that_completed(three_runs):
    row = write("finals", three_runs, three_runs / "finals.csv").iloc[0]
    assert (row["task"], row["n"], row["n_diverged"], row["epochs"]) == (1, 3, 1, 2)
    assert row["val_accuracy_mean"] == pytest.approx((0.95 + 0.97) / 2)
    assert row["val_accuracy_std"] == pytest.approx(0.02 / math.sqrt(2))
    assert row["test_accuracy_mean"] == pytest.approx(0.95)
    assert row["best_epoch_mean"] == 2
    assert row["seconds_per_epoch"] == 1.5


def test_log_is_the_mean_over_seeds_beside_the_original(three_runs):
    log = write("log_figure10", three_runs, three_runs / "log.csv")
    assert list(log["epoch"]) == [1, 2, *range(31, 41)]
    assert log["n"].tolist() == [2, 2] + [0] * 10
    assert log["val_accuracy"][:2].tolist() == pytest.approx([0.91, 0.96])
    assert log["published_val_accuracy"].iloc[-1] == 0.9646
    assert log["published_val_accuracy"][:2].isna().all()
    assert log["val_accuracy"][2:].isna().all()


def test_log_without_the_original_keeps_its_columns_empty(three_runs):
    other = synthetic.trained_on(three_runs, "digits")
    log = write("log_figure10", three_runs, three_runs / "log.csv", dataset=other)
    assert list(log["epoch"]) == [1, 2]
    published = [column for column in log if column.startswith("published_")]
    assert len(published) == 4
    assert log[published].isna().all(axis=None)


def test_variants_has_the_24_variants_in_order(full, tmp_path):
    table = write("variants", full, tmp_path / "variants.csv")
    assert len(table) == 24
    keys = table[["backend", "hidden_sizes", "activation", "optimizer"]].apply(tuple, axis=1)
    assert keys.iloc[0] == ("numpy", "360", "relu", "sgd")
    assert keys.iloc[5] == ("numpy", "360-100", "relu", "adam")
    assert keys.iloc[-1] == ("torch", "360-100-40", "sigmoid", "adam")
    runs = pd.read_csv(full / "runs.csv")
    own = runs.loc[runs["variant"] == table["variant"][7], "test_accuracy"]
    assert (table["n"] == 3).all()
    assert table["test_accuracy_mean"][7] == pytest.approx(own.mean())
    assert table["test_accuracy_std"][7] == pytest.approx(np.std(own, ddof=1))


def test_transfer_tells_pixels_optimizers_and_rates_apart(full, tmp_path):
    table = write("learning_rate_transfer", full, tmp_path / "transfer.csv")
    assert len(table) == 8
    key = (table["pixels"] == "raw") & (table["optimizer"] == "sgd")
    row = table[key & (table["learning_rate"] == 0.1)].iloc[0]
    assert (row["n"], row["n_diverged"]) == (3, 1)
    history = pd.read_csv(full / "history.csv")
    variant = history[history["variant"] == "torch_360_relu_sgd_lr0.1_b32_e10_raw"]
    first = variant[(variant["epoch"] == 1) & (variant["seed"] != 1)]["train_loss"]
    assert row["first_train_loss_mean"] == pytest.approx(first.mean())


def test_sweep_where_every_run_diverged_has_empty_means(full, tmp_path):
    table = write("sweep_learning_rate", full, tmp_path / "sweep.csv")
    assert len(table) == 14
    assert list(table["learning_rate"][:7]) == list(synthetic.LEARNING_RATES)
    sgd, adam = table[table["learning_rate"] == 1.0].iloc
    assert (sgd["n_diverged"], adam["n_diverged"]) == (1, 3)
    assert not math.isnan(sgd["val_accuracy_mean"])
    empty = ["val_accuracy_mean", "val_accuracy_max", "test_accuracy_std", "seconds_per_epoch"]
    assert adam[empty].isna().all()


@pytest.mark.parametrize(
    ("swept", "values"),
    [("batch_size", synthetic.BATCH_SIZES), ("width", synthetic.WIDTHS)],
)
def test_sweeps_rise_through_their_values(full, tmp_path, swept, values):
    table = write(f"sweep_{swept}", full, tmp_path / "sweep.csv")
    assert tuple(table[swept]) == values
    assert (table["val_accuracy_min"] <= table["val_accuracy_mean"]).all()
    assert (table["val_accuracy_mean"] <= table["val_accuracy_max"]).all()


def test_sweep_epochs_reads_both_long_runs(full, tmp_path):
    table = write("sweep_epochs", full, tmp_path / "epochs.csv")
    assert table.groupby("task")["epoch"].max().to_dict() == {1: 40, 2: 200}
    assert set(table["backend"]) == {"numpy", "torch"}


def test_one_seed_has_no_standard_deviation(quick, tmp_path):
    for name in ("variants", "finals", "learning_rate_transfer"):
        table = write(name, quick, tmp_path / f"{name}.csv")
        assert (table["n"] == 1).all()
        assert table["val_accuracy_std"].isna().all()
        assert table["val_accuracy_mean"].notna().all()
    text = (tmp_path / "variants.csv").read_text()
    assert "nan" not in text.lower()


def test_every_log_is_written_from_either_preset(full, quick, tmp_path):
    for folder, epochs in ((full, 10), (quick, 2)):
        for figure in (2, 3, 4, 5, 6, 9):
            log = write(f"log_figure{figure}", folder, tmp_path / "log.csv")
            assert len(log) == 10
            assert log["train_loss"].notna().sum() == epochs


def test_a_value_added_to_the_matrix_or_a_final_leaves_the_others_as_they_were(full, tmp_path):
    more = tmp_path / "more"
    more.mkdir()
    synthetic.write_collected(more, more=[{"learning_rate": 0.01}, {"batch_size": 16}])
    for name in ("log_figure2", "log_figure6", "log_figure10", "finals", "sweep_epochs"):
        with_more = write(name, more, tmp_path / "more.csv")
        pd.testing.assert_frame_equal(with_more, write(name, full, tmp_path / "usual.csv"))
    assert len(write("variants", more, tmp_path / "variants.csv")) == 24 * 3


def test_confusion_is_the_sum_over_seeds(tmp_path):
    synthetic.write_test_outputs(tmp_path, seeds=2)
    results = [tmp_path / f"seed{seed}" / "result.json" for seed in range(2)]
    dataset = tmp_path / "dataset.json"
    output = tmp_path / "confusion.csv"
    registry.write("confusion_task1", {"results": results, "dataset": dataset}, output)
    table = pd.read_csv(output, index_col="label")
    parts = [np.array(json.loads(path.read_text())["confusion_matrix"]) for path in results]
    np.testing.assert_array_equal(table.to_numpy(), parts[0] + parts[1])
    assert list(table.columns) == [str(digit) for digit in range(10)]


def test_confusion_leaves_diverged_runs_out(tmp_path):
    synthetic.write_test_outputs(tmp_path, seeds=1)
    path = tmp_path / "seed0" / "result.json"
    write_document(path, {"status": "diverged", "confusion_matrix": [[1] * 10] * 10})
    inputs = {"results": [path], "dataset": tmp_path / "dataset.json"}
    registry.write("confusion_task2", inputs, tmp_path / "confusion.csv")
    table = pd.read_csv(tmp_path / "confusion.csv", index_col="label")
    assert table.to_numpy().sum() == 0


def test_mistakes_are_the_surest_wrong_ones(tmp_path):
    arrays = {
        "label": np.array([0, 1, 2, 3, 4], dtype=np.uint8),
        "predicted": np.array([0, 7, 3, 3, 9], dtype=np.uint8),
        "confidence": np.array([1, 0.5, 0.75, 0.9, 0.75], dtype=np.float32),
    }
    np.savez(tmp_path / "predictions.npz", **arrays)
    write_document(tmp_path / "dataset.json", {"class_names": list("abcdefghij")})
    inputs = {"predictions": tmp_path / "predictions.npz", "dataset": tmp_path / "dataset.json"}
    registry.write("mistakes_task1", inputs, tmp_path / "mistakes.csv")
    table = pd.read_csv(tmp_path / "mistakes.csv")
    assert list(table["index"]) == [2, 4, 1]
    assert list(table["confidence"]) == [0.75, 0.75, 0.5]
    assert list(table["label_name"]) == ["c", "e", "b"]
    assert list(table["predicted_name"]) == ["d", "j", "h"]


def test_same_input_gives_the_same_bytes(full, tmp_path):
    for name in ("variants", "sweep_epochs"):
        write(name, full, tmp_path / "first.csv")
        write(name, full, tmp_path / "second.csv")
        assert (tmp_path / "first.csv").read_bytes() == (tmp_path / "second.csv").read_bytes()


def test_every_printed_log_has_its_table():
    """The declaration is a literal, so it cannot name the constant itself."""
    numbers = {
        table.arguments["figure"]
        for table in registry.tables().values()
        if table.name.startswith("log_")
    }
    assert numbers == set(LOG_FIGURES)


def test_an_absent_experiment_is_named_and_nothing_is_written(quick, tmp_path):
    with pytest.raises(LabError, match="no run of experiment sweep_width"):
        write("sweep_width", quick, tmp_path / "sweep.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_variant_that_is_not_there_is_named(full, tmp_path):
    experiments = pd.read_csv(full / "experiments.csv")
    experiments = experiments[~experiments["id"].str.startswith("numpy_360-100_relu_sgd")]
    experiments.to_csv(tmp_path / "experiments.csv", index=False)
    inputs = synthetic.collected_files(full) | {"experiments": tmp_path / "experiments.csv"}
    inputs |= {"published": PUBLISHED, "dataset": synthetic.trained_on(tmp_path)}
    with pytest.raises(LabError, match=r"no variant has .*hidden_sizes=360-100; add it to"):
        registry.write("log_figure3", inputs, tmp_path / "log.csv")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"runs": None}, "input 'runs' is missing"),
        ({"hystory": Path("runs.csv")}, "unknown input 'hystory'"),
        ({"runs": Path("absent.csv")}, r"runs: absent\.csv is no file"),
    ],
)
def test_inputs_that_do_not_fit_are_named(full, tmp_path, change, message):
    inputs = synthetic.collected_files(full) | change
    inputs = {name: path for name, path in inputs.items() if path is not None}
    with pytest.raises(LabError, match=message):
        registry.write("variants", inputs, tmp_path / "variants.csv")


def test_two_files_where_one_is_meant_is_an_error(full, tmp_path):
    runs = full / "runs.csv"
    inputs = synthetic.collected_files(full) | {"runs": [runs, runs]}
    with pytest.raises(LabError, match="runs: takes one file, not 2"):
        registry.write("variants", inputs, tmp_path / "variants.csv")


def test_an_unknown_table_and_a_broken_file_are_named(full, tmp_path):
    with pytest.raises(LabError, match="table variant: there is none; choose from claims"):
        registry.write("variant", {}, tmp_path / "variants.csv")
    (tmp_path / "runs.csv").write_text("seed\n1\n")
    inputs = synthetic.collected_files(full) | {"runs": tmp_path / "runs.csv"}
    with pytest.raises(LabError, match=r"runs\.csv: lacks the column id"):
        registry.write("variants", inputs, tmp_path / "variants.csv")
