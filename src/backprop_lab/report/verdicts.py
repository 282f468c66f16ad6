"""The report's tables of verdicts: all claims in one, and the criteria of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from backprop_lab.errors import LabError
from backprop_lab.report.claims import Part
from backprop_lab.report.tables import Column, caption_of, fenced_table, one_line

if TYPE_CHECKING:
    from backprop_lab.report.vocabulary import Vocabulary


class VerdictTables:
    """What a template calls to show the claims in tables."""

    def __init__(self, words: Vocabulary) -> None:
        """Args: the report's other words, the claims among them."""
        self._words = words
        self._claims = words.claims
        self._labels = words.inputs.labels

    def verdict_table(
        self, shown: Mapping[str, tuple[str, str]], *, caption: str = "", caller=None
    ) -> str:
        """The table that opens the report: every claim in a row.

        Args:
            shown: claim -> the section that discusses it, and the criterion whose estimate
                stands for it ("" for none).
            caption: Markdown, if a call block does not give it.

        Raises:
            LabError: a claim or criterion is unknown, or a claim is not shown.
        """
        words = self._labels["claims"]
        left_out = [name for name in self._claims.all if name not in shown]
        if left_out:
            raise LabError(f"verdict_table: does not show {', '.join(left_out)}")
        cells = []
        for name, (section, headline) in shown.items():
            claim = self._claims.claim(name)
            if headline and headline not in claim.parts:
                raise LabError(f"verdict_table: claim {name} has no criterion {headline!r}")
            cells.append(
                [
                    f"**{name}** {claim.text}",
                    claim.where,
                    self._found(claim.parts[headline]) if headline else words["nothing"],
                    f"**{claim.word}{words['stop']}** {claim.reason} [](#{section})",
                ]
            )
        heads = [Column(key, words["heads"][key]) for key in ("claim", "where", "found", "verdict")]
        caption = caption_of("table", "verdicts", caption, caller)
        return self._table(heads, cells, "tbl-verdicts", caption, widths=(0.27, 0.2, 0.3, 0.23))

    def criteria_table(self, name: str) -> str:
        """A claim's criteria, those that decide first: asked, found, outcome."""
        claim, words = self._claims.claim(name), self._labels["claims"]
        if not claim.parts:
            raise LabError(f"criteria_table: claim {name} has no criteria")
        heads = words["heads"]
        columns = [Column("criterion", heads["criterion"])]
        if self._claims.comparable:
            columns.append(Column("asked", heads["asked"]))
        columns.append(Column("found", heads["estimate"]))
        if any(part.p_above for part in claim.parts.values()):
            columns.append(Column("p_above", heads["p_above"]))
        if self._claims.comparable:
            columns.append(Column("outcome", heads["outcome"]))
        cells = [
            [self._cell(part, column.name) for column in columns]
            for part in sorted(claim.parts.values(), key=lambda part: not part.decides)
        ]
        shares = {"criterion": 0.34, "asked": 0.16, "found": 0.22, "p_above": 0.14, "outcome": 0.14}
        total = sum(shares[column.name] for column in columns)
        widths = [round(shares[column.name] / total, 4) for column in columns]
        text = words["criteria"].format(name=name, text=claim.text)
        return self._table(columns, cells, f"tbl-claim-{name}", text, widths=widths)

    def _cell(self, part: Part, column: str) -> str:
        words = self._labels["claims"]
        if column == "criterion":
            return f"**{part.label}{words['stop']}** {part.why}"
        if column == "found":
            return "\\\n".join(filter(None, (part.estimate, part.n)))
        return getattr(part, column) or words["nothing"]

    def _found(self, part: Part) -> str:
        """A criterion's estimate in one cell."""
        p_above = f"$p(A > B)$ = {part.p_above}" if part.p_above else ""
        label = part.label + self._labels["claims"]["colon"].rstrip()
        lines = (label, part.estimate, ", ".join(filter(None, (part.n, p_above))))
        return "\\\n".join(filter(None, lines))

    def _table(self, columns, cells, label: str, caption: str, widths) -> str:
        attributes = {"fold": "false", "size": "small"}
        attributes |= self._words.provenance(self._words.inputs.tables / "claims.csv")
        return fenced_table(
            columns,
            cells,
            label=label,
            caption=one_line(caption),
            attributes=attributes,
            widths=widths,
        )
