"""Copies of a built report's inputs, for a test to change, and what a reader of it sees."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace

from built_out import REPORT, inputs_of


def copied(inputs, folder, template=None):
    """Copies of results and assets, so that a test can change both."""
    out, assets = folder / "out", folder / "report"
    shutil.copytree(inputs.facts.parent, out)
    shutil.copytree(REPORT, assets)
    whole = assets / "text/en/lab-report.md"
    inputs = replace(inputs_of(out), template=whole, report=assets)
    return inputs if template is None else short(inputs, template)


def short(inputs, template):
    path = inputs.template.with_name("short.md")
    path.write_text(f"---\ntitle: T\nauthor: [A]\n---\n{template}\n", encoding="utf-8")
    return replace(inputs, template=path)


def change(path, function):
    content = json.loads(path.read_text())
    function(content)
    path.write_text(json.dumps(content))


def rewrite_claims(inputs, old, new):
    """Change the texts of the claims, which were judged before."""
    path = inputs.claim_texts
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def shown(markdown):
    """What a reader sees: the facts without what they carry, no escapes."""
    text = re.sub(r"\[((?:[^\[\]\\]|\\.)*)\]\{\.fact[^}]*\}", r"\1", markdown)
    return re.sub(r"\\([^\w\s])", r"\1", text)


def table(markdown, label):
    """The rows of a table."""
    found = re.search(rf"#{label} .*?```[^\n]*\n(.*?)\n```", markdown, re.DOTALL)
    return json.loads(found[1])["rows"]
