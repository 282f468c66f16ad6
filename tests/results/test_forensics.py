"""Forensics: the distance by hand, the best selection, repairs, and frozen logs from labels."""

import math
from functools import partial
from itertools import combinations
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from facts_sample import book_of
from synthetic import collected_files, trained_on
from whole import write_document, write_table

from backprop_lab.errors import LabError
from backprop_lab.figures import counterfactual as counterfactual_figure
from backprop_lab.figures import forensics as forensics_figure
from backprop_lab.figures.words import load_words
from backprop_lab.results.collected import Collected
from backprop_lab.results.constant import Setting, simulate
from backprop_lab.results.forensics import GUESSING_LOSS, distance
from backprop_lab.results.original import NETWORKS, PrintedLogs, published_curve
from backprop_lab.runs.columns import QUANTITIES
from backprop_lab.runs.run import Run
from backprop_lab.tables.constant import write_constant
from backprop_lab.tables.forensics import write_best, write_counterfactual, write_distances

REPORT = Path(__file__).parents[2] / "report"
PUBLISHED = REPORT / "original/published_curves.csv"
WORDS = load_words("en", REPORT / "text")


def printed(folder, name="mnist"):
    """The original's logs beside runs on a data set."""
    return PrintedLogs(PUBLISHED, trained_on(folder, name))


def log(*rows):
    return pd.DataFrame(rows, columns=["epoch", *QUANTITIES])


# --- the distance ---------------------------------------------------------------------


def test_a_log_is_at_distance_0_from_itself():
    printed = published_curve(PUBLISHED, 2)
    assert distance(printed, printed, 10) == 0


def test_the_distance_is_the_root_mean_square_of_four_scaled_differences():
    ours = log((1, GUESSING_LOSS, 0.5, GUESSING_LOSS, 0.5))
    theirs = log((1, GUESSING_LOSS / 2, 0.4, GUESSING_LOSS, 0.8))
    expected = math.sqrt((0.5**2 + 0.1**2 + 0 + 0.3**2) / 4)
    assert distance(ours, theirs, 1) == pytest.approx(expected, rel=1e-12)


def test_only_the_epochs_that_were_trained_are_compared():
    theirs = log((1, 1, 0.5, 1, 0.5), (2, 0, 1, 0, 1))
    assert distance(log((1, 1, 0.5, 1, 0.5)), theirs, 1) == 0
    assert distance(log((1, 1, 0.5, 1, 0.5)), theirs, 2) > 0


def test_a_lost_cell_is_left_out():
    ours = log((1, 1, 0.5, 1, 0.5))
    theirs = log((1, 1, 0.5, math.nan, 0.2))
    assert distance(ours, theirs, 1) == pytest.approx(math.sqrt(0.3**2 / 3))


@pytest.mark.parametrize("loss", [math.inf, math.nan, 1e6])
def test_explosions_of_all_sizes_are_alike(loss):
    assert distance(log((1, loss, 0.1, 2, 0.1)), log((1, 724.5, 0.1, 2, 0.1)), 1) == 0


def test_a_diverged_run_is_carried_on_from_its_last_epoch():
    theirs = log(*((epoch, 2.3, 0.1, 2.3, 0.1) for epoch in (1, 2, 3)))
    ended = log((1, 2.3, 0.1, 2.3, 0.1), (2, math.nan, 0.1, 2.3, 0.1))
    one = 2 - 2.3 / GUESSING_LOSS  # the cap against the printed loss, in two of twelve cells
    assert distance(ended, theirs, 3) == pytest.approx(math.sqrt(2 * one**2 / 12))


def test_logs_without_a_common_epoch_cannot_be_compared():
    with pytest.raises(LabError, match="no epoch in common"):
        distance(log((1, 1, 1, 1, 1)), log((31, 1, 1, 1, 1)), 1)


# --- tables and figures ------------------------------------------------------------------


def a_run(sizes, activation="relu", **options):
    usual = {"optimizer": "sgd", "learning_rate": 0.1, "batch_size": 64, "epochs": 10}
    usual |= {"init": "normal0.01", "bias_gradient": "sum", "shuffle": False}
    return Run("numpy", sizes, activation, **usual | options, seed=0)


