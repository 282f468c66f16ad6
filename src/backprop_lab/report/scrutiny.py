"""What a strict reader asks of every criterion, in Markdown: `claims.scrutiny` computes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from backprop_lab.report.markdown import escape
from backprop_lab.report.provenance import Provenance

#: The least p-value that is written out.
_LEAST_P = 0.001


@dataclass(frozen=True)
class Scrutiny:
    """What is said of one criterion, in Markdown; a text that does not exist is "".

    Attributes:
        both: its interval for new seeds and new images.
        equal: why it has no interval, where all seeds give the same value.
        split: that another split could change its outcome.
        falls: that its outcome does not stand after the correction for the number of criteria.
        judged: whether it has a row in the table of strength.
        p: the p-value of its decision, and that after Holm's correction.
        others: what the sign-flip test and the pooled variance make of it.
        detectable: the least distance from a bound that would have been decided.
        needed: the seeds that it would need.
    """

    both: str = ""
    equal: str = ""
    split: str = ""
    falls: str = ""
    judged: bool = False
    p: str = ""
    others: str = ""
    detectable: str = ""
    needed: str = ""


@dataclass(frozen=True)
class Writer:
    """Writes `Scrutiny` of an entry of claims.json.

    Attributes:
        words: `claims` of labels.yaml.
        provenance: the facts.
        number: writes a number in an entry's format.
        interval: writes an interval in an entry's format, with a space before it.
        sizes: unit -> format of the size of a difference.
        judging: whether the data set can test the claims.
    """

    words: Mapping[str, Any]
    provenance: Provenance
    number: Callable[[float, Mapping[str, Any]], str]
    interval: Callable[[list[float] | None, Mapping[str, Any]], str]
    sizes: Mapping[str, str]
    judging: bool

    def write(self, key: str, entry: Mapping[str, Any]) -> Scrutiny:
        """Write what is said of the criterion whose facts begin with `key`."""
        words: Mapping[str, Any] = self.words["scrutiny"]
        equal = words["equal"] if entry.get("zero_spread") else ""
        both = ""
        if (found := entry.get("two_way")) and found["interval"]:
            shown = self.interval(found["interval"], entry).strip()
            both = words["both"].format(
                interval=self.provenance.span(f"{key}.two_way_low", escape(shown))
            )
        if not self.judging or "p_holm" not in entry:
            return Scrutiny(both, equal, judged=bool(equal and entry["decides"] and self.judging))
        return Scrutiny(
            both,
            equal,
            self._split(key, entry),
            self._falls(key, entry),
            True,
            f"{self._p(key, entry, 'p_decision')}\\\n{self._p(key, entry, 'p_holm')}",
            self._others(entry),
            self._detectable(key, entry),
            self._needed(key, entry),
        )

    def _split(self, key: str, entry: Mapping[str, Any]) -> str:
        """Write that another split could change an outcome, if it could."""
        if not entry.get("split", {}).get("within"):
            return ""
        shown = {
            name: self._size(f"{key}.split_{name}", entry["split"][name], entry)
            for name in ("distance", "spread")
        }
        return str(self.words["scrutiny"]["split"]).format(**shown)

    def _falls(self, key: str, entry: Mapping[str, Any]) -> str:
        """Write that an outcome falls by the correction, if it does."""
        if entry.get("stands") is not False:
            return ""
        return str(self.words["scrutiny"]["falls"]).format(p=self._p(key, entry, "p_holm"))

    def _p(self, key: str, entry: Mapping[str, Any], name: str) -> str:
        """Write a p-value with two digits, or as less than the least that is written out."""
        value = entry[name]
        digits = 3 if value < 10 * _LEAST_P else 2
        shown = f"< {_LEAST_P}" if value < _LEAST_P else f"{value:.{digits}f}"
        return self.provenance.span(f"{key}.{name}", escape(shown))

    def _others(self, entry: Mapping[str, Any]) -> str:
        """Write what other intervals decide."""
        words, outcomes = self.words["scrutiny"], self.words["outcomes"]
        flip, pooled = entry["sensitivity"]["sign_flip"], entry["sensitivity"]["pooled"]
        first = outcomes[flip["outcome"]] if flip["interval"] else words["infinite"]
        second = outcomes[pooled["outcome"]] if pooled else self.words["nothing"]
        return f"{first}\\\n{second}"

    def _detectable(self, key: str, entry: Mapping[str, Any]) -> str:
        found = entry.get("strength", {}).get("detectable")
        if found is None:
            return str(self.words["nothing"])
        return self._size(f"{key}.detectable", found, entry)

    def _needed(self, key: str, entry: Mapping[str, Any]) -> str:
        if "strength" not in entry:
            return str(self.words["nothing"])
        if entry["strength"]["seeds_needed"] is None:
            return str(self.words["scrutiny"]["many"])
        return self.provenance.fact(f"{key}.seeds_needed")

    def _size(self, key: str, value: float, entry: Mapping[str, Any]) -> str:
        """Write the size of a difference, without a sign."""
        unsigned = dict(entry) | {"format": self.sizes.get(entry["unit"], entry["format"])}
        return self.provenance.span(key, escape(self.number(value, unsigned)))
