"""The Chinese sentences say what the English ones say, as far as single words tell.

Seeded mistakes show what the rules find: one word of a sentence of the report turned around.
"""

import re

import pytest
from statements.meaning import READ, RULES, Pair, pairs, unread


@pytest.fixture(scope="module")
def passages():
    return list(pairs())


def test_every_passage_means_the_same_or_was_read_by_somebody(passages):
    assert not list(unread(passages)), (
        "read both languages: mend the translation, or add the line to tests/support/statements/"
        "meaning.txt"
    )
    assert len(passages) > 1500


def test_what_was_read_names_rules_that_exist():
    names = {line.split(" | ")[0] for line in READ.read_text(encoding="utf-8").splitlines()}
    assert names <= {rule.name for rule in RULES}


SEEDED = [
    # a direction turned around
    ("The validation loss rises.", "驗證損失上升。", "驗證損失下降。"),
    (
        "SGD scores higher in # of # pairs.",
        "# 組中 SGD 較高的有 # 組。",
        "# 組中 SGD 較低的有 # 組。",
    ),
    (
        "The largest batches take the fewest steps.",
        "批次最大的訓練步數最少。",
        "批次最大的訓練步數最多。",
    ),
    (
        "Loss can rise while accuracy does not fall.",
        "損失會上升，準確率卻不下降。",
        "損失會上升，準確率卻不上升。",
    ),
    ("No difference is larger than #.", "差異都不大於 #。", "差異都不小於 #。"),
    ("NumPy is faster.", "NumPy 較快。", "NumPy 較慢。"),
    # a negation lost, or one too many
    ("The validation loss does not rise.", "驗證損失並未上升。", "驗證損失上升。"),
    ("SGD leads in neither comparison.", "兩種比較中 SGD 都沒有領先。", "兩種比較中 SGD 都領先。"),
    ("Three hidden layers learn.", "三個隱藏層學得起來。", "三個隱藏層無法訓練。"),
    # some for all, and what stands alone
    ("The intervals all overlap.", "區間都互相重疊。", "區間有些互相重疊。"),
    ("They can differ only in speed.", "只會在速度上有差別。", "會在速度上有差別。"),
    # one thing for another
    ("ReLU leads at this rate.", "ReLU 在此學習率下領先。", "sigmoid 在此學習率下領先。"),
    ("SGD leads in both comparisons.", "兩種比較都是 SGD 領先。", "兩種比較都是 Adam 領先。"),
    ("Task 1 ends at #.", "Task 1 最後為 #。", "Task 2 最後為 #。"),
    ("The validation accuracy is #.", "驗證準確率為 #。", "訓練準確率為 #。"),
    ("The training loss is #.", "訓練損失為 #。", "訓練準確率為 #。"),
    ("Bias gradients are summed.", "偏差項梯度取總和。", "偏差項梯度取平均。"),
    ("With three layers it fails.", "三層時失敗了，無法訓練。", "四層時失敗了，無法訓練。"),
    ("It takes half as many steps.", "步數為一半。", "步數為兩倍。"),
    ("The last epoch reaches it.", "最後一個週期達到該值。", "第一個週期達到該值。"),
]


@pytest.mark.parametrize(("english", "chinese", "wrong"), SEEDED)
def test_a_sentence_that_says_something_else_is_found(english, chinese, wrong):
    assert not list(unread([Pair("here", english, chinese)], []))
    [*found] = unread([Pair("here", english, wrong)], [])
    assert found
    assert all(wrong in line and f"here: {english}" in line for line in found)


def test_what_somebody_read_is_not_asked_again():
    pair = Pair("here", "The loss rises.", "損失下降。")
    [*lines] = unread([pair], [])
    assert not list(unread([pair], [line.split("\n")[0] for line in lines]))


def test_sentences_stand_side_by_side_where_they_are_as_many(passages):
    together = [pair for pair in passages if re.search(r"[。？].", pair.chinese.strip())]
    assert len(together) < len(passages) / 10
