"""Single changes between two builds: what differs is found, and its cause."""

import base64
import json
import os
import platform
import subprocess
import sys
from dataclasses import replace

import pytest
from tiny_build import OUT, World, build

from backprop_lab.builds.build import Build
from backprop_lab.builds.causes import KINDS
from backprop_lab.builds.diff import compare
from backprop_lab.builds.pages import as_html, as_text
from backprop_lab.cli.main import main
from backprop_lab.errors import LabError

WORLD = World()


def found(first, second, **more):
    return compare(Build.at(first), Build.at(second), **more).found


def causes(differences):
    """The kinds of causes, by kind of difference."""
    by_kind = {}
    for one in differences:
        by_kind.setdefault(one.kind, set()).update(cause.kind for cause in one.causes)
    return by_kind


def compared(tmp_path, **changes):
    """The differences that these changes of the world make."""
    first = build(tmp_path / "first")
    return found(first, build(tmp_path / "second", replace(WORLD, **changes)))


EVERYTHING = {"number", "figure", "run", "table"}

#: Name -> what changes in the world, the cause, and what must differ for it at least.
CHANGES = {
    "a seed added": ({"seeds": (0, 1)}, "config", EVERYTHING),
    "an epoch more": ({"epochs": 3}, "config", EVERYTHING),
    "another split": ({"split_seed": 1}, "config", EVERYTHING),
    "an edited margin": ({"margin": 0.95}, "config", {"verdict", "sentence"}),
    "other images": ({"dataset": "fashion_mnist"}, "data", EVERYTHING),
    "other archives of the same name": ({"images": "x"}, "data", EVERYTHING),
    "other published numbers": ({"published": "epoch,loss\n1,0.6\n"}, "data", {"number", "table"}),
    "code of training": ({"code": {"train": "x"}}, "code", EVERYTHING),
    "code of collecting": ({"code": {"collect_runs": "x"}}, "code", {"number", "table", "figure"}),
    "code of a table": ({"code": {"table": "x"}}, "code", {"number", "table", "figure"}),
    "code of a figure": ({"code": {"figure": "x"}}, "code", {"figure"}),
    "code of the facts": ({"code": {"facts": "x"}}, "code", {"number"}),
    "code of the claims": ({"code": {"claims": "x"}}, "code", {"number"}),
    "code of the report": ({"code": {"render": "x"}}, "code", {"sentence"}),
    "an edited sentence": ({"sentence": "The network learns well."}, "text", {"sentence"}),
    "an edited word": ({"words": "accuracy: score"}, "text", {"figure"}),
    "another NumPy": ({"numpy": "2.4.1"}, "environment", {*EVERYTHING, "sentence", "environment"}),
    "another Python": ({"python": "CPython 3.13.0"}, "environment", {"sentence", "environment"}),
    "another processor": ({"cpu": "Another"}, "environment", {*EVERYTHING, "environment"}),
    "another BLAS": ({"blas": "0.3.31"}, "environment", {*EVERYTHING, "environment"}),
    "another system": ({"system": "Fedora"}, "environment", {*EVERYTHING, "environment"}),
    "another BLAS kernel": ({"kernel": "Zen"}, "kernel", {*EVERYTHING, "environment"}),
    "other PyTorch kernels": ({"capability": "DEFAULT"}, "kernel", {*EVERYTHING, "environment"}),
    "another device": ({"device": "CUDA"}, "kernel", {*EVERYTHING, "environment"}),
}


def test_there_are_twenty_changes_and_each_kind_of_cause_is_among_them():
    assert len(CHANGES) >= 20
    assert {cause for _, cause, _ in CHANGES.values()} == set(KINDS) - {"clock", "damage"}


@pytest.mark.parametrize("name", CHANGES)
def test_a_single_change_is_given_its_cause(tmp_path, name):
    change, cause, kinds = CHANGES[name]
    by_kind = causes(compared(tmp_path, **change))
    assert kinds <= set(by_kind)
    assert set().union(*by_kind.values()) == {cause}


