"""Set a report's typst code as a PDF whose pages are well filled.

Where a page ends depends on every line before it, and the text on the numbers of a build: no rule
of page.typ alone can promise that no page of any build is half empty.  So the finished pages are
measured, and where there is something to mend the report is set once more with its lines a little
closer or wider apart, which moves all ends of pages.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

from backprop_lab.report.layout import measure_layout

#: What is added to the space between two lines, as a share of the size of the letters, in the
#: order tried.  The largest is less than half a point: no reader sees it.
LOOSENESS = (0.0, 0.015, -0.015, 0.03, -0.03)
#: Whether a table and its box stay in the text where there is room.  typst asks that while it
#: fills the pages, and may find no answer; in the second round all of them float.
STAY = ("true", "false")


def typeset(main: Path, fonts: Sequence[Path], timestamp: int) -> tuple[bytes, list[Any]]:
    """Return the PDF, tagged for screen readers (PDF/UA-1, PDF/A-2a), and typst's warnings.

    It is the first whose layout has no findings; if none is without, the one with the fewest.
    Warnings are those of the last round.

    Args:
        main: the typst code, in a folder with all that it reads.
        fonts: folders of fonts; the machine's are not used.
        timestamp: the date to write into the file, in seconds since 1970.

    Raises:
        typst.TypstError: the code is wrong, a character has no font, or a standard is not met.
    """
    import typst

    best: tuple[int, bytes] | None = None
    for stay, looseness in product(STAY, LOOSENESS):
        pdf, warnings = typst.compile_with_warnings(
            str(main),
            root=str(main.parent),
            font_paths=[str(path) for path in fonts],
            ignore_system_fonts=True,
            pdf_standards=["ua-1", "a-2a"],  # checked while it is written
            sys_inputs={"looseness": str(looseness), "stay": stay},
            timestamp=timestamp,
        )
        if warnings and stay == STAY[-1]:
            return pdf, warnings
        if warnings:
            continue
        findings = len(measure_layout(pdf).findings)
        if best is None or findings < best[0]:
            best = findings, pdf
        if not findings:
            break
    assert best is not None
    return best[1], []
