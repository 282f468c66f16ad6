"""The report's fonts, all from installed packages, so that a build does not depend on the machine.

HTML: STIX General (text) and DejaVu Sans (figures) from matplotlib, STIX Two Math (from ziamath)
and Noto CJK (from mplfonts), cut down to the characters in use and embedded.  PDF: the same, but
text is in fonts inside the typst package.  The page's language chooses between the shapes that a
Chinese character has in different places (OpenType `locl`).
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from html import unescape
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from backprop_lab.errors import LabError

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

#: style, weight, file of matplotlib
_TEXT_FACES = (
    ("normal", "normal", "STIXGeneral.ttf"),
    ("italic", "normal", "STIXGeneralItalic.ttf"),
    ("normal", "bold", "STIXGeneralBol.ttf"),
    ("italic", "bold", "STIXGeneralBolIta.ttf"),
)
_MATH_FILE = "STIXTwoMath-Regular.ttf"
#: Chinese has no italics; the sans-serif stands in heads, captions and tables.
_CJK_FACES = (
    ("Report CJK", "NotoSerifCJKsc-Regular.otf"),
    ("Report CJK Sans", "NotoSansCJKsc-Regular.otf"),
)
#: Text in figures, unless it is Chinese.
_FIGURE_FACE = ("Report Figures", "DejaVuSans.ttf")
#: What `_is_cjk` knows, in CSS.  With it style.css can name these faces before a Latin one: behind
#: one that the system has, Chromium keeps the boxes that it drew before they were loaded.
_CJK_RANGE = "U+2E80-FDFF, U+FE10-FFEF, U+20000-3FFFF"

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

#: Language -> the scripts and OpenType language whose shapes a page in it needs.
_SHAPES = {"zh-TW": ["DFLT", "hani.ZHT", "latn.ZHT"]}
#: All scripts and languages.
_ALL = ("*",)
_FEATURES = ["kern", "liga", "lnum", "tnum", "locl"]
_MATHML = re.compile(r"<math\b.*?</math>", re.DOTALL)
_TAG = re.compile(r"<annotation\b.*?</annotation>|<[^>]*>", re.DOTALL)
_DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_UNREAD = re.compile(r"<(script|style|svg)\b.*?</\1>", re.DOTALL)
_ALWAYS = "".join(map(chr, range(0x20, 0x7F))) + "–—‘’“”…×±−·\u00a0\u202f"


@dataclass(frozen=True)
class _Face:
    """One face of a family in CSS, and the file that has it."""

    family: str
    path: Path
    style: str = "normal"
    weight: str = "normal"
    range: str = "U+0-10FFFF"

    def rule(self, characters: str, scripts: Sequence[str]) -> str:
        """Write its @font-face rule, with the font cut down to the characters.

        Args:
            characters: those that the page shows in this face.
            scripts: OpenType scripts and languages whose shapes are kept; "*" keeps all.
        """
        from fontTools.subset import Options, Subsetter
        from fontTools.ttLib import TTFont

        options = Options()
        options.flavor = "woff"
        options.layout_features = ["*"] if self.family == "Report Math" else _FEATURES
        options.layout_scripts = list(scripts)
        options.name_IDs = [0, 1, 2, 13, 14]  # the licence and copyright stay
        options.drop_tables = [*options.drop_tables, "FFTM"]  # a time stamp of the font editor
        options.notdef_outline = True
        cut = io.BytesIO(_roughly_cut(self.path, characters))
        with TTFont(cut, recalcBBoxes=False, recalcTimestamp=False) as font:
            subsetter = Subsetter(options)
            subsetter.populate(text=characters)
            subsetter.subset(font)
            _shape_loose_punctuation(font, scripts)
            font.flavor = "woff"
            buffer = io.BytesIO()
            font.save(buffer)
        data = base64.b64encode(buffer.getvalue()).decode()
        return (
            f'@font-face {{ font-family: "{self.family}"; font-style: {self.style}; '
            f"font-weight: {self.weight}; font-display: block; unicode-range: {self.range}; "
            f'src: url("data:font/woff;base64,{data}") format("woff"); }}'
        )


#: Writes the rule of a face for characters and scripts, as _Face.rule does.
Cut: TypeAlias = Callable[[_Face, str, Sequence[str]], str]


class KeptCuts:
    """Cuts faces as _Face.rule does, but no character twice: for rendering again and again.

    Characters that are new to a face come in one more rule of the same family, which has them
    alone; a browser takes each character from the rule that has it.  So the page looks the same,
    save for the kerning between old and new characters, and is not the same bytes.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[_Face, tuple[str, ...]], tuple[set[str], list[str]]] = {}

    def __call__(self, face: _Face, characters: str, scripts: Sequence[str]) -> str:
        """Return the rules of a face that have the characters, and those of earlier calls."""
        known, rules = self._kept.setdefault((face, tuple(scripts)), (set(), []))
        new = set(characters) - known
        if new:
            rules.append(face.rule("".join(sorted(new)), scripts))
            known |= new
        return "\n".join(rules)


