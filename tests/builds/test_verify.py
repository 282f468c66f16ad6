"""Manifests: written, read, and compared with builds."""

import json
from dataclasses import replace

import pytest
from tiny_build import World, build

from backprop_lab.builds.build import Build
from backprop_lab.builds.manifest import Manifest
from backprop_lab.builds.verify import fitting, verify, write_verified
from backprop_lab.cli.main import main
from backprop_lab.errors import LabError
from backprop_lab.facts.book import FactBook
from backprop_lab.facts.verified import add_verified

WORLD = World(seeds=(0, 1))


@pytest.fixture
def out(tmp_path):
    return build(tmp_path / "project", WORLD)


@pytest.fixture
def manifest(out, tmp_path):
    """The path of the build's manifest."""
    assert main(["manifest", str(out), "--output", str(tmp_path / "manifest.json")]) == 0
    return tmp_path / "manifest.json"


def status(*arguments):
    """What the shell would see of a command."""
    try:
        return main(list(map(str, arguments)))
    except SystemExit as end:
        return end.code


def outcomes(manifest, out):
    found = verify(Manifest.read(manifest), Build.at(out))
    return {one.name: one.outcome for one in found.checked}


def test_a_build_fits_its_own_manifest(out, manifest, capsys):
    assert status("verify", manifest, "--results", out) == 0
    printed = capsys.readouterr().out
    assert "the same bytes are asked for" in printed
    assert "0 within tolerance, 0 different, 0 missing" in printed
    assert set(outcomes(manifest, out).values()) == {"same"}
    assert {"C1", "tables/finals.csv", "figures/en/final.svg"} <= set(outcomes(manifest, out))


def test_other_times_are_no_difference(manifest, tmp_path):
    other = build(tmp_path / "other", replace(WORLD, seconds=9.0))
    assert status("verify", manifest, "--results", other) == 0


@pytest.mark.parametrize("name", ["history.csv", "model.npz", "predictions.npz", "result.json"])
def test_on_the_same_platform_a_byte_counts(out, manifest, name):
    path = out.parent / "runs/numpy_8_e2/seed1" / name
    path.write_text(path.read_text() + " ")
    assert status("verify", manifest, "--results", out) == 1
    found = outcomes(manifest, out)
    assert found.pop("numpy_8_e2/seed1") == "different"
    assert set(found.values()) == {"same"}


def test_on_another_platform_figures_may_lie_a_little_apart(tmp_path, out):
    runs_only = tmp_path / "runs.json"
    assert status("manifest", out, "--runs-only", "--output", runs_only) == 0
    other = build(tmp_path / "other", replace(WORLD, kernel="Zen"))
    found = verify(Manifest.read(runs_only), Build.at(other))
    assert found.counts == {"same": 1, "within": 2, "different": 0, "missing": 0}
    assert found.platform == ("blas.0.architecture: Haswell, here Zen",)
    assert status("verify", runs_only, "--results", other) == 0
    result = other.parent / "runs/numpy_8_e2/seed0/result.json"
    far = json.loads(result.read_text())
    far["final"]["val_accuracy"] -= 0.05
    result.write_text(json.dumps(far))
    assert status("verify", runs_only, "--results", other) == 1
    worst = verify(Manifest.read(runs_only), Build.at(other)).checked[0]
    assert worst.outcome == "different"
    assert worst.note.startswith("val_accuracy 0.90")


def test_a_run_that_other_kernels_move_far_may_be_moved_as_far_again(tmp_path, out, capsys):
    """How far is measured: by builds on other platforms, named when the manifest is written."""
    worlds = {"moved": "Katmai", "far": "Zen"}
    moved, far = (build(tmp_path / name, replace(WORLD, kernel=k)) for name, k in worlds.items())
    for folder, accuracy in ((moved, 0.85), (far, 0.82)):
        path = folder.parent / "runs/numpy_8_e2/seed0/result.json"
        result = json.loads(path.read_text())
        result["final"]["val_accuracy"] = accuracy
        path.write_text(json.dumps(result))
    plain, spread = tmp_path / "plain.json", tmp_path / "spread.json"
    assert status("manifest", out, "--runs-only", "--output", plain) == 0
    options = ("--other", moved, "--runs-only", "--output", spread)
    assert status("manifest", out, *options) == 0
    assert status("verify", plain, "--results", far) == 1
    assert status("verify", spread, "--results", far) == 0
    result["final"]["val_accuracy"] = 0.7
    path.write_text(json.dumps(result))
    assert status("verify", spread, "--results", far) == 1
    stranger = build(tmp_path / "stranger", replace(WORLD, dataset="mnist"))
    capsys.readouterr()
    assert status("manifest", out, "--other", stranger, "--output", spread) == 1
    assert "is of another preset or data set" in capsys.readouterr().err


