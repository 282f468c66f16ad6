"""The gallery's data: which mistakes, in which order, with which image."""

import base64
import io
import json

import numpy as np
import pytest
from synthetic import write_test_outputs

from backprop_lab.errors import LabError
from backprop_lab.report.gallery import write_gallery


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = write_test_outputs(tmp_path_factory.mktemp("outputs"), seeds=1)
    return {
        "predictions": folder / "seed0/predictions.npz",
        "dataset_npz": folder / "dataset.npz",
        "dataset_json": folder / "dataset.json",
    }


def gallery(files, output, **more):
    write_gallery(**files, output=output, **more)
    return json.loads(output.read_text(encoding="utf-8"))


def test_mistakes_surest_first(files, tmp_path):
    content = gallery(files, tmp_path / "gallery.json", limit=1000)
    with np.load(files["predictions"]) as arrays:
        wrong = np.flatnonzero(arrays["label"] != arrays["predicted"])
        labels = arrays["label"]
    mistakes = content["mistakes"]
    assert content["n_mistakes"] == len(mistakes) == len(wrong) > 0
    assert content["n_test"] == len(labels)
    assert {one["index"] for one in mistakes} == set(wrong.tolist())
    assert all(one["label"] == labels[one["index"]] != one["predicted"] for one in mistakes)
    confidences = [one["confidence"] for one in mistakes]
    assert confidences == sorted(confidences, reverse=True)


def test_limit_keeps_the_surest(files, tmp_path):
    everything = gallery(files, tmp_path / "all.json", limit=1000)
    few = gallery(files, tmp_path / "few.json", limit=3)
    assert few["mistakes"] == everything["mistakes"][:3]
    assert few["n_mistakes"] == everything["n_mistakes"]


def test_images_are_those_of_the_test_set_ink_dark(files, tmp_path):
    from PIL import Image

    [one] = gallery(files, tmp_path / "gallery.json", limit=1)["mistakes"]
    with np.load(files["dataset_npz"]) as arrays:
        image = arrays["test_images"][one["index"]].astype(int).reshape(28, 28)
    shown = np.asarray(Image.open(io.BytesIO(base64.b64decode(one["png"]))).convert("L")).astype(
        int
    )
    assert shown.shape == (28, 28)
    assert np.abs(shown - (255 - image)).max() <= 16  # sixteen greys


def test_same_inputs_same_bytes(files, tmp_path):
    for name in ("a", "b"):
        write_gallery(**files, output=tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_predictions_of_other_images(files, tmp_path):
    with np.load(files["predictions"]) as arrays:
        np.savez(tmp_path / "p.npz", **{**arrays, "label": arrays["label"][::-1]})
    with pytest.raises(LabError, match=r"p\.npz: is not of .*dataset\.npz's test images"):
        gallery(files | {"predictions": tmp_path / "p.npz"}, tmp_path / "gallery.json")
    assert not (tmp_path / "gallery.json").exists()


def test_missing_and_broken_files(files, tmp_path):
    with pytest.raises(LabError, match=r"no\.npz: cannot be read"):
        gallery(files | {"predictions": tmp_path / "no.npz"}, tmp_path / "gallery.json")
    with pytest.raises(LabError, match=r"lacks the array label"):
        gallery(files | {"predictions": files["dataset_npz"]}, tmp_path / "gallery.json")
