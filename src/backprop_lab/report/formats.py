"""Formats: a number as the reader of the report sees it.

A format is written `name`, `name:digits`, `signed:name:digits` or `abs:name:digits`:

    percent:2    0.98214 -> 98.21 %        points:2   0.0240 -> 2.40 (percentage points)
    fixed:4      0.063121 -> 0.0631        general:3  1234.5 -> 1,230, 0.00051234 -> 0.000512
    integer      50000 -> 50,000           ratio:2    1.7341 -> 1.73×
    seconds:2    1.384 -> 1.38 s           duration   4512 -> 1 h 15 min
    bytes        11594722 -> 11.6 MB       scientific:1  0.00031 -> 3.1 × 10⁻⁴
    text         as it is                  code       as it is, to be set in monospace
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from backprop_lab.errors import LabError

#: format name -> digits after the point (significant digits for general); None: takes no digits
DIGITS = {
    "percent": 2,
    "points": 2,
    "fixed": 4,
    "general": 4,
    "ratio": 2,
    "seconds": 2,
    "scientific": 1,
    "integer": None,
    "duration": None,
    "bytes": None,
    "text": None,
    "code": None,
}
UNIT_FORMATS = {
    "fraction": "percent",
    "seconds": "seconds",
    "count": "integer",
    "ratio": "ratio",
    "loss": "fixed",
    "text": "text",
    "bytes": "bytes",
}
#: Words and spaces after a number, by default those of English (report/labels.yaml has the rest).
ENGLISH = {
    "percent": "\u202f%",
    "seconds": "\u202fs",
    "minutes": "\u202fmin",
    "hours": "\u202fh",
    "bytes": "\u202f",
    "ratio": "×",
}
MINUS = "\u2212"
_SUPERSCRIPT = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


@dataclass(frozen=True)
class Format:
    """A parsed format.

    Attributes:
        name: a key of DIGITS.
        digits: how many, see DIGITS; 0 for a format that takes none.
        sign: "" writes a minus only, "signed" also a plus, "abs" no sign at all.
    """

    name: str
    digits: int
    sign: str = ""

    @property
    def is_text(self) -> bool:
        """Tell whether the format shows any value as it is, not only numbers."""
        return self.name in ("text", "code")

    @classmethod
    def parse(cls, text: str) -> Format:
        """Read a format such as `percent:2`; LabError if it is not one."""
        sign, _, rest = text.partition(":")
        if sign not in ("signed", "abs"):
            sign, rest = "", text
        name, _, digits = rest.partition(":")
        if name not in DIGITS:
            raise LabError(f"format {text!r}: unknown; use one of {', '.join(DIGITS)}")
        if digits and (DIGITS[name] is None or not digits.isdigit()):
            raise LabError(f"format {text!r}: {digits!r} is not a number of digits for {name}")
        return cls(name, int(digits) if digits else DIGITS[name] or 0, sign)


def format_number(
    value: object,
    spec: str,
    *,
    std: object = None,
    unit: bool = True,
    style: Mapping[str, str] = ENGLISH,
) -> str:
    """Write a value in one of the formats above, as plain text with typographic signs.

    Args:
        value: a number, or anything for the formats text and code.
        spec: the format.
        std: a standard deviation, shown in the same format after a ±.
        unit: False leaves the unit out (columns of a table name theirs in the head).
        style: what follows a number, by kind (see ENGLISH).

    Raises:
        LabError: an unknown format, or a number that is missing, infinite or not a number.
    """
    fmt = Format.parse(spec)
    if fmt.is_text:
        if value is None or value == "":
            raise LabError("is empty")
        return str(value)
    number = _finite(value)
    text = _digits(abs(number), fmt, style if unit and std is None else None)
    if fmt.sign != "abs" and number < 0 and any(digit in text for digit in "123456789"):
        text = MINUS + text
    elif fmt.sign == "signed":
        text = ("±" if not any(digit in text for digit in "123456789") else "+") + text
    if std is not None:
        text += "\u00a0±\u00a0" + _digits(_finite(std), fmt, None)
        if unit:
            text += _suffix(fmt, style)
    return text


def _finite(value: object) -> float:
    """Return the number; LabError if it is none, or not finite."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise LabError(f"is {value!r}, not a number")
    if not math.isfinite(value):
        raise LabError(f"is {value}, not a finite number")
    return value


def _suffix(fmt: Format, style: Mapping[str, str]) -> str:
    return style[fmt.name] if fmt.name in ("percent", "seconds", "ratio") else ""


def _digits(number: float, fmt: Format, style: Mapping[str, str] | None) -> str:
    """Write the digits of a number >= 0, with its unit if a style is given."""
    match fmt.name:
        case "percent" | "points":
            text = f"{100 * number:,.{fmt.digits}f}"
        case "integer":
            text = f"{round(number):,}"
        case "general":
            text = _general(number, fmt.digits)
        case "scientific":
            if number == 0:
                return "0"
            mantissa, exponent = f"{number:.{fmt.digits}e}".split("e")
            return f"{mantissa}\u00a0×\u00a010{str(int(exponent)).translate(_SUPERSCRIPT)}"
        case "duration":
            return _duration(number, style or ENGLISH)
        case "bytes":
            return _bytes(number, style or ENGLISH)
        case _:
            text = f"{number:,.{fmt.digits}f}"
    return text + (_suffix(fmt, style) if style else "")


def _general(number: float, digits: int) -> str:
    """Write significant digits without an exponent and without trailing zeros."""
    if number == 0:
        return "0"
    places = digits - 1 - math.floor(math.log10(number))
    text = f"{round(number, places):,.{max(places, 0)}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _duration(seconds: float, style: Mapping[str, str]) -> str:
    if round(seconds) < 60:
        return f"{round(seconds)}{style['seconds']}"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes}{style['minutes']}"
    hours, minutes = divmod(minutes, 60)
    return f"{hours}{style['hours']} {minutes}{style['minutes']}"


def _bytes(number: float, style: Mapping[str, str]) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        digits = 0 if unit == "bytes" or number >= 99.95 else 1
        if round(number, digits) < 1000 or unit == "GB":
            break
        number /= 1000
    return f"{number:.{digits}f}{style['bytes']}{unit}"
