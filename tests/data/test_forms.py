"""The same images in other files: compressed anew, unpacked, under Kaggle's names."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
from mirror import files_in

from backprop_lab.data.archives import ARCHIVES, SOURCE, TEST_IMAGES, TRAIN_IMAGES, TRAIN_LABELS
from backprop_lab.data.datasets import prepare
from backprop_lab.data.download import fetch
from backprop_lab.data.pinned import PINNED
from backprop_lab.errors import LabError

#: Where Debian's package dataset-fashion-mnist puts its files.
DEBIAN = Path("/usr/share/datasets/fashion-mnist")


def recompress(folder: Path) -> None:
    """Compress anew, with another level and another time in the header."""
    for name in ARCHIVES:
        data = gzip.decompress((folder / name).read_bytes())
        (folder / name).write_bytes(gzip.compress(data, compresslevel=1, mtime=7))


def unpack(folder: Path, rename=lambda name: name) -> None:
    for name in ARCHIVES:
        data = gzip.decompress((folder / name).read_bytes())
        (folder / name).unlink()
        target = folder / rename(name.removesuffix(".gz"))
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(data)


def with_dots(folder: Path) -> None:
    """Kaggle's names: train-images.idx3-ubyte."""
    unpack(folder, lambda name: name.replace("-idx", ".idx"))


def in_folders(folder: Path) -> None:
    """Kaggle's archive of MNIST: train-images-idx3-ubyte/train-images-idx3-ubyte."""
    unpack(folder, lambda name: f"{name}/{name}")


def with_dots_packed(folder: Path) -> None:
    for name in ARCHIVES:
        (folder / name).rename(folder / name.replace("-idx", ".idx"))


def prepared(raw: Path, where: Path) -> tuple[bytes, dict]:
    where.mkdir()
    metadata = prepare(raw, where / "dataset.npz", where / "dataset.json", validation_size=10)
    return (where / "dataset.npz").read_bytes(), metadata


@pytest.mark.parametrize(
    ("change", "forms"),
    [
        (recompress, "compressed anew"),
        (unpack, "unpacked"),
        (with_dots, "unpacked"),
        (in_folders, "unpacked"),
        (with_dots_packed, "as published"),
    ],
)
def test_every_form_gives_the_same_data_set(archives, pinned, tmp_path, capsys, change, forms):
    fetch("mnist", tmp_path / "a", folder=archives, pinned=pinned)
    change(archives)
    capsys.readouterr()
    source = fetch("mnist", tmp_path / "b", folder=archives, pinned=pinned)

    assert source["forms"] == forms
    assert capsys.readouterr().err == f"{archives}: MNIST, {forms}\n"
    assert json.loads((tmp_path / "b" / SOURCE).read_text()) == source
    assert files_in(tmp_path / "b") == sorted([*ARCHIVES, SOURCE])
    expected, _ = prepared(tmp_path / "a", tmp_path / "from_a")
    actual, metadata = prepared(tmp_path / "b", tmp_path / "from_b")
    assert actual == expected
    assert metadata["forms"] == forms


def test_archives_do_not_depend_on_the_form(archives, pinned, tmp_path):
    recompress(archives)
    fetch("mnist", tmp_path / "a", folder=archives, pinned=pinned)
    with_dots(archives)
    fetch("mnist", tmp_path / "b", folder=archives, pinned=pinned)
    for name in ARCHIVES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_mixed_forms_are_told_one_by_one(archives, pinned, raw):
    labels = archives / TRAIN_LABELS
    (archives / "train-labels.idx1-ubyte").write_bytes(gzip.decompress(labels.read_bytes()))
    labels.unlink()
    forms = fetch("mnist", raw, folder=archives, pinned=pinned)["forms"].split(", ")
    assert forms[0] == f"{TRAIN_IMAGES} as published"
    assert forms[1] == "train-labels.idx1-ubyte unpacked"


def test_a_damaged_file_does_not_hide_a_good_one(archives, pinned, raw):
    data = gzip.decompress((archives / TRAIN_LABELS).read_bytes())
    (archives / TRAIN_LABELS).write_bytes(b"damaged")
    (archives / "train-labels-idx1-ubyte").write_bytes(data)
    assert "ubyte unpacked" in fetch("mnist", raw, folder=archives, pinned=pinned)["forms"]


