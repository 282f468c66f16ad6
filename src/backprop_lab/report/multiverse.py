"""The multiverse of verdicts in Markdown: its table, and the words for its choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backprop_lab.claims.choices import CELLS, CHOICES
from backprop_lab.claims.robustness import Robustness, read_robustness
from backprop_lab.report.formats import ENGLISH, format_number
from backprop_lab.report.inputs import ReportInputs
from backprop_lab.report.markdown import Caller, caption_of
from backprop_lab.report.provenance import Provenance
from backprop_lab.report.tables import Column, TableBlock, fenced_table

#: The columns' shares of the line, by column.
_WIDTHS = {"claim": 0.08, "sealed": 0.2, "same": 0.17, "others": 0.2, "alone": 0.2, "effect": 0.15}
#: So many choices are named, of those that move a verdict.
_STRONGEST = 2


def words_for_values(labels: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return choice -> the words for its values, in their order.

    Args:
        labels: labels.yaml of one language.
    """
    style = ENGLISH | labels["number"]
    words = labels["multiverse"]["values"]
    found = {
        choice: [words[choice][str(value)] for value in values]
        for choice, values in CHOICES.items()
        if choice != "level"
    }
    levels = [format_number(value, "percent:0", style=style) for value in CHOICES["level"]]
    return {"level": levels} | found


class MultiverseTable:
    """The table of how robust the verdicts are, for a template to show."""

    def __init__(self, inputs: ReportInputs, provenance: Provenance) -> None:
        """Args: the report's files, and where its numbers come from."""
        self._inputs = inputs
        self._provenance = provenance
        self._words: dict[str, Any] = inputs.labels["multiverse"]
        self._values = words_for_values(inputs.labels)

    def table(self, *, caption: str = "", caller: Caller | None = None) -> str:
        """Write a row for each claim that can be judged.

        Args:
            caption: Markdown, if a call block does not give it.
            caller: the call block's text.

        Raises:
            LabError: multiverse.json cannot be read, or the table is not built.
        """
        found = read_robustness(self._inputs.out / "multiverse.json")
        cells = [self._row(name, one) for name, one in found.items() if one is not None]
        columns = [Column(name, self._words["heads"][name]) for name in _WIDTHS]
        csv = self._inputs.tables / "multiverse.csv"
        block = TableBlock(
            "tbl-multiverse",
            caption_of("table", "multiverse", caption, caller),
            {"fold": "false", "size": "small"} | self._provenance.of_table(csv),
            list(_WIDTHS.values()),
        )
        return fenced_table(columns, cells, block)

    def _row(self, name: str, found: Robustness) -> list[str]:
        """Write the cells of one claim, in the order of the columns."""
        words, nothing = self._words, str(self._words["nothing"])
        same = words["same"].format(
            n=found.n_same, all=len(CELLS), share=self._percent(found.share)
        )
        others = [
            words["count"].format(verdict=self._verdict(verdict), n=n)
            for verdict, n in sorted(found.counts.items(), key=lambda item: -item[1])
            if verdict != found.verdict
        ]
        alone = [
            words["flips"].format(
                choice=words[choice],
                value=self._values[choice][CHOICES[choice].index(value)],
                verdict=self._verdict(verdict),
            )
            for choice, values in found.alone.items()
            for value, verdict in values.items()
        ]
        effect = [
            words["effect"].format(choice=words[one], share=self._percent(found.effects[one]))
            for one in found.strongest[:_STRONGEST]
        ]
        lists = ("\\\n".join(lines) or nothing for lines in (others, alone, effect))
        return [f"**{name}**", self._verdict(found.verdict), same, *lists]

    def _verdict(self, verdict: str) -> str:
        """Write a verdict in words, with its mark."""
        words = self._inputs.labels["claims"]
        return f"{words['marks'][verdict]}\u00a0{words['verdicts'][verdict]}"

    def _percent(self, share: float) -> str:
        return self._provenance.number(share, "percent:0")
