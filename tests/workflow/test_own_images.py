"""A folder of one's own images through the real DAG: built, changed, damaged."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
QUICK = ("--config", "preset=quick")
#: A class's name in which every sign means something to a format of the report.
ODD = "<b>$2$ _x_ {y}"


@pytest.fixture
def own(project):
    """A project that is set up as docs/how-to/own-data.md says, with a class of an odd name."""
    command = [sys.executable, str(ROOT / "examples/own_images.py"), "own-images"]
    subprocess.run(command, cwd=project.folder, check=True)
    images = project.folder / "own-images"
    (images / "two").rename(images / ODD)
    project.shrink()
    config = project.config() | {"dataset": "small_digits"}
    about = {"folder": "own-images", "title": "Small digits (mine)", "licence": "CC BY 4.0"}
    config["data"]["sets"] = {"small_digits": about}
    project.write_config(config)
    return project


def test_own_images_become_a_report_that_follows_them(own):
    console = own.snakemake(*QUICK)
    assert "data set  Small digits (mine) (images by class in a local folder): 631 train" in console
    results = own.folder / "results"
    about = json.loads((results / "dataset.json").read_text())
    assert (about["image_shape"], len(about["class_names"])) == ([8, 8], 5)
    for language, words in (
        ("en", ("8 by 8 pixels each", "of 5 classes", "CC BY 4.0", "can judge none of")),
        ("zh-TW", ("個類別", "本機資料夾中依類別存放的影像", "CC BY 4.0", "無法判定原報告的")),
    ):
        pages = (results / "quick/report").glob(f"*.{language}.html")
        html = "".join(page.read_text() for page in pages)
        assert (results / f"quick/report/checked.{language}.json").is_file()
        assert (results / f"quick/report/lab-report.{language}.pdf").stat().st_size > 10_000
        text = _shown(html)
        assert "Small digits (mine)" in text
        assert all(word in text for word in words)
        assert "28 by 28" not in text
        assert "<b>$2$" not in html.replace("<!--", "")  # a name is no element
    facts = json.loads((results / "quick/facts.json").read_text())
    assert facts["dataset.pixels"]["value"] == 64
    assert facts["claims.n_untestable"]["value"] == facts["claims.n"]["value"]
    assert facts["task1_final.test_accuracy_mean"]["value"] > 0.5

    assert own.would_run(*QUICK) == {}
    place = own.folder / "own-images" / "one"
    first = sorted(place.iterdir())[0]
    first.touch()
    assert own.would_run(*QUICK) == {}
    (own.folder / "own-images").rename(own.folder / "moved")
    assert own.would_run(*QUICK) == {}  # the archives are as good
    (own.folder / "moved").rename(own.folder / "own-images")

    Image.new("L", (8, 8), 9).save(place / "new.png")
    jobs = own.would_run(*QUICK)
    assert jobs["own_images"] == jobs["prepare_dataset"] == 1
    assert jobs["train_numpy"] >= 3
    Image.new("L", (8, 9), 9).save(place / "new.png")
    before = (results / "dataset.json").read_bytes()
    archives = {path.name: path.read_bytes() for path in (own.folder / "data/raw").iterdir()}
    output = own.snakemake(*QUICK, "--", "results/dataset.npz", ok=False)
    shown = " ".join(output.replace("|", "").split())  # the console folds long lines of a log
    assert "one/new.png: has 9 x 8 pixels where" in shown
    assert "give all images one size, or one to resize them to: data.sets.small_digits" in shown
    assert (results / "dataset.json").read_bytes() == before
    after = {path.name: path.read_bytes() for path in (own.folder / "data/raw").iterdir()}
    assert after == archives


def _shown(html: str) -> str:
    """Return the words of a page without its elements, spaces made alike."""
    from html import unescape
    from re import sub

    return " ".join(unescape(sub(r"<[^>]*>", "", html)).split())


@pytest.mark.fault("a folder of images in which something is wrong")
def test_a_wrong_folder_is_refused_in_one_line_before_anything_runs(own):
    config = own.config()
    config["data"]["sets"]["small_digits"]["folder"] = "nowhere"
    own.write_config(config)
    output = own.snakemake("-n", ok=False)
    assert (
        "data.sets.small_digits.folder in config.yaml: there is no folder nowhere; name the one"
        in output
    )
    assert "Traceback" not in output
    config["dataset"] = "smal_digits"
    own.write_config(config)
    output = own.snakemake("-n", ok=False)
    assert "config.yaml, line 1: dataset: there is no data set 'smal_digits'" in output
    assert "did you mean 'small_digits'?" in output
    config["dataset"] = "small_digits"
    config["data"]["sets"]["small_digits"]["folder"] = "own-images"
    own.write_config(config)
    (own.folder / "own-images" / "lost.png").write_bytes(b"")
    assert "lost.png: lies in no class's folder; move" in own.snakemake("-n", ok=False)
    assert not (own.folder / "data").exists()