@pytest.mark.parametrize("change", [recompress, with_dots])
def test_one_wrong_pixel_is_noticed(archives, pinned, raw, change):
    data = bytearray(gzip.decompress((archives / TEST_IMAGES).read_bytes()))
    data[-1] ^= 1
    (archives / TEST_IMAGES).write_bytes(gzip.compress(bytes(data)))
    change(archives)
    with pytest.raises(LabError, match="truncated or altered") as error:
        fetch("mnist", raw, folder=archives, pinned=pinned)
    assert pinned["mnist"][TEST_IMAGES].contents in str(error.value)
    assert files_in(raw) == []


def test_unpacked_files_of_another_data_set_are_recognised(fashion, pinned, raw):
    with_dots(fashion)
    with pytest.raises(LabError, match="belongs to Fashion-MNIST, not MNIST"):
        fetch("mnist", raw, folder=fashion, pinned=pinned)


def test_a_file_that_unpacks_to_too_much_is_not_read_to_its_end(archives, pinned, raw, monkeypatch):
    """A small file of 100 MB of zeros: its reading ends after the size that is known."""
    zeros = gzip.compress(bytes(100_000_000), compresslevel=1)
    (archives / TRAIN_IMAGES).write_bytes(zeros)
    read = []

    def counting(self, n=-1, original=gzip.GzipFile.read):
        data = original(self, n)
        read.append(len(data))
        return data

    monkeypatch.setattr(gzip.GzipFile, "read", counting)
    with pytest.raises(LabError, match="truncated or altered"):
        fetch("mnist", raw, folder=archives, pinned=pinned)
    assert sum(read) < 5_000_000


def test_repacked_archives_stay(archives, pinned, raw, capsys):
    """They are known by what they hold, so that no mirror is asked again."""
    recompress(archives)
    first = fetch("auto", raw, folder=archives, pinned=pinned)
    before = {name: (raw / name).stat().st_mtime_ns for name in files_in(raw)}
    assert fetch("auto", raw, pinned=pinned) == first
    assert {name: (raw / name).stat().st_mtime_ns for name in files_in(raw)} == before
    assert f"{raw} holds the archives of MNIST already" in capsys.readouterr().err


def test_archives_that_were_replaced_by_hand_are_described_anew(archives, pinned, raw):
    fetch("mnist", raw, folder=archives, pinned=pinned)
    recompress(raw)
    source = fetch("mnist", raw, pinned=pinned)
    assert source["forms"] == "compressed anew"
    assert prepare(raw, raw.parent / "dataset.npz", raw.parent / "dataset.json", validation_size=10)


def test_unpacked_files_put_into_data_raw_by_hand_count(archives, pinned, raw):
    raw.parent.mkdir()
    with_dots(archives)
    archives.rename(raw)
    source = fetch("auto", raw, pinned=pinned)
    assert (source["name"], source["forms"]) == ("mnist", "unpacked")
    assert set(ARCHIVES) < set(files_in(raw))


def test_contents_that_nobody_pinned_count_only_as_published(archives, pinned, tmp_path):
    """As for the training images of KMNIST."""
    pins = pinned["mnist"]
    pins[TRAIN_IMAGES] = replace(pins[TRAIN_IMAGES], contents=None)
    fetch("mnist", tmp_path / "a", folder=archives, pinned=pinned)
    recompress(archives)
    with pytest.raises(LabError, match=f"{TRAIN_IMAGES}: its SHA-256 is .* in no other form"):
        fetch("mnist", tmp_path / "b", folder=archives, pinned=pinned)


@pytest.mark.skipif(not DEBIAN.is_dir(), reason="dataset-fashion-mnist is not installed")
def test_the_package_of_debian(raw):
    source = fetch("fashion_mnist", raw, folder=DEBIAN)
    assert source["forms"] == "compressed anew"
    assert set(PINNED["fashion_mnist"]) == set(source["archives"])