def write_collected(folder, experiments):
    """Collected files of `experiments`: name -> {run: its log}."""
    runs, history, members = {}, {}, []
    for name, logs in experiments.items():
        for run, frame in logs.items():
            last = frame.iloc[-1][list(QUANTITIES)].to_dict()
            runs[run.id] = run.parameters() | last | {
                "hidden_sizes": "-".join(map(str, run.hidden_sizes)),
                "id": run.id,
                "variant": run.variant,
                "status": "completed",
                "epochs_completed": len(frame),
                "best_val_accuracy": frame["val_accuracy"].max(),
            }  # fmt: skip
            history[run.id] = frame.assign(id=run.id, variant=run.variant, seed=0)
            members.append((name, run.id))
    write_table(folder / "runs.csv", list(runs.values()))
    write_table(folder / "history.csv", pd.concat(history.values()))
    members = pd.DataFrame(members, columns=["experiment", "id"])
    members.to_csv(folder / "experiments.csv", index=False)
    return Collected(**collected_files(folder))


def shifted(figure, amount):
    """The printed log of a figure, its accuracies off by `amount` (lost cells guessed)."""
    frame = published_curve(PUBLISHED, figure).fillna(2.34)
    accuracies = frame[["train_accuracy", "val_accuracy"]]
    # Towards one half, so that they stay from 0 to 1.
    frame[["train_accuracy", "val_accuracy"]] += amount * np.where(accuracies > 0.5, -1, 1)
    return frame


def exact(sizes, figure, activation="relu"):
    """Two settings: 0.1 is off by 0.01 in figures 2 and 4, by 0.2 in others; 0.2 by 0.1 in all."""
    near = 0.01 if figure in (2, 4) else 0.2
    return {
        a_run(sizes, activation, learning_rate=0.1): shifted(figure, near),
        a_run(sizes, activation, learning_rate=0.2): shifted(figure, 0.1),
    }


@pytest.fixture
def collected(tmp_path):
    refined = exact((360,), 2) | exact((360, 100), 3) | exact((360, 100, 40), 4)
    refined |= exact((360, 100), 6, "sigmoid")
    screen = {
        a_run((360,), epochs=1): shifted(2, 0)[:1],
        a_run((360,), epochs=1, batch_size=32): shifted(2, 0.3)[:1],
    }
    return write_collected(tmp_path, {"forensics_screen": screen, "forensics_refine": refined})


def test_the_screen_ranks_settings_and_knows_which_were_refined(collected, tmp_path):
    write = partial(write_distances, collected=collected, search="screen")
    write(printed=printed(tmp_path), output=tmp_path / "screen.csv")
    table = pd.read_csv(tmp_path / "screen.csv")
    assert table["batch_size"].tolist() == [64, 32]
    assert table["refined"].tolist() == [True, False]
    assert table["distance_figure2"].tolist() == pytest.approx([0, 0.3 / math.sqrt(2)])
    assert table[["distance_figure3", "distance_all"]].isna().all(axis=None)
    # The network of figure 2 stands for figure 9, too.
    assert table["distance_figure9"].notna().all()
    write(printed=printed(tmp_path, "digits"), output=tmp_path / "none.csv")
    assert pd.read_csv(tmp_path / "none.csv").columns.tolist() == table.columns.tolist()


def test_the_best_setting_of_a_figure_and_of_all_are_chosen(collected, tmp_path):
    output = tmp_path / "forensics_best.csv"
    write_best(collected=collected, printed=printed(tmp_path), output=output)
    table = pd.read_csv(output, dtype={"hidden_sizes": str})
    alone = table[table["choice"] == "figure"].set_index("figure")
    assert alone.index.tolist() == list(NETWORKS)
    assert alone["learning_rate"][[2, 3, 4, 6]].tolist() == [0.1, 0.2, 0.1, 0.2]
    assert alone["distance"][[2, 3]].tolist() == pytest.approx([0.01 / 2**0.5, 0.1 / 2**0.5])
    assert alone["frozen"].tolist() == [False, False, True, False, False]
    assert alone["frozen"][:4].tolist() == alone["published_frozen"][:4].tolist()
    assert alone["max_error_train_loss"][4] == 0
    assert alone["max_error_val_accuracy"][4] == pytest.approx(0.01)
    together = table[table["choice"] == "all"]
    assert together["figure"].tolist() == [2, 3, 4, 6]
    # Alone each setting is nearest to two figures; together 0.1 is far from two.
    assert together["learning_rate"].unique() == [0.2]
    assert together["distance_all"].tolist() == pytest.approx([0.1 / math.sqrt(2)] * 4, rel=0.02)

    facts = book_of(output).facts
    assert facts["forensics.figure4.frozen"]["value"] is True
    assert facts["forensics.all.learning_rate"]["value"] == 0.2
    assert facts["forensics.all.figure2.max_error_val_accuracy"]["unit"] == "fraction"

    draw = partial(forensics_figure.draw, best=output, history=collected.history, words=WORDS)
    draw(printed=printed(tmp_path), output=tmp_path / "first.svg")
    draw(printed=printed(tmp_path), output=tmp_path / "second.svg")
    drawn = (tmp_path / "first.svg").read_text()
    assert drawn == (tmp_path / "second.svg").read_text()
    for figure in NETWORKS:
        assert f'id="forensics-figure{figure}-val-loss-published"' in drawn
    # Grey lines only where the nearest to all is not the nearest to this figure.
    assert 'id="forensics-figure2-val-loss-all"' in drawn
    assert 'id="forensics-figure3-val-loss-all"' not in drawn


