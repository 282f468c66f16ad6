"""The fonts of the PDF: those inside the typst package for text, and the report's own besides.

The text in a drawing has no language there, so a Chinese character of `figure_font` has the
shape of the report's language by itself.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from backprop_lab.report.font_files import (
    CJK_FACES,
    FIGURE_FACE,
    SHAPES,
    TEXT_FACES,
    bold_cjk_font,
    cjk_folder,
    is_cjk,
    latin_folder,
    math_font,
    roughly_cut,
)

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

#: Families of the PDF, by what page.typ uses them for.
_PDF_FONTS = {
    "fonts": ["Libertinus Serif"],
    "strong-fonts": ["Libertinus Serif"],
    "math-fonts": ["STIX Two Math"],
    "code-fonts": ["DejaVu Sans Mono"],
}
#: Chinese in the same places: the serif has no bold, so heads and strong words are in a sans-serif.
_PDF_CJK = {
    "fonts": "Noto Serif CJK SC",
    "strong-fonts": "Noto Sans CJK TC",
    "math-fonts": "Noto Serif CJK SC",
    "code-fonts": "Noto Sans Mono CJK SC",
}
_CJK_FILES = ("NotoSerifCJKsc-Regular.otf", "NotoSansMonoCJKsc-Regular.otf")


def pdf_fonts(text: str) -> tuple[dict[str, list[str]], list[Path]]:
    """Choose the PDF's font families, and the files of those that typst lacks.

    The folders that the files are in have more fonts, among them some that are not free; typst
    would take one of those for a sign in a drawing.

    Args:
        text: all that the PDF shows; Chinese needs more fonts.

    Returns:
        Use in page.typ -> families, most wanted first; font files.
    """
    files = [math_font()]
    if not any(map(is_cjk, text)):
        return _PDF_FONTS, files
    families = {use: [*names, _PDF_CJK[use]] for use, names in _PDF_FONTS.items()}
    return families, [*files, *(cjk_folder() / name for name in _CJK_FILES), bold_cjk_font()]


def figure_font(text: str, language: str) -> bytes | None:
    """Cut the font of Chinese in figures to the characters of a text, as a file for the PDF.

    The text in a drawing has no language there, so a character has the shape of the report's
    language by itself.  Letters and digits stay too: typst cannot put together a label from two
    fonts if one of them has a ligature there, such as "fl".

    Args:
        text: what the figures show.
        language: of the report, such as "zh-TW".

    Returns:
        An OpenType font of the family "Report CJK Sans"; None for a text without Chinese.
    """
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    family, name = CJK_FACES[1]
    characters = "".join(sorted(filter(str.isprintable, set(text))))
    if not any(map(is_cjk, characters)):
        return None
    options = Options()
    options.layout_features, options.layout_scripts = ["locl"], SHAPES.get(language, [])
    cut = io.BytesIO(roughly_cut(cjk_folder() / name, characters))
    with TTFont(cut, recalcBBoxes=False, recalcTimestamp=False) as font:
        subsetter = Subsetter(options)
        subsetter.populate(text=characters)
        subsetter.subset(font)
        shapes = _language_shapes(font)
        for table in font["cmap"].tables:
            table.cmap = {code: shapes.get(glyph, glyph) for code, glyph in table.cmap.items()}
        for record in font["name"].names:
            if record.nameID in (1, 4, 16):
                record.string = family
        buffer = io.BytesIO()
        font.save(buffer)
    return buffer.getvalue()


def drawing_fonts() -> list[Path]:
    """List the font files of all text in figures that is not Chinese."""
    names = [FIGURE_FACE[1], *(name for _, _, name in TEXT_FACES)]
    return [latin_folder() / name for name in names]


def _language_shapes(font: TTFont) -> dict[str, str]:
    """Return glyph -> the one that a font's languages, of which it was left one, have for it."""
    if "GSUB" not in font or not font["GSUB"].table.LookupList:
        return {}
    lookups = font["GSUB"].table.LookupList.Lookup
    tables = [table for lookup in lookups for table in lookup.SubTable]
    tables = [getattr(table, "ExtSubTable", table) for table in tables]
    return {glyph: shape for table in tables for glyph, shape in table.mapping.items()}
