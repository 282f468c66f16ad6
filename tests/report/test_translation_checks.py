"""A translation of the report that is not whole is found, and what it lacks is named."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from built_out import PRESETS, REPORT, build_out

from backprop_lab.errors import LabError
from backprop_lab.report.source import fill
from backprop_lab.report.translation_checks import check_translation, compare_words, left_in_english

ENGLISH = """---
title: A title of the report
author: [One]
lang: en
---
# The network {#sec-network}

It reaches << fact("task1.val_accuracy") >> and [](#fig-curves) shows it [@lecun1998].

<% call figure("curves", alt="The curves rise with every epoch.", data="tables/log.csv") %>
All the runs of the table.
<% endcall %>

[$$ a = b \\text{ if} $$]{#eq-a alt="a equals b if it does"}

<< command("make report") >>

::: result
**Measured.** Nothing at all, said at some length.
:::
"""
CHINESE = """---
title: 報告的標題
author: [One]
lang: zh-TW
---
# 網路 {#sec-network}

準確率為 << fact("task1.val_accuracy") >>，見[](#fig-curves) [@lecun1998]。

<% call figure("curves", alt="曲線隨週期上升。", data="tables/log.csv") %>
表中的全部訓練。
<% endcall %>

[$$ a = b \\text{若} $$]{#eq-a alt="a 等於 b"}

<< command("make report") >>

::: result
**實測。** 說了半天，什麼都沒有。
:::
"""


def project(folder: Path, chinese: str, **words: str) -> Path:
    """A folder report/ with a template, words and labels in two languages; the Chinese template."""
    for language, text, word in (("en", ENGLISH, "the epoch"), ("zh-TW", chinese, "週期")):
        (folder / f"lab-report.{language}.md").write_text(text, encoding="utf-8")
        tree = {"axis": words if words and language == "zh-TW" else {"epoch": word}}
        (folder / f"words.{language}.yaml").write_text(yaml.safe_dump(tree), encoding="utf-8")
    labels = {"en": {"figure": "a figure"}, "zh-TW": {"figure": "圖"}}
    (folder / "labels.yaml").write_text(yaml.safe_dump(labels), encoding="utf-8")
    return folder / "lab-report.zh-TW.md"


def test_a_whole_translation_passes(tmp_path):
    check_translation(project(tmp_path, CHINESE), "zh-TW")


def test_the_translation_of_this_report_is_whole():
    check_translation(REPORT / "lab-report.zh-TW.md", "zh-TW")


def test_english_has_nothing_to_be_compared_with(tmp_path):
    check_translation(tmp_path / "lab-report.en.md", "en")


@pytest.mark.parametrize(
    ("old", "new", "finding"),
    [
        ('fact("task1.val_accuracy")', "", "lacks the fact, file or claim 'task1.val_accuracy'"),
        ("task1.val", "task2.val", "lacks the fact, file or claim 'task2.val_accuracy'"),
        ('data="tables/log.csv"', "", "lacks the fact, file or claim 'tables/log.csv'"),
        ('figure("curves"', 'figure("others"', "lacks the fact, file or claim 'curves'"),
        ("[](#fig-curves)", "圖", "lacks the reference to 'fig-curves'"),
        ("{#sec-network}", "", "lacks the label 'sec-network'"),
        (" [@lecun1998]", "", "lacks the citation of 'lecun1998'"),
        ("a = b", "a = c", "lacks the equation 'a = b"),
        ("make report", "make quick", "lacks the command 'make report'"),
        ("::: result", "::: note", "lacks the number of boxes '1 × result'"),
        ('<< command("make report") >>', "", "lacks the call of 'command'"),
    ],
)
def test_what_the_translation_lacks_is_named(tmp_path, old, new, finding):
    assert old in CHINESE
    template = project(tmp_path, CHINESE.replace(old, new))
    with pytest.raises(LabError, match=re.escape(finding)) as caught:
        check_translation(template, "zh-TW")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("表中的全部訓練。", "All the runs of the table.", 11),
        ("曲線隨週期上升。", "The curves rise with every epoch.", 10),
        ("# 網路", "# The network of the first task", 6),
        ("a 等於 b", "a equals b if it does", 14),
        ("說了半天，什麼都沒有。", "Nothing at all, said at some length.", 19),
        ("報告的標題", "A title of the report", 2),
    ],
)
def test_a_passage_left_in_english_is_named_with_its_line(tmp_path, old, new, line):
    template = project(tmp_path, CHINESE.replace(old, new))
    message = rf"lab-report\.zh-TW\.md:{line}: left in English"
    with pytest.raises(LabError, match=message):
        check_translation(template, "zh-TW")


@pytest.mark.parametrize(
    "text",
    [
        "Glorot 與 Bengio 的初始化，NumPy、PyTorch、SGD、Adam、ReLU、sigmoid。",
        "執行 `snakemake --cores 2 all the things that are there`。",
        "$a \\text{ over all of the values } b$ 是什麼？",
        '<% set words = {"a local folder of some kind": "資料夾"} %>',
        "<# a comment for those who write the report #>",
        "| NumPy | PyTorch | SHA-256 |",
    ],
)
def test_names_code_and_mathematics_are_not_english_prose(text):
    assert left_in_english(text, "x.md") == []


@pytest.mark.parametrize(
    ("ours", "finding"),
    [
        ({}, "lacks axis.epoch"),
        ({"epoch": "第 {n} 週期", "more": "更多"}, "axis.more is not in the English one"),
        ({"epoch": "週期"}, "axis.epoch has other {placeholders}"),
        ({"epoch": "epoch {n}"}, "axis.epoch is left in English"),
    ],
)
def test_words_are_compared_key_by_key(ours, finding):
    theirs = {"axis": {"epoch": "epoch {n}"}}
    assert finding in "; ".join(compare_words({"axis": ours}, theirs, "words.zh-TW.yaml"))


def test_a_missing_file_is_named(tmp_path):
    template = project(tmp_path, CHINESE)
    for name in ("words.zh-TW.yaml", "lab-report.zh-TW.md"):
        (tmp_path / name).unlink()
        with pytest.raises(LabError, match=re.escape(name)):
            check_translation(template, "zh-TW")


def test_an_included_file_is_compared_too(tmp_path):
    template = project(tmp_path, CHINESE + '<% include "more.zh-TW.md" %>\n')
    english = tmp_path / "lab-report.en.md"
    english.write_text(ENGLISH + '<% include "more.en.md" %>\n', encoding="utf-8")
    (tmp_path / "more.en.md").write_text("See [](#tbl-more) for the rest.\n")
    (tmp_path / "more.zh-TW.md").write_text("其餘見表。\n", encoding="utf-8")
    with pytest.raises(LabError, match="lacks the reference to 'tbl-more'"):
        check_translation(template, "zh-TW")


@pytest.mark.parametrize("preset", PRESETS)
def test_both_languages_show_the_same_facts_and_figures(preset, tmp_path):
    english = build_out(tmp_path / "out", **PRESETS[preset])
    figures = english.figures.with_name("zh-TW")
    shutil.copytree(english.figures, figures)
    chinese = replace(
        english, template=REPORT / "lab-report.zh-TW.md", language="zh-TW", figures=figures
    )
    ours, theirs = fill(chinese), fill(english)
    assert ours.figures == theirs.figures
    for pattern in (r'data-key="([^"]+)"', r"\{#([\w-]+)", r"\]\(#([\w-]+)\)"):
        assert set(re.findall(pattern, ours.markdown)) == set(re.findall(pattern, theirs.markdown))
    assert not re.search(r"\b(None|nan|Undefined)\b", ours.markdown)
