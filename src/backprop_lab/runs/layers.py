"""How a run's name spells its hidden layers: 360-100, or 360-16x30-40 where layers repeat.

Deep networks repeat their layers.  Written out, thirty equal layers make a long folder name,
and Snakemake refuses a part of a path that repeats itself twenty times: it takes that for
rules which call each other without end.  So three or more repetitions are written once:

    16-16         two layers of 16 units
    16x30         thirty layers of 16 units
    64.16x25-40   64 and 16 units, this pair twenty-five times; then 40 units
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from backprop_lab.errors import LabError
from backprop_lab.runs.limits import MAX_LAYERS

#: As many repetitions of a block of layers, or more, are written once.
_FEWEST_REPEATS = 3

_BLOCK = r"[0-9]+(\.[0-9]+)*(x[0-9]+)?"
#: What Snakemake may match as the hidden layers of a run's name.
PATTERN = f"{_BLOCK}(-{_BLOCK})*"


def spell_layers(sizes: Sequence[int]) -> str:
    """Return the units of each hidden layer as a run's name has them.

    From the first layer on, the block of layers is taken whose repetitions reach furthest (the
    shortest of several), so each network has one spelling, and no part of it is left that
    repeats itself more than a few times.

    >>> spell_layers([360, 100, 40]), spell_layers([16] * 30), spell_layers([64, 16] * 25 + [40])
    ('360-100-40', '16x30', '64.16x25-40')
    """
    parts: list[str] = []
    start = 0
    while start < len(sizes):
        length, repeats = _longest_repetition(sizes, start)
        block = ".".join(str(size) for size in sizes[start : start + length])
        parts.append(f"{block}x{repeats}" if repeats > 1 else block)
        start += length * repeats
    return "-".join(parts)


def parse_layers(text: str) -> tuple[int, ...]:
    """Return the units of each hidden layer, the inverse of `spell_layers`.

    Other spellings of the same layers are read, too.

    >>> parse_layers("360-16x3")
    (360, 16, 16, 16)

    Raises:
        LabError: the text spells no layers, or more than MAX_LAYERS.
    """
    if re.fullmatch(PATTERN, text) is None:
        raise LabError(f"hidden_sizes: {text!r} does not spell layers; write them as 360-16x3-40")
    sizes: list[int] = []
    for part in text.split("-"):
        layers, _, count = part.partition("x")
        block = [int(size) for size in layers.split(".")]
        repeats = int(count or 1)
        if len(sizes) + len(block) * repeats > MAX_LAYERS:  # before they take up memory
            raise LabError(f"hidden_sizes: {text} are more than {MAX_LAYERS} layers; take fewer")
        sizes += block * repeats
    return tuple(sizes)


def _longest_repetition(sizes: Sequence[int], start: int) -> tuple[int, int]:
    """Find the block of layers at `start` whose repetitions reach furthest.

    Returns:
        How many layers the block has, and how often it stands there in a row; (1, 1) where
        nothing repeats itself often enough.
    """
    best = (1, 1)
    for length in range(1, (len(sizes) - start) // _FEWEST_REPEATS + 1):
        # Each repetition equals the one before it, so layers equal those `length` further on.
        end = start
        while end + length < len(sizes) and sizes[end] == sizes[end + length]:
            end += 1
        repeats = (end - start) // length + 1
        if repeats >= _FEWEST_REPEATS and length * repeats > best[0] * best[1]:
            best = (length, repeats)
    return best
