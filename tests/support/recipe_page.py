"""The recipes of CONTRIBUTING.md: read from the page, and followed to the letter.

An edit is a sentence of one of these forms, and the block of code below it:

    In `path`, before the line `text`:          At the end of `path`:
    In `path`, after the line `text`:           A new file, `path`:

The line's text is compared without the spaces around it and stands in the file once.  Two blank
lines follow a class, as the page says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from project_copy import ROOT

PAGE = ROOT / "CONTRIBUTING.md"
_EDIT = re.compile(
    r"(?:In `(?P<file>[^`]+)`, (?P<where>before|after) the line `(?P<line>[^`]+)`"
    r"|At the end of `(?P<end>[^`]+)`|A new file, `(?P<new>[^`]+)`):"
)
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Edit:
    """One edit: what is written where.

    Attributes:
        path: the file, below the project's folder.
        where: "before", "after", "end" or "new".
        line: the line that it names; "" for none.
        text: what is written.
    """

    path: str
    where: str
    line: str
    text: str

    def make(self, folder: Path) -> None:
        """Change the file in a copy of the project."""
        file = folder / self.path
        text = self.text + ("\n\n" if self.text.startswith("class ") else "")
        if self.where == "new":
            assert not file.exists(), f"{self.path} is there already"
            file.write_text(text, encoding="utf-8")
            return
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
        if self.where == "end":
            lines.append(text)
        else:
            places = [number for number, line in enumerate(lines) if line.strip() == self.line]
            assert len(places) == 1, f"{self.path}: {self.line!r} stands {len(places)} times"
            (place,) = places
            lines.insert(place + (self.where == "after"), text)
        file.write_text("".join(lines), encoding="utf-8")


@dataclass(frozen=True)
class Recipe:
    """A recipe: its edits and its commands, each in the order of the page."""

    edits: tuple[Edit, ...]
    commands: tuple[str, ...]

    def stands_in(self, folder: Path) -> bool:
        """Tell whether the first edit was made before, as by a reader of the page."""
        first, file = self.edits[0], folder / self.edits[0].path
        line = first.text.strip().splitlines()[0]
        return file.exists() and line in map(str.strip, file.read_text("utf-8").splitlines())

    def follow(self, folder: Path, *, without: str = "") -> set[str]:
        """Make the edits in a copy of the project; return the files that they touch.

        Args:
            without: a file whose edits are left out.
        """
        before = contents(folder)
        for edit in self.edits:
            if edit.path != without:
                edit.make(folder)
        after = contents(folder)
        return {path for path in after if after[path] != before.get(path)}


def recipe(title: str) -> Recipe:
    """Read the recipe below a heading of CONTRIBUTING.md."""
    page = PAGE.read_text(encoding="utf-8")
    sections = dict(re.findall(r"^### ([^\n]+)\n(.*?)(?=^##|\Z)", page, re.DOTALL | re.MULTILINE))
    edits, commands = [], []
    section = sections[title]
    for block in _BLOCK.finditer(section):
        kind, text = block.groups()
        if kind == "sh":
            commands.append(text)
            continue
        sentence = section[: block.start()].strip().splitlines()[-1]
        found = _EDIT.fullmatch(sentence)
        assert found, f"a block without a place: {sentence!r}"
        where = found["where"] or ("end" if found["end"] else "new")
        path = found["file"] or found["end"] or found["new"]
        edits.append(Edit(path, where, found["line"] or "", text))
    return Recipe(tuple(edits), tuple(commands))


def contents(folder: Path) -> dict[str, bytes]:
    """Read every file of a folder, by its path in it."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
