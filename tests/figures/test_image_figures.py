"""Figures of the network, of what it confuses and of images that it gets wrong."""

import json
import xml.etree.ElementTree as ElementTree

import numpy as np
import pandas as pd
import pytest
import synthetic
from figure_sample import WORDS, draw, ids, images_of
from whole import write_document

from backprop_lab.errors import LabError
from backprop_lab.figures import registry as figures


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
    drawing = ElementTree.parse(tmp_path / "figure.svg")
    texts = [text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert {"one", "$2$", "類別", "c0", "c8", "c9", "c10", "c11"} <= set(texts)
    assert "c1" not in texts  # of many classes, the first and the last four
    assert any("54 (6 × 9 pixels)" in (text or "") for text in texts)


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
