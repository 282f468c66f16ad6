"""docs/licences.md: the licence of every package that requirements.lock installs.

To write it anew, in an environment with all of them:

    python tests/support/licences.py > docs/licences.md
"""

from __future__ import annotations

import re
from importlib import metadata
from pathlib import Path

PROJECT = Path(__file__).parents[2]
HEAD = """# Licences of the dependencies

The project's own code is under the MIT licence (`LICENSE`). It installs the packages below, which
`requirements.lock` names; their licences are those that each states in its metadata. Written by
`tests/support/licences.py`, and held to the lock file by `tests/test_licences.py`.

A package can carry other people's work under another licence. What matters here:

- `pypandoc_binary` carries the program pandoc, under the GNU General Public License, version 2 or
  later. It is run, not linked, and no part of it gets into a report.
- A report carries uPlot (MIT; its licence stands in the page) and subsets of fonts: STIX General
  of matplotlib (the STIX fonts' user licence, based on the SIL Open Font License), DejaVu Sans of
  matplotlib (Bitstream Vera's licence), STIX Two Math of ziamath, Noto CJK of mplfonts and its bold
  of cvttf-NotoSansCJK-Bold (SIL Open Font License 1.1, whatever the last package states); the PDF
  also the fonts inside typst (Libertinus, SIL Open Font License 1.1; DejaVu).

| Package | Licence |
|:--------|:--------|
"""


def locked(project: Path = PROJECT) -> list[str]:
    """The packages of requirements.lock, in its order."""
    lines = (project / "requirements.lock").read_text(encoding="utf-8").splitlines()
    return [line.partition("==")[0] for line in lines if line and not line.startswith("#")]


def licence(package: str) -> str:
    """The licence of an installed package: its SPDX expression, or else what it says instead."""
    about = metadata.metadata(package)
    if about.get("License-Expression"):
        return about["License-Expression"]
    named = about.get_all("Classifier") or []
    classified = [line.rpartition(" :: ")[2] for line in named if line.startswith("License :: ")]
    classified = [name for name in classified if name != "OSI Approved"]
    stated = (about.get("License") or "").strip().splitlines()[:1]
    return "; ".join(classified) or "".join(stated) or first_line(package) or "not stated"


def first_line(package: str) -> str:
    """The first line of the licence that a package carries as a file."""
    for file in metadata.files(package) or []:
        if re.search("licen[cs]e", file.name, re.IGNORECASE) and "dist-info" in str(file):
            lines = file.locate().read_text(encoding="utf-8").split("\n")
            return next((line.strip(" #") for line in lines if line.strip()), "")
    return ""


def page() -> str:
    """What docs/licences.md says."""
    rows = sorted((re.sub(r"[_.]", "-", name.lower()), name) for name in locked())
    return HEAD + "".join(f"| {name} | {licence(name)} |\n" for _, name in rows)


if __name__ == "__main__":
    print(page(), end="")
