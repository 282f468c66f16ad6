"""The tables behind figures of curves hold every line and band that the figure shows."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import synthetic

from backprop_lab.figures import registry as figures
from backprop_lab.report.rows import read_rows
from backprop_lab.tables import registry

PUBLISHED = Path(__file__).parents[2] / "report/original/published_curves.csv"


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    return synthetic.write_collected(tmp_path_factory.mktemp("full"))


def write(name, folder, output, images="mnist"):
    inputs = synthetic.collected_files(folder)
    inputs |= {"published": PUBLISHED, "dataset": synthetic.trained_on(output.parent, images)}
    asked = registry.tables()[name].inputs
    output = output.with_name(f"{name}.csv")
    registry.write(name, {key: inputs[key] for key in asked}, output)
    read_rows(output)  # as the report does: its form fits
    return pd.read_csv(output)


def test_bands_are_the_lowest_and_highest_seed(full, tmp_path):
    table = write("drawn_curves_depth", full, tmp_path / "t")
    assert list(table["panel"].unique()) == ["360", "360-100", "360-100-40"]
    history = pd.read_csv(full / "history.csv")
    ours = table[table["line"] == "ours"]
    assert len(ours) == 3 * 10
    for row in ours.to_dict("records"):
        mine = (history["variant"] == row["setting"]) & (history["epoch"] == row["epoch"])
        for quantity in ("train_loss", "val_accuracy"):
            values = history.loc[mine, quantity]
            assert row["n"] == len(values) == 3
            assert row[f"{quantity}_mean"] == pytest.approx(values.mean())
            assert row[f"{quantity}_min"] == values.min()
            assert row[f"{quantity}_max"] == values.max()


@pytest.mark.parametrize("name", ["curves_activation", "final_task1", "final_task2"])
def test_the_originals_log_is_there_where_it_can_be_compared(full, tmp_path, name):
    table = write(f"drawn_{name}", full, tmp_path / "t")
    theirs = table[table["line"] == "original"]
    published = pd.read_csv(PUBLISHED)
    shown = sorted(theirs["setting"].str.removeprefix("figure ").astype(int).unique())
    expected = published[published["figure"].isin(shown)]
    assert len(theirs) == len(expected) > 0
    assert sorted(theirs["val_loss_mean"].dropna()) == sorted(expected["val_loss"].dropna())
    other = write(f"drawn_{name}", full, tmp_path / "t", images="fashion_mnist")
    assert set(other["line"]) == {"ours"}


def test_a_diverged_run_has_its_own_line(full, tmp_path):
    table = write("drawn_learning_rate_transfer", full, tmp_path / "t")
    assert list(table["panel"].unique()) == ["sgd unit", "sgd raw", "adam unit", "adam raw"]
    gone = table[table["line"] == "diverged"]
    assert list(gone["setting"].unique()) == ["torch_360_relu_sgd_lr0.1_b32_e10_raw/seed1"]
    assert np.isnan(gone["train_loss_mean"].iloc[-1])


def test_every_figure_of_curves_has_its_table():
    assert set(registry.tables()) >= {f"drawn_{name}" for name in ("forensics", "counterfactual")}
    drawn = {name.removeprefix("drawn_") for name in registry.tables() if "drawn_" in name}
    assert drawn <= figures.figures().keys()
