"""Figures: each is drawn from its files, holds what it should, and is the same every time."""

import functools
import json
import re
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import synthetic
from built_out import NOT_DRAWN
from PIL import Image
from pypdf import PdfReader
from whole import write_document

from backprop_lab.errors import LabError
from backprop_lab.figures import registry as figures
from backprop_lab.figures import scales, style
from backprop_lab.figures.words import Words, load_words
from backprop_lab.tables import registry as tables

REPORT = Path(__file__).parents[2] / "report"
PUBLISHED = REPORT / "original/published_curves.csv"
WORDS = load_words("en", REPORT / "text")


def build(folder, *, quick):
    """Collected results, and the tables that are made from other files, in one folder."""
    synthetic.write_collected(folder, quick=quick)
    synthetic.write_test_outputs(folder)
    dataset = folder / "dataset.json"
    results = [folder / f"seed{seed}" / "result.json" for seed in range(3)]
    inputs = {"results": results, "dataset": dataset}
    tables.write("confusion_task1", inputs, folder / "confusion_task1.csv")
    inputs = {"predictions": folder / "seed0" / "predictions.npz", "dataset": dataset}
    tables.write("mistakes_task1", inputs, folder / "mistakes_task1.csv")
    return folder


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    return build(tmp_path_factory.mktemp("full"), quick=False)


@pytest.fixture(scope="module")
def quick(tmp_path_factory):
    return build(tmp_path_factory.mktemp("quick"), quick=True)


@pytest.fixture(scope="module")
def drawn(full):
    """Where a figure of the full results lies, drawn once for all tests."""

    @functools.cache
    def path(name):
        output = full / "figures" / f"{name}.svg"
        figures.draw(name, inputs_of(name, full), WORDS, output)
        return output

    return path


def inputs_of(name, folder, *, published=True):
    """The files that a figure is drawn from."""
    if name.startswith("confusion"):
        return {"confusion": folder / "confusion_task1.csv"}
    if name == "mistakes":
        return images_of(folder) | {"mistakes": folder / "mistakes_task1.csv"}
    images = synthetic.trained_on(folder, "mnist" if published else "digits")
    files = synthetic.collected_files(folder) | {"published": PUBLISHED, "dataset": images}
    return {
        parameter: files[file] if file in files else table_of(file, folder)
        for parameter, file in figures.figures()[name].inputs.items()
    }


def images_of(folder):
    """The images, and what describes them."""
    return {"npz": folder / "dataset.npz", "dataset": folder / "dataset.json"}


def table_of(file, folder):
    """A table made from the collected results, written where it is not there yet."""
    path = folder / f"{file.removeprefix('tables/')}.csv"
    if not path.is_file():
        tables.write(path.stem, synthetic.collected_files(folder), path)
    return path


def draw(name, folder, output, **options):
    """Draw a figure; return the ids of its parts."""
    figures.draw(name, inputs_of(name, folder, **options), WORDS, output)
    return ids(output)


def ids(path):
    root = ElementTree.parse(path).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    found = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(found) == len(set(found))
    return set(found)


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
    assert "<text" not in svg  # all letters are outlines, so that no font is needed
    assert [path.name for path in tmp_path.iterdir()] == ["second.svg"]


@pytest.mark.parametrize("name", [name for name in NAMES if "sweep" not in name])
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
def test_sweeps_show_accuracy_and_time(drawn, swept):
    found = ids(drawn(f"sweep_{swept}"))
    assert {f"{swept}-sgd", f"{swept}-sgd-range", f"{swept}-sgd-seconds"} <= found


def test_sweep_epochs_shows_both_tasks(drawn):
    found = ids(drawn("sweep_epochs"))
    assert {"epochs-task1", "epochs-task1-range", "epochs-task2", "epochs-task2-range"} <= found


def test_network_is_drawn_from_the_hidden_sizes(full, drawn, tmp_path):
    one = {"layer-0", "layer-1", "layer-2", "weights-1", "weights-2"}
    assert one <= ids(drawn("network"))
    experiments = pd.read_csv(full / "experiments.csv")
    deep = experiments["id"].str.startswith("numpy_360-100-40_relu_sgd")
    experiments[deep].assign(experiment="task1_final").to_csv(tmp_path / "e.csv", index=False)
    files = synthetic.collected_files(full) | {"experiments": tmp_path / "e.csv"}
    files["dataset"] = full / "dataset.json"
    figures.draw("network", files, WORDS, tmp_path / "three.svg")
    found = ids(tmp_path / "three.svg")
    assert {"layer-4", "weights-4"} <= found
    assert {"layer-3-left-out"} == {p for p in found if p.startswith("layer-3-left")}
    assert "layer-4-left-out" not in found  # ten outputs are all drawn