def pdf_fonts(text: str) -> tuple[dict[str, list[str]], list[Path]]:
    """Choose the PDF's font families, and the folders with those that typst lacks.

    Args:
        text: all that the PDF shows; Chinese needs another package's fonts.

    Returns:
        Use in page.typ -> families, most wanted first; folders of font files.
    """
    folders = [_package("ziamath") / "fonts"]
    if not any(map(_is_cjk, text)):
        return _PDF_FONTS, folders
    families = {use: [*names, _PDF_CJK[use]] for use, names in _PDF_FONTS.items()}
    return families, [*folders, _package("mplfonts") / "fonts"]


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

    family, name = _CJK_FACES[1]
    characters = "".join(sorted(filter(_is_cjk, set(text))))
    if not characters:
        return None
    options = Options()
    options.layout_features, options.layout_scripts = ["locl"], _SHAPES.get(language, [])
    cut = io.BytesIO(_roughly_cut(_package("mplfonts") / "fonts" / name, characters))
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
    names = [_FIGURE_FACE[1], *(name for _, _, name in _TEXT_FACES)]
    return [_matplotlib_fonts() / name for name in names]


def _language_shapes(font: TTFont) -> dict[str, str]:
    """Return glyph -> the one that a font's languages, of which it was left one, have for it."""
    if "GSUB" not in font or not font["GSUB"].table.LookupList:
        return {}
    lookups = font["GSUB"].table.LookupList.Lookup
    tables = [table for lookup in lookups for table in lookup.SubTable]
    tables = [getattr(table, "ExtSubTable", table) for table in tables]
    return {glyph: shape for table in tables for glyph, shape in table.mapping.items()}


def font_faces(html: str, cut: Cut = _Face.rule) -> str:
    """Write CSS @font-face rules for the characters of an HTML page, fonts embedded as WOFF.

    Args:
        html: the page, with MathML.
        cut: what cuts a face down.

    Raises:
        LabError: a character that none of these fonts has.
    """
    math = unescape(_TAG.sub("", "".join(_MATHML.findall(html))))
    text = unescape(_TAG.sub("", _UNREAD.sub("", _MATHML.sub("", html))))
    drawn = unescape(_TAG.sub("", "".join(_DRAWING.findall(html))))
    folder = _matplotlib_fonts()
    faces = [
        cut(_Face("Report Serif", folder / name, style, weight), _ALWAYS + text + drawn, _ALL)
        for style, weight, name in _TEXT_FACES
    ]
    cjk_folder = _package("mplfonts") / "fonts"
    # Scripts hold words that the page shows later.
    ideographs = "".join(filter(_is_cjk, html))
    language = re.search(r'<html[^>]* lang="([^"]*)"', html)
    shapes = _SHAPES.get(language[1] if language else "", ["DFLT", "hani.dflt"])
    if ideographs:
        faces += [
            cut(_Face(family, cjk_folder / name, range=_CJK_RANGE), ideographs, shapes)
            for family, name in _CJK_FACES
        ]
    if drawn:
        family, name = _FIGURE_FACE
        faces.append(cut(_Face(family, folder / name), drawn, _ALL))
    rest = _lacking(text + math, cjk_folder / _CJK_FACES[0][1], _is_cjk)
    rest = math + _lacking(rest, folder / _TEXT_FACES[0][2])
    if rest:
        path = _package("ziamath") / "fonts" / _MATH_FILE
        signs = rest + _slanted(math) + "()[]{}|√^~¯′"
        faces.append(cut(_Face("Report Math", path), signs, _ALL))
        if nowhere := _lacking(rest, path):
            raise LabError(f"no font of the report has {_signs(nowhere)}; write it in another way")
    return "\n".join(faces)


