"""Figures: each is drawn from its files, holds what it should, and is the same every time."""

import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import synthetic
from built_out import NOT_DRAWN, NOT_QUICK
from figure_sample import PUBLISHED, REPORT, WORDS, draw, ids, images_of, inputs_of
from PIL import Image
from pypdf import PdfReader

from backprop_lab.errors import LabError
from backprop_lab.figures import registry as figures
from backprop_lab.figures import scales, style
from backprop_lab.figures.words import Words, load_words
from backprop_lab.report.pictures import IN_PAGE
from backprop_lab.tables import registry as tables

# The others are drawn beside the tests of their numbers.
NAMES = [name for name in figures.figures() if name not in NOT_DRAWN]


@pytest.mark.parametrize("name", NAMES)
def test_a_figure_is_the_same_bytes_each_time_and_fits_the_page(full, drawn, tmp_path, name):
    draw(name, full, tmp_path / "second.svg")
    svg = drawn(name).read_text()
    assert svg == (tmp_path / "second.svg").read_text()
    assert "dc:date" not in svg
    root = ElementTree.fromstring(svg)
    assert float(root.get("width").removesuffix("pt")) <= 16 / 2.54 * 72 + 0.01
    texts = list(root.iter("{http://www.w3.org/2000/svg}text"))
    assert texts  # which can be searched, in fonts that the report has
    families = set(re.findall(r"font-family: ([^;\"]+)", svg))
    assert {name.strip("' ") for listed in families for name in listed.split(",")} <= IN_PAGE.keys()
    assert [path.name for path in tmp_path.iterdir()] == ["second.svg"]


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith(NOT_QUICK)])
def test_one_seed_and_two_epochs_draw_as_well(quick, tmp_path, name):
    found = draw(name, quick, tmp_path / "figure.svg", published=False)
    assert not [part for part in found if part.endswith("-range")]
    assert not [part for part in found if part.endswith("-published")]


@pytest.mark.parametrize(
    ("name", "numbers"),
    [("curves_depth", (2, 3, 4)), ("curves_activation", (5, 6)), ("final_task1", (10,)),
     ("final_task2", (12,))],
)  # fmt: skip
def test_curves_show_ours_its_range_and_the_original(drawn, name, numbers):
    found = ids(drawn(name))
    for number in numbers:
        for quantity in ("train-loss", "val-loss", "train-accuracy", "val-accuracy"):
            curve = f"figure{number}-{quantity}"
            assert {curve, f"{curve}-range", f"{curve}-published"} <= found


def test_transfer_marks_the_run_that_diverged(drawn):
    found = ids(drawn("learning_rate_transfer"))
    for optimizer in ("sgd", "adam"):
        for pixels in ("unit", "raw"):
            for rate in ("0.1", "0.001"):
                assert f"{optimizer}-{pixels}-lr{rate}-train_loss" in found
    crosses = sorted(part for part in found if part.endswith("-diverged"))
    assert crosses == [
        f"sgd-raw-lr0.1-{measure}-seed1-diverged" for measure in ("train_loss", "val_accuracy")
    ]
    overlays = sorted(part for part in found if part.endswith("train_loss-published"))
    assert overlays == ["sgd-raw-train_loss-published", "sgd-unit-train_loss-published"]


def test_transfer_draws_every_learning_rate(full, tmp_path):
    runs = pd.read_csv(full / "runs.csv", dtype={"hidden_sizes": str})
    experiments = pd.read_csv(full / "experiments.csv").query(
        "experiment == 'learning_rate_transfer'"
    )
    own = runs[runs["id"].isin(experiments["id"]) & (runs["learning_rate"] == 0.1)]
    history = pd.read_csv(full / "history.csv")
    rates = ("1", "0.1", "0.01", "0.001", "0.0001", "1e-05", "1e-06")
    parts = {"runs": [], "history": [], "experiments": []}
    for rate in rates:
        renamed = own.assign(id=own["id"] + rate, learning_rate=float(rate))
        parts["runs"].append(renamed)
        epochs = history[history["id"].isin(own["id"])]
        parts["history"].append(epochs.assign(id=epochs["id"] + rate))
        members = renamed[["id"]].assign(experiment="learning_rate_transfer")[["experiment", "id"]]
        parts["experiments"].append(members)
    files = {name: tmp_path / f"{name}.csv" for name in parts}
    for name, frames in parts.items():
        pd.concat(frames).to_csv(files[name], index=False, na_rep="nan" * (name == "history"))
    files |= {"published": PUBLISHED, "dataset": synthetic.trained_on(tmp_path)}
    figures.draw("learning_rate_transfer", files, WORDS, tmp_path / "transfer.svg")
    found = ids(tmp_path / "transfer.svg")
    for rate in rates:
        for panel in ("sgd-unit", "sgd-raw", "adam-unit", "adam-raw"):
            assert f"{panel}-lr{rate}-train_loss" in found


def test_no_two_lines_look_alike():
    looks = {tuple(map(str, line.values())) for line in style.series(16)}
    assert len(looks) == 16
    assert style.series(4) == list(style.SERIES)
    with pytest.raises(LabError, match="17 lines in one panel, of which 16"):
        style.series(17)


