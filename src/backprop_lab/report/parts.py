"""The parts of a report: in HTML the appendices are a page of their own, the supplement.

The PDF holds both.  Each page stands alone but for its links to the other, which lies beside it.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from backprop_lab.errors import LabError


class Part(StrEnum):
    """A part of the report; its value begins the name of its page."""

    REPORT = "lab-report"
    SUPPLEMENT = "supplement"

    @classmethod
    def of(cls, output: Path) -> Part:
        """Return the part that a file holds, by its name.

        >>> Part.of(Path("results/report/supplement.en.html"))
        <Part.SUPPLEMENT: 'supplement'>

        Raises:
            LabError: it is the name of none.
        """
        for part in cls:
            if output.name.startswith(f"{part}."):
                return part
        names = " or ".join(f"{part}.<language>{output.suffix}" for part in cls)
        raise LabError(f"{output}: name it {names}")

    @property
    def other(self) -> Part:
        """Return the other part."""
        return Part.SUPPLEMENT if self is Part.REPORT else Part.REPORT

    def page(self, language: str) -> str:
        """Name the HTML page of this part in a language.

        >>> Part.REPORT.page("en")
        'lab-report.en.html'
        """
        return f"{self}.{language}.html"
