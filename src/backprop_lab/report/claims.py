"""The original's claims in Markdown: their words, verdicts and estimates."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from backprop_lab.claims.declaration import claim_words
from backprop_lab.errors import LabError
from backprop_lab.files.documents import read_json, read_yaml
from backprop_lab.report.formats import UNIT_FORMATS, Format, format_number
from backprop_lab.report.fragments import Fragments, check_words
from backprop_lab.report.inputs import ReportInputs
from backprop_lab.report.markdown import code_span, escape
from backprop_lab.report.prose_checks import ProseError, check_prose
from backprop_lab.report.provenance import Provenance
from backprop_lab.report.scrutiny import Scrutiny, Writer
from backprop_lab.report.seals import SealWords

#: How the size of a difference is written, by the unit of the criterion.
_SIZES = {"fraction": "points:2", "loss": "fixed:4"}


@dataclass(frozen=True)
class ClaimPart:
    """One criterion of a claim, in Markdown; a text that does not exist is "".

    Attributes:
        label: the criterion in a few words, beginning with a capital.
        why: the reason for this estimate and this bound.
        decides: whether the verdict depends on it; if not, it is context.
        asked: the range that the claim gives for the estimate, such as "< 0.20 points".
        estimate: the estimate with its interval; if there is none, the reason.
        n: the number of runs (pairs, images) that were averaged, "n = 3"; with the level of the
            interval where the criterion was given further seeds.
        p_above: p(A > B) with its interval, where two settings are compared.
        outcome: the result in words, with its mark; "" where nothing is claimed.
        kernels: what to add where other kernels move a run by more than decides; or "".
        scrutiny: what a strict reader asks besides.
        post_hoc: that the criterion is not as it was sealed; or "".
        register: the cells of its row in the register; () where it does not decide.
    """

    label: str
    why: str
    decides: bool
    asked: str
    estimate: str
    n: str
    p_above: str
    outcome: str
    kernels: str = ""
    scrutiny: Scrutiny = field(default_factory=Scrutiny)
    post_hoc: str = ""
    register: Sequence[str] = ()


@dataclass(frozen=True)
class Claim:
    """One claim of the original, in Markdown.

    Attributes:
        name: "C1", ...
        text: the claim.
        where: the original's section and figures, with the numbers printed there.
        verdict: a key such as "partly", for conditions in the template.
        word: the verdict in words, with its mark, and a sign where it is post hoc.
        reason: the reason for the verdict, a sentence; "" where the report says it once for all
            claims: the build is of other images, or lacks the same for most claims.
        notes: sentences on the seals of its criteria, if they say something, and on kernels and
            the split where these matter to it; or "".
        parts: its criteria by name, in the order of claims.yaml.
    """

    name: str
    text: str
    where: str
    verdict: str
    word: str
    reason: str
    notes: str
    parts: Mapping[str, ClaimPart]


class ReportClaims:
    """All claims, read from claims.json (verdicts) and claims.yaml (words)."""

    def __init__(self, inputs: ReportInputs, provenance: Provenance) -> None:
        """Args: the report's files and its facts."""
        self._inputs = inputs
        self._provenance = provenance
        self._fragments = Fragments({"fact": provenance.fact, "plain": provenance.plain})
        self._seals = SealWords(inputs, provenance)
        self._filled: dict[str, str] = {}
        self._words: dict[str, Any] = inputs.labels["claims"]
        self._writer = Writer(
            self._words, provenance, self._number, self._interval, _SIZES, self.comparable
        )

    @cached_property
    def all(self) -> dict[str, Claim]:
        """Return every claim by name, in the order of claims.yaml.

        Raises:
            LabError: claims.json is missing or was judged by another claims.yaml, or a text
                names a fact that does not exist or holds more than words.
        """
        inputs, path = self._inputs, self._inputs.declared
        judged = read_json(inputs.claims)
        if hashlib.sha256(path.read_bytes()).hexdigest() != judged["criteria"]["sha256"]:
            raise LabError(f"{inputs.claims}: was judged by another {path}; build it again")
        texts = claim_words(read_yaml(path), inputs.claim_texts)
        claims = {
            name: self._claim(name, entry, texts[name]) for name, entry in judged["claims"].items()
        }
        check_words(self._filled, path, inputs.assets / "filters")
        return claims

    @property
    def rule(self) -> list[str]:
        """Return the row of the rule of further seeds in the register; [] where it has none."""
        return self._seals.rule(read_json(self._inputs.claims))

    @property
    def lacking(self) -> str:
        """List what the build lacks for most claims that it did not run as registered, or ""."""
        return self._seals.shared(self._judged)

    @cached_property
    def _judged(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the claims as claims.json has them."""
        judged: dict[str, Mapping[str, Any]] = read_json(self._inputs.claims)["claims"]
        return judged

    @property
    def any_judged(self) -> bool:
        """Tell whether the build could judge any claim."""
        return any(claim.verdict != "untestable" for claim in self.all.values())

    def claim(self, name: str) -> Claim:
        """Return one claim; LabError if there is none of that name."""
        try:
            return self.all[name]
        except KeyError:
            raise LabError(f"no claim {name!r}; there are {', '.join(self.all)}") from None

    @property
    def comparable(self) -> bool:
        """Tell whether the runs used the original's data set, so that they can test a claim."""
        return bool(self._inputs.data["name"] == "mnist")

    def _claim(self, name: str, entry: Mapping[str, Any], texts: Mapping[str, Any]) -> Claim:
        words = self._words
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
            word=f"{words['marks'][verdict]}\u00a0{words['verdicts'][verdict]}"
            + (self._seals.sign(entry) if self.comparable else ""),
            reason=self._reason(name, entry["reason"]),
            notes=(self._seals.sentence(name, entry) if self.comparable else "")
            + self._within(name, entry, "kernels")
            + self._within(name, entry, "split"),
            parts=parts,
        )

    def _text(self, where: str, text: str) -> str:
        """Fill in the facts of a fragment of claims.yaml; `where` is its place, for messages."""
        path = self._inputs.claim_texts
        try:
            check_prose(text, where, self._inputs.typed)
            self._filled[where] = self._fragments.fill(text)
            return self._filled[where]
        except ProseError as error:
            raise ProseError(f"{path}: {error}") from None
        except Exception as error:  # whatever a fragment's expression may raise
            raise LabError(f"{path}: {where}: {error}") from None

    def _reason(self, name: str, reason: Mapping[str, Any]) -> str:
        """Write a reason of claims.json as a sentence; the numbers in it are facts."""
        lacks = self._seals.own_lacks(name, reason["values"].get("lacks", ()), self._judged)
        if reason["key"] == "not_mnist" or (reason["key"] == "not_as_registered" and not lacks):
            return ""
        counts = {
            key: self._provenance.fact(f"claims.{name}.n_{key}")
            for key in ("parts", "supported", "opposed", "undecided")
        }
        experiments = reason["values"].get("experiments", [])
        listed = self._words["and"].join(map(code_span, experiments))
        sentence: str = self._words["reasons"][reason["key"]]
        return sentence.format(
            **counts,
            experiments=listed,
            lacks=lacks,
        )

    def _within(self, name: str, entry: Mapping[str, Any], what: str) -> str:
        """Write how many criteria other kernels, or another split, could change, if any."""
        key = f"claims.{name}.n_within_{what}"
        facts = self._provenance.facts
        if entry["verdict"] == "untestable" or key not in facts or not facts.number(key):
            return ""
        return str(self._words["near"][what]).format(n=self._provenance.fact(key))

    def _kernels(self, key: str, entry: Mapping[str, Any]) -> str:
        """Write of a criterion that kernels could change what they do; "" of another one."""
        if not self.comparable or not entry.get("kernels", {}).get("within"):
            return ""
        unsigned = dict(entry) | {"format": _SIZES[entry["unit"]]}
        shown = {
            name: self._provenance.span(
                f"{key}.kernel_{name}", escape(self._number(entry["kernels"][name], unsigned))
            )
            for name in ("distance", "spread")
        }
        return str(self._words["kernels"]["part"]).format(**shown)

    def _where(self, entry: Mapping[str, Any]) -> str:
        """Write the original's section and figures, each with the numbers printed there."""
        words = self._words
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
        """Write a number that the original prints."""
        if "_below_" in key:  # a difference of accuracies
            text = self._provenance.plain(key, "points:0") + self._words["units"]["points"]
            return self._provenance.span(key, escape(text))
        if key.startswith("stated.") and unit == "fraction":  # with as many digits as it states
            whole = round(100 * self._provenance.facts.number(key), 6).is_integer()
            return self._provenance.fact(key, "percent:0" if whole else "percent")
        return self._provenance.fact(key, UNIT_FORMATS.get(unit, "general"))

    def _part(
        self, claim: str, name: str, entry: Mapping[str, Any], texts: Mapping[str, Any]
    ) -> ClaimPart:
        words, key = self._words, f"claims.{claim}.{name}"
        where = f"{claim}.parts.{name}"
        outcome = entry["outcome"]
        mark = f"{words['marks'][outcome]}\u00a0{words['outcomes'][outcome]}" if outcome else ""
        label = self._text(f"{where}.label", texts["label"])
        estimate, n, p_above = self._estimate(key, entry)
        return ClaimPart(
            label=label if label.startswith("[") else label[:1].upper() + label[1:],
            why=self._text(f"{where}.why", texts["why"]),
            decides=entry["decides"],
            asked=self._asked(key, entry),
            estimate=estimate,
            n=n,
            p_above=p_above,
            outcome=mark if entry["decides"] else words["context"],
            kernels=self._kernels(key, entry),
            scrutiny=self._writer.write(key, entry),
            post_hoc=self._seals.part(entry),
            register=self._seals.row(entry) if "seal" in entry else (),
        )

    def _estimate(self, key: str, entry: Mapping[str, Any]) -> tuple[str, str, str]:
        """Write the estimate with its interval, n, and p(A > B); "" for what does not exist."""
        words = self._words
        if entry["outcome"] == "not_run":
            return words["outcomes"]["not_run"], "", ""
        n = self._provenance.span(f"{key}.n", escape(f"n = {entry['n']:,}"))
        if "level" in entry:  # not that of all others
            n += f" ({self._provenance.fact(f'{key}.level', 'percent:1')})"
        if entry["estimate"] is None:
            return words["no_value"], n, ""
        # Values that are all equal say nothing of how others would vary.
        interval = None if entry.get("zero_spread") else entry["interval"]
        text = self._number(entry["estimate"], entry) + self._interval(interval, entry)
        p_above, share = "", entry.get("p_above") or {}
        if share.get("n", 0) > 1:  # of one pair it says nothing
            low, high = share["interval"]
            shown = f"{share['estimate']:.2f} [{low:.2f},\u00a0{high:.2f}]"
            p_above = self._provenance.span(f"{key}.p_above", escape(shown))
        return self._provenance.span(f"{key}.estimate", escape(text)), n, p_above

    def _asked(self, key: str, entry: Mapping[str, Any]) -> str:
        """Write the range that a criterion asks for; each bound is a fact."""
        low, high = entry["region"] or (None, None)
        if low is None and high is None:
            return ""
        bounds = [
            ""
            if value is None
            else self._provenance.span(f"{key}.{end}", escape(self._bound(value, entry)))
            for end, value in (("above", low), ("below", high))
        ]
        if all(bounds):
            between: str = self._words["between"]
            return between.format(low=bounds[0], high=bounds[1])
        return f"\\> {bounds[0]}" if bounds[0] else f"\\< {bounds[1]}"

    def _bound(self, value: float, entry: Mapping[str, Any]) -> str:
        return self._number(value, entry) if value else "0"

    def _number(self, value: float, entry: Mapping[str, Any]) -> str:
        """Write a number in the part's format, with its unit."""
        words: dict[str, str] = self._words["units"]
        name = Format.parse(entry["format"]).name
        unit = {"points": words["points"], "fixed": words.get(entry["unit"], "")}.get(name, "")
        doubling = words["per_doubling"] if entry["kind"] == "trend" else ""
        return format_number(value, entry["format"], style=self._provenance.style) + unit + doubling

    def _interval(self, interval: list[float] | None, entry: Mapping[str, Any]) -> str:
        if not interval:
            return ""
        low, high = (
            format_number(end, entry["format"], unit=False, style=self._provenance.style)
            for end in interval
        )
        return f" [{low},\u00a0{high}]"
