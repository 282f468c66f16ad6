"""The fonts of the HTML page, cut down to the characters in use, as CSS.

The page's language chooses between the shapes that a Chinese character has in different places
(OpenType `locl`).
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from backprop_lab.errors import LabError
from backprop_lab.report.font_files import (
    CJK_FACES,
    FIGURE_FACE,
    MONO_FILE,
    SHAPES,
    TEXT_FACES,
    bold_cjk_font,
    cjk_folder,
    is_cjk,
    is_sans,
    lacking,
    latin_folder,
    math_font,
    roughly_cut,
    signs,
)

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont


#: What `is_cjk` knows, in CSS.  With it style.css can name these faces before a Latin one: behind
#: one that the system has, Chromium keeps the boxes that it drew before they were loaded.
_CJK_RANGE = "U+2E80-FDFF, U+FE10-FFEF, U+20000-3FFFF"


#: Families of tables, captions and controls; of code; and of the signs that both lack.
SANS, MONO, SIGNS = "Report Sans", "Report Mono", "Report Signs"
#: Those of Noto Sans CJK have room for ideographs above and below, and DejaVu's are larger.
_LATIN_FIT = "ascent-override: 95%; descent-override: 28%; line-gap-override: 0%; "
_SIGNS_FIT = "size-adjust: 88%; "
#: All scripts and languages.
_ALL = ("*",)
_FEATURES = ["kern", "liga", "lnum", "tnum", "locl"]
_MATHML = re.compile(r"<math\b.*?</math>", re.DOTALL)
_TAG = re.compile(r"<annotation\b.*?</annotation>|<[^>]*>", re.DOTALL)
_DRAWING = re.compile(r"<svg\b.*?</svg>", re.DOTALL)
_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL)
_UNREAD = re.compile(r"<(script|style|svg)\b.*?</\1>", re.DOTALL)
_ALWAYS = "".join(map(chr, range(0x20, 0x7F))) + "–—‘’“”…×±−·\u00a0\u202f"


@dataclass(frozen=True)
class _Face:
    """One face of a family in CSS, and the file that has it.

    Attributes:
        range: the characters that a browser asks it for.
        fit: descriptors that fit its measures to those of the other families.
    """

    family: str
    path: Path
    style: str = "normal"
    weight: str = "normal"
    range: str = "U+0-10FFFF"
    fit: str = ""

    def rule(self, characters: str, scripts: Sequence[str]) -> str:
        """Write its @font-face rule, with the font cut down to the characters.

        Args:
            characters: those that the page shows in this face.
            scripts: OpenType scripts and languages whose shapes are kept; "*" keeps all.
        """
        from fontTools.subset import Options, Subsetter
        from fontTools.ttLib import TTFont

        options = Options()
        options.layout_features = ["*"] if self.family == "Report Math" else _FEATURES
        if self.family in (SANS, MONO):
            options.layout_features = ["kern", "pwid"]
        options.layout_scripts = list(scripts)
        options.name_IDs = [0, 1, 2, 13, 14]  # the licence and copyright stay
        options.drop_tables = [*options.drop_tables, "FFTM"]  # a time stamp of the font editor
        options.notdef_outline = True
        # Hints are a fifth of a Chinese font, and help on coarse screens alone.
        options.hinting = self.range != _CJK_RANGE
        cut = io.BytesIO(roughly_cut(self.path, characters))
        with TTFont(cut, recalcBBoxes=False, recalcTimestamp=False) as font:
            subsetter = Subsetter(options)
            subsetter.populate(text=characters)
            subsetter.subset(font)
            _shape_loose_punctuation(font, scripts)
            if self.family in (SANS, MONO):
                _narrow_quotes(font)
            font.flavor = "woff2"
            buffer = io.BytesIO()
            font.save(buffer)
        data = base64.b64encode(buffer.getvalue()).decode()
        return (
            f'@font-face {{ font-family: "{self.family}"; font-style: {self.style}; '
            f"font-weight: {self.weight}; font-display: block; "
            f"unicode-range: {self.range}; {self.fit}"
            f'src: url("data:font/woff2;base64,{data}") format("woff2"); }}'
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


def font_faces(html: str, cut: Cut = _Face.rule) -> str:
    """Write CSS @font-face rules for the characters of an HTML page, fonts embedded as WOFF2.

    Args:
        html: the page, with MathML.
        cut: what cuts a face down.

    Raises:
        LabError: a character that none of these fonts has.
    """
    math = unescape(_TAG.sub("", "".join(_MATHML.findall(html))))
    text = unescape(_TAG.sub("", _UNREAD.sub("", _MATHML.sub("", html))))
    drawn = unescape(_TAG.sub("", "".join(_DRAWING.findall(html))))
    folder = latin_folder()
    faces = [
        cut(_Face("Report Serif", folder / name, style, weight), _ALWAYS + text + drawn, _ALL)
        for style, weight, name in TEXT_FACES
    ]
    cjk = cjk_folder()
    # Scripts and attributes hold words that the page shows later.
    any_words = "".join(sorted({*_ALWAYS, *unescape(_STYLE.sub("", html))}))
    ideographs = "".join(filter(is_cjk, any_words))
    letters = "".join(filter(is_sans, any_words))
    faces += [
        cut(_Face(family, path, "normal", weight, fit=_LATIN_FIT), letters, _ALL)
        for family, weight, path in (
            (SANS, "normal", cjk / CJK_FACES[1][1]),
            (SANS, "bold", bold_cjk_font()),
            (MONO, "normal", cjk / MONO_FILE),
        )
    ]
    signs_file = folder / FIGURE_FACE[1]
    others = "".join(one for one in any_words if not is_sans(one) and not is_cjk(one))
    faces.append(cut(_Face(SIGNS, signs_file, fit=_SIGNS_FIT), others, _ALL))
    language = re.search(r'<html[^>]* lang="([^"]*)"', html)
    shapes = SHAPES.get(language[1] if language else "", ["DFLT", "hani.dflt"])
    if ideographs:
        faces += [
            cut(_Face(family, cjk / name, range=_CJK_RANGE), ideographs, shapes)
            for family, name in CJK_FACES
        ]
        bold = _Face(CJK_FACES[1][0], bold_cjk_font(), weight="bold", range=_CJK_RANGE)
        faces.append(cut(bold, ideographs, shapes))
    if drawn:
        family, name = FIGURE_FACE
        faces.append(cut(_Face(family, folder / name), drawn, _ALL))
    rest = lacking(text + math, cjk / CJK_FACES[0][1], is_cjk)
    rest = math + lacking(rest, folder / TEXT_FACES[0][2])
    if rest:
        path = math_font()
        shown = rest + _slanted(math) + "()[]{}|√^~¯′"
        faces.append(cut(_Face("Report Math", path), shown, _ALL))
        if nowhere := lacking(rest, path):
            raise LabError(f"no font of the report has {signs(nowhere)}; write it in another way")
    return "\n".join(faces)


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


def _narrow_quotes(font: TTFont) -> None:
    """Give curly quotes the width of letters (OpenType `pwid`), not that of an ideograph."""
    if "GSUB" not in font or not font["GSUB"].table.LookupList:
        return
    for lookup in font["GSUB"].table.LookupList.Lookup:
        for table in lookup.SubTable:
            narrow = getattr(table, "ExtSubTable", table).mapping
            for codes in font["cmap"].tables:
                codes.cmap |= {
                    code: narrow.get(codes.cmap[code], codes.cmap[code])
                    for code in map(ord, "‘’“”")
                    if code in codes.cmap
                }


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
