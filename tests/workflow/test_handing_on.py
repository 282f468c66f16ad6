"""A finished build is handed on: Snakemake's own report, exports, and an archive."""

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile

import pytest
from latex import compile_tables
from page_in_browser import find_browser
from project_copy import ROOT
from snakemake_page import click_through

pytestmark = pytest.mark.slow

QUICK = ("--config", "preset=quick")
RUN = "numpy_360_relu_sgd_lr0.1_b32_e2/seed0"
TORCH_RUN = "torch_360_relu_sgd_lr0.1_b32_e2/seed0"


def test_snakemakes_own_report_shows_everything_with_the_reports_captions(built):
    built.snakemake(*QUICK, "--report", "report.zip")
    with zipfile.ZipFile(built.folder / "report.zip") as archive:
        page = archive.read("report/report.html").decode()
        names = archive.namelist()
    results = json.loads(re.search(r"^ *var results = (\{.*\});?$", page, re.MULTILINE)[1])
    out = built.folder / "results/quick"
    wanted = [*out.glob("tables/*.csv"), *out.glob("figures/*/*.svg")]
    wanted += [*out.glob("report/lab-report.*"), *out.glob("report/supplement.*")]
    assert {path.relative_to(built.folder).as_posix() for path in wanted} == set(results)
    assert {f"report/{result['data_uri']}" for result in results.values()} <= set(names)
    assert all(result["caption"] for result in results.values())
    variants = results["results/quick/tables/variants.csv"]
    assert "variants: accuracy after the last epoch" in variants["caption"]
    assert variants["labels"] == {"table": "variants"}
    drawn = results["results/quick/figures/en/curves_depth.svg"]
    assert drawn["labels"] == {"figure": "curves_depth", "language": "en"}
    assert "學習曲線" in drawn["caption"]  # in each language
    assert not re.search(r"<(script|link|img)[^>]+(src|href)=.http", page)


def test_snakemakes_own_report_in_a_browser(built, tmp_path):
    find_browser()
    built.snakemake(*QUICK, "--report", "report.zip")
    with zipfile.ZipFile(built.folder / "report.zip") as archive:
        archive.extractall(tmp_path)
    found = click_through(tmp_path / "report/report.html", "curves_depth", "variants")
    assert found["problems"] == []
    drawn = sorted(path.stem for path in built.folder.glob("results/quick/figures/en/*.svg"))
    assert found["figures"] == drawn
    assert {"claims", "variants"} <= set(found["tables"])
    assert set(found["reports"]) == {"en", "zh-TW"}
    assert found["drawn"] > 100
    assert "Learning curves of the NumPy network" in found["figure"]
    assert "variants: accuracy after the last epoch" in found["table"]


def test_exports_are_written_on_request_alone(built, tmp_path):
    out = built.folder / "results/quick"
    assert not (out / "exports").exists()
    built.snakemake("exports", *QUICK)
    drawn = {path.stem for path in out.glob("figures/en/*.svg")}
    for language in ("en", "zh-TW"):
        found = {path.name for path in (out / "exports/figures" / language).iterdir()}
        assert found == {f"{name}.{kind}" for name in drawn for kind in ("svg", "pdf", "png")}
        tables = {path.name for path in (out / "exports/tables" / language).iterdir()}
        assert {"variants.tex", "variants.md", "variants.csv", "verdicts.tex"} <= tables
        if shutil.which("pdflatex") and language == "en":
            compile_tables(sorted((out / "exports/tables/en").glob("*.tex")), tmp_path)
        for name in drawn:
            drawing = (out / "figures" / language / f"{name}.svg").read_bytes()
            assert (out / "exports/figures" / language / f"{name}.svg").read_bytes() == drawing
    assert built.would_run(*QUICK) == {}
    config = built.config()
    config["report"]["exports"] = ["pdf"]
    built.write_config(config)
    assert built.would_run("exports", *QUICK) == {}


def test_each_training_job_leaves_what_it_took_and_no_run_is_trained_for_it(built):
    folder = built.folder / "logs/runs"
    runs = {path.parent for path in (built.folder / "results/runs").glob("*/*/result.json")}
    found = {path.with_suffix("").relative_to(folder) for path in folder.glob("*/*.tsv")}
    assert {path.relative_to(built.folder / "results/runs") for path in runs} == found
    head, values = (folder / f"{RUN}.tsv").read_text().splitlines()
    assert head.split("\t")[:3] == ["s", "h:m:s", "max_rss"]
    assert float(values.split("\t")[0]) > 0
    for path in folder.glob("*/*.tsv"):
        path.unlink()
    assert built.would_run(*QUICK) == {}


def test_a_run_is_repeated_from_an_unpacked_archive(built, tmp_path):
    for name in ("CITATION.cff", "requirements.lock", "LICENSE"):
        shutil.copy(ROOT / name, built.folder)
    (built.folder / ".gitignore").write_text((ROOT / ".gitignore").read_text())
    commit_all(built.folder)
    built.snakemake("archive", *QUICK)
    packed = built.folder / "results/quick/archive.zip"
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(tmp_path / "elsewhere")
    elsewhere = type(built)(tmp_path / "elsewhere")

    reports = sorted((built.folder / "results/quick/report").glob("lab-report.*"))
    assert len(reports) == 4
    for report in reports:
        copy = elsewhere.folder / report.relative_to(built.folder)
        assert copy.read_bytes() == report.read_bytes()
    assert "lab-report.en.html" in command_in(elsewhere, "report", "--preset", "quick")
    assert "all as they were packed" in command_in(elsewhere, "check-archive", ".")

    elsewhere.snakemake("results/dataset.npz")
    for run in (RUN, TORCH_RUN):
        printed = command_in(elsewhere, "check-archive", packed, "--repeat", run)
        assert f"{run}: trained again, the same weights and figures" in printed


def commit_all(folder):
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    for arguments in (("init",), ("add", "--all"), ("commit", "--message=a build")):
        subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def command_in(project, *arguments):
    """What a command of the program prints, on the code of a project."""
    done = subprocess.run(
        [sys.executable, "-m", "backprop_lab.cli", *map(str, arguments)],
        cwd=project.folder,
        env=os.environ | {"PYTHONPATH": str(project.folder / "src")},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
