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
_PDF_CJK = {
    "fonts": "Noto Serif CJK SC",
    "strong-fonts": "Noto Sans CJK SC",
    "math-fonts": "Noto Serif CJK SC",
    "code-fonts": "Noto Sans Mono CJK SC",
}


def pdf_fonts(text: str) -> tuple[dict[str, list[str]], list[Path]]:
    """Choose the PDF's font families, and the folders with those that typst lacks.

    Args:
        text: all that the PDF shows; Chinese needs another package's fonts.

    Returns:
        Use in page.typ -> families, most wanted first; folders of font files.
    """
    folders = [math_font().parent]
    if not any(map(is_cjk, text)):
        return _PDF_FONTS, folders
    families = {use: [*names, _PDF_CJK[use]] for use, names in _PDF_FONTS.items()}
    return families, [*folders, cjk_folder()]


def figure_font(text: str, language: str) -> bytes | None:
    """Cut the font of Chinese in figures to the characters of a text, as a file for the PDF.

    The text in a drawing has no language there, so a character has the shape of the report's
    language by itself.

    Args:
        text: what the figures show.
        language: of the report, such as "zh-TW".

    Returns:
        An OpenType font of the family "Report CJK Sans"; None for a text without Chinese.
    """
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    family, name = CJK_FACES[1]
    characters = "".join(sorted(filter(is_cjk, set(text))))
    if not characters:
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
