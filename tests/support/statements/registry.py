"""Who checks which sentence.

A sentence depends on a build if it has a word that claims something of results: a superlative, a
comparative, a count, an order. Such a sentence needs a checker of its own (`checkers.py`), or a
line in theory.txt, for those that are true whatever a build finds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from built_out import REPORT

from backprop_lab.report.fragments import flatten
from statements.build import Build
from statements.checkers import CHECKERS
from statements.sentences import Sentence, sentences

Look = Callable[[re.Match[str], Sentence, Build], Iterator[str]]

THEORY = Path(__file__).with_name("theory.txt")
#: A cell of so many words is a label.
_LABEL = 4
#: What differs from build to build -> what stands for it.
_VARYING = (
    (r"^C# ", ""),
    (r"^\(\[#tbl-claim-C#\]\) ", ""),
    (r"[●◐×○∅–] ?(?:Partly reproduced|Not reproduced|\w+)(?: †)?", "{verdict}"),
    (r"no value \((?:every run|it) diverged\)|\{\} \(\{\} of \{\} runs diverged\)", "{}"),
    (r"#[ \u00a0]×[ \u00a0]#[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|# (?:%|min|s|h)(?= |$|[.,;])", "#"),
    (r"`[^`]*`", "`..`"),
    (r"(?:Fashion-|Kuzushiji-)?MNIST|scikit-learn digits|Signs of mine & others \(#\)", "{title}"),
    (r"\b(seed|run|epoch|setting|claim|error|time|criteri)(?:s|on|a)?\b", r"\1"),
    (r"\b(?:is|are)\b", "is"),
    (r"\b(?:has|have)\b", "has"),
)
_CLAIMING = re.compile(
    r"\b(?:most|least|highest|lowest|best|worst|largest|smallest|longest|shortest|hardest|easiest|"
    r"surest|widest|narrowest|nearest|fastest|slowest|deepest|shallowest|commonest|first|last|"
    r"none|all|every|each|only|alone|no|nothing|never|always|any|both|either|neither|half|twice|"
    r"above|below|higher|lower|more|less|fewer|faster|slower|longer|shorter|larger|smaller|better|"
    r"worse|ahead|behind|exceeds?|clear(?:ly)?|nearly|about|close|little|far|same|equal|"
    r"leads?|falls?|rises?|gains?|grows?|vanish\w*|reach\w*|learns?|agree\w*|differs?|one|two|"
    r"three|four|five|six|seven|eight|nine|ten|many|few|several|some|not|cannot|without)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Registry:
    """Checkers of sentences, and the sentences that need none.

    Attributes:
        looks: pattern of the sentence with its facts' keys -> checker.
        exempt: skeletons of sentences that are true in every build.
    """

    looks: Sequence[tuple[re.Pattern[str], Look]]
    exempt: frozenset[str]

    @classmethod
    def of_project(cls) -> Registry:
        """Return the one of the project."""
        lines = THEORY.read_text(encoding="utf-8").splitlines()
        exempt = {_plain(line) for line in lines if line and not line.startswith(";;")}
        exempt |= {_plain(one.skeleton) for one in sentences(_words_of_claims())}
        looks = [(re.compile(pattern), look) for pattern, look in CHECKERS]
        return cls(looks, frozenset(exempt))

    def depends(self, sentence: Sentence) -> bool:
        """Say whether a sentence may be true of one build and false of another."""
        label = sentence.place == "cell" and len(sentence.skeleton.split()) <= _LABEL
        return bool(_CLAIMING.search(sentence.skeleton)) and not label

    def checkers(self, sentence: Sentence) -> list[tuple[Look, re.Match[str]]]:
        """Return the checkers of a sentence, each with its match."""
        found = ((look, pattern.search(sentence.keyed)) for pattern, look in self.looks)
        return [(look, match) for look, match in found if match]

    def is_exempt(self, sentence: Sentence) -> bool:
        """Say whether a sentence is known to be true in every build."""
        return _plain(sentence.skeleton) in self.exempt


def _plain(skeleton: str) -> str:
    """Return a skeleton as it is compared: in small letters, without what differs by build."""
    for pattern, word in _VARYING:
        skeleton = re.sub(pattern, word, skeleton)
    return skeleton.casefold().strip(" .:")


def _words_of_claims() -> str:
    """Return the original's claims and the reasons of their criteria, as Markdown.

    They are what is judged, not what a build found.
    """
    text = (REPORT / "text/en/claims.yaml").read_text(encoding="utf-8")
    text = re.sub(r'<<\s*fact\("([^"]*)".*?>>', r"[x]{data-key=\1}", text, flags=re.DOTALL)
    text = re.sub(r"<<.*?>>", "0", text, flags=re.DOTALL)
    return "\n\n".join(text for _, text in flatten(yaml.safe_load(text)))