def test_without_printed_logs_nothing_is_compared(collected, tmp_path):
    elsewhere = printed(tmp_path, "digits")
    write_best(collected=collected, printed=elsewhere, output=tmp_path / "best.csv")
    assert pd.read_csv(tmp_path / "best.csv").empty
    forensics_figure.draw(
        best=tmp_path / "best.csv",
        history=collected.history,
        printed=elsewhere,
        words=WORDS,
        output=tmp_path / "f.svg",
    )
    assert "<svg" in (tmp_path / "f.svg").read_text()


def test_one_setting_for_all_needs_all_networks(tmp_path):
    collected = write_collected(tmp_path, {"forensics_refine": exact((360,), 2)})
    with pytest.raises(LabError, match="forensics_refine"):
        write_best(collected=collected, printed=printed(tmp_path), output=tmp_path / "best.csv")
    assert not (tmp_path / "best.csv").exists()


def repairs(*, learns):
    """Histories of the deep network: those whose repairs include one of `learns` reach 95 %."""
    changes = {
        "none": {},
        "reduction": {"bias_gradient": "mean"},
        "init": {"init": "he"},
        "shuffle": {"shuffle": True},
        "reduction+init+shuffle": {"bias_gradient": "mean", "init": "he", "shuffle": True},
    }
    logs = {}
    for name, change in changes.items():
        good = any(part in learns for part in name.split("+"))
        final = (0.1, 0.95, 0.2, 0.95) if good else (2.36, 0.1, 2.34, 0.1)
        frame = log((1, 2.36, 0.1, 2.34, 0.1), (2, *final), (3, *final))
        logs[a_run((360, 100, 40), **change)] = frame
    return dict(reversed(logs.items()))  # the file's order is not the table's


@pytest.mark.parametrize("learns", ["init", "shuffle"])
def test_the_counterfactual_names_each_repair_and_what_it_does(tmp_path, learns):
    collected = write_collected(tmp_path, {"counterfactual": repairs(learns=[learns])})
    output = tmp_path / "counterfactual.csv"
    write_counterfactual(collected=collected, output=output)
    table = pd.read_csv(output).set_index("repair")
    assert table.index[0] == "none"
    assert table.index[-1] == "reduction+init+shuffle"
    trained = table["first_trained_epoch"].dropna()
    assert sorted(trained.index) == sorted([learns, "reduction+init+shuffle"])
    assert trained.eq(2).all()
    assert table.loc["none", "val_accuracy"] == 0.1
    facts = book_of(output).facts
    assert facts[f"counterfactual.{learns}.val_accuracy"]["value"] == 0.95
    assert "counterfactual.reduction_and_init_and_shuffle.train_loss" in facts
    counterfactual_figure.draw(
        counterfactual=output, history=collected.history, words=WORDS, output=tmp_path / "c.svg"
    )
    assert 'id="counterfactual-none-train_loss"' in (tmp_path / "c.svg").read_text()


