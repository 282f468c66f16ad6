"""Fetching the archives from mirrors on this machine, or from scikit-learn."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from mirror import NETWORKED, breaking, files_in, stalling

from backprop_lab.data.archives import (
    ARCHIVES,
    CLASS_NAMES,
    SOURCE,
    TEST_IMAGES,
    TITLES,
    TRAIN_IMAGES,
    TRAIN_LABELS,
)
from backprop_lab.data.download import FALLBACK, fetch
from backprop_lab.data.idx import read_pair
from backprop_lab.data.pinned import PINNED
from backprop_lab.errors import LabError


def test_mirror_serves_all(contents, pinned, raw, serve):
    mirror = serve(contents)
    source = fetch("mnist", raw, mirrors=[mirror.url], pinned=pinned, settings=NETWORKED)
    assert source["source"] == mirror.url
    assert source["tried"] == [f"{mirror.url}: ok"]
    assert source["forms"] == "as published"
    assert source["folder"] is None
    assert mirror.asked == list(ARCHIVES)
    assert files_in(raw) == sorted([*ARCHIVES, SOURCE])
    assert {name: (raw / name).read_bytes() for name in ARCHIVES} == contents


def test_base_url_may_lack_its_slash(contents, pinned, raw, serve):
    mirror = serve(contents)
    fetch("auto", raw, mirrors=[mirror.url.rstrip("/")], pinned=pinned, settings=NETWORKED)
    assert files_in(raw) == sorted([*ARCHIVES, SOURCE])


def test_console_says_what_has_come(contents, pinned, raw, serve, capsys):
    mirror = serve(contents)
    fetch(
        "mnist",
        raw,
        mirrors=[mirror.url],
        pinned=pinned,
        settings=replace(NETWORKED, progress=True),
    )
    said = capsys.readouterr().err
    assert all(f"{mirror.url}{name}: {len(contents[name]):,} bytes\n" in said for name in ARCHIVES)


def test_first_mirror_dead_second_good(contents, pinned, raw, serve, dead_mirror):
    mirror = serve(contents)
    source = fetch(
        "mnist", raw, mirrors=[dead_mirror, mirror.url], pinned=pinned, settings=NETWORKED
    )
    assert source["source"] == mirror.url
    assert source["tried"] == [f"{dead_mirror}{TRAIN_IMAGES}: no answer", f"{mirror.url}: ok"]


def test_next_mirror_goes_on_where_one_stopped(contents, pinned, raw, serve):
    partial = serve({name: contents[name] for name in ARCHIVES[:2]})
    whole = serve(contents)
    source = fetch(
        "mnist", raw, mirrors=[partial.url, whole.url], pinned=pinned, settings=NETWORKED
    )
    assert source["source"] == f"{partial.url} and {whole.url}"
    assert whole.asked == list(ARCHIVES[2:])
    assert {name: (raw / name).read_bytes() for name in ARCHIVES} == contents


@pytest.mark.parametrize(
    ("action", "reason", "requests"),
    [
        (404, "HTTP 404", 1),
        (503, "HTTP 503", 2),
        (b"<html>Please sign in</html>", r"wrong bytes \(27 of them, not [0-9,]+\)", 2),
        ("alter", r"wrong bytes \([0-9,]+ of them, sha256 [0-9a-f]{12}\.\.\.\)", 2),
        ("break", "the connection broke half-way", 2),
    ],
)
def test_mirror_without_the_right_file(
    contents, pinned, raw, serve, capsys, action, reason, requests
):
    """The reason is told, a passing failure is retried, and nothing stays behind."""
    body = contents[TEST_IMAGES]
    action = {"break": breaking(body), "alter": body[:-1] + b"?"}.get(action, action)
    mirror = serve(contents | {TEST_IMAGES: action})
    with pytest.raises(LabError, match=f"dataset mnist: .*{TEST_IMAGES}: {reason}") as error:
        fetch("mnist", raw, mirrors=[mirror.url], pinned=pinned, settings=NETWORKED)
    assert "dataset: auto" in str(error.value)
    assert "\n" not in str(error.value)
    assert mirror.asked.count(TEST_IMAGES) == requests
    assert files_in(raw) == []
    assert TEST_IMAGES in capsys.readouterr().err


def test_mirror_that_stops_sending(contents, pinned, raw, serve):
    mirror = serve(contents | {TEST_IMAGES: stalling(contents[TEST_IMAGES])})
    settings = replace(NETWORKED, read=0.3)
    with pytest.raises(LabError, match=rf"{TEST_IMAGES}: stopped sending for 0\.3 s"):
        fetch("mnist", raw, mirrors=[mirror.url], pinned=pinned, settings=settings)
    assert mirror.asked.count(TEST_IMAGES) == 2
    assert files_in(raw) == []


def test_mirror_whose_certificate_nobody_signed(
    contents, pinned, raw, serve, certificate, monkeypatch
):
    mirror = serve(contents, certificate)
    monkeypatch.setattr(
        "backprop_lab.data.mirrors.time.sleep", lambda _: pytest.fail("it is asked again")
    )
    with pytest.raises(LabError, match=r"certificate is not accepted \(self.signed certificate\)"):
        fetch("mnist", raw, mirrors=[mirror.url], pinned=pinned, settings=NETWORKED)
    assert mirror.asked == []


def test_mirror_that_does_not_speak_https(contents, pinned, raw, serve):
    address = serve(contents).url.replace("http:", "https:")
    with pytest.raises(LabError, match=r"no secure connection \(.+\)"):
        fetch("mnist", raw, mirrors=[address], pinned=pinned, settings=NETWORKED)


@pytest.mark.parametrize("first", [503, "break", b"wrong"])
def test_retry_succeeds(contents, pinned, raw, serve, first):
    if first == "break":
        first = breaking(contents[TRAIN_IMAGES])
    mirror = serve(contents | {TRAIN_IMAGES: [first, contents[TRAIN_IMAGES]]})
    source = fetch("mnist", raw, mirrors=[mirror.url], pinned=pinned, settings=NETWORKED)
    assert source["tried"] == [f"{mirror.url}: ok"]
    assert (raw / TRAIN_IMAGES).read_bytes() == contents[TRAIN_IMAGES]


@pytest.mark.parametrize("dataset", ["mnist", "fashion_mnist"])
def test_none_answers_and_nothing_is_substituted(pinned, raw, dead_mirror, dataset):
    mirrors = [dead_mirror, "not a URL"]
    with pytest.raises(LabError, match=f"dataset {dataset}: no mirror") as error:
        fetch(dataset, raw, mirrors=mirrors, pinned=pinned, settings=NETWORKED)
    assert all(mirror.rstrip("/") in str(error.value) for mirror in mirrors)
    assert ("MNIST_DIR" in str(error.value)) == (dataset == "mnist")
    assert files_in(raw) == []


def test_no_mirror_listed(pinned, raw):
    with pytest.raises(LabError, match=r"config\.yaml lists no mirror"):
        fetch("mnist", raw, pinned=pinned)


def test_auto_falls_back_to_the_embedded_digits(pinned, raw, dead_mirror, capsys):
    source = fetch("auto", raw, mirrors=[dead_mirror], pinned=pinned, settings=NETWORKED)
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
    seen = set()
    for pins in PINNED.values():
        assert tuple(pins) == ARCHIVES
        for pin in pins.values():
            digests = [digest for digest in (pin.archive, pin.contents) if digest]
            assert all(len(bytes.fromhex(digest)) == 32 for digest in digests)
            assert not seen & set(digests)
            seen |= set(digests)
            assert pin.size < pin.contents_size


@pytest.mark.skipif(not os.environ.get("MNIST_DIR"), reason="MNIST_DIR is not set")
def test_real_mnist(raw):
    source = fetch("mnist", raw, folder=Path(os.environ["MNIST_DIR"]))
    assert source["forms"] == "as published"
    sizes = [source["archives"][name]["bytes"] for name in ARCHIVES]
    assert sizes == [PINNED["mnist"][name].size for name in ARCHIVES]
