"""The split into training, validation and test sets, and what a network is given."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pytest

from backprop_lab.data.archives import (
    ARCHIVES,
    CLASS_NAMES,
    SOURCE,
    TEST_IMAGES,
    TEST_LABELS,
    TITLES,
    TRAIN_IMAGES,
    TRAIN_LABELS,
    describe,
)
from backprop_lab.data.datasets import Dataset, load, prepare, resplit, to_float
from backprop_lab.data.download import fetch
from backprop_lab.data.idx import write_idx
from backprop_lab.errors import LabError


def make_raw(folder: Path, n: int = 60, n_test: int = 20, name: str = "mnist") -> Path:
    """Make a folder such as `fetch` leaves; image i has the pixel value i everywhere."""
    folder.mkdir(exist_ok=True)
    for images, labels, count in (
        (TRAIN_IMAGES, TRAIN_LABELS, n),
        (TEST_IMAGES, TEST_LABELS, n_test),
    ):
        values = np.repeat(np.arange(count, dtype=np.uint8), 784).reshape(count, 28, 28)
        write_idx(folder / images, values)
        write_idx(folder / labels, (np.arange(count) % 10).astype(np.uint8))
    write_source(folder, name)
    return folder


def write_source(folder: Path, name: str = "mnist") -> None:
    source = {
        "name": name,
        "title": TITLES[name],
        "embedded": False,
        "source": "a local folder",
        "folder": str(folder),
        "archives": {archive: describe(folder / archive) for archive in ARCHIVES},
        "forms": "unpacked",
        "tried": [],
        "split": None,
    }
    (folder / SOURCE).write_text(json.dumps(source))


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return make_raw(tmp_path / "raw")


@pytest.fixture
def outputs(tmp_path: Path) -> tuple[Path, Path]:
    return tmp_path / "results" / "dataset.npz", tmp_path / "results" / "dataset.json"


def prepared(raw: Path, outputs: tuple[Path, Path], **options) -> Dataset:
    prepare(raw, *outputs, **{"validation_size": 10} | options)
    return load(*outputs)


def assert_partition(dataset: Dataset, n: int = 60) -> None:
    """Every training archive's image is in one set, with its own label."""
    pixels = np.concatenate([dataset.train_images, dataset.validation_images])[:, 0]
    labels = np.concatenate([dataset.train_labels, dataset.validation_labels])
    assert sorted(pixels) == list(range(n))
    np.testing.assert_array_equal(labels, pixels % 10)


def test_default_split_takes_the_last_images(raw, outputs):
    dataset = prepared(raw, outputs)
    np.testing.assert_array_equal(dataset.train_images[:, 0], np.arange(50))
    np.testing.assert_array_equal(dataset.validation_images[:, 783], np.arange(50, 60))
    np.testing.assert_array_equal(dataset.test_images[:, 0], np.arange(20))
    assert_partition(dataset)
    for images in (dataset.train_images, dataset.validation_images, dataset.test_images):
        assert images.dtype == np.uint8
        assert images.shape[1] == 784


def test_metadata(raw, outputs):
    metadata = prepare(raw, *outputs, validation_size=10)
    assert metadata == json.loads(outputs[1].read_text())
    assert metadata["split"] == "last_10000"
    assert metadata["split_seed"] is None
    assert metadata["sizes"] == {"train": 50, "validation": 10, "test": 20}
    assert metadata["class_names"] == list(CLASS_NAMES["mnist"])
    assert metadata["class_counts"] == {"train": [5] * 10, "validation": [1] * 10, "test": [2] * 10}
    assert metadata["archives"] == {archive: describe(raw / archive) for archive in ARCHIVES}
    assert metadata["forms"] == "unpacked"
    assert "folder" not in metadata  # a path of one machine
    dataset = load(*outputs)
    assert (dataset.title, dataset.embedded) == ("MNIST", False)
    assert dataset.sha256 == metadata["sha256"]


def test_source_of_an_earlier_version_is_read(raw, outputs):
    source = json.loads((raw / SOURCE).read_text())
    del source["forms"]
    (raw / SOURCE).write_text(json.dumps(source))
    assert "forms" not in prepare(raw, *outputs, validation_size=10)


def test_digest_is_over_all_arrays(raw, outputs):
    """Recomputed here from what it is documented to cover."""
    dataset = prepared(raw, outputs)
    digest = hashlib.sha256()
    for part in ("train", "validation", "test"):
        for kind in ("images", "labels"):
            array = getattr(dataset, f"{part}_{kind}")
            digest.update(f"{part}_{kind} {array.shape}\n".encode() + array.tobytes())
    assert dataset.sha256 == digest.hexdigest()


def test_same_input_same_bytes(raw, outputs, tmp_path):
    prepare(raw, *outputs, validation_size=10, split="random", split_seed=3)
    again = tmp_path / "again.npz", tmp_path / "again.json"
    prepare(raw, *again, validation_size=10, split="random", split_seed=3)
    assert [path.read_bytes() for path in outputs] == [path.read_bytes() for path in again]


def test_random_split_is_a_seeded_partition(raw, outputs):
    first = prepared(raw, outputs, split="random", split_seed=3)
    other = prepared(raw, outputs, split="random", split_seed=4)
    assert_partition(first)
    assert_partition(other)
    assert first.metadata["split_seed"] == 3
    assert len(first.validation_labels) == 10
    assert (first.validation_images != other.validation_images).any()
    np.testing.assert_array_equal(first.test_images, other.test_images)