DAMAGES = {
    "a history cut short": ("results/runs/numpy_8_e2/seed0/history.csv", "epoch\n", "run"),
    "weights of another run": ("results/runs/numpy_8_e2/seed0/model.npz", "other", "run"),
    "a number typed into a table": (f"{OUT}/tables/finals.csv", "n,mean\n1,0.99\n", "table"),
    "an empty figure": (f"{OUT}/figures/en/final.svg", "<svg/>", "figure"),
}


@pytest.mark.fault("a damaged file in a build that is compared")
@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_file_is_called_damaged(tmp_path, name):
    path, text, kind = DAMAGES[name]
    first, second = build(tmp_path / "first"), build(tmp_path / "second")
    (tmp_path / "second" / path).write_text(text)
    by_kind = causes(found(first, second))
    assert by_kind[kind] == {"damage"}
    assert set().union(*by_kind.values()) == {"damage"}


@pytest.mark.fault("a damaged file in a build that is compared")
def test_a_number_typed_into_the_facts_is_damage(tmp_path):
    first, second = build(tmp_path / "first"), build(tmp_path / "second")
    facts = json.loads((second / "facts.json").read_text())
    facts["finals.mean"]["value"] = 0.5
    (second / "facts.json").write_text(json.dumps(facts))
    assert causes(found(first, second)) == {"number": {"damage"}}


@pytest.mark.parametrize("change", [{}, {"seconds": 7.5}, {"commit": "b" * 40}])
def test_equal_builds_have_no_differences(tmp_path, change, capsys):
    first = build(tmp_path / "first")
    second = build(tmp_path / "second", replace(WORLD, **change))
    assert main(["diff", str(first), str(second)]) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.skipif(platform.machine() != "x86_64", reason="names kernels of x86-64")
def test_kernels_chosen_by_variables_are_kernels(tmp_path):
    """What a variable of the environment really changes, as `backprop-lab environment` sees it."""
    found = []
    for name, changes in {
        "first": {"OPENBLAS_CORETYPE": "Haswell"},
        "second": {"OPENBLAS_CORETYPE": "Nehalem", "ATEN_CPU_CAPABILITY": "default"},
    }.items():
        out = build(tmp_path / name)
        subprocess.run(
            [sys.executable, "-m", "backprop_lab.cli", "environment", out / "environment.json"],
            env=os.environ | changes,
            check=True,
        )
        found.append(out)
    differences = compare(*map(Build.at, found)).found
    assert {one.name for one in differences} >= {"blas.0.architecture", "torch.capability"}
    assert causes(differences) == {"environment": {"kernel"}}


def test_two_changes_are_both_named(tmp_path):
    by_kind = causes(compared(tmp_path, sentence="It learns.", code={"figure": "x"}))
    assert by_kind == {"sentence": {"text"}, "figure": {"code"}}


def test_a_change_that_changes_nothing_is_no_difference(tmp_path):
    assert compared(tmp_path, style="body{color:red}", code={"speed": "x"}) == ()


def test_a_flipped_verdict_and_the_sentence_about_it_are_told(tmp_path):
    differences = compared(tmp_path, margin=0.95)
    verdict = next(one for one in differences if one.kind == "verdict")
    assert (verdict.name, verdict.before, verdict.after) == ("C1", "reproduced", "contradicted")
    assert [cause.detail for cause in verdict.causes] == ["report/claims.yaml"]
    sentence = next(one for one in differences if one.kind == "sentence")
    assert sentence.before == "The claim is reproduced."
    assert sentence.after == "The claim is contradicted."


def test_numbers_within_the_tolerance_are_equal(tmp_path):
    first = build(tmp_path / "first")
    second = build(tmp_path / "second", replace(WORLD, kernel="Zen"))
    assert "number" in causes(found(first, second))
    assert "number" not in causes(found(first, second, tolerance=0.01))


def test_a_build_without_records_is_compared_by_what_it_says_itself(tmp_path):
    first = build(tmp_path / "first")
    second = build(tmp_path / "second", replace(WORLD, dataset="mnist"))
    for folder in (first, second):
        (folder.parents[1] / ".snakemake").rename(tmp_path / f"away-{folder.parents[1].name}")
    assert causes(found(first, second))["table"] == {"data"}


