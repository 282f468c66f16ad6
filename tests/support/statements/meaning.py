"""Do the Chinese sentences say the same as the English ones?  Words that turn a meaning around.

The passages of both languages stand under the same conditions and show the same facts
(backprop_lab.report.passages).  What is left to go wrong are words: higher for lower, a negation
dropped, all for some, training for validation.  A rule pairs such words of both languages: where
one language has its word, the other one needs one of its own.  `meaning.txt` lists the passages
that say the same in other words, each with its rule, as somebody who read both found.

    PYTHONPATH=src:tests/support python -m statements.meaning    # what nobody has read

It prints lines for meaning.txt, each with the English words below it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml
from built_out import REPORT

from backprop_lab.report.fragments import flatten
from backprop_lab.report.passages import passages

#: Where an English sentence ends; not after "p." and the like.
_END = r"(?<=[a-z\d)#`$])\s*[.?]\s+|\n"
READ = Path(__file__).with_name("meaning.txt")
#: So many letters of a passage name it in meaning.txt.
_LETTERS = 40
#: Rules about a word that may be left out where it is clear hold for passages of so many letters.
_SHORT = 70


@dataclass(frozen=True)
class Rule:
    """Words that belong together.

    Attributes:
        name: what they say.
        english: a pattern of the English words.
        chinese: a pattern of the Chinese ones.
        ways: "=" if each needs the other; ">" if only the English ones need a Chinese one, "<" if
            only the Chinese ones need an English one.
        opposite: the name of the rule that says the opposite, if no more is asked than that
            Chinese does not say that one instead.
        short: whether the rule holds for short passages alone.
    """

    name: str
    english: str
    chinese: str
    ways: str = "="
    opposite: str = ""
    short: bool = False

    def words_in(self, english: str, chinese: str) -> tuple[bool, bool]:
        """Say whether each of two texts has such a word."""
        return (
            bool(re.search(self.english, english, re.IGNORECASE)),
            bool(re.search(self.chinese, chinese)),
        )


RULES = (
    Rule(
        "higher",
        r"\b(?:higher|above|exceeds?|larger|greater|ahead|more than|surer|longer)\b",
        r"[較更愈都偏][高大多長]|高於|高出|大於|超過|領先|多出|得多|上方|高 #|好|"
        r"比[^，。]*[高大多]",
        opposite="lower",
    ),
    Rule(
        "lower",
        r"\b(?:lower|below|smaller|less|fewer|shorter)\b",
        r"[較更愈都偏][低小少短]|低於|小於|少於|不到|低 #|比[^，。]*[低小少]|不如|變小",
        opposite="higher",
    ),
    Rule(
        "rises",
        r"\b(?:rises?|rising|grows?|growing|gain\w*|goes up)\b",
        r"上升|升到|變大|進步|愈來愈|一層大",
        opposite="falls",
    ),
    Rule(
        "falls",
        r"\b(?:falls?|fell|falling|declines?|loses?|vanish\w*|down)\b",
        r"下降|降到|減少|消失|衰減|縮小|退步|失去",
        opposite="rises",
    ),
    Rule(
        "most",
        r"\b(?:highest|largest|most|best|surest|longest|widest|deepest|commonest|nearest)\b",
        r"最(?:[高大多好長寬深近常接]|佳(?!化))|最有|至多|不超過",
        opposite="least",
    ),
    Rule(
        "least",
        r"\b(?:lowest|smallest|least|worst|shortest|narrowest|fewest)\b",
        r"最[低小少差短窄不]|至少",
        opposite="most",
    ),
    Rule("faster", r"\bfast(?:er)?\b", r"快"),
    Rule("slower", r"\bslow\w*\b", r"慢"),
    Rule("leads", r"\b(?:leads?|beats?)\b(?! to)", r"領先|勝過", short=True),
    Rule("worse", r"\b(?:worse|harm\w*)\b", r"(?<!標準)差(?![異距別])|有害|不利|壞處", ">"),
    Rule("half", r"\bhalf\b", r"(?<!多)半"),
    Rule("twice", r"\b(?:twice|doubl(?:ed?|ing))\b(?! precision)", r"兩倍|加倍"),
    Rule("first", r"\bfirst\b", r"第一|最初|首|先|起初|開頭|前|初步", ">"),
    Rule("first, only", r"\bfirst\b", r"第一(?!道)", "<"),
    Rule("last", r"\blast\b", r"最後|末|上一步|停在", ">"),
    Rule("only", r"\b(?:only|alone)\b", r"只|單|僅|唯|才", ">"),
    Rule(
        "all",
        r"\b(?:all|every|everything|each|always|both|any)\b",
        r"全|所有|都|皆|每|各|一律|任|一切|始終|[兩二雙三]|凡|逐|總|分別|合計|其餘|一樣",
        ">",
    ),
    Rule(
        "some",
        r"\b(?:some|several|few|part(?:ly|s)?|most(?:ly| of)|many|others|probably|usual|if)\b",
        r"有些|某些|大多|多數|少數|一部分",
        "<",
    ),
    Rule(
        "not",
        r"\b(?:not|nor?|none|neither|never|cannot|nothing|without|nobody|fails?|lacks?)\b"
        r"|\bun(?!less|decided|its?\b)\w+(?:ed|able|like|known|est)\b",
        r"不(?!同|足|論|但|僅|定|詳|少|管|計|停|住|變|動|受|到|再)|沒|(?<!從)未(?!定)|無|並非|別無|而非",
        short=True,
    ),
    Rule("training", r"\btraining\b", r"訓練", ">"),
    Rule("validation", r"\bvalidat\w+\b", r"驗證"),
    Rule("test", r"\btest\b(?= image| accura| set|,|\.?$)", r"測試", ">"),
    Rule("test, only", r"\btest\w*\b", r"測試", "<"),
    Rule("accuracy", r"\baccura\w+\b", r"準確率", ">"),
    Rule(
        "accuracy, only",
        r"\b(?:accura\w+|scor\w+|reach\w*|right|ends?)\b",
        r"準確率",
        "<",
    ),
    Rule("loss", r"\bloss(?:es)?\b|\bcross-entropy\b", r"損失|交叉熵"),
    Rule("weights", r"\bweights?\b", r"權重"),
    Rule("biases", r"\bbias(?:es)?\b(?! correction)", r"偏差項"),
    Rule("gradients", r"\bgradients?\b", r"梯度"),
    Rule("summed", r"\bsumm?(?:ed|s)?\b", r"總和|加總|部分和|之和|合計|相加", ">"),
    Rule("averaged", r"\bmeans?\b(?! more| square)|\baverag\w+\b", r"平均|累計", ">"),
    Rule("averaged, only", r"\bmeans?\b|\baverag\w+\b", r"平均", "<", short=True),
    Rule("median", r"\bmedians?\b", r"中位數"),
    Rule("three", r"\bthree\b|\bthird\b", r"三"),
    Rule("four", r"\bfour(?:th)?\b", r"四(?!捨|分)"),
    Rule("five", r"\bfi(?:ve|fth)\b", r"(?<!十)五(?!入|十)"),
    *(
        Rule(name, rf"(?-i:\b{name}\b)", rf"(?<![A-Za-z]){name}(?![A-Za-z])")
        for name in (
            *("ReLU", "SGD", "Adam", "NumPy", "PyTorch", "He", "Xavier", "Kaggle", "MNIST"),
            *("Task 1", "Task 2"),
        )
    ),
    Rule("sigmoid", r"\bsigmoid\b", r"[Ss]igmoid"),
)  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """A passage in both languages.

    Attributes:
        place: file and lines, or the key in a file.
        english: its English words.
        chinese: its Chinese words.
    """

    place: str
    english: str
    chinese: str

    def broken(self) -> Iterator[str]:
        """Yield the names of the rules that it breaks."""
        has = {rule.name: rule.words_in(self.english, self.chinese) for rule in RULES}
        for rule in RULES:
            if rule.short and len(self.chinese) > _SHORT:
                continue
            english, chinese = has[rule.name]
            if rule.opposite:
                wrong = english and _turned(has[rule.opposite], chinese)
            else:
                needs_chinese = rule.ways in "=>" and english and not chinese
                wrong = needs_chinese or (rule.ways in "=<" and chinese and not english)
            if wrong:
                yield rule.name


def _turned(opposite: tuple[bool, bool], chinese: bool) -> bool:
    """Say whether Chinese alone says the opposite, or does not although English says both."""
    english_too, chinese_too = opposite
    return chinese_too if not english_too else chinese and not chinese_too


def pairs(texts: Path = REPORT / "text", language: str = "zh-TW") -> Iterator[Pair]:
    """Yield each passage of the report's texts with its translation."""
    for path in sorted((texts / "en").glob("*.md")):
        theirs = passages(path.read_text(encoding="utf-8"))
        ours = passages((texts / language / path.name).read_text(encoding="utf-8"))
        for place, passage in theirs.items():
            if place in ours:
                lines = f"{path.name}:{ours[place].line} ({passage.line})"
                yield from _sentences(lines, _plain(passage.words), _plain(ours[place].words))
    for name in ("claims.yaml", "labels.yaml", "words.yaml"):
        theirs, ours = (_leaves(texts / folder / name) for folder in ("en", language))
        for key in [key for key in theirs if key in ours]:
            if not key.startswith(("checks", "typst", "spoken")):
                yield Pair(f"{name}: {key}", _plain(theirs[key]), _plain(ours[key]))


