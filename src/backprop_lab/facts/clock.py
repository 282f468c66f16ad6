"""What a clock wrote, told apart from what it did not.

Two builds of the same code, config, data and libraries on one machine agree to the last byte in
everything but times.  So digests and comparisons leave times out: whole files of `CLOCK_FILES`,
the columns of `runs.columns.CLOCK_COLUMNS`, the claims that are judged by times, and the facts
that are marked with "clock".
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from pathlib import Path

from backprop_lab.claims.measures import is_timed
from backprop_lab.files.documents import read_json
from backprop_lab.runs.columns import CLOCK_COLUMNS

#: Names of files of which nothing is left without their times.
CLOCK_FILES = (
    "build.csv",
    "floors.csv",
    "growth.csv",
    "job.json",
    "jobs.csv",
    "speed.csv",
    "timing.csv",
    "trainers.csv",
    "trainers_ratios.csv",
)

#: In claims.json, and as a fact: whether the git history was there. That is no result either.
_OF_GIT = ("register", "claims.register.compared_with_git")


def is_clocks(key: str, unit: str, source: Path) -> bool:
    """Say whether a clock wrote a fact.

    Args:
        key, unit: of the fact.
        source: the file that it was read from.

    >>> is_clocks("matrix.best.seconds_per_epoch", "seconds", Path("variants.csv"))
    True
    >>> is_clocks("runs.n", "count", Path("runs.csv"))
    False
    """
    last = key.rpartition(".")[2]
    return unit == "seconds" or "seconds" in last or Path(source).name in CLOCK_FILES


def content_digest(path: Path) -> str:
    """Return the SHA-256 of what no clock wrote of a file; see `content`."""
    return hashlib.sha256(content(path)).hexdigest()


def content(path: Path) -> bytes:
    """Return what no clock wrote of a file; of one without times, its bytes.

    Of a CSV the columns of times are left out, and in claims.csv and multiverse.csv the claims
    that are judged by times; of facts.json the facts that a clock wrote; of claims.json and
    multiverse.json the claims judged by times. Nor is there whether the project had its history.

    Raises:
        LabError: a JSON file cannot be read.
    """
    path = Path(path)
    if path.suffix == ".csv":
        return _table_content(path.read_bytes())
    if path.name == "facts.json":
        facts = read_json(path).items()
        return _dump(
            {key: fact for key, fact in facts if not fact.get("clock") and key not in _OF_GIT}
        )
    if path.name in ("claims.json", "multiverse.json"):
        whole = read_json(path)
        claims = whole.pop("claims").items()
        whole = {key: one for key, one in whole.items() if key not in _OF_GIT}
        return _dump(whole | {"claims": {name: one for name, one in claims if not is_timed(one)}})
    return path.read_bytes()


def _table_content(data: bytes) -> bytes:
    """Return a CSV without times."""
    head = data.partition(b"\n")[0].decode("utf-8", errors="replace").split(",")
    judged = {"claim", "quantity"} <= set(head)
    marked = {"claim", "timed"} <= set(head)
    if not judged and not marked and not set(head) & set(CLOCK_COLUMNS):
        return data
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8", errors="replace"))))
    if judged:
        timed = {row["claim"] for row in rows if is_timed({"quantity": row["quantity"]})}
        rows = [row for row in rows if row["claim"] not in timed]
    if marked:
        rows = [row for row in rows if row["timed"] != "True"]
    output = io.StringIO()
    kept = [name for name in head if name not in CLOCK_COLUMNS]
    writer = csv.DictWriter(output, kept, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return output.getvalue().encode()


def _dump(content: object) -> bytes:
    return json.dumps(content, sort_keys=True, ensure_ascii=False).encode()
