"""Fetching the archives from a folder, which config.yaml or MNIST_DIR names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from mirror import NETWORKED, files_in

from backprop_lab.data.archives import (
    ARCHIVES,
    SOURCE,
    TEST_IMAGES,
    TRAIN_IMAGES,
    TRAIN_LABELS,
    describe,
)
from backprop_lab.data.download import fetch, is_local, local_folder
from backprop_lab.errors import LabError


def test_folder_is_copied_and_described(archives, pinned, raw):
    source = fetch("mnist", raw, folder=archives, pinned=pinned)

    assert files_in(raw) == sorted([*ARCHIVES, SOURCE])
    assert source == json.loads((raw / SOURCE).read_text())
    assert source["name"] == "mnist"
    assert source["title"] == "MNIST"
    assert source["source"] == "a local folder"
    assert source["folder"] == str(archives)
    assert source["forms"] == "as published"
    assert source["embedded"] is False
    assert source["split"] is None
    for name in ARCHIVES:
        assert (raw / name).read_bytes() == (archives / name).read_bytes()
        assert source["archives"][name] == describe(archives / name)


def test_folder_wins_over_mirrors(archives, pinned, raw, dead_mirror):
    source = fetch("auto", raw, folder=archives, mirrors=[dead_mirror], pinned=pinned)
    assert source["source"] == "a local folder"
    assert source["tried"] == []


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-7])


def corrupt(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(bytes(data))


@pytest.mark.parametrize("dataset", ["auto", "mnist"])
@pytest.mark.parametrize("damage", [truncate, corrupt])
def test_damaged_archive_is_named_and_no_mirror_asked(
    archives, pinned, raw, serve, dataset, damage
):
    good = {name: (archives / name).read_bytes() for name in ARCHIVES}
    damage(archives / TRAIN_LABELS)
    mirror = serve(good)
    with pytest.raises(LabError, match="truncated or altered") as error:
        fetch(dataset, raw, folder=archives, mirrors=[mirror.url], pinned=pinned)
    assert str(archives / TRAIN_LABELS) in str(error.value)
    assert pinned["mnist"][TRAIN_LABELS].archive in str(error.value)
    assert mirror.asked == []
    assert files_in(raw) == []


def test_swapped_archives_are_recognised(archives, pinned, raw):
    (archives / TRAIN_IMAGES).write_bytes((archives / TEST_IMAGES).read_bytes())
    with pytest.raises(LabError, match=f"holds what belongs in {TEST_IMAGES}.*swapped") as error:
        fetch("mnist", raw, folder=archives, pinned=pinned)
    assert str(error.value).startswith(str(archives / TRAIN_IMAGES))
    assert files_in(raw) == []


def test_archives_of_another_data_set_are_recognised(fashion, pinned, raw):
    with pytest.raises(LabError, match=r"belongs to Fashion-MNIST.*dataset: fashion_mnist"):
        fetch("mnist", raw, folder=fashion, pinned=pinned)
    assert fetch("fashion_mnist", raw, folder=fashion, pinned=pinned)["title"] == "Fashion-MNIST"


def test_missing_archive_is_named(archives, pinned, raw):
    (archives / TEST_IMAGES).unlink()
    with pytest.raises(LabError, match="no such file") as error:
        fetch("auto", raw, folder=archives, pinned=pinned)
    assert str(archives / TEST_IMAGES) in str(error.value)
    assert files_in(raw) == []


def test_missing_folder_fails_even_for_auto(tmp_path, pinned, raw):
    with pytest.raises(LabError, match="no such folder"):
        fetch("auto", raw, folder=tmp_path / "nowhere", pinned=pinned)
    assert files_in(raw) == []


def test_failure_leaves_an_earlier_fetch_alone(archives, fashion, pinned, raw):
    fetch("mnist", raw, folder=archives, pinned=pinned)
    before = {name: (raw / name).read_bytes() for name in files_in(raw)}
    truncate(fashion / TEST_IMAGES)
    with pytest.raises(LabError):
        fetch("fashion_mnist", raw, folder=fashion, pinned=pinned)
    assert {name: (raw / name).read_bytes() for name in files_in(raw)} == before


def test_destination_below_a_file_cannot_be_written(tmp_path, archives, pinned):
    (tmp_path / "data").write_text("a file where a folder should be")
    with pytest.raises(LabError, match=r"data.raw: cannot be written"):
        fetch("mnist", tmp_path / "data" / "raw", folder=archives, pinned=pinned)
    assert (tmp_path / "data").read_text() == "a file where a folder should be"


def test_remains_of_a_killed_fetch_are_cleared(archives, pinned, raw):
    (raw / ".partial").mkdir(parents=True)
    (raw / ".partial" / f"{TRAIN_IMAGES}.part").write_bytes(b"half")
    fetch("mnist", raw, folder=archives, pinned=pinned)
    assert files_in(raw) == sorted([*ARCHIVES, SOURCE])


def test_unknown_data_set(raw):
    with pytest.raises(LabError, match=r"dataset: 'emnist' is not one of auto, mnist"):
        fetch("emnist", raw)


# Which folder


def test_config_comes_before_the_environment(tmp_path, archives, fashion, raw):
    environ = {"MNIST_DIR": str(fashion)}
    assert local_folder(str(archives), environ, raw) == archives
    assert local_folder("", environ, raw) == fashion
    assert local_folder(None, {"MNIST_DIR": ""}, raw) is None
    assert local_folder(None, {}, raw) is None


@pytest.mark.parametrize("dataset", ["auto", "mnist"])
def test_missing_named_folder(tmp_path, raw, dataset):
    nowhere = str(tmp_path / "nowhere")
    with pytest.raises(LabError, match=r"^MNIST_DIR: there is no folder"):
        local_folder(None, {"MNIST_DIR": nowhere}, raw, dataset)
    with pytest.raises(LabError, match=r"config\.yaml: there is no folder"):
        local_folder(nowhere, {}, raw, dataset)


def test_mnist_dir_is_for_mnist_alone(archives, raw):
    environ = {"MNIST_DIR": str(archives)}
    assert local_folder(None, environ, raw, "fashion_mnist") is None
    assert local_folder(str(archives), environ, raw, "digits") is None


def test_folder_of_the_last_fetch_is_remembered(archives, pinned, raw):
    fetch("auto", raw, folder=archives, pinned=pinned)
    assert local_folder(None, {}, raw) == archives
    assert local_folder(None, {}, raw, "mnist") == archives
    assert local_folder(None, {}, raw, "fashion_mnist") is None
    archives.rename(archives.with_name("moved"))
    assert local_folder(None, {}, raw) is None


@pytest.mark.parametrize("text", ["", "[]", '{"folder": null, "name": "mnist"}', '{"name": 1}'])
def test_unusable_memory_is_no_memory(raw, text):
    raw.mkdir(parents=True)
    (raw / SOURCE).write_text(text)
    assert local_folder(None, {}, raw) is None


# A fetch into a folder that has the archives


def test_verified_archives_stay(archives, pinned, raw, dead_mirror, capsys):
    first = fetch("auto", raw, folder=archives, pinned=pinned)
    before = {name: (raw / name).stat() for name in files_in(raw)}
    assert fetch("auto", raw, mirrors=[dead_mirror], pinned=pinned) == first
    assert {name: (raw / name).stat().st_mtime_ns for name in files_in(raw)} == {
        name: status.st_mtime_ns for name, status in before.items()
    }
    assert f"{raw} holds the archives of MNIST already" in capsys.readouterr().err


@pytest.mark.parametrize("damage", [truncate, corrupt, Path.unlink])
def test_archives_that_are_not_the_pinned_ones_are_replaced(archives, pinned, raw, damage):
    fetch("auto", raw, folder=archives, pinned=pinned)
    damage(raw / TRAIN_LABELS)
    fetch("auto", raw, folder=archives, pinned=pinned)
    assert (raw / TRAIN_LABELS).read_bytes() == (archives / TRAIN_LABELS).read_bytes()


def test_archives_put_there_by_hand_are_not_substituted(archives, pinned, raw):
    raw.parent.mkdir()
    archives.rename(raw)
    source = fetch("auto", raw, pinned=pinned)
    assert (source["name"], source["source"], source["folder"]) == ("mnist", "a local folder", None)
    assert files_in(raw) == sorted([*ARCHIVES, SOURCE])


def test_what_the_last_fetch_settled_does_not_change(archives, pinned, raw):
    assert not is_local(None, raw)
    assert is_local(archives, raw)
    fetch("auto", raw, folder=archives, pinned=pinned)
    assert is_local(None, raw)
    assert not is_local(None, raw, "fashion_mnist")


def test_archives_of_a_mirror_stay_when_a_folder_is_named(archives, pinned, raw, serve, contents):
    fetch("auto", raw, mirrors=[serve(contents).url], pinned=pinned, settings=NETWORKED)
    assert not is_local(archives, raw)


def test_a_folder_replaces_the_embedded_digits(archives, pinned, raw):
    fetch("auto", raw, pinned=pinned)
    assert not is_local(None, raw)
    assert is_local(archives, raw)
    assert fetch("auto", raw, folder=archives, pinned=pinned)["name"] == "mnist"
