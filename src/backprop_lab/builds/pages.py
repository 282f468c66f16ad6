"""Differences of two builds as text for the terminal, and as one HTML page."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from backprop_lab.builds.causes import KINDS as CAUSES
from backprop_lab.builds.diff import Difference, Differences

#: Heads of the kinds of differences.
_HEADS = {
    "verdict": "Verdicts that flipped",
    "sentence": "Sentences, old and new",
    "number": "Numbers",
    "figure": "Figures",
    "run": "Runs",
    "table": "Tables and images",
    "environment": "Environment",
}
#: So many differences of a kind are told on the terminal.
SHOWN = 20
_TEMPLATE = Path(__file__).with_name("diff.html")


def as_text(differences: Differences) -> str:
    """Write what differs as plain text, "" for equal builds; of many numbers the first few."""
    return "\n".join(_lines(differences))


def _lines(differences: Differences) -> Iterator[str]:
    if differences.found:
        yield f"- {differences.first.out}"
        yield f"+ {differences.second.out}"
        if differences.modules:
            yield f"code that differs: {', '.join(differences.modules)}"
    for kind, members in _by_kind(differences):
        yield f"\n{_HEADS[kind]} ({len(members)})"
        for one in members[:SHOWN]:
            yield f"  {one.name}  [{_causes(one)}]"
            yield f"    - {one.before if one.before is not None else '(none)'}"
            yield f"    + {one.after if one.after is not None else '(none)'}"
        if len(members) > SHOWN:
            yield f"  ... and {len(members) - SHOWN} more"


def _by_kind(differences: Differences) -> Iterator[tuple[str, list[Difference]]]:
    for kind, group in groupby(differences.found, key=lambda one: one.kind):
        yield kind, list(group)


def as_html(differences: Differences) -> str:
    """Write what differs as one HTML page that needs nothing else."""
    environment = ImmutableSandboxedEnvironment(
        autoescape=True, undefined=jinja2.StrictUndefined, keep_trailing_newline=True
    )
    environment.filters["base64"] = lambda path: b64encode(Path(path).read_bytes()).decode()
    template = environment.from_string(_TEMPLATE.read_text(encoding="utf-8"))
    return template.render(
        differences=differences, kinds=list(_by_kind(differences)), heads=_HEADS, causes=CAUSES
    )


def _causes(one: Difference) -> str:
    """Write the causes of a difference in a line: of each kind the first, and how many more."""
    parts = []
    for kind, group in groupby(one.causes, key=lambda cause: cause.kind):
        first, *more = [cause.detail for cause in group]
        parts.append(f"{kind}: {first}" + (f" and {len(more)} more" if more else ""))
    return "; ".join(parts)
