"""A data set of one's own: images by class, IDX files, and every way in which they can be wrong."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from backprop_lab.data.archives import ARCHIVES, SOURCE
from backprop_lab.data.datasets import load, prepare
from backprop_lab.data.idx import write_idx
from backprop_lab.data.own import contents_digest, find_layout, gather
from backprop_lab.data.own_set import OwnSet
from backprop_lab.errors import LabError


def image(value: int, shape=(6, 5)) -> np.ndarray:
    """Return an image with a lit frame of `value`, uint8."""
    grey = np.zeros(shape, np.uint8)
    grey[0], grey[:, 0] = value, value
    return grey


def save(path: Path, values: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(values).save(path)
    return path


def make_folder(folder: Path, classes=("ant", "bee", "cat"), n: int = 20, shape=(6, 5)) -> Path:
    """Write n images for each class; the i-th of class c has the value 10 (c + 1) + i."""
    for place, name in enumerate(classes):
        for i in range(n):
            save(folder / name / f"{i:03}.png", image(10 * (place + 1) + i, shape))
    return folder


def make_idx(folder: Path, names: dict[str, str], n: int = 60, pack: bool = True) -> Path:
    """Write IDX files of 4 classes under these names: train images, train labels, and so on."""
    folder.mkdir(exist_ok=True)
    for part, size in (("train", n), ("test", n // 3)):
        labels = (np.arange(size) % 4).astype(np.uint8)
        images = np.stack([image(10 * int(label) + 5) for label in labels])
        for kind, values in (("images", images), ("labels", labels)):
            if f"{part} {kind}" not in names:
                continue
            path = folder / names[f"{part} {kind}"]
            path.parent.mkdir(exist_ok=True)
            write_idx(path, values)
            if not pack:
                path.write_bytes(gzip.decompress(path.read_bytes()))
    return folder


USUAL = {
    "train images": "train-images-idx3-ubyte.gz",
    "train labels": "train-labels-idx1-ubyte.gz",
    "test images": "t10k-images-idx3-ubyte.gz",
    "test labels": "t10k-labels-idx1-ubyte.gz",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_folder(tmp_path / "images")


def own(folder: Path, **about) -> OwnSet:
    return OwnSet.of("mine", {"folder": str(folder), **about})


def built(own_set: OwnSet, place: Path):
    """Gather and prepare a data set, and load it."""
    gather(own_set, place / "raw")
    prepare(place / "raw", place / "dataset.npz", place / "dataset.json")
    return load(place / "dataset.npz", place / "dataset.json")


def refusal(folder: Path, place: Path, **about) -> str:
    """Return the one line with which a data set is refused; nothing may be left behind."""
    with pytest.raises(LabError) as error:
        gather(own(folder, **about), place / "raw")
    assert not list((place / "raw").glob("*"))
    assert "\n" not in str(error.value)
    return str(error.value)


def test_images_by_class_become_a_data_set(folder, tmp_path):
    data = built(own(folder, title="Mine", licence="CC0"), tmp_path)
    assert data.metadata["class_names"] == ["ant", "bee", "cat"]
    assert data.metadata["sizes"] == {"train": 42, "validation": 9, "test": 9}
    assert data.metadata["class_counts"]["validation"] == [3, 3, 3]
    assert (data.title, data.embedded, data.metadata["licence"]) == ("Mine", False, "CC0")
    assert data.metadata["split"] == "stratified"
    assert (data.n_inputs, data.n_classes) == (30, 3)
    images = np.concatenate([data.train_images, data.validation_images, data.test_images])
    labels = np.concatenate([data.train_labels, data.validation_labels, data.test_labels])
    found = sorted((int(label), int(one[0])) for label, one in zip(labels, images, strict=True))
    assert found == [(c, 10 * (c + 1) + i) for c in range(3) for i in range(20)]
    np.testing.assert_array_equal(images[0].reshape(6, 5), image(images[0][0]))


def test_the_seed_draws_the_parts(folder, tmp_path):
    digests = {
        name: built(OwnSet.of("mine", {"folder": folder}, seed), tmp_path / name).sha256
        for name, seed in (("a", 0), ("b", 0), ("c", 1))
    }
    assert digests["a"] == digests["b"] != digests["c"]


def test_a_test_part_that_is_given_stays_the_test_set(tmp_path):
    folder = tmp_path / "images"
    make_folder(folder / "train", n=20)
    make_folder(folder / "test", n=2)
    data = built(own(folder), tmp_path)
    assert data.metadata["sizes"] == {"train": 48, "validation": 12, "test": 6}
    assert data.metadata["split"] == "given_test"
    assert [int(one[0]) for one in data.test_images] == [10, 11, 20, 21, 30, 31]


def test_colour_transparency_and_16_bits_become_grey(folder, tmp_path, capsys):
    colour = np.zeros((6, 5, 3), np.uint8)
    colour[..., 1] = 100
    save(folder / "ant" / "000.png", colour)
    clear = np.full((6, 5, 4), 255, np.uint8)
    clear[3:, :, 3] = 0  # the lower half cannot be seen
    save(folder / "ant" / "001.png", clear)
    save(folder / "ant" / "002.png", np.full((6, 5), 65535, np.uint16))
    data = built(own(folder), tmp_path)
    images = [data.train_images, data.validation_images, data.test_images]
    found = {tuple(one.reshape(6, 5)[:, 2]) for one in np.concatenate(images)}
    assert {(59,) * 6, (255, 255, 255, 0, 0, 0), (255,) * 6} <= found
    assert data.metadata["forms"] == "2 in colour turned grey; 1 with a transparent background"
    assert "2 in colour turned grey" in capsys.readouterr().err


def test_images_are_inverted_and_resized_on_demand(folder, tmp_path):
    save(folder / "bee" / "large.png", image(0, (12, 10)))
    data = built(own(folder, size=[4, 7], invert=True), tmp_path)
    assert data.metadata["image_shape"] == [4, 7]
    assert data.n_inputs == 28
    assert data.train_images.max() == 255
    assert data.metadata["forms"] == "61 resized to 4 x 7 pixels; all inverted"


@pytest.mark.parametrize(
    "names",
    [
        USUAL,
        {key: name.removesuffix(".gz") for key, name in USUAL.items()},
        {key: ".idx".join(name[:-3].rsplit("-idx", 1)) for key, name in USUAL.items()},
        {key: f"{name[:-3]}/{name[:-3]}" for key, name in USUAL.items()},
        {key: f"emnist-letters-{name}".replace("t10k", "test") for key, name in USUAL.items()},
    ],
    ids=["as published", "unpacked", "with dots", "in folders", "as EMNIST"],
)
def test_idx_files_under_all_usual_names(tmp_path, names):
    packed = names["train images"].endswith(".gz")
    folder = make_idx(tmp_path / "idx", names, pack=packed)
    data = built(own(folder, classes=["a", "b", "c", "d"]), tmp_path)
    assert data.metadata["class_names"] == ["a", "b", "c", "d"]
    assert data.metadata["sizes"] == {"train": 48, "validation": 12, "test": 20}
    assert data.metadata["image_shape"] == [6, 5]
    assert [int(one[0]) for one in data.test_images[:5]] == [5, 15, 25, 35, 5]


def test_idx_files_without_a_test_part_are_divided_and_name_their_labels(tmp_path):
    names = {key: name for key, name in USUAL.items() if key.startswith("train")}
    folder = make_idx(tmp_path / "idx", names)
    labels = 1 + (np.arange(60) % 4).astype(np.uint8)  # as EMNIST's letters, from 1
    write_idx(folder / USUAL["train labels"], labels)
    data = built(own(folder), tmp_path)
    assert data.metadata["class_names"] == ["1", "2", "3", "4"]
    assert data.metadata["split"] == "stratified"
    assert sum(data.metadata["sizes"].values()) == 60


def test_hidden_files_and_texts_beside_the_classes_are_no_harm(folder, tmp_path):
    for name in ("ant/.DS_Store", "bee/Thumbs.db", "README.md", ".git"):
        (folder / name).write_text("x")
    assert built(own(folder), tmp_path).n_classes == 3


def test_names_of_classes_are_data(tmp_path):
    names = ["<b>&", "$x$ {y}", "類別", 'a "b", c']
    folder = make_folder(tmp_path / "images", classes=names)
    assert built(own(folder), tmp_path).metadata["class_names"] == sorted(names)


def test_a_change_of_an_image_changes_the_digest_and_a_copy_does_not(folder, tmp_path):
    def digest(place):
        return contents_digest(own(place), find_layout(own(place)))

    before = digest(folder)
    copy = make_folder(tmp_path / "copy")
    assert digest(copy) == before
    save(copy / "ant" / "000.png", image(99))
    changed = digest(copy)
    (copy / "ant" / "000.png").unlink()
    removed = digest(copy)
    (copy / "ant" / "001.png").rename(copy / "ant" / "000.png")
    assert len({before, changed, removed, digest(copy)}) == 4


# Bad input


def test_no_folder(tmp_path):
    message = refusal(tmp_path / "nowhere", tmp_path)
    assert message.startswith("data.sets.mine.folder in config.yaml: there is no")


def test_no_classes(tmp_path):
    (tmp_path / "empty").mkdir()
    assert "has 0 classes" in refusal(tmp_path / "empty", tmp_path)
    assert "has 1 classes (a)" in refusal(make_folder(tmp_path / "one", "a"), tmp_path)


@pytest.mark.fault("a folder of images in which something is wrong")
@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: [p.unlink() for p in sorted(f.glob("bee/*"))[9:]], "class bee has 9 images"),
        (lambda f: [p.unlink() for p in f.glob("bee/*")], "/bee: holds no image"),
        (lambda f: save(f / "cat/big.png", image(9, (7, 5))), "big.png: has 7 x 5 pixels where"),
        (lambda f: (f / "ant/000.png").write_bytes(b"no image"), "ant/000.png: is no image"),
        (lambda f: (f / "ant/000.png").write_bytes(b""), "ant/000.png: is no image"),
        (lambda f: (f / "ant/notes.txt").write_text("x"), "notes.txt: is no image, but the folder"),
        (lambda f: (f / "ant/more").mkdir(), "ant/more: is a folder, but the folder of a class"),
        (lambda f: save(f / "lost.png", image(9)), "lost.png: lies in no class's folder"),
        (lambda f: (f / "ant").rename(f / "nan"), "class name 'nan' is taken"),
        (lambda f: (f / "ant").rename(f / "label"), "class name 'label' is taken"),
        (lambda f: (f / "ant").rename(f / ("x" * 41)), "has 41 characters, more than 40"),
        (lambda f: (f / "ant").rename(f / "a\nb"), "a sign that cannot be printed"),
        (lambda f: (f / "ant").rename(f / "train"), "bee: is neither train nor test"),
    ],
)
def test_a_wrong_folder_is_one_line(folder, tmp_path, damage, message):
    damage(folder)
    assert message in refusal(folder, tmp_path)


@pytest.mark.fault("a folder of images in which something is wrong")
def test_a_truncated_image_is_named(folder, tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, (200, 200), np.uint8)
    for path in folder.glob("*/*.png"):
        path.unlink()
        save(path, noise)
    path = folder / "ant" / "004.png"
    path.write_bytes(path.read_bytes()[:1000])
    assert f"{path}: cannot be read (" in refusal(folder, tmp_path)


@pytest.mark.fault("a folder of images in which something is wrong")
def test_images_too_large_or_black_or_several_in_one(folder, tmp_path):
    large = make_folder(tmp_path / "large", n=10, shape=(300, 300))
    assert "more than 65,536" in refusal(large, tmp_path)
    assert built(own(large, size=[8, 8]), tmp_path / "resized").n_inputs == 64
    black = make_folder(tmp_path / "black", classes=("a", "b"), n=10)
    for path in black.glob("*/*"):
        save(path, np.zeros((6, 5), np.uint8))
    assert "every image is black" in refusal(black, tmp_path)
    frames = [Image.fromarray(image(n)) for n in (1, 2)]
    frames[0].save(folder / "ant" / "several.gif", save_all=True, append_images=frames[1:])
    assert "several.gif: holds several images" in refusal(folder, tmp_path)


@pytest.mark.fault("a folder of images in which something is wrong")
def test_parts_with_different_classes(tmp_path):
    folder = tmp_path / "images"
    make_folder(folder / "train")
    make_folder(folder / "test", classes=("ant", "bee"), n=1)
    assert "test: has other classes than" in refusal(folder, tmp_path)
    make_folder(folder / "test", classes=("cat",), n=1)
    assert refusal_or_none(folder, tmp_path) is None


def refusal_or_none(folder: Path, place: Path) -> str | None:
    try:
        gather(own(folder), place / "raw")
    except LabError as error:
        return str(error)
    return None


def test_names_are_given_once(folder, tmp_path):
    message = refusal(folder, tmp_path, classes=["a", "b", "c"])
    assert message.startswith("data.sets.mine.classes in config.yaml: the folders")


def relabel(folder: Path, values, part="train") -> None:
    write_idx(folder / USUAL[f"{part} labels"], np.asarray(values, np.uint8))


@pytest.mark.fault("IDX files that do not fit each other")
@pytest.mark.parametrize(
    ("damage", "about", "message"),
    [
        (lambda f: relabel(f, np.arange(59) % 4), {}, "holds 59 labels for the 60 images"),
        (lambda f: relabel(f, np.arange(60) % 5), {"classes": list("abcd")}, "label 4 at position"),
        (lambda f: relabel(f, [7] * 20, "test"), {}, "label 7 at position 0 is none of the 4"),
        (lambda f: relabel(f, np.zeros(60)), {}, "has 1 classes (0)"),
        (lambda f: relabel(f, np.arange(60) % 20), {}, "class 0 has 3 images"),
        (lambda f: None, {"classes": list("abcde")}, "class e has 0 images"),
        (lambda f: (f / USUAL["train labels"]).unlink(), {}, "train-labels-idx1-ubyte: no such"),
        (lambda f: (f / USUAL["test images"]).unlink(), {}, "t10k-images-idx3-ubyte: no such"),
        (lambda f: (f / USUAL["train images"]).write_bytes(b"\x1f\x8b"), {}, "is truncated"),
        (
            lambda f: write_idx(f / "train-images-idx3-ubyte", np.zeros((60, 6, 5), np.uint8)),
            {},
            "train-images-idx3-ubyte.gz has the same images or labels; keep one",
        ),
        (
            lambda f: write_idx(f / USUAL["test images"], np.ones((20, 6, 6), np.uint8)),
            {},
            "has 6 x 6 pixels where",
        ),
    ],
)
def test_wrong_idx_files_are_one_line(tmp_path, damage, about, message):
    folder = make_idx(tmp_path / "idx", USUAL)
    damage(folder)
    assert message in refusal(folder, tmp_path, **about)


@pytest.mark.fault("a folder of images in which something is wrong")
def test_earlier_archives_stay_when_new_images_are_refused(folder, tmp_path):
    gather(own(folder), tmp_path / "raw")
    before = {name: (tmp_path / "raw" / name).read_bytes() for name in (*ARCHIVES, SOURCE)}
    (folder / "ant" / "000.png").write_text("no image")
    with pytest.raises(LabError):
        gather(own(folder), tmp_path / "raw")
    after = {path.name: path.read_bytes() for path in (tmp_path / "raw").iterdir()}
    assert after == before
    assert json.loads(after[SOURCE])["name"] == "mine"
