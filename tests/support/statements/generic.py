"""Checks that every sentence must pass, whatever it says.

Each takes a sentence and the build, and yields what is wrong, in words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from statements.build import Build
from statements.chinese import is_set_as_chinese, part_of_the_whole_in_chinese
from statements.sentences import Sentence

Check = Callable[[Sentence, Build], Iterator[str]]

#: Nouns that are counted, in the singular and in the plural.
_NOUNS = {
    **{name: f"{name}s" for name in (
        "seed", "epoch", "run", "claim", "setting", "image", "pair", "round", "job", "step",
        "rate", "unit", "point", "variant", "class", "error", "mistake", "prediction", "value",
        "cell", "choice", "outcome", "thread", "core", "kernel", "experiment", "split", "look",
        "update", "layer", "row", "column", "fact", "place", "minute", "hour", "difference",
    )},
    "class": "classes", "criterion": "criteria", "batch": "batches",
    "batch size": "batch sizes", "category": "categories",
}  # fmt: skip
_PLURALS = "|".join(sorted(_NOUNS.values(), key=len, reverse=True))
_SINGULARS = "|".join(sorted(_NOUNS, key=len, reverse=True))
_ONE_MANY = re.compile(rf"(?<![\d.,−-])1\u202f?[ \u00a0](?:[a-z]+ )?(?:{_PLURALS})\b")
_ONE_ARE = re.compile(r"(?<![\d.,])1 (?:are|have|were|remain|differ|agree|lie|stand|need)\b")
_MANY_ONE = re.compile(
    rf"(?<![\d.,])(?:0|[2-9]|[1-9][\d,]*\d)[ \u00a0](?:{_SINGULARS})\b(?![\w’'-]| size)"
)
_MANY_IS = re.compile(
    r"(?<![\d.,])(?<!Task )(?<![Ff]igure )"
    r"(?:[2-9]|[1-9][\d,]*\d) (?:is|has|was|remains|differs|agrees)\b"
)

#: Phrases that say nothing, or what cannot be.
_DEGENERATE = {
    r"(?<![\w.,])0\u202f?s\b(?! an)": "a duration of nothing",
    r"\b0 of (?:the |its |all )?0\b": "none of nothing",
    r"\b[Oo]f 0 [a-z]": "a part of nothing",
    r"\b(?:nan|NaN|inf|None(?! of))\b": "a number that went missing",
    r"\bnothing, since\b": "a value that is none, in the words of one",
    r"在最後 ?0": "a duration of nothing",
    r",\s*,|\(\s*\)|,\s*\.(?:\s|$)|:\s*\.": "an empty place",
}
_SIGNED = {
    "above": 1, "higher": 1, "ahead of": 1, "over": 1,
    "below": -1, "lower": -1, "behind": -1, "under": -1,
    "高於": 1, "高出": 1, "高": 1, "多": 1, "領先": 1,
    "低於": -1, "低": -1, "少": -1, "落後": -1,
}  # fmt: skip
_DIRECTION = "|".join(sorted(_SIGNED, key=len, reverse=True))
_AFTER = re.compile(
    r"\ue000(\d+)\ue001\s*(?:percentage )?(?:points?|個百分點)? ?(?:more |less )?"
    rf"({_DIRECTION})(?![\w])(?! the chance)"
)
_BEFORE = re.compile(
    rf"({_DIRECTION})(?: [^.。\ue000]{{0,40}}? by |(?<=[高低多少於出先後]) ?)\ue000(\d+)\ue001"
)
_DIFFERENCE = re.compile(r"(?:difference|_minus_|surplus)(?!.*(?:largest\.(?!val|test)))")


def numbers_agree(sentence: Sentence, build: Build) -> Iterator[str]:
    """One seed, two seeds; one is, two are."""
    text = sentence.text
    for pattern in (_ONE_MANY, _ONE_ARE, _MANY_ONE, _MANY_IS):
        for found in pattern.finditer(text):
            yield f"number: {found[0]!r}"


def says_something(sentence: Sentence, build: Build) -> Iterator[str]:
    """No phrase without a meaning."""
    for pattern, what in _DEGENERATE.items():
        if found := re.search(pattern, sentence.text):
            yield f"{what}: {found[0]!r}"


def direction_is_the_sign(sentence: Sentence, build: Build) -> Iterator[str]:
    """A difference without a sign is above where it is positive, below where it is negative."""
    for pattern, order in ((_AFTER, (1, 2)), (_BEFORE, (2, 1))):
        for found in pattern.finditer(sentence.raw):
            fact = sentence.facts[int(found[order[0]])]
            word, value = found[order[1]], build.value(fact.key)
            if not _DIFFERENCE.search(fact.key) or not isinstance(value, int | float):
                continue
            if fact.text[:1] in "+−±":
                continue
            if round(value, 12) * _SIGNED[word] <= 0:
                yield f"{fact.key} is {value}, but the text says {word!r}"


def part_is_no_more_than_whole(sentence: Sentence, build: Build) -> Iterator[str]:
    """Of n of m, n is no more than m."""
    for found in re.finditer(
        r"\ue000(\d+)\ue001 of (?:the |its |all )?\ue000(\d+)\ue001", sentence.raw
    ):
        part, whole = (sentence.facts[int(found[place])] for place in (1, 2))
        values = build.value(part.key), build.value(whole.key)
        if all(isinstance(value, int) for value in values) and values[0] > values[1]:
            yield f"{values[0]} of {values[1]} ({part.key} of {whole.key})"


def fractions_are_fractions(sentence: Sentence, build: Build) -> Iterator[str]:
    """A share is no less than none, and no more than all."""
    for fact in sentence.facts:
        entry = build.facts.get(fact.key, {})
        name = fact.key.rpartition(".")[2]
        is_share = "accuracy" in name and "difference" not in name and "gap" not in name
        is_share |= name.endswith("_share") and not name.startswith("floor")
        value = entry.get("value")
        if entry.get("unit") == "fraction" and is_share and not 0 <= value <= 1:
            yield f"{fact.key} is {value}"


def intervals_are_in_order(sentence: Sentence, build: Build) -> Iterator[str]:
    """An estimate lies in its interval, whose ends differ."""
    for fact in sentence.facts:
        found = re.search(r"^(\S+).*\[(\S+?),\s*(\S+?)\]", fact.text)
        if not found:
            continue
        try:
            middle, low, high = map(_number, found.groups())
        except ValueError:
            continue
        if not low <= middle <= high:
            yield f"{fact.key}: {fact.text}"
    for found in re.finditer(r"from \ue000(\d+)\ue001 to \ue000(\d+)\ue001", sentence.raw):
        low, high = (sentence.facts[int(found[place])] for place in (1, 2))
        values = build.value(low.key), build.value(high.key)
        if low.text == high.text and "number of" not in sentence.raw:
            yield f"from {low.text} to {high.text} ({low.key} to {high.key})"
        ends = {low.key.rpartition("_")[2], high.key.rpartition("_")[2]}
        numbers = all(isinstance(value, int | float) for value in values)
        if numbers and ends & {"low", "high", "min", "max"} and values[0] > values[1]:
            yield f"from {low.text} to {high.text} ({low.key} to {high.key})"


def spread_is_not_rounded_away(sentence: Sentence, build: Build) -> Iterator[str]:
    """A spread that is printed as zero is zero."""
    for fact in sentence.facts:
        if not re.search(r"\d\s*±\s*0\.0+(?!\d)", fact.text):
            continue
        prefix = fact.key.removesuffix("_mean").removesuffix(".mean")
        std = next(
            (v for end in ("_std", ".std") if (v := build.value(prefix + end)) is not None), None
        )
        if std is None or std > 1e-9:
            yield f"{fact.key}: {fact.text}, though its spread is {std}"


def verdict_is_the_claims(sentence: Sentence, build: Build) -> Iterator[str]:
    """The verdict that the text names is the one of claims.json."""
    words = {
        "Reproduced": "reproduced", "Partly reproduced": "partly", "Contradicted": "contradicted",
        "Not reproduced": "not_reproduced", "Untestable": "untestable",
        "重現": "reproduced", "部分重現": "partly", "相反": "contradicted",
        "與結果相反": "contradicted", "未能重現": "not_reproduced", "無法檢驗": "untestable",
    }  # fmt: skip
    pattern = rf"(?:Verdict on|判定：?|對) ?(C\d+)[^:：]*[:：] ?[●◐×○∅]\s*({'|'.join(words)})"
    for name, word in re.findall(pattern, sentence.text):
        if build.claims[name]["verdict"] != words[word]:
            yield f"{name} is {build.claims[name]['verdict']}, not {word}"


def seeds_are_those_of_every_setting(sentence: Sentence, build: Build) -> Iterator[str]:
    """An experiment with n seeds has as many for each of its settings."""
    for fact in sentence.facts:
        if not (found := re.fullmatch(r"settings\.(\w+)\.n_seeds", fact.key)):
            continue
        counts = build.experiment(found[1]).groupby("variant")["seed"].nunique()
        if set(counts) != {build.value(fact.key)}:
            yield f"{fact.key} is {fact.text}, but settings have {sorted(set(counts))}"


GENERIC: tuple[Check, ...] = (
    numbers_agree,
    says_something,
    direction_is_the_sign,
    part_is_no_more_than_whole,
    fractions_are_fractions,
    intervals_are_in_order,
    spread_is_not_rounded_away,
    verdict_is_the_claims,
    seeds_are_those_of_every_setting,
    is_set_as_chinese,
    part_of_the_whole_in_chinese,
)


def _number(text: str) -> float:
    """Read a number as the report prints it."""
    return float(re.sub(r"[^\d.e-]", "", text.replace("−", "-").replace("±", "")))
