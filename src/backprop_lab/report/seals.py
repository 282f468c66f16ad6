"""The seals of the criteria in words: labels, what a build lacks, and the register's table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from backprop_lab.claims.deciding import RULE
from backprop_lab.claims.register import BEFORE, POST_HOC, label_of
from backprop_lab.errors import LabError
from backprop_lab.report.inputs import ReportInputs
from backprop_lab.report.markdown import code_span, escape
from backprop_lab.report.provenance import Provenance

#: So many hex digits of a commit are shown.
_DIGITS = 7
#: Of runs that are lacking, so many are named.
_NAMED = 3


class SealWords:
    """What the report says of seals, in its language."""

    def __init__(self, inputs: ReportInputs, provenance: Provenance) -> None:
        """Args: the report's files and its facts."""
        self._labels = inputs.labels
        self._words: dict[str, Any] = inputs.labels["claims"]["seals"]
        self._and: str = inputs.labels["claims"]["and"]
        self._provenance = provenance

    def sign(self, entry: Mapping[str, Any]) -> str:
        """Return the sign of a claim with a criterion that is post hoc, or ""."""
        return self._words["sign"] if self._label(entry) == POST_HOC else ""

    def part(self, entry: Mapping[str, Any]) -> str:
        """Write that a criterion is post hoc, or ""."""
        label = entry["seal"]["label"] if "seal" in entry else ""
        return self.label(label) if label == POST_HOC else ""

    def label(self, label: str) -> str:
        """Write a label."""
        return str(self._words["labels"][label])

    def sentence(self, name: str, entry: Mapping[str, Any]) -> str:
        """Write, after the reason for a verdict, what its criteria's seals support; or ""."""
        label, key = self._label(entry), f"claims.{name}.n_post_hoc"
        if label == BEFORE:
            return str(self._words["before_results"])
        if label != POST_HOC:
            return ""
        sentence = ""
        if self._provenance.facts.number(key):
            n, parts = (self._provenance.fact(one) for one in (key, f"claims.{name}.n_parts"))
            sentence = str(self._words["post_hoc"]).format(n=n, parts=parts)
        if any("by_rule" in part.get("seal", {}) for part in entry["parts"].values()):
            sentence += str(self._words["by_rule"])
        return sentence

    def own_lacks(
        self,
        name: str,
        lacks: Sequence[Mapping[str, Any]],
        claims: Mapping[str, Mapping[str, Any]],
    ) -> str:
        """List what a build lacks to judge a claim, without what `shared` lists; or ""."""
        common = _common(claims)
        return self._listed(
            name, [(number, lack) for number, lack in enumerate(lacks, 1) if lack not in common]
        )

    def shared(self, claims: Mapping[str, Mapping[str, Any]]) -> str:
        """List what a build lacks for most claims that it did not run as registered, or ""."""
        common = _common(claims)
        for name, lacks in _lacks(claims).items():
            if common and all(lack in lacks for lack in common):  # it has the facts
                numbered = enumerate(lacks, 1)
                return self._listed(name, [one for one in numbered if one[1] in common])
        return ""

    def _listed(self, name: str, lacks: Sequence[tuple[int, Mapping[str, Any]]]) -> str:
        """List what is lacking, by the numbers of its facts; experiments and runs together."""
        names: dict[str, list[str]] = {}
        for _, lack in lacks:
            if lack["found"] is None:
                names.setdefault(lack["what"], []).append(code_span(str(lack["registered"])))
        listed = [self._named(what, some) for what, some in names.items()]
        listed += [
            self._numbered(name, number, lack)
            for number, lack in lacks
            if lack["what"] not in names
        ]
        return str(self._words["semicolon"]).join(listed)

    def _numbered(self, name: str, number: int, lack: Mapping[str, Any]) -> str:
        """Write one lack, whose numbers are the facts of this number."""
        key = f"claims.{name}.lacks.{number}"
        shown = {
            end: self._provenance.span(f"{key}.{end}", escape(str(lack[end])))
            if isinstance(lack[end], int)
            else code_span(str(lack[end]))
            for end in ("registered", "found")
        }
        return str(self._words["lacks"][lack["what"]]).format(**shown)

    def row(self, entry: Mapping[str, Any]) -> list[str]:
        """Write the cells of what is sealed in the register: sealed, amended, label."""
        seal, words = entry["seal"], self._words
        amended = [
            words["amendment"].format(when=self._when(one), reason=self._reason(one))
            + self._results(one, words["aside"])
            for one in seal["amendments"]
        ]
        sealed = self._when(seal) + self._results(seal, "\\\n{results}")
        return [sealed, "\\\n".join(amended) or words["never"], self.label(seal["label"])]

    def rule(self, judged: Mapping[str, Any]) -> list[str]:
        """Write the row of the rule of further seeds in the register; [] where it has none."""
        rule = judged.get(RULE, {})
        return [str(self._words["rule"]), *self.row(rule)] if "seal" in rule else []

    def _label(self, entry: Mapping[str, Any]) -> str:
        """Return the label of a claim, or "" where it has no criteria that decide."""
        labels = [part["seal"]["label"] for part in entry["parts"].values() if "seal" in part]
        return label_of(labels) if labels else ""

    def _named(self, what: str, names: Sequence[str]) -> str:
        """Write the names of experiments or runs that are lacking."""
        shown = self._and.join(names[:_NAMED])
        if len(names) > _NAMED:
            shown += self._words["more"]
        return str(self._words["lacks"][what]).format(registered=shown)

    def _when(self, seal: Mapping[str, Any]) -> str:
        """Write a commit and its date."""
        day = datetime.fromisoformat(seal["date"])
        month = self._labels["months"][day.month - 1]
        date = self._labels["date"].format(day=day.day, month=month, year=day.year)
        return f"{escape(date)} ({code_span(seal['commit'][:_DIGITS])})"

    def _results(self, seal: Mapping[str, Any], form: str) -> str:
        """Write whether results existed at a seal, in a form; "" where nobody knows."""
        found = self._words["results"].get(seal["results_existed"])
        return form.format(results=found) if found else ""

    def _reason(self, seal: Mapping[str, Any]) -> str:
        """Write why an amendment was made.

        Raises:
            LabError: labels.yaml has no such reason.
        """
        name = seal["reason"] or "none"
        try:
            return str(self._words["reasons"][name])
        except KeyError:
            raise LabError(
                f"labels.yaml: claims.seals.reasons lacks {name!r}, the reason that "
                f"report/register.json gives for commit {seal['commit'][:_DIGITS]}; add it"
            ) from None


def _lacks(claims: Mapping[str, Mapping[str, Any]]) -> dict[str, Sequence[Mapping[str, Any]]]:
    """Return, by claim, what a build lacks, for all claims that it did not run as registered."""
    return {
        name: claim["reason"]["values"].get("lacks", ())
        for name, claim in claims.items()
        if claim["reason"]["key"] == "not_as_registered"
    }


def _common(claims: Mapping[str, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return what a build lacks for most of the claims that it did not run as registered.

    One of them lacks it all; where none does, nothing is common.
    """
    listed = list(_lacks(claims).values())
    often = [
        lack
        for lacks in listed
        for lack in lacks
        if 2 * sum(lack in others for others in listed) > len(listed)
    ]
    for lacks in listed:
        if all(lack in lacks for lack in often):
            return [lack for lack in lacks if lack in often]
    return []
