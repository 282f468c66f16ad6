"""Conclusions of the report: each with what must hold of the criteria that it rests on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from statements.build import Build
from statements.sentences import Sentence

Look = Callable[[re.Match[str], Sentence, Build], Iterator[str]]
Part = dict[str, Any]


def _low(part: Part) -> float:
    return part["interval"][0]


def _high(part: Part) -> float:
    return part["interval"][1]


#: A conclusion -> what must hold of a claim's criteria, which are named.
CONCLUSIONS: dict[str, tuple[tuple[str, Callable[[Part], bool]], ...]] = {
    r"three hidden layers learn\.|depth alone did not make its network fail\.": (
        ("C1.collapse", lambda part: _low(part) >= part["region"][1]),
    ),
    r"three hidden layers do not learn at these settings": (
        ("C1.collapse", lambda part: _high(part) <= part["region"][1]),
    ),
    r"ReLU leads clearly at the original’s rate": (
        ("C4.higher_fixed", lambda part: _low(part) >= part["region"][0]),
    ),
    r"each at its own best rate, a lead that counts is not shown": (
        ("C4.higher_tuned", lambda part: _low(part) < part["region"][0]),
    ),
    r"ReLU leads at the original’s rate, and also with each at its own best rate": (
        ("C4.higher_fixed", lambda part: _low(part) > 0),
        ("C4.higher_tuned", lambda part: _low(part) > 0),
    ),
    r"a clear lead of ReLU is not shown": (
        ("C4.higher_fixed", lambda part: _low(part) < part["region"][0]),
    ),
    r"With each at its own best rate, ReLU leads": (
        ("C4.higher_tuned", lambda part: _low(part) >= part["region"][0]),
    ),
    r"ReLU does not overfit less: its training accuracy ends at least as far": (
        ("C4.overfits_less", lambda part: _low(part) >= 0),
    ),
    r"ReLU’s training accuracy does end less far above validation": (
        ("C4.overfits_less", lambda part: _high(part) <= 0 > part["estimate"]),
    ),
    r"do not show which of the two overfits less": (
        ("C4.overfits_less", lambda part: _low(part) < 0 < _high(part)),
    ),
    r"validation accuracy gains almost nothing, while validation loss rises": (
        ("C5.accuracy_stands", lambda part: _high(part) <= part["region"][1]),
        ("C5.loss_rises", lambda part: _low(part) >= 0 < part["estimate"]),
    ),
    r"^The validation loss rises in the second half": (
        ("C5.loss_rises", lambda part: _low(part) >= 0 < part["estimate"]),
    ),
    r"^The validation loss does not rise in the second half": (
        ("C5.loss_rises", lambda part: _high(part) <= 0),
    ),
    r"With smaller batches accuracy does not fall": (
        ("C6.small_worse", lambda part: _high(part) <= 0),
    ),
    r"With smaller batches accuracy does fall|At a fixed learning rate, too much noise": (
        ("C6.small_worse", lambda part: _low(part) >= 0 < part["estimate"]),
    ),
    r"highest rate tried is not too large for SGD": (
        ("C7.fails_sgd", lambda part: _low(part) >= part["region"][1]),
    ),
    r"highest rate tried is not too large for Adam": (
        ("C7.fails_adam", lambda part: _low(part) >= part["region"][1]),
    ),
    r"Tuning gained more than the smallest difference": (
        ("C2.gains", lambda part: _low(part) >= part["region"][0]),
    ),
    r"Tuning gained less than counts as a gain": (
        ("C2.gains", lambda part: _high(part) <= part["region"][0]),
    ),
    r"do not show whether tuning gained anything that counts": (
        ("C2.gains", lambda part: _low(part) < part["region"][0] < _high(part)),
    ),
    r"SGD leads at the fixed rates, but not with each at its best rate": (
        ("C8.fixed", lambda part: _low(part) >= 0 < part["estimate"]),
        ("C8.tuned", lambda part: _high(part) <= 0),
    ),
    r"SGD leads in both comparisons": (
        ("C8.fixed", lambda part: _low(part) >= 0 < part["estimate"]),
        ("C8.tuned", lambda part: _low(part) >= 0 < part["estimate"]),
    ),
    r"SGD does not lead at the fixed rates, but it leads with each at its best rate": (
        ("C8.fixed", lambda part: _high(part) <= 0),
        ("C8.tuned", lambda part: _low(part) >= 0 < part["estimate"]),
    ),
    r"SGD leads in neither comparison": (
        ("C8.fixed", lambda part: _high(part) <= 0),
        ("C8.tuned", lambda part: _high(part) <= 0),
    ),
    r"In both comparisons these seeds do not show": (
        ("C8.fixed", lambda part: _low(part) < 0 < _high(part)),
        ("C8.tuned", lambda part: _low(part) < 0 < _high(part)),
    ),
    r"With each at its best rate, these seeds do not show": (
        ("C8.tuned", lambda part: _low(part) < 0 < _high(part)),
    ),
    r"the two agree within the stated margin": (
        (
            "C11.equivalent",
            lambda part: part["region"][0] <= _low(part) <= _high(part) <= part["region"][1],
        ),
    ),
    r"The difference that the original found therefore": (
        ("C11.same_settings", lambda part: _high(part) < part["region"][0]),
    ),
    r"Task 1’s setting, moved to PyTorch and otherwise unchanged, learns": (
        ("C10.unit_sgd", lambda part: _low(part) >= part["region"][1]),
    ),
    r"Task 1’s setting, moved to PyTorch and otherwise unchanged, does not learn": (
        ("C10.unit_sgd", lambda part: _high(part) <= part["region"][1]),
    ),
}


def conclusion(needed: tuple[tuple[str, Callable[[Part], bool]], ...]) -> Look:
    def look(match: re.Match[str], sentence: Sentence, build: Build) -> Iterator[str]:
        for name, holds in needed:
            claim, part = name.split(".")
            entry = build.claims[claim]["parts"][part]
            if build.claims[claim]["verdict"] == "untestable":
                yield f"{claim} is not judged"
            if not entry.get("interval") or not holds(entry):
                yield f"{name} is {entry['estimate']}, {entry.get('interval')}"

    return look
