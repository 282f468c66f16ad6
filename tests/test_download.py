"""Fetching the archives: from a folder, from mirrors on this machine, from scikit-learn."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from backprop_lab.archives import (
    ARCHIVES,
    CLASS_NAMES,
    PINNED,
    SOURCE,
    TEST_IMAGES,
    TITLES,
    TRAIN_IMAGES,
    TRAIN_LABELS,
    describe,
)
from backprop_lab.download import FALLBACK, fetch, local_folder
from backprop_lab.errors import LabError
from backprop_lab.idx import read_pair
from mirror import Mirror, make_archives, pin

NETWORKED = {"timeouts": (2.0, 5.0), "retries": 1, "pause": 0.0, "progress": False}


@pytest.fixture
def archives(tmp_path: Path) -> Path:
    return make_archives(tmp_path / "archives", seed=1)


@pytest.fixture
def fashion(tmp_path: Path) -> Path:
    return make_archives(tmp_path / "fashion", seed=2)


@pytest.fixture
def pinned(archives: Path, fashion: Path) -> dict:
    return {"mnist": pin(archives, "sha256"), "fashion_mnist": pin(fashion, "md5")}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return tmp_path / "data" / "raw"


def files_in(folder: Path) -> list[str]:
    """Everything below a folder, hidden or not; [] when there is no folder."""
    return sorted(path.name for path in folder.rglob("*"))


# A local folder


def test_folder_is_copied_and_described(archives, pinned, raw):
    source = fetch("mnist", raw, folder=archives, pinned=pinned)

    assert files_in(raw) == sorted([*ARCHIVES, SOURCE])
    assert source == json.loads((raw / SOURCE).read_text())
    assert source["name"] == "mnist"
    assert source["title"] == "MNIST"
    assert source["source"] == "a local folder"
    assert source["folder"] == str(archives)
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
    assert pinned["mnist"][TRAIN_LABELS].removeprefix("sha256:") in str(error.value)
    assert mirror.asked == []
    assert files_in(raw) == []


def test_swapped_archives_are_recognised(archives, pinned, raw):
    (archives / TRAIN_IMAGES).write_bytes((archives / TEST_IMAGES).read_bytes())
    with pytest.raises(LabError, match=f"holds the bytes of {TEST_IMAGES}.*swapped") as error:
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


# Mirrors


@pytest.fixture
def serve(monkeypatch) -> Iterator:
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    running: list[Mirror] = []

    def start(files: dict) -> Mirror:
        running.append(Mirror(dict(files)))
        return running[-1]

    yield start
    for mirror in running:
        mirror.close()


@pytest.fixture
def dead_mirror(serve) -> str:
    """The address of a port where nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    return f"http://127.0.0.1:{port}/data/"


@pytest.fixture
def contents(archives) -> dict[str, bytes]:
    return {name: (archives / name).read_bytes() for name in ARCHIVES}


def test_mirror_serves_all(contents, pinned, raw, serve):
    mirror = serve(contents)
    source = fetch("mnist", raw, mirrors=[mirror.url], pinned=pinned, **NETWORKED)
    assert source["source"] == mirror.url
    assert source["tried"] == [f"{mirror.url}: ok"]
    assert source["folder"] is None
    assert mirror.asked == list(ARCHIVES)
    assert files_in(raw) == sorted([*ARCHIVES, SOURCE])
    assert {name: (raw / name).read_bytes() for name in ARCHIVES} == contents


def test_base_url_may_lack_its_slash(contents, pinned, raw, serve):
    mirror = serve(contents)
    fetch("auto", raw, mirrors=[mirror.url.rstrip("/")], pinned=pinned, **NETWORKED)
    assert files_in(raw) == sorted([*ARCHIVES, SOURCE])


def test_console_says_what_has_come(contents, pinned, raw, serve, capsys):
    mirror = serve(contents)
    fetch("mnist", raw, mirrors=[mirror.url], pinned=pinned, **NETWORKED | {"progress": True})
    said = capsys.readouterr().err
    assert all(f"{mirror.url}{name}: {len(contents[name]):,} bytes\n" in said for name in ARCHIVES)


def test_first_mirror_dead_second_good(contents, pinned, raw, serve, dead_mirror):
    mirror = serve(contents)
    source = fetch("mnist", raw, mirrors=[dead_mirror, mirror.url], pinned=pinned, **NETWORKED)
    assert source["source"] == mirror.url
    assert source["tried"] == [f"{dead_mirror}{TRAIN_IMAGES}: no answer", f"{mirror.url}: ok"]


