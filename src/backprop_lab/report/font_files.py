"""The font files of the report, all inside installed packages, and which characters each has.

So a build does not depend on the machine.  Text is in STIX General and figures in DejaVu Sans
(both from matplotlib), formulas in STIX Two Math (from ziamath), Chinese in Noto CJK (from
mplfonts, and its bold from cvttf-NotoSansCJK-Bold).  On the page, tables, captions and controls
are in the Latin letters of Noto Sans CJK, which are Source Sans's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from backprop_lab.errors import LabError

#: style, weight, file of matplotlib
TEXT_FACES = (
    ("normal", "normal", "STIXGeneral.ttf"),
    ("italic", "normal", "STIXGeneralItalic.ttf"),
    ("normal", "bold", "STIXGeneralBol.ttf"),
    ("italic", "bold", "STIXGeneralBolIta.ttf"),
)
MATH_FILE = "STIXTwoMath-Regular.ttf"
#: Chinese has no italics; the sans-serif stands in heads, captions and tables.
CJK_FACES = (
    ("Report CJK", "NotoSerifCJKsc-Regular.otf"),
    ("Report CJK Sans", "NotoSansCJKsc-Regular.otf"),
)
#: Text in figures, unless it is Chinese.
FIGURE_FACE = ("Report Figures", "DejaVuSans.ttf")
#: Code in the page.
MONO_FILE = "NotoSansMonoCJKsc-Regular.otf"
#: The font of Chinese gives other signs, such as × and ±, the width of an ideograph.
_SANS_SIGNS = frozenset("–—· " + "‘’“”")
#: Language -> the scripts and OpenType language whose shapes a page in it needs.
SHAPES = {"zh-TW": ["DFLT", "hani.ZHT", "latn.ZHT"]}


def latin_folder() -> Path:
    """Return the folder of TEXT_FACES and FIGURE_FACE."""
    return _package("matplotlib") / "mpl-data" / "fonts" / "ttf"


def cjk_folder() -> Path:
    """Return the folder of CJK_FACES."""
    return _package("mplfonts") / "fonts"


def bold_cjk_font() -> Path:
    """Return the bold font of Chinese and of the Latin sans-serif, with the shapes of Taiwan."""
    return _package("cvttf_NotoSansCJK_Bold") / "NotoSansCJKtc-Bold.otf"


def math_font() -> Path:
    """Return the font of formulas."""
    return _package("ziamath") / "fonts" / MATH_FILE


def unshown(text: str) -> str:
    """Return the characters of a text that the report's figures, or its page, have no font for.

    >>> unshown("shoe, Größe, 鞋, Ж"), unshown("ก"), unshown("😀")  # figures have the last one
    ('', 'ก', '😀')
    """
    if text.isascii():
        return ""
    latin, (serif, sans) = latin_folder(), (cjk_folder() / name for _, name in CJK_FACES)
    page = lacking(text, latin / TEXT_FACES[0][2])
    page = lacking(page, math_font())
    drawn = lacking(text, latin / FIGURE_FACE[1])
    # Fonts of Chinese are large: half a second each.
    page = lacking(page, serif, is_cjk) if any(map(is_cjk, page)) else page
    drawn = lacking(drawn, sans, is_cjk) if any(map(is_cjk, drawn)) else drawn
    return "".join(sorted({*page, *drawn}))


def lacking(text: str, path: Path, within: Callable[[str], bool] = str.isprintable) -> str:
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


def signs(characters: str) -> str:
    """Name characters for a message."""
    return ", ".join(f"{sign} (U+{ord(sign):04X})" for sign in characters)


@cache
def _characters(path: Path) -> frozenset[int]:
    """Return the code points of the characters that a font has."""
    from fontTools.ttLib import TTFont

    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


def is_cjk(character: str) -> bool:
    """Say whether a character is for the fonts of Chinese."""
    if "\ufe00" <= character <= "\ufe0f":  # no sign: it asks for a form of the one before it
        return False
    return "\u2e80" <= character <= "\uffef" or character >= "\U00020000"


def is_sans(character: str) -> bool:
    """Say whether a character is for the page's Latin sans-serif, and for its font of code.

    >>> is_sans("a"), is_sans("ö"), is_sans("β"), is_sans("±"), is_sans("²")
    (True, True, True, False, False)
    """
    if " " <= character <= "~" or character in _SANS_SIGNS:
        return True
    return character.isalpha() and character < "\u0400"


def roughly_cut(path: Path, characters: str) -> bytes:
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


def _package(name: str) -> Path:
    """Find the folder of an installed package, without importing it."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise LabError(f"package {name} is not installed; install the project again")
    return Path(spec.origin).parent
