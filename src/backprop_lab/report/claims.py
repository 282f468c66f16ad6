"""The original's claims as the report shows them: words, verdicts, estimates."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from backprop_lab.claims.declaration import claim_words
from backprop_lab.errors import LabError
from backprop_lab.files.documents import read_json, read_yaml
from backprop_lab.report.facts import UNIT_FORMATS, Format, format_number
from backprop_lab.report.prose_checks import ProseError, check_prose
from backprop_lab.report.tables import escape

if TYPE_CHECKING:
    from backprop_lab.report.vocabulary import Vocabulary


@dataclass(frozen=True)
class Part:
    """One criterion, in Markdown; what does not exist is "".

    Attributes:
        label: the criterion in a few words, beginning with a capital.
        why: why this estimate and this bound.
        decides: False where it is context that the verdict does not hang on.
        asked: where the claim puts the estimate, such as "< 0.20 points".
        estimate: the estimate with its interval; without one, why there is none.
        n: how many runs (pairs, images) it is taken over, "n = 3".
        p_above: p(A > B) with its interval, where two settings are compared.
        outcome: what it came to, with its mark; "" where nothing is claimed.
    """

    label: str
    why: str
    decides: bool
    asked: str
    estimate: str
    n: str
    p_above: str
    outcome: str


@dataclass(frozen=True)
class Claim:
    """One claim of the original, in Markdown.

    Attributes:
        name: "C1", ...
        text: the claim.
        where: where the original makes it, with the numbers that it prints there.
        verdict: a key such as "partly", for conditions.
        word: the verdict in words, with its mark.
        reason: why, in a sentence.
        parts: its criteria by name, in the order of claims.yaml.
    """

    name: str
    text: str
    where: str
    verdict: str
    word: str
    reason: str
    parts: Mapping[str, Part]


class ReportClaims:
    """What a template may say of the claims, read from claims.json and claims.yaml."""

    def __init__(self, words: Vocabulary, expand: Callable[[str], str]) -> None:
        """Args: the report's other words, and what fills in a fragment of claims.yaml."""
        self._words = words
        self._expand = expand
        self._labels = words.inputs.labels

    @cached_property
    def all(self) -> dict[str, Claim]:
        """Every claim, in the order of claims.yaml.

        Raises:
            LabError: claims.json is missing or was judged by another claims.yaml, or a text
                names a fact that does not exist.
        """
        inputs = self._words.inputs
        path = inputs.declared
        judged = read_json(inputs.claims)
        if hashlib.sha256(path.read_bytes()).hexdigest() != judged["criteria"]["sha256"]:
            raise LabError(f"{inputs.claims}: was judged by another {path}; build it again")
        texts = claim_words(read_yaml(path), inputs.claim_texts)
        return {
            name: self._claim(name, entry, texts[name]) for name, entry in judged["claims"].items()
        }

    def claim(self, name: str) -> Claim:
        """One claim; LabError if there is none of that name."""
        try:
            return self.all[name]
        except KeyError:
            raise LabError(f"no claim {name!r}; there are {', '.join(self.all)}") from None

    @property
    def comparable(self) -> bool:
        """Whether the runs saw the original's data set, so that a criterion can be met."""
        return self._words.inputs.data["name"] == "mnist"

    def _claim(self, name: str, entry: Mapping, texts: Mapping) -> Claim:
        words = self._labels["claims"]
        verdict = entry["verdict"]
        parts = {
            part: self._part(name, part, content, texts["parts"][part])
            for part, content in entry["parts"].items()
        }
        return Claim(
            name=name,
            text=self._text(f"{name}.text", texts["text"]),
            where=self._where(entry),
            verdict=verdict,
            word=f"{words['marks'][verdict]}\u00a0{words['verdicts'][verdict]}",
            reason=self._reason(name, entry["reason"]),
            parts=parts,
        )

    def _text(self, where: str, text: str) -> str:
        """Fill in the facts of a fragment of claims.yaml."""
        path = self._words.inputs.claim_texts
        try:
            check_prose(text, where, self._words.inputs.typed)
            return self._expand(text)
        except ProseError as error:
            raise ProseError(f"{path}: {error}") from None
        except Exception as error:  # whatever a fragment's expression may raise
            raise LabError(f"{path}: {where}: {error}") from None

    def _reason(self, name: str, reason: Mapping) -> str:
        """A reason of claims.json as a sentence; the numbers in it are facts."""
        counts = {
            key: self._words.fact(f"claims.{name}.n_{key}")
            for key in ("parts", "supported", "opposed", "undecided")
        }
        experiments = reason["values"].get("experiments", [])
        listed = self._labels["claims"]["and"].join(f"`{experiment}`" for experiment in experiments)
        sentence = self._labels["claims"]["reasons"][reason["key"]]
        return sentence.format(
            **counts, experiments=listed, dataset=escape(self._words.inputs.data["title"])
        )

    def _where(self, entry: Mapping) -> str:
        """Section and figures of the original, each with the numbers that it prints there."""
        words = self._labels["claims"]
        places: dict[str, dict[str, list[str]]] = {"": {}}
        places |= {str(figure): {} for figure in entry["figures"]}
        for number in entry["printed"] if self.comparable else ():
            kind, *path = number["key"].split(".")
            place, quantity = path[0].removeprefix("figure"), path[-1]
            place = place if kind == "published" else ""
            name = next((name for name in words["printed"] if quantity.endswith(name)), "")
            shown = self._printed(number["key"], number["unit"])
            places.setdefault(place, {}).setdefault(name, []).append(shown)
        lines = []
        for place, quantities in places.items():
            name = "figure" if place else "section"
            line = words[name].format(n=place or entry["section"])
            numbers = [
                words["printed"].get(quantity, "{n}").format(n=words["and"].join(shown))
                for quantity, shown in quantities.items()
            ]
            listed = words["and"].join(numbers)
            lines.append(line + words["colon"] + listed if numbers else line)
        return "\\\n".join(lines)

    def _printed(self, key: str, unit: str) -> str:
        if "_below_" in key:  # a difference of accuracies
            text = self._words.plain(key, "points:0") + self._labels["claims"]["units"]["points"]
            return self._words.span(key, escape(text))
        if key.startswith("stated.") and unit == "fraction":  # with as many digits as it states
            value = 100 * self._words.facts[key].value
            return self._words.fact(key, "percent:0" if round(value, 6).is_integer() else "percent")
        return self._words.fact(key, UNIT_FORMATS.get(unit, "general"))

    def _part(self, claim: str, name: str, entry: Mapping, texts: Mapping) -> Part:
        words, key = self._labels["claims"], f"claims.{claim}.{name}"
        where = f"{claim}.parts.{name}"
        outcome = entry["outcome"]
        mark = f"{words['marks'][outcome]}\u00a0{words['outcomes'][outcome]}" if outcome else ""
        label = self._text(f"{where}.label", texts["label"])
        estimate, n, p_above = self._estimate(key, entry)
        return Part(
            label=label if label.startswith("[") else label[:1].upper() + label[1:],
            why=self._text(f"{where}.why", texts["why"]),
            decides=entry["decides"],
            asked=self._asked(key, entry),
            estimate=estimate,
            n=n,
            p_above=p_above,
            outcome=mark if entry["decides"] else words["context"],
        )

    def _estimate(self, key: str, entry: Mapping) -> tuple[str, str, str]:
        """Estimate with interval, n, and p(A > B); what does not exist is ""."""
        words = self._labels["claims"]
        if entry["outcome"] == "not_run":
            return words["outcomes"]["not_run"], "", ""
        n = self._words.span(f"{key}.n", escape(f"n = {entry['n']:,}"))
        if entry["estimate"] is None:
            return words["no_value"], n, ""
        text = self._number(entry["estimate"], entry) + self._interval(entry["interval"], entry)
        p_above, share = "", entry.get("p_above") or {}
        if share.get("n", 0) > 1:  # of one pair it says nothing
            low, high = share["interval"]
            shown = f"{share['estimate']:.2f} [{low:.2f},\u00a0{high:.2f}]"
            p_above = self._words.span(f"{key}.p_above", escape(shown))
        return self._words.span(f"{key}.estimate", escape(text)), n, p_above

    def _asked(self, key: str, entry: Mapping) -> str:
        """The region of a criterion, each bound a fact."""
        low, high = entry["region"] or (None, None)
        if low is None and high is None:
            return ""
        bounds = [
            ""
            if value is None
            else self._words.span(f"{key}.{end}", escape(self._bound(value, entry)))
            for end, value in (("above", low), ("below", high))
        ]
        if all(bounds):
            return self._labels["claims"]["between"].format(low=bounds[0], high=bounds[1])
        return f"\\> {bounds[0]}" if bounds[0] else f"\\< {bounds[1]}"

    def _bound(self, value: float, entry: Mapping) -> str:
        return self._number(value, entry) if value else "0"

    def _number(self, value: float, entry: Mapping) -> str:
        """A number in the part's format, with its unit."""
        words = self._labels["claims"]["units"]
        name = Format.parse(entry["format"]).name
        unit = {"points": words["points"], "fixed": words.get(entry["unit"], "")}.get(name, "")
        doubling = words["per_doubling"] if entry["kind"] == "trend" else ""
        return format_number(value, entry["format"], style=self._words.style) + unit + doubling

    def _interval(self, interval: list | None, entry: Mapping) -> str:
        if not interval:
            return ""
        low, high = (
            format_number(end, entry["format"], unit=False, style=self._words.style)
            for end in interval
        )
        return f" [{low},\u00a0{high}]"