def test_resplit_matches_the_random_split(raw, outputs):
    default = prepared(raw, outputs)
    redrawn = resplit(default, split_seed=3)
    random = prepared(raw, outputs, split="random", split_seed=3)
    for name in ("train_images", "train_labels", "validation_images", "validation_labels"):
        np.testing.assert_array_equal(getattr(redrawn, name), getattr(random, name))
    assert redrawn.test_images is default.test_images
    assert redrawn.metadata["class_counts"] == random.metadata["class_counts"]
    assert redrawn.metadata["split"] == "random"
    assert default.metadata["split"] == "last_10000"


@pytest.mark.parametrize("split", ["last_10000", "random"])
def test_embedded_digits_keep_their_own_split(tmp_path, outputs, split):
    source = fetch("digits", tmp_path / "raw")
    metadata = prepare(tmp_path / "raw", *outputs, split=split, split_seed=5)
    assert metadata["embedded"] is True
    assert metadata["split"] == "stratified"
    assert metadata["split_seed"] == source["split"]["seed"]
    assert metadata["sizes"] == source["split"]["sizes"]
    shares = np.array([metadata["class_counts"][part] for part in ("train", "validation", "test")])
    spread = np.abs(shares / shares.sum(axis=0) - [[0.7], [0.15], [0.15]])
    assert spread.max() < 0.01


def test_fashion_mnist_has_its_class_names(tmp_path, outputs):
    raw = make_raw(tmp_path / "raw", name="fashion_mnist")
    assert prepared(raw, outputs).metadata["class_names"][9] == "Ankle boot"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"split": "half"}, "split: 'half' is not one of last_10000, random"),
        ({"split": "random"}, "split_seed"),
        ({"validation_size": 60}, "cannot give 60 of its 60 images"),
        ({"validation_size": 0}, "cannot give 0"),
    ],
)
def test_impossible_split(raw, outputs, options, message):
    with pytest.raises(LabError, match=message):
        prepare(raw, *outputs, **options)
    assert not outputs[0].parent.exists()


def test_archive_that_changed_after_its_fetch(raw, outputs):
    (raw / TRAIN_IMAGES).write_bytes((raw / TEST_IMAGES).read_bytes())
    with pytest.raises(LabError, match=f"{TRAIN_IMAGES}: has changed since it was fetched"):
        prepare(raw, *outputs, validation_size=10)
    assert not outputs[0].parent.exists()


def test_label_outside_0_to_9_is_named(raw, outputs):
    write_idx(raw / TEST_LABELS, np.array([1] * 19 + [11], np.uint8))
    write_source(raw)
    with pytest.raises(LabError, match=f"{TEST_LABELS}: label 11 at position 19"):
        prepare(raw, *outputs, validation_size=10)
    assert not outputs[0].parent.exists()


@pytest.mark.parametrize("name", [SOURCE, TRAIN_LABELS])
def test_missing_raw_file_is_named(raw, outputs, name):
    (raw / name).unlink()
    with pytest.raises(LabError, match=f"{name}: cannot be read"):
        prepare(raw, *outputs, validation_size=10)


def test_outputs_below_a_file_cannot_be_written(raw, tmp_path):
    (tmp_path / "results").write_text("a file where a folder should be")
    outputs = tmp_path / "results" / "dataset.npz", tmp_path / "dataset.json"
    with pytest.raises(LabError, match=r"dataset\.npz: cannot be written"):
        prepare(raw, *outputs, validation_size=10)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["raw", "results"]


def test_load_names_the_file_it_cannot_read(raw, outputs):
    with pytest.raises(LabError, match=r"dataset\.json: cannot be read"):
        load(*outputs)
    prepare(raw, *outputs, validation_size=10)
    outputs[0].write_bytes(outputs[0].read_bytes()[:1000])
    with pytest.raises(LabError, match=r"dataset\.npz: not a whole .npz file"):
        load(*outputs)
    np.savez(outputs[0], train_images=np.zeros(1))
    with pytest.raises(LabError, match=r"dataset\.npz: lacks the array"):
        load(*outputs)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_to_float(dtype):
    images = np.arange(256, dtype=np.uint8).reshape(1, 256)
    unit = to_float(images, "unit", dtype)
    raw = to_float(images, "raw", dtype)
    assert unit.dtype == raw.dtype == dtype
    np.testing.assert_array_equal(unit, images.astype(dtype) / dtype(255))
    np.testing.assert_array_equal(raw, images)
    assert (unit.min(), unit.max()) == (0, 1)
    columns = np.array([7, 0, 255])
    np.testing.assert_array_equal(
        to_float(images, "unit", dtype, columns=columns), unit[:, columns]
    )
    standardised = to_float(images, "standardised", dtype)
    np.testing.assert_allclose(standardised, (images / 255 - 0.1307) / 0.3081, rtol=2e-5)
    assert standardised.dtype == dtype
    with pytest.raises(LabError, match="pixels: 'half'"):
        to_float(images, "half")


@pytest.mark.skipif(not os.environ.get("MNIST_DIR"), reason="MNIST_DIR is not set")
def test_real_mnist(tmp_path, outputs):
    fetch("mnist", tmp_path / "raw", folder=Path(os.environ["MNIST_DIR"]))
    metadata = prepare(tmp_path / "raw", *outputs)
    assert metadata["sizes"] == {"train": 50_000, "validation": 10_000, "test": 10_000}
    # The counts of the test set are printed in many places, among them the one for digit 1.
    assert metadata["class_counts"]["test"][1] == 1135
    dataset = load(*outputs)
    assert dataset.train_labels[:5].tolist() == [5, 0, 4, 1, 9]
    assert dataset.train_images.shape == (50_000, 784)
