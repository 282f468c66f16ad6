"""The report's fonts, all from installed packages, so that a build does not depend on the machine.

HTML: STIX General (text, from matplotlib), STIX Two Math (from ziamath) and Noto Serif CJK (from
mplfonts), cut down to the characters in use and embedded.  PDF: fonts inside the typst package,
STIX Two Math and Noto CJK.
"""

from __future__ import annotations

import base64
import io
import re
from importlib.util import find_spec
from pathlib import Path

from backprop_lab.errors import LabError

#: family, style, weight -> file of matplotlib
_TEXT_FACES = (
    ("normal", "normal", "STIXGeneral.ttf"),
    ("italic", "normal", "STIXGeneralItalic.ttf"),
    ("normal", "bold", "STIXGeneralBol.ttf"),
    ("italic", "bold", "STIXGeneralBolIta.ttf"),
)
_MATH_FILE = "STIXTwoMath-Regular.ttf"
_CJK_FILE = "NotoSerifCJKsc-Regular.otf"

#: Families of the PDF, by what page.typ uses them for.
_PDF_FONTS = {
    "fonts": ["Libertinus Serif"],
    "math-fonts": ["STIX Two Math"],
    "code-fonts": ["DejaVu Sans Mono"],
}
_PDF_CJK = {
    "fonts": "Noto Serif CJK SC",
    "math-fonts": "Noto Serif CJK SC",
    "code-fonts": "Noto Sans Mono CJK SC",
}

_MATHML = re.compile(r"<math\b.*?</math>", re.DOTALL)
_TAG = re.compile(r"<annotation\b.*?</annotation>|<[^>]*>", re.DOTALL)
_UNREAD = re.compile(r"<(script|style|svg)\b.*?</\1>", re.DOTALL)
_ALWAYS = "".join(map(chr, range(0x20, 0x7F))) + "–—‘’“”…×±−·\u00a0\u202f"


def pdf_fonts(text: str) -> tuple[dict[str, list[str]], list[Path]]:
    """The PDF's families, and the folders with those that the typst package lacks.

    Args:
        text: what is to be set; Chinese needs another package.
    """
    folders = [_package("ziamath") / "fonts"]
    if not any(map(_is_cjk, text)):
        return _PDF_FONTS, folders
    families = {use: [*names, _PDF_CJK[use]] for use, names in _PDF_FONTS.items()}
    return families, [*folders, _package("mplfonts") / "fonts"]


def font_faces(html: str) -> str:
    """CSS @font-face rules for the characters of an HTML page, fonts embedded as WOFF.

    Args:
        html: the page, with MathML.
    """
    math = _TAG.sub("", "".join(_MATHML.findall(html)))
    text = _TAG.sub("", _UNREAD.sub("", _MATHML.sub("", html)))
    folder = _package("matplotlib") / "mpl-data" / "fonts" / "ttf"
    faces = [
        _face("Report Serif", style, weight, folder / name, _ALWAYS + text)
        for style, weight, name in _TEXT_FACES
    ]
    if math:
        path = _package("ziamath") / "fonts" / _MATH_FILE
        faces.append(
            _face("Report Math", "normal", "normal", path, math + _slanted(math) + "()[]{}|√^~¯′")
        )
    ideographs = "".join(filter(_is_cjk, text + math))
    if ideographs:
        path = _package("mplfonts") / "fonts" / _CJK_FILE
        faces.append(_face("Report CJK", "normal", "normal", path, ideographs))
    return "\n".join(faces)


def _is_cjk(character: str) -> bool:
    return "\u2e80" <= character <= "\uffef" or character >= "\U00020000"


def _package(name: str) -> Path:
    """The folder of an installed package, which need not be imported for its fonts."""
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise LabError(f"package {name} is not installed; install the project again")
    return Path(spec.origin).parent


def _slanted(text: str) -> str:
    """The mathematical italics that a browser shows for single letters in <mi>."""
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


def _face(family: str, style: str, weight: str, path: Path, characters: str) -> str:
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTFont

    options = Options()
    options.flavor = "woff"
    options.layout_features = ["*"] if family == "Report Math" else ["kern", "liga", "lnum", "tnum"]
    options.name_IDs = [0, 1, 2, 13, 14]  # the licence and copyright stay
    options.drop_tables = [*options.drop_tables, "FFTM"]  # a time stamp of the font editor
    options.notdef_outline = True
    with TTFont(path, recalcTimestamp=False) as font:
        subsetter = Subsetter(options)
        subsetter.populate(text=characters)
        subsetter.subset(font)
        font.flavor = "woff"
        buffer = io.BytesIO()
        font.save(buffer)
    data = base64.b64encode(buffer.getvalue()).decode()
    return (
        f'@font-face {{ font-family: "{family}"; font-style: {style}; font-weight: {weight}; '
        f'font-display: block; src: url("data:font/woff;base64,{data}") format("woff"); }}'
    )
