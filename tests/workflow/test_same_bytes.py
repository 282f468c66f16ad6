"""Two builds from nothing agree in every byte that no clock wrote, wherever they are made."""

import os

import pytest

from backprop_lab.builds.build import RUN_FILES, Build
from backprop_lab.builds.diff import compare
from backprop_lab.builds.manifest import Manifest
from backprop_lab.builds.verify import table, verify

pytestmark = pytest.mark.slow

#: What the two builds are surrounded by.
SURROUNDINGS = {
    "first": {"TZ": "Asia/Taipei", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
    "second": {"TZ": "America/St_Johns", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "2"},
}


def built(copied, folder, name, cores):
    """Build a small report without times, in a folder and surroundings of its own."""
    project = copied(folder / f"{name}-lab")
    project.shrink()
    (folder / f"home-{name}").mkdir()
    project.environment |= SURROUNDINGS[name] | {"HOME": str(folder / f"home-{name}")}
    mask = os.umask(0o077 if name == "second" else 0o022)
    try:
        project.snakemake("--config", "preset=quick", "--cores", cores)
    finally:
        os.umask(mask)
    return project.folder / "results/quick"


def test_the_quick_build_fits_the_committed_manifest_and_its_report_says_so(built_once):
    """If numbers were meant to change: `backprop-lab manifest results/quick --runs-only`."""
    out = built_once.folder / "results/quick"
    (committed,) = (built_once.folder / "report/manifests").glob("quick-digits.*.json")
    found = verify(Manifest.read(committed), Build.at(out))
    assert found.good, table(found)
    assert len(found.checked) > 35
    html = (out / "report/supplement.en.html").read_text()
    assert committed.name in html
    assert 'data-key="verified.n_same"' in html


def test_two_builds_write_the_same_bytes(copied, tmp_path):
    cores = {"first": "1", "second": "2"}
    outs = [built(copied, tmp_path, *pair) for pair in cores.items()]
    builds = [Build.at(out) for out in outs]
    assert builds[0].runs == builds[1].runs
    names = [
        *(f"runs/{run}/{name}" for run in builds[0].runs for name in RUN_FILES),
        "dataset.npz",
        "dataset.json",
    ]
    same = {f"../{name}": [build.shared / name for build in builds] for name in names}
    for name in builds[0].files:
        same[name] = [build.files[name] for build in builds]
    for path in (outs[0] / "report").glob("lab-report.*"):
        same[path.name] = [out / "report" / path.name for out in outs]
    assert {"lab-report.en.pdf", "lab-report.zh-TW.html", "figures/zh-TW/parity.svg"} <= set(same)
    assert not [name for name, (a, b) in same.items() if a.read_bytes() != b.read_bytes()]
    assert not compare(*builds).found
    assert verify(Manifest.of(builds[0]), builds[1]).counts["same"] == len(builds[0].runs) + len(
        builds[0].files
    ) + len(builds[0].verdicts)


def test_the_causes_of_real_changes_are_found(built_once, built):
    """An edited sentence, and other code of a table: built again, and compared."""
    words = "It says what it reads"
    built.edit("report/text/en/lab-report.md", "Each step declares what it reads", words)
    code = "src/backprop_lab/tables/finals.py"
    built.edit(code, 'first["n_parameters"],', 'first["n_parameters"] + 1,')
    report = "results/quick/report/supplement.en.html"
    built.snakemake("--config", "preset=quick", "--", report)
    found = compare(*(Build.at(project.folder) for project in (built_once, built))).found
    told = {(one.kind, one.name): {cause.kind for cause in one.causes} for one in found}
    assert told.pop(("table", "tables/finals.csv")) == {"code"}
    assert told.pop(("sentence", "supplement.en.html")) == {"text"}
    assert set(told) == {("number", f"task{n}_final.n_parameters") for n in (1, 2)}
    assert set().union(*told.values()) == {"code"}
    assert words in next(one.after for one in found if one.kind == "sentence")
