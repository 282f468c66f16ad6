"""The pages of the documentation: their commands and their edits, as a reader meets them."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from project_copy import ROOT

DOCS = ROOT / "docs"
_BLOCK = re.compile(r"^```sh\n(.*?)^```$", re.DOTALL | re.MULTILINE)
#: "In `file`, below `key:`, change the line `old` to `new`."  The paragraph may be broken anywhere.
_EDIT = re.compile(
    r"In `(?P<file>[^`]+)`, below `(?P<below>[^`]+)`, change the line `(?P<old>[^`]+)` to "
    r"`(?P<new>[^`]+)`\."
)


def pages() -> list[Path]:
    """List all pages."""
    return sorted(DOCS.rglob("*.md"))


def blocks(page: Path) -> list[str]:
    """Return the commands of a page that are marked as sh, a text for each block."""
    return _BLOCK.findall(page.read_text(encoding="utf-8"))


def steps(page: Path) -> list[str | re.Match[str]]:
    """Return what a page has its reader do, in order: blocks of commands, and edits."""
    text = page.read_text(encoding="utf-8")
    found = [(one.start(), one[1]) for one in _BLOCK.finditer(text)]
    found += [(one.start(), one) for one in _EDIT.finditer(text)]
    return [step for _, step in sorted(found, key=lambda step: step[0])]


def edit(folder: Path, asked: re.Match[str]) -> None:
    """Make an edit in a copy of the project: of the first such line below the one it names."""
    file = folder / asked["file"]
    above, below = file.read_text(encoding="utf-8").split(f"\n  {asked['below']}\n")
    changed = re.sub(
        rf"^( +){re.escape(asked['old'])}$", rf"\g<1>{asked['new']}", below, count=1, flags=re.M
    )
    assert changed != below, f"{asked['file']}: no line {asked['old']!r}"
    file.write_text(f"{above}\n  {asked['below']}\n{changed}", encoding="utf-8")


def commands(block: str) -> list[list[str]]:
    """Split a block into its commands, each into its words, without variables set before it."""
    found: list[list[str]] = []
    for line in block.splitlines():
        words: list[str] = []
        for word in [*shlex.split(line, comments=True), "&&"]:
            if word not in ("&&", "||"):
                words.append(word)
                continue
            while words and re.fullmatch(r"[A-Z_]+=\S*", words[0]):
                del words[0]
            found += [words] if words else []
            words = []
    return found