def test_network_names_the_classes_of_own_images(full, tmp_path):
    names = ["one", "$2$", "類別", *[f"c{i}" for i in range(12)]]
    dataset = write_document(
        tmp_path / "dataset.json",
        {
            "class_names": names,
            "image_shape": [6, 9],
            "sizes": dict.fromkeys(("train", "validation", "test"), len(names)),
            "class_counts": dict.fromkeys(("train", "validation", "test"), [1] * len(names)),
        },
    )
    files = synthetic.collected_files(full) | {"dataset": dataset}
    figures.draw("network", files, WORDS, tmp_path / "figure.svg")
    comments = re.findall(r"<!-- (.*?) -->", (tmp_path / "figure.svg").read_text())
    assert {"one", "$2$", "類別", "c0", "c8", "c9", "c10", "c11"} <= set(comments)
    assert "c1" not in comments  # of many classes, the first and the last four
    assert any("54 (6 × 9 pixels)" in comment for comment in comments)


def test_relu_has_slope_0_at_0(tmp_path):
    found = draw("activation_functions", tmp_path, tmp_path / "figure.svg")
    assert {"sigmoid-function", "sigmoid-derivative", "relu-function"} <= found
    assert {"relu-derivative-at-0", "relu-derivative-not-at-0"} <= found


def test_confusion_writes_every_count_but_zeros(full, drawn):
    found = ids(drawn("confusion_task1"))
    counts = pd.read_csv(full / "confusion_task1.csv", index_col="label").to_numpy()
    shown = {part for part in found if part.startswith("count-")}
    assert shown == {f"count-{i}-{j}" for i, j in zip(*np.nonzero(counts), strict=True)}
    assert len([part for part in found if part.startswith("recall-")]) == 10


def test_confusion_without_errors_or_images_is_drawn(tmp_path):
    table = pd.DataFrame(np.zeros((10, 10), dtype=int), columns=list("0123456789"))
    table.insert(0, "label", list("0123456789"))
    table.to_csv(tmp_path / "confusion_task1.csv", index=False)
    assert "errors" in draw("confusion_task1", tmp_path, tmp_path / "figure.svg")


@pytest.mark.parametrize("n", [2, 20, 40])
def test_confusion_of_any_number_of_classes_is_drawn(tmp_path, n):
    names = ["<b>", "類別", "$x$", *[f"class {i}" for i in range(40)]][:n]
    table = pd.DataFrame(np.ones((n, n), dtype=int), columns=names)
    table.insert(0, "label", names)
    table.to_csv(tmp_path / "confusion_task1.csv", index=False)
    found = draw("confusion_task1", tmp_path, tmp_path / "figure.svg")
    assert len([part for part in found if part.startswith("recall-")]) == n
    assert len([part for part in found if part.startswith("count-")]) == (n * n if n < 40 else 0)


def test_mistakes_of_another_size_are_drawn(full, tmp_path):
    table = pd.read_csv(full / "mistakes_task1.csv")
    table.assign(label_name="類別 $1$").to_csv(tmp_path / "mistakes_task1.csv", index=False)
    arrays = dict(np.load(full / "dataset.npz"))
    arrays["test_images"] = arrays["test_images"][:, :80]
    np.savez(tmp_path / "dataset.npz", **arrays)
    about = json.loads((full / "dataset.json").read_text()) | {"image_shape": [8, 10]}
    (tmp_path / "dataset.json").write_text(json.dumps(about))
    draw("mistakes", tmp_path, tmp_path / "figure.svg")
    assert (tmp_path / "figure.svg").read_text().count("<image") == 24
    (tmp_path / "dataset.json").write_text(json.dumps(about | {"image_shape": [9, 10]}))
    with pytest.raises(LabError, match="are not 9 x 10 pixels"):
        draw("mistakes", tmp_path, tmp_path / "figure.svg")


def test_mistakes_shows_one_image_each(full, drawn):
    svg = drawn("mistakes").read_text()
    assert svg.count("<image") == len(pd.read_csv(full / "mistakes_task1.csv")) == 24


@pytest.mark.parametrize("n", [0, 3])
def test_few_mistakes_and_none_are_drawn(full, tmp_path, n):
    pd.read_csv(full / "mistakes_task1.csv")[:n].to_csv(tmp_path / "few.csv", index=False)
    files = images_of(full) | {"mistakes": tmp_path / "few.csv"}
    figures.draw("mistakes", files, WORDS, tmp_path / "figure.svg")
    assert (tmp_path / "figure.svg").read_text().count("<image") == n


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
