"""Set a report's typst code as a PDF whose pages are well filled.

Where a page ends depends on every line before it, and the text on the numbers of a build: no rule
of page.typ alone can promise that no page of any build is half empty.  So the finished pages are
measured, from the first on, and where there is something to mend the sections there are set once
more with their lines and gaps a little closer or wider, which moves the ends of their pages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from backprop_lab.report.layout import PageLayout, measure_layout

#: How much closer or wider a section may be set, in the order tried, in steps of page.typ: the
#: largest adds less than half a point between two lines, so no reader sees it.
STEPS = (1, -1, 2, -2)
#: Pages before the one to mend whose sections may be set anew.
BACK = 2
#: How often a report is set at most.
TRIES = 25

#: A call of page.typ's function for a section (filters/sections.lua).
_SECTION = re.compile(r"^#section\(\d+\)\[$", re.MULTILINE)


@dataclass(frozen=True)
class _Setting:
    """A report as set once: the step of each section, the file, and what was measured in it."""

    steps: tuple[int, ...]
    pdf: bytes
    layout: PageLayout

    def first(self, after: int) -> tuple[float, int]:
        """Return the first page after `after` with findings, and minus their number there."""
        pages = [page for page, _ in self.layout.found if page > after]
        return (pages[0], -pages.count(pages[0])) if pages else (float("inf"), 0)


class _Warned(Exception):
    """typst set the report, but warns."""


def typeset(main: Path, fonts: Sequence[Path], timestamp: int) -> tuple[bytes, list[Any]]:
    """Return the PDF, tagged for screen readers (PDF/UA-1, PDF/A-2a), and typst's warnings.

    Findings are mended page by page, each by the first change that moves the next one further
    back.  If some cannot be mended, the PDF is the one with the fewest.

    Args:
        main: the typst code, in a folder with all that it reads.
        fonts: folders of fonts; the machine's are not used.
        timestamp: the date to write into the file, in seconds since 1970.

    Raises:
        typst.TypstError: the code is wrong, a character has no font, or a standard is not met.
    """
    sections = len(_SECTION.findall(main.read_text(encoding="utf-8")))
    compiled = partial(_compiled, main, [str(path) for path in fonts], timestamp)
    try:
        now = best = compiled((0,) * sections)
        tries, given_up = 1, -1
        while now.first(given_up)[1]:
            page = int(now.first(given_up)[0])
            for steps in _changes(now, page):
                if tries == TRIES:
                    return best.pdf, []
                tries += 1
                new = compiled(steps)
                best = min(best, new, key=lambda setting: len(setting.layout.found))
                if new.first(given_up) > now.first(given_up):
                    now = new
                    break
            else:
                given_up = page
    except _Warned as warned:
        return warned.args
    return best.pdf, []


def _changes(now: _Setting, page: int) -> Iterator[tuple[int, ...]]:
    """Yield other steps for the sections on a page, then also for those on the pages before."""
    # The first section, the abstract, has no heading of its own.
    headed = len(now.steps) - 1
    begins = [0, *(now.layout.sections[-headed:] if headed else ())]
    ends = [*begins[1:], now.layout.pages]
    seen = {now.steps}
    for back in range(BACK + 1):
        for step in STEPS:
            steps = tuple(
                step if begin <= page and end >= page - back else old
                for begin, end, old in zip(begins, ends, now.steps, strict=True)
            )
            if steps not in seen:
                seen.add(steps)
                yield steps


def _compiled(main: Path, fonts: list[str], timestamp: int, steps: tuple[int, ...]) -> _Setting:
    """Set the report once.

    Raises:
        typst.TypstError: as `typeset`.
        _Warned: with the PDF and typst's warnings.
    """
    import typst

    pdf, warnings = typst.compile_with_warnings(
        str(main),
        root=str(main.parent),
        font_paths=fonts,
        ignore_system_fonts=True,
        pdf_standards=["ua-1", "a-2a"],  # checked while it is written
        sys_inputs={"steps": ",".join(map(str, steps))},
        timestamp=timestamp,
    )
    if warnings:
        raise _Warned(pdf, warnings)
    return _Setting(steps, pdf, measure_layout(pdf))
