"""Differences of two builds as text for the terminal, and as one HTML page."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path

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
_STYLE = """
body{font:16px/1.5 sans-serif;max-width:70em;margin:2em auto;padding:0 1em}
table{border-collapse:collapse;width:100%}td,th{border-top:1px solid #999;padding:.3em .6em;
text-align:left;vertical-align:top}img{max-width:32em;width:100%;background:#fff}
del{background:#fdd}ins{background:#dfd;text-decoration:none}
"""


def as_text(differences: Differences) -> str:
    """Write what differs as plain text, "" for equal builds; of many numbers the first few."""
    return "\n".join(_lines(differences))


def _lines(differences: Differences) -> Iterator[str]:
    if differences.found:
        yield f"- {differences.first.out}"
        yield f"+ {differences.second.out}"
        if differences.modules:
            yield f"code that differs: {', '.join(differences.modules)}"
    for kind, group in groupby(differences.found, key=lambda one: one.kind):
        members = list(group)
        yield f"\n{_HEADS[kind]} ({len(members)})"
        for one in members[:SHOWN]:
            yield f"  {one.name}  [{_causes(one)}]"
            yield f"    - {one.before if one.before is not None else '(none)'}"
            yield f"    + {one.after if one.after is not None else '(none)'}"
        if len(members) > SHOWN:
            yield f"  ... and {len(members) - SHOWN} more"


def as_html(differences: Differences) -> str:
    """Write what differs as one HTML page that needs nothing else."""
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8"><title>Two builds compared</title>',
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\">",
        f"<style>{_STYLE}</style></head><body><h1>Two builds compared</h1>",
        f"<p><del>{escape(str(differences.first.out))}</del><br>"
        f"<ins>{escape(str(differences.second.out))}</ins></p>",
    ]
    if not differences.found:
        parts.append("<p>Nothing differs.</p>")
    if differences.modules:
        parts.append(f"<p>Code that differs: {escape(', '.join(differences.modules))}</p>")
    for kind, group in groupby(differences.found, key=lambda one: one.kind):
        members = list(group)
        parts.append(f"<h2>{_HEADS[kind]} ({len(members)})</h2><table>")
        parts.append("<tr><th>What</th><th>Before</th><th>After</th><th>Cause</th></tr>")
        parts += [_row(one) for one in members]
        parts.append("</table>")
    return "\n".join([*parts, "</body></html>", ""])


def _row(one: Difference) -> str:
    shown = (_shown(one, which) for which in ("before", "after"))
    cells = [escape(one.name), *shown, "<br>".join(_told(one))]
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _shown(one: Difference, which: str) -> str:
    """Write one side of a difference: a figure as its picture."""
    text = getattr(one, which)
    if text is None:
        return "–"
    if one.kind != "figure":
        tag = {"before": "del", "after": "ins"}[which]
        return f"<{tag}>{escape(text)}</{tag}>"
    data = base64.b64encode(Path(text).read_bytes()).decode()
    return f'<img alt="{escape(one.name)}" src="data:image/svg+xml;base64,{data}">'


def _told(one: Difference) -> Iterator[str]:
    for cause in one.causes:
        about = escape(CAUSES[cause.kind])
        yield f'<b title="{about}">{cause.kind}</b> {escape(cause.detail)}'


def _causes(one: Difference) -> str:
    """Write the causes of a difference in a line: of each kind the first, and how many more."""
    parts = []
    for kind, group in groupby(one.causes, key=lambda cause: cause.kind):
        first, *more = [cause.detail for cause in group]
        parts.append(f"{kind}: {first}" + (f" and {len(more)} more" if more else ""))
    return "; ".join(parts)
