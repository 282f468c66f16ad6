"""Chinese as in Taiwan: one word for one thing, full-width signs, spaces beside Latin letters."""

import re

import pytest
from built_out import REPORT
from statements.build import Build
from statements.chinese import (
    TERMS,
    is_set_as_chinese,
    part_of_the_whole_in_chinese,
    wrong_terms,
)
from statements.sentences import sentences

TEXTS = sorted((REPORT / "text/zh-TW").iterdir())


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_text_uses_the_words_of_the_report(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [f"{n}: {told}" for n, line in enumerate(lines, start=1) for told in wrong_terms(line)]
    assert not found


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("激活函數", "活化函數"),
        ("模型過擬合了", "過度擬合"),
        ("優化器", "最佳化"),
        ("默認設定", "預設"),
        ("這些數據的信息", "資訊"),
        ("均值", "平均"),
        ("準確度的方差", "變異數"),
        ("號翻轉", "正負號翻轉"),
        ("隨機切分", "劃分"),
        ("有三個判準成立", "項"),
    ],
)
def test_another_word_for_it_is_found(text, right):
    assert any(right in told for told in wrong_terms(text))


def test_a_word_inside_of_another_is_left_alone():
    assert not list(wrong_terms("平均值、正負號翻轉、單精度、函式庫、演算法、超參數、三項判準"))
    assert all(re.compile(pattern) for pattern in TERMS)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("使用ReLU時", "a space"),
        ("準確率為 95%時", "a space"),
        ("如下: 三層", "full-width"),
        ("三層(見下)", "full-width"),
        ("三層， 兩層", "no space"),
        ("三 層", "no space"),
        ("如下，，三層", "one mark"),
        ("“三層”", "「」"),
        ("優化", "最佳化"),
    ],
)
def test_a_sign_that_is_not_chinese_is_found(text, told):
    [sentence] = sentences(text)
    assert any(told in found for found in is_set_as_chinese(sentence, build_of({})))


def test_chinese_and_english_as_they_are_set():
    for text in (
        "使用 ReLU（[圖 1](#x)）時，`a, b` 為 95%；「三層」也是。",
        "A sentence (in English), with “marks”.",
        "兩者都不超過 3 個百分點 [@he2015]。",
    ):
        for sentence in sentences(text):
            assert not list(is_set_as_chinese(sentence, build_of({})))


@pytest.mark.parametrize(
    ("text", "false"),
    [
        ("在 [4]{data-key=a} 項主張中，有 [3]{data-key=b} 項成立。", False),
        ("在 [3]{data-key=b} 項主張中，有 [4]{data-key=a} 項成立。", True),
        ("介於 [3]{data-key=x.low} 到 [4]{data-key=x.high}。", False),
        ("介於 [4]{data-key=x.high} 到 [3]{data-key=x.low}。", True),
    ],
)
def test_a_part_is_no_more_than_the_whole(text, false):
    [sentence] = sentences(text)
    build = build_of({"a": 4, "b": 3, "x.low": 3, "x.high": 4})
    assert bool([*part_of_the_whole_in_chinese(sentence, build)]) == false


def test_a_reference_has_a_space_where_it_ends_in_a_number_or_a_letter():
    texts = {path.name: path.read_text(encoding="utf-8") for path in TEXTS if path.suffix == ".md"}
    heads = re.findall(r"^#+ .*\{#(sec-[\w-]+)([^}]*)\}", "\n".join(texts.values()), re.MULTILINE)
    # "第 4 節" ends in a word, "附錄 A", "圖 4" and "式 4" do not.
    words = {name for name, classes in heads if "appendix" not in classes}
    for name, text in texts.items():
        for found in re.finditer(r"\[\]\(#([\w-]+)\)( ?)(?=[\u4e00-\u9fff])", text):
            assert bool(found[2]) == (found[1] not in words), (name, found[0])


def build_of(facts: dict[str, float]) -> Build:
    """A build that has these facts alone."""
    build = Build(None, None)
    build.__dict__["facts"] = {key: {"value": value} for key, value in facts.items()}
    return build