def test_next_mirror_goes_on_where_one_stopped(contents, pinned, raw, serve):
    partial = serve({name: contents[name] for name in ARCHIVES[:2]})
    whole = serve(contents)
    source = fetch("mnist", raw, mirrors=[partial.url, whole.url], pinned=pinned, **NETWORKED)
    assert source["source"] == f"{partial.url} and {whole.url}"
    assert whole.asked == list(ARCHIVES[2:])
    assert {name: (raw / name).read_bytes() for name in ARCHIVES} == contents


@pytest.mark.parametrize(
    ("action", "reason", "requests"),
    [
        (404, "HTTP 404", 1),
        (503, "HTTP 503", 2),
        (b"<html>Please sign in</html>", r"wrong bytes \(27 of them", 2),
        (("break", b"x" * 1000), "the connection broke half-way", 2),
    ],
)
def test_mirror_without_the_right_file(
    contents, pinned, raw, serve, capsys, action, reason, requests
):
    """The reason is told, a passing failure is retried, and nothing stays behind."""
    mirror = serve(contents | {TEST_IMAGES: action})
    with pytest.raises(LabError, match=f"dataset mnist: .*{TEST_IMAGES}: {reason}") as error:
        fetch("mnist", raw, mirrors=[mirror.url], pinned=pinned, **NETWORKED)
    assert "dataset: auto" in str(error.value)
    assert "\n" not in str(error.value)
    assert mirror.asked.count(TEST_IMAGES) == requests
    assert files_in(raw) == []
    assert TEST_IMAGES in capsys.readouterr().err


@pytest.mark.parametrize("first", [503, ("break", b"x" * 1000), b"wrong"])
def test_retry_succeeds(contents, pinned, raw, serve, first):
    mirror = serve(contents | {TRAIN_IMAGES: [first, contents[TRAIN_IMAGES]]})
    source = fetch("mnist", raw, mirrors=[mirror.url], pinned=pinned, **NETWORKED)
    assert source["tried"] == [f"{mirror.url}: ok"]
    assert (raw / TRAIN_IMAGES).read_bytes() == contents[TRAIN_IMAGES]


@pytest.mark.parametrize("dataset", ["mnist", "fashion_mnist"])
def test_none_answers_and_nothing_is_substituted(pinned, raw, dead_mirror, dataset):
    mirrors = [dead_mirror, "not a URL"]
    with pytest.raises(LabError, match=f"dataset {dataset}: no mirror") as error:
        fetch(dataset, raw, mirrors=mirrors, pinned=pinned, **NETWORKED)
    assert all(mirror.rstrip("/") in str(error.value) for mirror in mirrors)
    assert ("MNIST_DIR" in str(error.value)) == (dataset == "mnist")
    assert files_in(raw) == []


def test_no_mirror_listed(pinned, raw):
    with pytest.raises(LabError, match=r"config\.yaml lists no mirror"):
        fetch("mnist", raw, pinned=pinned)


def test_auto_falls_back_to_the_embedded_digits(pinned, raw, dead_mirror, capsys):
    source = fetch("auto", raw, mirrors=[dead_mirror], pinned=pinned, **NETWORKED)
    assert capsys.readouterr().err.splitlines().count(FALLBACK) == 1
    assert source["name"] == "digits"
    assert source["embedded"] is True
    assert source["source"] == "embedded in scikit-learn"
    assert source["tried"] == [f"{dead_mirror}{TRAIN_IMAGES}: no answer"]
    assert source["split"]["kind"] == "stratified"
    assert files_in(raw) == sorted([*ARCHIVES, SOURCE])
    images, labels = read_pair(raw / TRAIN_IMAGES, raw / TRAIN_LABELS)
    sizes = source["split"]["sizes"]
    assert len(images) == len(labels) == sizes["train"] + sizes["validation"]


def test_embedded_digits_by_name_are_the_same_each_time(tmp_path, archives):
    first = fetch("digits", tmp_path / "a", folder=archives)
    second = fetch("digits", tmp_path / "b")
    assert first == second
    assert first["folder"] is None


# The pinned digests


def test_every_data_set_is_complete():
    assert set(CLASS_NAMES) == set(TITLES)
    assert set(PINNED) == set(TITLES) - {"digits"}
    lengths = {"md5": 32, "sha256": 64}
    for digests in PINNED.values():
        assert tuple(digests) == ARCHIVES
        for digest in digests.values():
            algorithm, _, value = digest.partition(":")
            assert len(bytes.fromhex(value)) * 2 == lengths[algorithm]


@pytest.mark.skipif(not os.environ.get("MNIST_DIR"), reason="MNIST_DIR is not set")
def test_real_mnist(raw):
    source = fetch("mnist", raw, folder=Path(os.environ["MNIST_DIR"]))
    assert [source["archives"][name]["bytes"] for name in ARCHIVES] == [
        9_912_422,
        28_881,
        1_648_877,
        4_542,
    ]
