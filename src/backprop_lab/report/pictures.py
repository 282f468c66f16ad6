"""Put the figures' drawings into the page, as part of it.

pandoc could do it (--embed-resources), and would take apart and write anew the whole page for
that: as long as all else that it does.
"""

from __future__ import annotations

import colorsys
import math
import re
import shutil
from collections import Counter
from collections.abc import Mapping
from html import unescape
from pathlib import Path

from backprop_lab.errors import LabError
from backprop_lab.report.pdf_fonts import drawing_fonts, figure_font

#: How pandoc's HTML shows an image that is to stand in the page.
_IMAGE = re.compile(r'<img src="figures/([\w-]+)\.svg" class="inline-svg"([^<>]*?) ?/>')
_ROOT = re.compile(r"<svg\b([^>]*)>(.*)</svg>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
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
#: The families that a drawing's text is set in (`figures.style`), and what the page calls them.
IN_PAGE = {
    "DejaVu Sans": "Report Figures",
    "Noto Sans CJK SC": "Report CJK Sans",
    "STIXGeneral": "Report Serif",
}
#: ... and the PDF; the others it calls by their own names.
_IN_PDF = {"Noto Sans CJK SC": "Report CJK Sans"}
_FAMILIES = re.compile(r"(?<=font-family: )[^;\"]+")
#: Text in drawings is at least so many pixels high on a phone.
READABLE = 9.0
_LEAST_TEXT = 6.0
_SIZES = re.compile(r"font-size: ([0-9.]+)px")
#: Attributes that hold coordinates alone; those of "scale(0.015)" must stay as they are.
_PLACES = re.compile(
    r'\s(?:d|x|y|x1|x2|y1|y2|points)="[^"]*"|\stransform="(?:translate|rotate)[^"sm]*"'
)
_DECIMALS = re.compile(r"-?\d+\.\d{3,}(?!\d*e)")
_BOX = re.compile(r'viewBox="[-0-9.]+ [-0-9.]+ ([0-9.]+) [0-9.]+"')
#: How light the darkest and the lightest colour of a scale are on dark paper.
_DARK_SCALE = (0.1, 0.85)
_COLOUR = re.compile(r"(?<=: )#[0-9a-f]{6}(?=[;\"])")
#: Names of parts that nothing in the drawing means; style.css means those that are kept.
_OWN_NAME = re.compile(r'\sid="(?!figure_|axes_)([^"]*)"')
_MEANT = re.compile(r'(?:href="#|url\(#)([^")]*)')
_PATH = re.compile(r'<path id="([^"]*)"[^<>]*? style="([^"]*)"')
_MARKER = re.compile(r'(<use\b[^<>]*?href="#([^"]*)"[^<>]*?) style="([^"]*)"')
#: White space counts in text, and nowhere else.
_WORDS = re.compile(r"(<text\b.*?</text>)", re.DOTALL)
_BETWEEN = re.compile(r">\s+<")
_LINE_END = re.compile(r"[ \t]*\n\s*")
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
        words = _readable(found[1], found[2], attributes.replace(' alt="', ' aria-label="'))
        content = _set_in(IN_PAGE, _lighter(_rounded(_METADATA.sub("", found[2]))))
        named = _TAG.sub(lambda tag: _NAMES.sub(f"{prefix}_", tag[0]), content)
        inside = _coloured(named)
        return f'<svg id="{prefix}" role="img"{words}{_KNOWN.sub("", found[1])}>{inside}</svg>'

    return _IMAGE.sub(drawing, page)


def _rounded(drawing: str) -> str:
    """Return a drawing with its coordinates rounded to a hundredth of a point.

    Matplotlib writes six decimals, which no screen shows and which are a third of the page.
    """

    def short(number: re.Match[str]) -> str:
        return f"{float(number[0]):.2f}".rstrip("0").rstrip(".")

    return _PLACES.sub(lambda found: _DECIMALS.sub(short, found[0]), drawing)


def _lighter(drawing: str) -> str:
    """Return a drawing without what nobody sees of it: a quarter of Matplotlib's SVG.

    Left out are names that nothing in it means, what a marker repeats of its path, and white
    space outside text.
    """
    meant = {*_MEANT.findall(drawing)}
    styles = {name: {*style.split("; ")} for name, style in _PATH.findall(drawing)}

    def without_name(tag: re.Match[str]) -> str:
        return _OWN_NAME.sub(lambda found: found[0] if found[1] in meant else "", tag[0])

    def without_style(marker: re.Match[str]) -> str:
        start, name, style = marker.groups()
        said = styles.get(name, set())
        more = "; ".join(one for one in style.split("; ") if one not in said)
        return f'{start} style="{more}"' if more else start

    def without_space(text: str) -> str:
        if text.startswith("<text"):
            return text
        return _LINE_END.sub(" ", _BETWEEN.sub("><", text.strip()))

    drawing = _TAG.sub(without_name, _MARKER.sub(without_style, drawing))
    return "".join(map(without_space, _WORDS.split(drawing)))


def _readable(root: str, drawing: str, attributes: str) -> str:
    """Add to an image's attributes the width at which its text can be read, for style.css.

    A phone shows no narrower drawing, but lets the reader move about in it.

    Args:
        root: attributes of the <svg>, with its viewBox.
        drawing: what is inside.
        attributes: of the image in the page.
    """
    box = _BOX.search(root)
    # Exponents and indices are smaller than the text that they belong to.
    sizes = [size for size in map(float, _SIZES.findall(drawing)) if size >= _LEAST_TEXT]
    if not box or not sizes:
        return attributes
    width = f"--readable: {math.ceil(float(box[1]) * READABLE / min(sizes))}px; "
    if ' style="' in attributes:
        return attributes.replace(' style="', f' style="{width}', 1)
    return f'{attributes} style="{width.strip()}"'


def set_in_own_font(folder: Path, language: str) -> None:
    """Have drawings name the report's own Chinese font, and put all their fonts beside them.

    This is for a PDF.  (Matplotlib's folder of fonts has one with a sign for every character,
    with which nothing would ever be missing.)

    Args:
        folder: of the SVG files, which are changed, and of the fonts.
        language: of the report.
    """
    drawings = {path: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.svg"))}
    if not drawings:
        return
    for path in drawing_fonts():
        shutil.copy(path, folder)
    font = figure_font(unescape(_TAG.sub("", "".join(drawings.values()))), language)
    if font:
        (folder / "figures.otf").write_bytes(font)
    for path, drawing in drawings.items():
        path.write_text(_set_in(_IN_PDF, drawing), encoding="utf-8")


def _set_in(names: Mapping[str, str], drawing: str) -> str:
    """Return a drawing with other names for the families that its text is set in."""

    def renamed(found: re.Match[str]) -> str:
        families = [family.strip(" '") for family in found[0].split(",")]
        return ", ".join(f"'{names.get(family, family)}'" for family in families)

    return _FAMILIES.sub(renamed, drawing)


def _coloured(drawing: str) -> str:
    """Let style.css choose a drawing's colours, for light and for dark paper.

    A colour that it does not name is one of a scale, from nearly white to dark: on dark paper
    the scale goes from dark to light.  Images stay as they are.
    """

    def chosen(found: re.Match[str]) -> str:
        name = COLOURS.get(found[0])
        return f"var(--{name})" if name else f"light-dark({found[0]}, {_on_dark(found[0])})"

    return _COLOUR.sub(chosen, drawing)


def _on_dark(colour: str) -> str:
    """Return the colour of the same hue that stands for "#rrggbb" on dark paper."""
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    darkest, lightest = _DARK_SCALE
    swapped = darkest + (lightest - darkest) * (1 - lightness)
    parts = colorsys.hls_to_rgb(hue, swapped, saturation)
    return "#" + "".join(f"{round(255 * part):02x}" for part in parts)
