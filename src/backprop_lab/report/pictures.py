"""Put the figures' drawings into the page, as part of it.

pandoc could do it (--embed-resources), and would take apart and write anew the whole page for
that: as long as all else that it does.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

from backprop_lab.errors import LabError

#: How pandoc's HTML shows an image that is to stand in the page.
_IMAGE = re.compile(r'<img src="figures/([\w-]+)\.svg" class="inline-svg"([^<>]*?) ?/>')
_ROOT = re.compile(r"<svg\b([^>]*)>(.*)</svg>", re.DOTALL)
_METADATA = re.compile(r"\s*<metadata>.*?</metadata>", re.DOTALL)
#: Attributes of <svg> that an HTML page knows without it.
_KNOWN = re.compile(r'\s(?:xmlns(?::\w+)?|version)="[^"]*"')
#: The colours of lines and text in drawings (`figures.style`), and what style.css calls each, which
#: is another colour on dark paper.
COLOURS = {
    "#ffffff": "paper",
    "#000000": "ink",
    "#e4e4e4": "grid",
    "#767676": "grey",
    "#0072b2": "blue",
    "#d55e00": "vermillion",
    "#009e73": "green",
    "#e69f00": "orange",
}
_COLOUR = re.compile(r"(?<=: )#[0-9a-f]{6}(?=[;\"])")
#: Where a drawing names its parts, or says which part it means.
_NAMES = re.compile(r'(?<=\sid=")|(?<=\shref="#)|(?<=:href="#)|(?<=url\(#)')


def with_pictures(page: str, folder: Path) -> str:
    """Return the page with each figure's SVG in place of the image that names it.

    A drawing's words for a blind reader are those of the image.  The names of its parts begin
    with the figure's: two drawings in one page may call their parts the same.

    Args:
        page: HTML from pandoc.
        folder: of <figure>.svg.

    Raises:
        LabError: a file holds no drawing.
    """
    shown: Counter[str] = Counter()

    def drawing(image: re.Match[str]) -> str:
        name, attributes = image.groups()
        path = folder / f"{name}.svg"
        found = _ROOT.search(path.read_text(encoding="utf-8"))
        if not found:
            raise LabError(f"{path}: holds no <svg>; draw the figure again")
        shown[name] += 1
        prefix = f"svg_{name}" if shown[name] == 1 else f"svg_{name}_{shown[name]}"
        words = attributes.replace(' alt="', ' aria-label="')
        inside, paper = _coloured(_NAMES.sub(f"{prefix}_", _METADATA.sub("", found[2])))
        return (
            f'<svg id="{prefix}"{paper} role="img"{words}{_KNOWN.sub("", found[1])}>{inside}</svg>'
        )

    return _IMAGE.sub(drawing, page)


def _coloured(drawing: str) -> tuple[str, str]:
    """Let style.css choose a drawing's colours, for light and for dark paper.

    Images and maps of colours mean something by being light or dark: they stay as they are.

    Returns:
        The inside of <svg>, and the attribute that keeps the paper light, if it must be.
    """
    if "<image" in drawing or not COLOURS.keys() >= set(_COLOUR.findall(drawing)):
        return drawing, ' class="paper"'
    return _COLOUR.sub(lambda found: f"var(--{COLOURS[found[0]]})", drawing), ""