def test_figures_are_drawn_where_every_run_diverged(full, tmp_path):
    runs = pd.read_csv(full / "runs.csv", dtype={"hidden_sizes": str}).assign(status="diverged")
    runs.to_csv(tmp_path / "runs.csv", index=False)
    history = pd.read_csv(full / "history.csv").query("epoch == 1")
    history = history.assign(train_loss=np.inf, val_loss=np.nan)
    history.to_csv(tmp_path / "history.csv", index=False, na_rep="nan")
    files = {"runs": tmp_path / "runs.csv", "history": tmp_path / "history.csv"}
    files["experiments"] = full / "experiments.csv"
    printed = {"published": PUBLISHED, "dataset": synthetic.trained_on(tmp_path, "digits")}
    for name in ("curves_depth", "final_task1", "learning_rate_transfer"):
        figures.draw(name, files | printed, WORDS, tmp_path / f"{name}.svg")
    crosses = [part for part in ids(tmp_path / "learning_rate_transfer.svg") if "diverged" in part]
    assert len(crosses) == 8 * 3 * 2
    tables.write("sweep_width", files, tmp_path / "w.csv")
    figures.draw("sweep_width", {"sweep": tmp_path / "w.csv"}, WORDS, tmp_path / "width.svg")


def test_sweep_marks_where_runs_diverged(drawn):
    found = ids(drawn("sweep_learning_rate"))
    assert {"learning_rate-sgd", "learning_rate-adam"} <= found
    crosses = {part for part in found if part.endswith("-diverged")}
    assert crosses == {"learning_rate-sgd-1-diverged", "learning_rate-adam-1-diverged"}


@pytest.mark.parametrize("swept", ["batch_size", "width"])
def test_sweeps_show_accuracy_alone(drawn, swept):
    found = ids(drawn(f"sweep_{swept}"))
    assert {f"{swept}-sgd", f"{swept}-sgd-range"} <= found
    assert f"{swept}-sgd-seconds" not in found  # other runs trained beside: no measurement


def test_sweep_epochs_shows_both_tasks(drawn):
    found = ids(drawn("sweep_epochs"))
    assert {"epochs-task1", "epochs-task1-range", "epochs-task2", "epochs-task2-range"} <= found


@pytest.mark.parametrize(
    ("values", "ends"),
    [([0.0966, 0.99888], (0, 0.999)), ([0.976, 0.981], (0.975, 0.985)), ([0.5, 1.0], (0.5, 1)),
     ([1.0, 1.0], (0.9998, 1)), ([np.nan], (0, 1))],
)  # fmt: skip
def test_the_stretched_axis_holds_all_values_between_two_ticks(tmp_path, values, ends):
    with style.figure(WORDS, height=2) as fig:
        ax = fig.subplots()
        scales.stretched_percent_axis(ax, np.array(values))
        assert ax.get_ylim() == ends
        assert len(ax.get_yticks()) >= 2


def test_importing_one_figure_imports_no_other():
    code = (
        "import sys, backprop_lab.figures.network;"
        "print(sorted(m.split('.')[2] for m in sys.modules if 'lab.figures.' in m),"
        "'torch' in sys.modules, 'matplotlib.pyplot' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "['network', 'style', 'words'] False False"


@pytest.mark.parametrize("ending", [".pdf", ".png"])
def test_other_documents_get_a_figure_in_their_format(full, tmp_path, ending):
    chinese = load_words("zh-TW", REPORT / "text")
    first, second = (tmp_path / f"{name}{ending}" for name in ("first", "second"))
    for output in (first, second):
        figures.draw("curves_depth", inputs_of("curves_depth", full), chinese, output)
    assert first.read_bytes() == second.read_bytes()
    if ending == ".png":
        with Image.open(first) as image:
            assert image.width == int(style.TEXT_WIDTH * 300)
            assert not image.text
    else:
        page = PdfReader(first)
        assert not page.metadata
        assert "準確率" in page.pages[0].extract_text()


def test_a_format_that_is_none_of_a_figure_is_refused(full, tmp_path):
    with pytest.raises(LabError, match=r"figure\.gif: a figure ends in \.svg, \.pdf, \.png"):
        figures.draw("network", inputs_of("network", full), WORDS, tmp_path / "figure.gif")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_word_leaves_nothing_behind(full, tmp_path):
    words = Words(Path("xx/words.yaml"), {"font": "DejaVu Sans"})
    with pytest.raises(LabError, match=r"xx/words\.yaml: no word"):
        figures.draw("network", inputs_of("network", full), words, tmp_path / "figure.svg")
    assert list(tmp_path.iterdir()) == []


def test_a_character_that_no_font_has_is_an_error(full, tmp_path):
    tree = WORDS._tree | {"mistakes": {"none": "\u4e2d"}}
    pd.read_csv(full / "mistakes_task1.csv")[:0].to_csv(tmp_path / "none.csv", index=False)
    files = images_of(full) | {"mistakes": tmp_path / "none.csv"}
    words = Words(Path("xx/words.yaml"), tree)
    with pytest.raises(LabError, match="name a font"):
        figures.draw("mistakes", files, words, tmp_path / "figure.svg")
    assert not list(tmp_path.glob("figure*"))


def test_an_unknown_figure_is_named(tmp_path):
    with pytest.raises(
        LabError, match="figure netwrok: there is none; choose from activation_functions"
    ):
        figures.draw("netwrok", {}, WORDS, tmp_path / "figure.svg")