def _sentences(place: str, english: str, chinese: str) -> Iterator[Pair]:
    """Yield items of a list and sentences side by side, or all as one, if they are not as many."""
    for pattern, other in ((r"\n(?=- )", r"\n(?=- )"), (_END, r"[。？]|\n")):
        theirs, ours = _parts(pattern, english), _parts(other, chinese)
        if len(theirs) == len(ours) > 1:
            for one, its in zip(theirs, ours, strict=True):
                yield from _sentences(place, one, its)
            return
    yield Pair(place, english, chinese)


def _parts(pattern: str, text: str) -> list[str]:
    return [one for one in re.split(pattern, text) if one.strip(" .#-")]


def _plain(text: str) -> str:
    """Return words without references, citations, names of classes and the code of formulas."""
    text = re.sub(r"\$\$.*?\$\$", "", text, flags=re.DOTALL)
    text = re.sub(r"\[?\]\(#[\w-]+\)|\[?@[\w:;, @-]+\]?|\{[^}]*\}|`[^`]*`|\*", "", text)
    text = re.sub(
        r"[\w/]+(?:\.[\w]+)+(?=\s|$)|^\s*(?:snakemake|make) .*$", "", text, flags=re.MULTILINE
    )
    return re.sub(r"<<.*?>>", "#", text, flags=re.DOTALL)


def _leaves(path: Path) -> dict[str, str]:
    return dict(flatten(yaml.safe_load(path.read_text(encoding="utf-8"))))


def unread(found: Iterable[Pair], read: Collection[str] | None = None) -> Iterator[str]:
    """Yield what a person has not read: a rule that a passage breaks, and the passage.

    Args:
        read: lines of meaning.txt; None takes that file.
    """
    known = READ.read_text(encoding="utf-8").splitlines() if read is None else read
    for pair in found:
        for name in pair.broken():
            if (line := f"{name} | {' '.join(pair.chinese.split())[:_LETTERS]}") not in known:
                yield f"{line}\n    {pair.place}: {' '.join(pair.english.split())}"


def main() -> None:
    """Print what is unread: compare both languages, mend the translation, or list the line."""
    for line in unread(pairs()):
        print(line)


if __name__ == "__main__":
    main()