def test_what_is_missing_is_named(out, manifest, capsys):
    (out.parent / "runs/numpy_8_e2/seed0/model.npz").unlink()
    (out / "tables/finals.csv").unlink()
    assert status("verify", manifest, "--results", out, "--json") == 1
    found = json.loads(capsys.readouterr().out)
    missing = {one["name"] for one in found["checked"] if one["outcome"] == "missing"}
    assert missing == {"numpy_8_e2/seed0", "tables/finals.csv"}
    assert found["good"] is False


def test_a_verdict_that_flipped_is_different(manifest, tmp_path):
    other = build(tmp_path / "other", replace(WORLD, margin=0.95))
    found = outcomes(manifest, other)
    assert found["C1"] == found["claims.json"] == "different"
    assert found["numpy_8_e2/seed0"] == "same"


def edited(path):
    content = json.loads(path.read_text())
    content["runs"]["numpy_8_e2/seed0"]["val_accuracy"] = 0.5
    path.write_text(json.dumps(content))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (edited, "was edited"),
        (lambda path: path.write_text("{}"), "not a manifest of format 1"),
        (lambda path: path.write_text("no"), "not JSON"),
        (lambda path: path.unlink(), "cannot be read"),
    ],
)
def test_a_manifest_that_is_none_is_refused_in_one_line(out, manifest, capsys, spoil, message):
    spoil(manifest)
    capsys.readouterr()
    assert status("verify", manifest, "--results", out) == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("change", "message"),
    [({"dataset": "mnist"}, "another data set"), ({"split_seed": 1}, "another images or split")],
)
def test_a_manifest_of_other_images_is_refused(manifest, tmp_path, change, message):
    other = Build.at(build(tmp_path / "other", replace(WORLD, **change)))
    with pytest.raises(LabError, match=message):
        verify(Manifest.read(manifest), other)


def test_a_manifest_of_another_preset_is_refused(out, manifest):
    renamed = out.rename(out.with_name("small"))
    with pytest.raises(LabError, match=r"another preset \(quick, here small\)"):
        verify(Manifest.read(manifest), Build.at(renamed))


def test_a_manifest_is_named_after_its_build(tmp_path, monkeypatch, capsys):
    out = build(tmp_path / "project", WORLD)
    monkeypatch.chdir(tmp_path)
    assert status("manifest", out) == 0
    path = "report/manifests/quick-digits.x86_64-Haswell-AVX2.json"
    assert capsys.readouterr().out == f"{path}\n"
    assert Manifest.read(tmp_path / path).preset == "quick"


def test_packages_that_no_run_depends_on_are_no_other_platform(manifest, out):
    environment = json.loads((out / "environment.json").read_text())
    environment["packages"]["typst"] = "0.1"
    (out / "environment.json").write_text(json.dumps(environment))
    assert verify(Manifest.read(manifest), Build.at(out)).platform == ()


def test_no_manifest_of_a_build_that_lacks_a_file_of_a_run(out, capsys):
    (out.parent / "runs/numpy_8_e2/seed0/history.csv").unlink()
    assert status("manifest", out) == 1
    assert "lacks a file of the run" in capsys.readouterr().err


def test_the_manifest_that_fits_a_build_is_the_nearest_platforms(tmp_path):
    folder = tmp_path / "manifests"
    folder.mkdir()
    worlds = {
        "a-zen": replace(WORLD, kernel="Zen"),
        "b-own": WORLD,
        "c-mnist": replace(WORLD, dataset="mnist"),
    }
    for name, world in worlds.items():
        built = Build.at(build(tmp_path / name, world))
        Manifest.of(built, with_files=False).write(folder / f"{name}.json")
    paths = sorted(folder.glob("*.json"))
    more_seeds = Build.at(build(tmp_path / "more", replace(WORLD, seeds=(0, 1, 2))))
    assert fitting(paths, more_seeds)[0].stem == "b-own"
    assert fitting(paths, Build.at(build(tmp_path / "fewer", World(seeds=(0,))))) is None


def test_the_report_is_told_how_the_build_compares(tmp_path, out, manifest):
    folder = tmp_path / "manifests"
    folder.mkdir()
    write_verified(folder, out / "verified.json")
    book = FactBook(out)
    add_verified(book, out / "verified.json")
    assert book.facts == {}
    manifest.rename(folder / "own.json")
    write_verified(folder, out / "verified.json")
    add_verified(book, out / "verified.json")
    values = {key: fact["value"] for key, fact in book.facts.items()}
    assert values["verified.manifest"] == "own.json"
    assert values["verified.own_platform"] is True
    assert values["verified.n"] == values["verified.n_same"] == 3  # two runs, one claim
