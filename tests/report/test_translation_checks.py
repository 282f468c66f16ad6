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
from backprop_lab.report.translation_checks import (
    English,
    check_translation,
    compare_words,
    left_in_english,
    same_words,
)

LANGUAGES = sorted(path.name for path in (REPORT / "text").iterdir())
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
    """Write report/text/ with the files of two languages; return the Chinese template."""
    labels = {"figure": "a figure", "checks": {"same_as_english": ["NumPy", "SGD"]}}
    for language, text, word in (("en", ENGLISH, "the epoch"), ("zh-TW", chinese, "週期")):
        axis = words if words and language == "zh-TW" else {"epoch": word}
        claims = {"C1": {"text": "A claim." if language == "en" else "主張"}}
        files = {"words": {"axis": axis}, "labels": labels, "claims": claims}
        (folder / language).mkdir(exist_ok=True)
        (folder / language / "lab-report.md").write_text(text, encoding="utf-8")
        for name, tree in files.items():
            path = folder / language / f"{name}.yaml"
            path.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
        labels = {"figure": "圖", "checks": {"same_as_english": ["sigmoid"]}}
    return folder / "zh-TW/lab-report.md"


def test_a_whole_translation_passes(tmp_path):
    check_translation(project(tmp_path, CHINESE))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_translation_of_this_report_is_whole(language):
    check_translation(REPORT / "text" / language / "lab-report.md")


def test_english_has_nothing_to_be_compared_with(tmp_path):
    check_translation(tmp_path / "en/lab-report.md")


def test_every_line_of_the_report_would_be_found_if_it_were_left_in_english():
    folder = REPORT / "text/en"
    texts = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    english = English.of(texts.values(), same_words(folder.with_name("zh-TW")))
    for name, text in texts.items():
        found = {line for line, _ in english.left_in(text)}
        for number, line in enumerate(text.split("\n"), start=1):
            prose = re.sub(r"<#.*?#>|<<.*?>>|<%.*?%>|\$.*?\$|\{.*?\}|`.*?`", " ", line)
            if line[:1].isupper() and len(re.findall(r"\b[a-z]{2,}\b", prose)) > 3:
                assert number in found, (name, line)


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
        check_translation(template)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("表中的全部訓練。", "All the runs of the table.", 11),
        ("曲線隨週期上升。", "The curves rise with every epoch.", 10),
        ("# 網路", "# The network", 6),
        ("a 等於 b", "a equals b if it does", 14),
        ("說了半天，什麼都沒有。", "Nothing at all, said at some length.", 19),
        ("報告的標題", "A title of the report", 2),
    ],
)
def test_a_passage_left_in_english_is_named_with_its_line(tmp_path, old, new, line):
    template = project(tmp_path, CHINESE.replace(old, new))
    message = rf"lab-report\.md:{line}: left in English"
    with pytest.raises(LabError, match=message):
        check_translation(template)


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
    names = {"numpy", "pytorch", "sha", "sgd", "adam", "relu", "sigmoid"}
    english = English.of([re.sub("[一-鿿]+", ". ", text)], names)
    assert left_in_english(text, english, "x.md") == []


@pytest.mark.parametrize(
    ("text", "passage"),
    [
        ("Er lernt mit jeder Epoche.", ""),
        ("Er lernt: the curves rise with every epoch.", "the curves rise with every epoch"),
        ("Man sagt the curves rise mit jeder Epoche.", "the curves rise"),
        ("The Curves\nRise with SGD", "Rise with SGD"),
        ("SGD, Adam", ""),
        ("Training", "Training"),
        ("Training und Test", ""),
        ('<< figure("x", alt="The curves rise.") >>', "The curves rise"),
        ('<< column("epoch", "Epoch") >>', ""),  # one word may be an identifier
    ],
)
def test_latin_letters_alone_do_not_make_a_text_english(text, passage):
    template = "The curves rise with every epoch.\n\nTraining\n\nRise with SGD\n\nSGD, Adam"
    english = English.of([template, '"The curves rise."'], {"sgd", "adam"})
    assert [found for _, found in english.left_in(text)] == ([passage] if passage else [])


@pytest.mark.parametrize(
    ("ours", "finding"),
    [
        ({}, "lacks axis.epoch"),
        ({"epoch": "第 {n} 週期", "more": "更多"}, "axis.more is not in the English one"),
        ({"epoch": "週期"}, "axis.epoch has other {placeholders}"),
        ({"epoch": "epoch {n}"}, "axis.epoch is left in English"),
        ({"epoch": '第 {n} 週期 << fact("a.b") >>'}, "axis.epoch: the English one lacks the fact"),
    ],
)
def test_words_are_compared_key_by_key(ours, finding):
    theirs = {"axis": {"epoch": "epoch {n}"}}
    assert finding in "; ".join(compare_words({"axis": ours}, theirs, set(), "words.yaml"))


def test_lists_of_words_are_compared_too():
    english = {"months": ["January", "May"]}
    assert compare_words({"months": ["Januar", "Mai"]}, english, set(), "labels.yaml") == []
    assert compare_words({"months": ["Januar", "May"]}, english, set(), "labels.yaml") != []
    assert compare_words({"months": ["Januar", "May"]}, english, {"may"}, "labels.yaml") == []


@pytest.mark.parametrize("listed", [None, "sigmoid"])
def test_words_written_alike_are_a_list(tmp_path, listed):
    template = project(tmp_path, CHINESE)
    labels = {"figure": "圖", "checks": {"same_as_english": listed}}
    template.with_name("labels.yaml").write_text(yaml.safe_dump(labels, allow_unicode=True))
    with pytest.raises(LabError, match=r"zh-TW/labels\.yaml: checks\.same_as_english: must be a l"):
        check_translation(template)


def test_a_missing_file_is_named(tmp_path):
    template = project(tmp_path, CHINESE)
    for name in ("words.yaml", "lab-report.md", "labels.yaml"):
        template.with_name(name).unlink()
        with pytest.raises(LabError, match=re.escape(f"zh-TW/{name}")):
            check_translation(template)


def test_an_included_file_is_compared_too(tmp_path):
    template = project(tmp_path, CHINESE + '<% include "more.md" %>\n')
    english = tmp_path / "en/lab-report.md"
    english.write_text(ENGLISH + '<% include "more.md" %>\n', encoding="utf-8")
    (tmp_path / "en/more.md").write_text("See [](#tbl-more) for the rest.\n")
    (tmp_path / "zh-TW/more.md").write_text("其餘見表。\n", encoding="utf-8")
    with pytest.raises(LabError, match="lacks the reference to 'tbl-more'"):
        check_translation(template)


@pytest.mark.parametrize("preset", PRESETS)
def test_both_languages_show_the_same_facts_and_figures(preset, tmp_path):
    english = build_out(tmp_path / "out", **PRESETS[preset])
    figures = english.figures.with_name("zh-TW")
    shutil.copytree(english.figures, figures)
    template = REPORT / "text/zh-TW/lab-report.md"
    chinese = replace(english, template=template, figures=figures)
    ours, theirs = fill(chinese), fill(english)
    assert ours.figures == theirs.figures
    for pattern in (r'data-key="([^"]+)"', r"\{#([\w-]+)", r"\]\(#([\w-]+)\)"):
        assert set(re.findall(pattern, ours.markdown)) == set(re.findall(pattern, theirs.markdown))
    assert not re.search(r"\b(None|nan|Undefined)\b", ours.markdown)
