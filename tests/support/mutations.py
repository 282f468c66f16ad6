"""Files damaged at random: bytes, lines, cells and values, as disks, editors and people do."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

#: Cells and values that readers trip over.
ODD = (
    *("", "nan", "inf", "-inf", "-1", "0", "1e400", "-0.0", "9.3", "1_000", " 1", "1.0", "None"),
    *("True", "NA", "null", "１", "0x10", "99999999999999999999", "1e-320", "text", "numpy"),
    *('"', "'", "a,b", "a\nb", "\x00", "é", "{}", "[]", "=1+1", "../../etc", "<b>", "{{x}}"),
)
VALUES = (
    *(None, True, False, 0, -1, 1, 1.5, -0.5, 9.3, 2**60, 10**400, 1e308, float("nan")),
    *(float("inf"), "", "text", "nan", "0" * 64, [], [1], [None], [[1]], {}, {"a": 1}),
)


def mutate(content: bytes, name: str, rng: random.Random) -> bytes:
    """Return the content of a file with one to three damages of the kinds that fit it."""
    kinds: list[Callable[[bytes, random.Random], bytes]] = [*_BYTES]
    if name.endswith((".csv", ".yaml", ".md")):
        kinds += [*_LINES] * 3
    if name.endswith(".csv"):
        kinds += [_cell, _cell, _swap_cells, _swap_columns, _drop_column] * 3
    if name.endswith(".json"):
        kinds += [_value, _value, _drop_key, _extra_key] * 4
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        content = rng.choice(kinds)(content, rng)
    return content


def _span(content: bytes, rng: random.Random) -> tuple[int, int]:
    start = rng.randrange(len(content) + 1)
    return start, min(len(content), start + rng.choice((1, 1, 2, 7, 50, 400)))


def _flip(content: bytes, rng: random.Random) -> bytes:
    if not content:
        return b"\xff"
    place = rng.randrange(len(content))
    return content[:place] + bytes([rng.randrange(256)]) + content[place + 1 :]


def _cut(content: bytes, rng: random.Random) -> bytes:
    start, stop = _span(content, rng)
    return content[:start] + content[stop:]


def _truncate(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def _repeat(content: bytes, rng: random.Random) -> bytes:
    start, stop = _span(content, rng)
    return content[:stop] + content[start:]


def _insert(content: bytes, rng: random.Random) -> bytes:
    start, _ = _span(content, rng)
    return content[:start] + rng.choice(ODD).encode() + content[start:]


def _zero(content: bytes, rng: random.Random) -> bytes:
    start, stop = _span(content, rng)
    return content[:start] + bytes(stop - start) + content[stop:]


_BYTES = (_flip, _cut, _truncate, _repeat, _insert, _zero)


def _drop_line(content: bytes, rng: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    if lines:
        del lines[rng.randrange(len(lines))]
    return b"".join(lines)


def _swap_lines(content: bytes, rng: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    if lines:
        i, j = (rng.randrange(len(lines)) for _ in range(2))
        lines[i], lines[j] = lines[j], lines[i]
    return b"".join(lines)


def _double_line(content: bytes, rng: random.Random) -> bytes:
    lines = content.splitlines(keepends=True)
    if lines:
        lines.insert(rng.randrange(len(lines)), rng.choice(lines))
    return b"".join(lines)


_LINES = (_drop_line, _swap_lines, _double_line)


def _edit_rows(
    content: bytes, rng: random.Random, edit: Callable[[list[list[bytes]], random.Random], None]
) -> bytes:
    rows = [line.split(b",") for line in content.split(b"\n")]
    edit(rows, rng)
    return b"\n".join(b",".join(row) for row in rows)


def _cell(content: bytes, rng: random.Random) -> bytes:
    def edit(rows: list[list[bytes]], rng: random.Random) -> None:
        row = rng.choice(rows)
        row[rng.randrange(len(row))] = rng.choice(ODD).encode()

    return _edit_rows(content, rng, edit)


def _swap_cells(content: bytes, rng: random.Random) -> bytes:
    """Exchange two cells anywhere, so that each still looks like one of this file."""

    def edit(rows: list[list[bytes]], rng: random.Random) -> None:
        one, other = rng.choice(rows), rng.choice(rows)
        i, j = rng.randrange(len(one)), rng.randrange(len(other))
        one[i], other[j] = other[j], one[i]

    return _edit_rows(content, rng, edit)


def _swap_columns(content: bytes, rng: random.Random) -> bytes:
    def edit(rows: list[list[bytes]], rng: random.Random) -> None:
        i, j = (rng.randrange(len(rows[0])) for _ in range(2))
        for row in rows[rng.randrange(2) :]:  # with the names or without them
            if max(i, j) < len(row):
                row[i], row[j] = row[j], row[i]

    return _edit_rows(content, rng, edit)


def _drop_column(content: bytes, rng: random.Random) -> bytes:
    def edit(rows: list[list[bytes]], rng: random.Random) -> None:
        i = rng.randrange(len(rows[0]))
        for row in rows:
            del row[i : i + 1]

    return _edit_rows(content, rng, edit)


def _places(content: object) -> list[tuple[dict | list, object]]:
    """List every place in a JSON value: the object or list, and the key or index."""
    found: list[tuple[dict | list, object]] = []
    waiting = [content]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict | list):
            keys = list(one) if isinstance(one, dict) else list(range(len(one)))
            found += [(one, key) for key in keys]
            waiting += [one[key] for key in keys]
    return found


def _edit_json(
    content: bytes, rng: random.Random, edit: Callable[[dict | list, object], None]
) -> bytes:
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return content
    places = _places(value)
    if places:
        edit(*rng.choice(places))
    return json.dumps(value).encode()


def _value(content: bytes, rng: random.Random) -> bytes:
    def edit(parent: dict | list, key: object) -> None:
        parent[key] = rng.choice(VALUES)

    return _edit_json(content, rng, edit)


def _drop_key(content: bytes, rng: random.Random) -> bytes:
    def edit(parent: dict | list, key: object) -> None:
        del parent[key]

    return _edit_json(content, rng, edit)


def _extra_key(content: bytes, rng: random.Random) -> bytes:
    def edit(parent: dict | list, key: object) -> None:
        if isinstance(parent, dict):
            parent[rng.choice(ODD)] = rng.choice(VALUES)
        else:
            parent.append(rng.choice(VALUES))

    return _edit_json(content, rng, edit)
