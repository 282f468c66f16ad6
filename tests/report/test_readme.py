"""README's first words: made from facts, and the same as those that are kept beside it."""

import json
import re
from pathlib import Path

import pytest
from PIL import Image

from backprop_lab.errors import LabError
from backprop_lab.report.readme import (
    BEGIN,
    END,
    MAX_BYTES,
    sentences,
    write_found,
    write_readme,
)

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "report/readme.md"
ENTRY = {"unit": "count", "source": "a.csv", "place": {"how": "value"}, "content_sha256": "0" * 64}


@pytest.fixture
def build(tmp_path, whole):
    """Facts, environment and data set of a made-up build on MNIST, as arguments."""
    keys = re.findall(r'fact\("([^"]+)"', TEMPLATE.read_text())
    facts = {key: ENTRY | {"value": 5} for key in keys} | {"other": ENTRY | {"value": 1}}
    (tmp_path / "facts.json").write_text(json.dumps(facts))
    whole(
        tmp_path / "environment.json",
        git={"commit": "a" * 40, "date": "2026-01-02", "dirty": False},
    )
    whole(tmp_path / "dataset.json", name="mnist", title="MNIST")
    names = ("facts", "environment", "dataset")
    return {name: tmp_path / f"{name}.json" for name in names} | {"template": TEMPLATE}


@pytest.fixture
def whole():
    """A function that writes a document with some keys given."""
    from whole import write_document

    return lambda path, **known: write_document(path, known)


def test_readme_says_what_the_kept_facts_say():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    made = text.split(f"{BEGIN}\n")[1].split(f"\n{END}")[0]
    assert made == sentences(ROOT / "report/found.json", TEMPLATE)
    assert len(re.findall(r"\.(?:\n|$)", made)) >= 3


def test_no_fact_is_kept_that_readme_does_not_quote():
    found = json.loads((ROOT / "report/found.json").read_text())
    quoted = re.findall(r'fact\("([^"]+)"', TEMPLATE.read_text())
    assert sorted(found["facts"]) == sorted(set(quoted))
    assert found["dataset"] == "MNIST"
    assert re.fullmatch("[0-9a-f]{40}", found["commit"])


def test_the_picture_is_small_and_shown():
    picture = ROOT / "docs/report.png"
    assert picture.stat().st_size <= MAX_BYTES
    assert Image.open(picture).width > 500
    assert "docs/report.png" in (ROOT / "README.md").read_text()


def test_facts_become_sentences_between_the_marks(build, tmp_path):
    found, page = tmp_path / "found.json", tmp_path / "README.md"
    write_found(**build, output=found)
    assert set(json.loads(found.read_text())["facts"]) < set(json.loads(build["facts"].read_text()))
    page.write_text(f"# Title\n\n{BEGIN}\nold\n{END}\n\nrest\n")
    for _ in range(2):  # the second time it finds what it wrote
        write_readme(found=found, template=TEMPLATE, readme=page)
        text = page.read_text(encoding="utf-8")
        assert text.startswith(f"# Title\n\n{BEGIN}\nOf the original's 5 claims")
        assert text.endswith(
            f"(A full build on MNIST, commit aaaaaaa, 2026-01-02.)\n{END}\n\nrest\n"
        )
        assert "old" not in text


def test_other_builds_are_refused(build, tmp_path, whole):
    whole(build["dataset"], name="digits", title="scikit-learn digits")
    with pytest.raises(LabError, match="README quotes a full build on MNIST"):
        write_found(**build, output=tmp_path / "found.json")
    whole(build["dataset"], name="mnist")
    whole(build["environment"], git={"commit": "a" * 40, "date": "2026-01-02", "dirty": True})
    with pytest.raises(
        LabError, match="is in no commit, and README names one; commit your changes"
    ):
        write_found(**build, output=tmp_path / "found.json")
    assert not (tmp_path / "found.json").exists()


def test_a_readme_without_its_marks_is_named(build, tmp_path):
    write_found(**build, output=tmp_path / "found.json")
    (tmp_path / "README.md").write_text("# Title\n")
    with pytest.raises(LabError, match=r"README\.md: must have the lines"):
        write_readme(
            found=tmp_path / "found.json", template=TEMPLATE, readme=tmp_path / "README.md"
        )
    assert (tmp_path / "README.md").read_text() == "# Title\n"
