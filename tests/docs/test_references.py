"""The references say what the schema, the parsers and the docstrings say."""

import re
from pathlib import Path

import pytest
import yaml
from config_page import SCHEMA, reference
from docs_pages import DOCS
from library_page import as_markdown
from project_copy import ROOT
from write_pages import MARKER, PAGES, whole

import backprop_lab as lab
from backprop_lab import api


@pytest.mark.parametrize("name", PAGES)
def test_a_reference_is_the_one_that_is_written_now(name):
    text = (DOCS / name).read_text(encoding="utf-8")
    assert text == whole(name), "write it anew: make docs"


def keys(schema):
    """All keys of the schema, at every level."""
    for key, below in schema.get("properties", {}).items():
        yield key
        yield from keys(below)
        if isinstance(below.get("additionalProperties"), dict):
            yield from keys(below["additionalProperties"])


def test_every_key_of_the_schema_is_explained():
    schema = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    rows = re.findall(r"^\| `(\w+)` \| (\S.*?) \| (\S.*?) \|", reference(), re.MULTILINE)
    explained = [key for key, _, _ in rows]
    assert sorted(explained) == sorted([*keys(schema), *keys(schema["$defs"]["grid"])])


def test_a_new_key_gets_a_row_with_its_limits():
    schema = yaml.safe_load(SCHEMA.read_text(encoding="utf-8"))
    schema["properties"]["report"]["properties"]["width"] = {
        "description": "How wide | the page is.",
        "type": "integer",
        "minimum": 10,
        "default": 80,
    }
    row = "| `width` | How wide \\| the page is. | whole number, at least 10 | `80` |"
    assert row in reference(schema).splitlines()


def test_everything_that_the_library_offers_is_explained():
    text = (DOCS / "library.md").read_text(encoding="utf-8").split(MARKER)[1]
    assert re.findall(r"^## (\w+)$", text, re.MULTILINE) == api.__all__
    assert "object at 0x" not in text
    assert str(Path.cwd()) not in text


def test_angle_brackets_of_a_docstring_are_shown():
    assert as_markdown("Where a < b, `<c>`.") == "Where a &lt; b, `<c>`."


def test_the_library_page_has_the_example_and_its_code_runs(
    small_dataset, write_dataset, tmp_path, monkeypatch, capsys
):
    text = (DOCS / "library.md").read_text(encoding="utf-8")
    first, second = re.findall(r"^```python\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    example = (ROOT / "examples/train_and_plot.py").read_text(encoding="utf-8")
    assert example.endswith(first)
    (tmp_path / "results").mkdir()
    write_dataset(tmp_path / "results", small_dataset)
    monkeypatch.chdir(tmp_path)
    for code in (first, second):
        exec(compile(code, "library.md", "exec"), {})
    assert (tmp_path / "curves.png").is_file()
    assert "test accuracy" in capsys.readouterr().out
    assert lab.load_run("numpy_32_relu_sgd_lr0.1_b32_e3/seed0").run.epochs == 3
