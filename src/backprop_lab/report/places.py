"""Where in its file a fact stands, in words: what facts.json says of its place, for a note."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from backprop_lab.report.facts import ShownFact
from backprop_lab.report.rows import Row, read_rows

#: So many stretches of lines are written out; of more, the first ones.
_MOST = 5


class Places:
    """Says where facts stand, in the report's language.

    Attributes:
        words: `place` of labels.yaml.
    """

    def __init__(self, out: Path, words: Mapping[str, Any]) -> None:
        """Args: the folder that sources are relative to, and the words."""
        self.words = words
        self._out = out

    def words_of(self, fact: ShownFact) -> str:
        """Say which cells or keys a fact comes from, and what makes its value of them.

        "" where facts.json names none.
        """
        place = fact.place
        cells = self._cells(place, fact)
        if not cells:
            return ""
        for sign in ("minus", "over"):
            if sign in place:
                shared = {name for name, own in place[sign].items() if own == place.get(name)}
                others = {name: own for name, own in place[sign].items() if name not in shared}
                cells = self.words[sign].format(cells=cells, others=self._cells(others))
        if "also" in place:
            file = Path(place["also"]["source"]).name
            cells = self.words["also"].format(
                cells=cells, others=self._cells(place["also"]), file=file
            )
        said: str = self.words["how"][place["how"]].format(cells=cells, such=place.get("such", ""))
        return said[0].upper() + said[1:]

    def variant(self, fact: ShownFact) -> str:
        """Name the folder below OUT/runs of a fact whose line is of one variant; otherwise ""."""
        return str(self._row(fact).get("variant", ""))

    def _cells(self, cells: Mapping[str, Any], fact: ShownFact | None = None) -> str:
        """Name columns, lines or keys; of a fact's one line also what tells it apart."""
        parts = []
        for one, several in (("column", "columns"), ("key", "keys")):
            names = cells.get(several, ())
            if names:
                word = self.words[several if len(names) > 1 else one]
                parts.append(word.format(names=self.words["comma"].join(names)))
        lines = cells.get("lines", "")
        if lines:
            parts.append(self._lines(lines, self._named(fact) if fact else ""))
        return str(self.words["join"]).join(parts)

    def _lines(self, lines: str, named: str) -> str:
        """Name lines, such as "2-4,9": all of them, or of many stretches the first ones."""
        if lines.isdigit():
            return str(self.words["line"]).format(lines=lines) + named
        stretches = lines.split(",")
        shown = self.words["comma"].join(stretches[:_MOST]).replace("-", "–")
        if len(stretches) > _MOST:
            ends = [list(map(int, one.split("-"))) for one in stretches]
            n = sum(end[-1] - end[0] + 1 for end in ends)
            return str(self.words["more"].format(lines=shown, n=n))
        return str(self.words["lines"]).format(lines=shown)

    def _named(self, fact: ShownFact) -> str:
        """Return the cells of a fact's line that are words of its key, which tell it apart."""
        named = fact.key.split(".")[:-1]
        found = [f"{name} = {cell}" for name, cell in self._row(fact).items() if str(cell) in named]
        return self.words["cells"].format(cells=self.words["comma"].join(found)) if found else ""

    def _row(self, fact: ShownFact) -> Row:
        """Return the one line of a CSV that a fact comes from; {} where that is not so."""
        lines, path = str(fact.place.get("lines", "")), self._out / fact.source
        if not lines.isdigit() or int(lines) < 2 or not path.is_file():
            return {}
        rows = _rows(path, path.stat().st_mtime_ns)
        return rows[int(lines) - 2] if int(lines) - 2 < len(rows) else {}


@cache
def _rows(path: Path, _changed: int) -> list[Row]:
    """Read a CSV, once as long as it is not written anew."""
    return read_rows(path)