def test_text_json_and_page_say_the_same(tmp_path, capsys):
    first = build(tmp_path / "first")
    second = build(tmp_path / "second", replace(WORLD, words="accuracy: <score>", margin=0.95))
    files = {name: tmp_path / f"diff.{name}" for name in ("json", "html")}
    options = [f"--{name}={path}" for name, path in files.items()]
    with pytest.raises(SystemExit) as status:
        main(["diff", str(tmp_path / "first"), str(second), *options])
    assert status.value.code == 1
    printed, page = capsys.readouterr().out, files["html"].read_text()
    differences = json.loads(files["json"].read_text())["differences"]
    assert {one["kind"] for one in differences} == {"verdict", "sentence", "figure"}
    for one in differences:
        assert one["name"] in printed
        assert one["name"] in page
        for cause in one["causes"]:
            assert f"{cause['kind']}: {cause['detail']}" in printed
            assert cause["detail"] in page
    assert page.count("data:image/svg+xml;base64,") == 2
    assert "default-src 'none'" in page
    assert first.name == "quick"


def test_what_comes_from_a_build_is_text_in_the_page(tmp_path):
    first = build(tmp_path / "first")
    second = build(tmp_path / "second", replace(WORLD, sentence="&lt;script&gt;x&lt;/script&gt;."))
    both = compare(Build.at(first), Build.at(second))
    assert "<script>" in as_text(both)
    assert "<script>" not in as_html(both)


def test_every_cause_is_explained():
    assert set(KINDS) >= {cause for _, cause, _ in CHANGES.values()} | {"damage"}


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda out: (out / "runs.csv").unlink(), "is no build"),
        (lambda out: (out / "facts.json").unlink(), "facts.json is missing"),
        (lambda out: (out / "claims.json").write_text("{}"), "claims.json: lacks criteria"),
        (lambda out: (out / "environment.json").write_text("["), "not JSON"),
        (
            lambda out: (out / "facts.json").write_text('{"a": 1}'),
            "facts.json: a is 1, not an object",
        ),
        (lambda out: (out.parent / "dataset.json").write_text("{}"), "dataset.json: lacks name"),
        (lambda out: (out / "runs.csv").write_text("a,b\n1,2\n"), "runs.csv: lacks the column id"),
    ],
)
def test_a_folder_that_is_no_build_is_refused_in_one_line(tmp_path, capsys, spoil, message):
    first, second = build(tmp_path / "first"), build(tmp_path / "second")
    spoil(second)
    assert main(["diff", str(first), str(second)]) == 1
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1


def test_a_tolerance_below_zero_is_refused(tmp_path, capsys):
    out = str(build(tmp_path / "first"))
    assert main(["diff", out, out, "--tolerance=-1"]) == 1
    assert "--tolerance: -1 must be" in capsys.readouterr().err


def test_records_of_another_preset_in_the_same_project_do_not_count(tmp_path):
    """Both presets have a tables/finals.csv; here the other one's code differs."""
    first = build(tmp_path / "first")
    second = build(tmp_path / "second", replace(WORLD, kernel="Zen"))
    metadata = second.parents[1] / ".snakemake/metadata"
    for path in list(metadata.iterdir()):
        name = base64.urlsafe_b64decode(path.name).decode()
        if name.startswith(OUT):
            note = path.read_text().replace(OUT, "results").replace("'code of table", "'code of T")
            full = name.replace(OUT, "results").encode()
            (metadata / base64.urlsafe_b64encode(full).decode()).write_text(note)
    assert set().union(*causes(found(first, second)).values()) == {"kernel"}


def test_a_project_with_several_builds_asks_which(tmp_path):
    out = build(tmp_path / "project")
    (out.with_name("other")).mkdir()
    (out.with_name("other") / "runs.csv").write_text("id\n")
    with pytest.raises(LabError, match=r"holds several builds; name one of .*other, .*quick"):
        Build.at(tmp_path / "project")
