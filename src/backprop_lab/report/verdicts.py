"""The report's tables of verdicts: all claims in one, and the criteria of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from backprop_lab.errors import LabError
from backprop_lab.report.claims import ClaimPart, ReportClaims
from backprop_lab.report.inputs import ReportInputs
from backprop_lab.report.markdown import Caller, caption_of, one_line
from backprop_lab.report.provenance import Provenance
from backprop_lab.report.tables import Column, TableBlock, fenced_table

#: The columns' shares of the line, by column.
_VERDICT_WIDTHS = {"claim": 0.24, "where": 0.2, "found": 0.34, "verdict": 0.22}
#: Where the build could judge no claim.
_UNJUDGED_WIDTHS = {"claim": 0.4, "where": 0.2, "found": 0.4}
#: Here some columns may be missing; the rest then share the line in these proportions.
_CRITERIA_WIDTHS = {
    "criterion": 0.34,
    "asked": 0.16,
    "found": 0.22,
    "p_above": 0.14,
    "outcome": 0.14,
}
_STRENGTH_WIDTHS = {
    "criterion": 0.3,
    "estimate": 0.24,
    "p": 0.1,
    "others": 0.12,
    "detectable": 0.14,
    "needed": 0.1,
}
_REGISTER_WIDTHS = {"criterion": 0.34, "sealed": 0.2, "amended": 0.3, "label": 0.16}


class VerdictTables:
    """The claims in tables, for a template to show."""

    def __init__(self, inputs: ReportInputs, provenance: Provenance, claims: ReportClaims) -> None:
        """Args: the report's files, its facts and its claims."""
        self._source = inputs.tables / "claims.csv"
        self._words: dict[str, Any] = inputs.labels["claims"]
        self._provenance = provenance
        self._claims = claims

    def verdict_table(
        self,
        shown: Mapping[str, tuple[str, str]],
        *,
        further: str = "",
        caption: str = "",
        caller: Caller | None = None,
    ) -> str:
        """Write the table that opens the report: every claim in a row.

        Where the build could judge none, the table has no column of verdicts: the text before it
        says so once.

        Args:
            shown: claim -> the section that discusses it, and the criterion whose estimate
                stands for it ("" for none).
            further: the section that discusses the claims which `shown` leaves out. They come
                last; the first criterion of each stands for it.
            caption: Markdown, if a call block does not give it.
            caller: the call block's text.

        Raises:
            LabError: a claim or criterion is unknown, or a claim is left out and `further` is not
                given.
        """
        words = self._words
        left_out = [name for name in self._claims.all if name not in shown]
        if left_out and not further:
            raise LabError(f"verdict_table: does not show {', '.join(left_out)}")
        firsts = {name: next(iter(self._claims.claim(name).parts), "") for name in left_out}
        rows = dict(shown) | {name: (further, first) for name, first in firsts.items()}
        judged = self._claims.any_judged
        cells = []
        for name, (section, headline) in rows.items():
            claim = self._claims.claim(name)
            if headline and headline not in claim.parts:
                raise LabError(f"verdict_table: claim {name} has no criterion {headline!r}")
            found = self._found(claim.parts[headline]) if headline else ""
            # The section's link ends the row.
            verdict = " ".join(filter(None, (claim.reason, f"[](#{section})")))
            if judged:
                verdict = f"**{claim.word}{words['stop']}** {verdict}"
                last = [found or words["nothing"], verdict]
            else:
                last = ["\\\n".join(filter(None, (found, verdict)))]
            cells.append([f"**{name}** {claim.text}", claim.where, *last])
        shares = _VERDICT_WIDTHS if judged else _UNJUDGED_WIDTHS
        columns = [Column(name, words["heads"][name]) for name in shares]
        caption = caption_of("table", "verdicts", caption, caller)
        block = self._block("tbl-verdicts", caption, list(shares.values()))
        return fenced_table(columns, cells, block)

    def criteria_table(self, name: str) -> str:
        """Write a claim's criteria, those that decide first: asked, found, outcome.

        Raises:
            LabError: there is no such claim, or it has no criteria.
        """
        claim, words = self._claims.claim(name), self._words
        if not claim.parts:
            raise LabError(f"criteria_table: claim {name} has no criteria")
        compared = any(part.p_above for part in claim.parts.values())
        present = {
            "asked": self._claims.comparable,
            "outcome": self._claims.comparable,
            "p_above": compared,
        }
        widths = {key: share for key, share in _CRITERIA_WIDTHS.items() if present.get(key, True)}
        heads = words["heads"] | {"found": words["heads"]["estimate"]}
        columns = [Column(key, heads[key]) for key in widths]
        cells = [
            [self._cell(part, key) for key in widths]
            for part in sorted(claim.parts.values(), key=lambda part: not part.decides)
        ]
        total = sum(widths.values())
        block = self._block(
            f"tbl-claim-{name}",
            one_line(words["criteria"].format(name=name, text=claim.text)),
            [round(share / total, 4) for share in widths.values()],
        )
        return fenced_table(columns, cells, block)

    def strength_table(self, *, caption: str = "", caller: Caller | None = None) -> str:
        """Write how firmly each criterion is decided that has an interval.

        Args:
            caption: Markdown, if a call block does not give it.
            caller: the call block's text.
        """
        words = self._words
        cells = [
            [
                f"**{name}** {part.label}",
                part.estimate if not more.equal else f"{part.estimate}\\\n{more.equal}",
                *(
                    text or words["nothing"]
                    for text in (more.p, more.others, more.detectable, more.needed)
                ),
            ]
            for name, claim in self._claims.all.items()
            for part in claim.parts.values()
            if (more := part.scrutiny).judged
        ]
        heads = words["scrutiny"]["heads"]
        columns = [Column(name, heads[name]) for name in _STRENGTH_WIDTHS]
        caption = caption_of("table", "criteria_strength", caption, caller)
        widths = list(_STRENGTH_WIDTHS.values())
        source = self._source.with_name("criteria_strength.csv")
        block = self._block("tbl-criteria_strength", caption, widths, source)
        return fenced_table(columns, cells, block)

    def register_table(self, *, caption: str = "", caller: Caller | None = None) -> str:
        """Write the register: every criterion that decides, and the rule of further seeds."""
        heads = self._words["seals"]["heads"]
        cells = [
            [f"**{name}** {part.label}", *part.register]
            for name, claim in self._claims.all.items()
            for part in claim.parts.values()
            if part.register
        ]
        cells += [self._claims.rule] if self._claims.rule else []
        columns = [Column(name, heads[name]) for name in _REGISTER_WIDTHS]
        caption = caption_of("table", "register", caption, caller)
        block = self._block("tbl-register", caption, list(_REGISTER_WIDTHS.values()))
        return fenced_table(columns, cells, block)

    def _cell(self, part: ClaimPart, column: str) -> str:
        """Write the cell of a criterion in one column."""
        if column == "criterion":
            stop = self._words["stop"]
            doubts = filter(None, (part.kernels, part.scrutiny.split))
            notes = [f"*{doubt[:1].upper()}{doubt[1:]}{stop}*" for doubt in doubts]
            return "\\\n".join([f"**{part.label}{stop}** {part.why}", *notes])
        if column == "found":
            more = part.scrutiny
            return "\\\n".join(filter(None, (part.estimate, more.equal, more.both, part.n)))
        if column == "outcome":
            found = (part.outcome, part.post_hoc, part.scrutiny.falls)
            return "\\\n".join(filter(None, found)) or str(self._words["nothing"])
        text = {"asked": part.asked, "p_above": part.p_above}[column]
        return text or str(self._words["nothing"])

    def _found(self, part: ClaimPart) -> str:
        """Write a criterion's estimate and its n in one cell."""
        label = part.label + self._words["colon"].rstrip()
        return "\\\n".join(filter(None, (label, part.estimate, part.n)))

    def _block(
        self, label: str, caption: str, widths: Sequence[float], source: Path | None = None
    ) -> TableBlock:
        shown = self._provenance.of_table(source or self._source)
        attributes = {"fold": "false", "size": "small"} | shown
        return TableBlock(label, caption, attributes, widths)