def unshown(text: str) -> str:
    """Return the characters of a text that the report's figures, or its page, have no font for.

    >>> unshown("shoe, Größe, 鞋, Ж"), unshown("ก"), unshown("😀")  # figures have the last one
    ('', 'ก', '😀')
    """
    if text.isascii():
        return ""
    latin, cjk = _package("matplotlib") / "mpl-data" / "fonts" / "ttf", _package("mplfonts")
    serif, sans = (cjk / "fonts" / name for _, name in _CJK_FACES)
    page = _lacking(text, latin / _TEXT_FACES[0][2])
    page = _lacking(page, _package("ziamath") / "fonts" / _MATH_FILE)
    drawn = _lacking(text, latin / "DejaVuSans.ttf")
    # Fonts of Chinese are large: half a second each.
    page = _lacking(page, serif, _is_cjk) if any(map(_is_cjk, page)) else page
    drawn = _lacking(drawn, sans, _is_cjk) if any(map(_is_cjk, drawn)) else drawn
    return "".join(sorted({*page, *drawn}))


def _lacking(text: str, path: Path, within: Callable[[str], bool] = str.isprintable) -> str:
    """Return the visible characters of `text` that a font lacks or that are not for it.

    Args:
        path: the font.
        within: whether a character is for this font.
    """
    known = _characters(path)
    # U+FE0E is no sign: it asks for the plain form of the arrow before it.
    unseen = {" ", "\ufe0e"}
    characters = sorted({character for character in text if character.isprintable()} - unseen)
    return "".join(sign for sign in characters if ord(sign) not in known or not within(sign))


def _signs(characters: str) -> str:
    """Name characters for a message."""
    return ", ".join(f"{sign} (U+{ord(sign):04X})" for sign in characters)


@cache
def _characters(path: Path) -> frozenset[int]:
    """Return the code points of the characters that a font has."""
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


def _is_cjk(character: str) -> bool:
    if "\ufe00" <= character <= "\ufe0f":  # no sign: it asks for a form of the one before it
        return False
    return "\u2e80" <= character <= "\uffef" or character >= "\U00020000"


def _matplotlib_fonts() -> Path:
    """Return the folder of the fonts inside matplotlib."""
    return _package("matplotlib") / "mpl-data" / "fonts" / "ttf"


def _package(name: str) -> Path:
    """Find the folder of an installed package, without importing it."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise LabError(f"package {name} is not installed; install the project again")
    return Path(spec.origin).parent


def _slanted(text: str) -> str:
    """Return the mathematical italics that a browser shows for single letters in <mi>."""
    italics = []
    for letter in set(text):
        if "A" <= letter <= "Z":
            italics.append(chr(0x1D434 + ord(letter) - ord("A")))
        elif letter == "h":
            italics.append("ℎ")  # the block of italics has a hole here
        elif "a" <= letter <= "z":
            italics.append(chr(0x1D44E + ord(letter) - ord("a")))
        elif "Α" <= letter <= "Ω":
            italics.append(chr(0x1D6E2 + ord(letter) - ord("Α")))
        elif "α" <= letter <= "ω":
            italics.append(chr(0x1D6FC + ord(letter) - ord("α")))
        else:
            italics.append({"∂": "𝜕", "ϵ": "𝜖", "ε": "𝜀", "∇": "𝛻"}.get(letter, ""))
    return "".join(italics)


def _shape_loose_punctuation(font: TTFont, scripts: Sequence[str]) -> None:
    """Give a full stop after Latin letters, which is in no script, the shape of the language.

    Browsers shape such a run under the script DFLT, where the font knows no languages.
    """
    language = next((name[5:] for name in scripts if name.startswith("hani.")), "")
    if "GSUB" not in font:
        return
    records = font["GSUB"].table.ScriptList.ScriptRecord
    known = {record.ScriptTag: record.Script for record in records}
    if {"DFLT", "hani"} <= known.keys():
        shapes = {one.LangSysTag.strip(): one.LangSys for one in known["hani"].LangSysRecord}
        if language in shapes:
            known["DFLT"].DefaultLangSys = shapes[language]


def _roughly_cut(path: Path, characters: str) -> bytes:
    """Cut a font to what the characters may need, in any language and with any feature.

    fontTools chooses exactly what stays, and takes seconds for the 65,000 glyphs of a Chinese
    font; HarfBuzz first leaves it those in use and their variants.
    """
    import uharfbuzz

    wanted = uharfbuzz.SubsetInput()
    wanted.keep_everything()
    wanted.flags |= uharfbuzz.SubsetFlags.DESUBROUTINIZE  # smaller, once it is compressed
    wanted.glyph_set.clear()
    wanted.unicode_set.clear()
    wanted.unicode_set.update(map(ord, characters))
    whole = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(path)))
    data: bytes = uharfbuzz.subset(whole, wanted).blob.data
    return data