def test_every_combination_of_repairs_is_drawn(tmp_path):
    parts = ("reduction", "init", "shuffle")
    names = ["+".join(some) for n in range(4) for some in combinations(parts, n)]
    names[0] = "none"
    table = pd.DataFrame({"repair": names, "id": names})
    write_table(tmp_path / "counterfactual.csv", table)
    logs = [log((1, 2, 0.5, 2, 0.5), (2, 1, 0.9, 1, 0.9)).assign(id=name) for name in names]
    write_table(tmp_path / "history.csv", pd.concat(logs))
    counterfactual_figure.draw(
        counterfactual=tmp_path / "counterfactual.csv",
        history=tmp_path / "history.csv",
        words=WORDS,
        output=tmp_path / "c.svg",
    )
    svg = (tmp_path / "c.svg").read_text()
    assert [name for name in names if f'id="counterfactual-{name}-train_loss"' not in svg] == []


def test_the_counterfactual_needs_one_unrepaired_run(tmp_path):
    logs = {run: frame for run, frame in repairs(learns=[]).items() if run.shuffle}
    collected = write_collected(tmp_path, {"counterfactual": logs})
    with pytest.raises(LabError, match="exactly one run must be unrepaired"):
        write_counterfactual(collected=collected, output=tmp_path / "counterfactual.csv")


# --- frozen logs from labels alone ----------------------------------------------------


def test_one_batch_an_epoch_is_gradient_descent_on_the_shares():
    log = simulate(
        np.array([30, 12]), n_train=40, setting=Setting(1.0, 40, "mean"), n_orders=5,
    )  # fmt: skip
    share = log.train_accuracy  # of the more frequent class, which the biases name
    assert set(share) <= {28 / 40, 29 / 40, 30 / 40}
    # Epoch 1: b = 0, so p = 1/2 and b becomes ±(share - 1/2).  Epoch 2 is judged with that.
    p = 1 / (1 + np.exp(1 - 2 * share))
    expected = -(share * np.log(p) + (1 - share) * np.log(1 - p))
    assert log.train_loss == pytest.approx(expected, rel=1e-12)


def test_a_summed_gradient_is_batch_size_times_the_mean_one():
    setting = {"n_train": 64, "n_orders": 3}
    counts = np.full(4, 20)
    summed = simulate(counts, setting=Setting(0.1, 8, "sum"), **setting)
    mean = simulate(counts, setting=Setting(0.8, 8, "mean"), **setting)
    assert summed.train_loss == pytest.approx(mean.train_loss, rel=1e-12)
    assert summed.val_loss == pytest.approx(mean.val_loss, rel=1e-12)


def test_noise_in_the_biases_costs_what_the_quadratic_theory_says():
    # Near the optimum the biases' covariance is η / (2 B (1 - η h / 2)) for curvature h = 1/10,
    # and the loss exceeds ln 10 by half the trace of curvature times covariance.
    eta, B = 1.0, 50
    log = simulate(
        np.full(10, 2000), n_train=16000, setting=Setting(eta, B, "mean"), n_orders=20,
    )  # fmt: skip
    excess = log.train_loss.mean() - GUESSING_LOSS
    assert excess == pytest.approx(9 * 0.1 * eta / (4 * B * (1 - eta * 0.1 / 2)), rel=0.1)


def test_frozen_logs_are_written_beside_the_printed_ones(tmp_path, monkeypatch):
    monkeypatch.setattr("backprop_lab.tables.constant.N_ORDERS", 3)
    counts = {"train": [500] * 5 + [300] * 5, "validation": [100] * 10, "test": [100] * 10}
    sizes = {part: sum(values) for part, values in counts.items()}
    dataset = tmp_path / "dataset.json"
    content = {"name": "mnist", "class_counts": counts, "sizes": sizes}
    write_document(dataset, content)
    write_constant(printed=PrintedLogs(PUBLISHED, dataset), output=tmp_path / "constant.csv")
    table = pd.read_csv(tmp_path / "constant.csv")
    assert set(table["figure"]) == {4, 9}
    assert set(table["labels"]) == {"dataset", "balanced"}
    assert (table["published_train_loss"][table["figure"] == 4] == 2.3586).all()
    z = (0.0977 - table["train_accuracy_mean"]) / table["train_accuracy_std"]
    nine = table["figure"] == 9
    assert table["train_accuracy_z"][nine].tolist() == pytest.approx(z[nine].tolist())
    facts = book_of(tmp_path / "constant.csv").facts
    assert facts["constant.figure9.balanced.n_logs"]["value"] == 3 * nine.sum() / 2
    write_constant(printed=printed(tmp_path, "digits"), output=tmp_path / "none.csv")
    assert pd.read_csv(tmp_path / "none.csv").columns.tolist() == table.columns.tolist()
