"""Write the references of the documentation anew, each below the marker of its page.

    python docs/programs/write_pages.py

`make docs` does so before it builds the site; tests/docs/test_references.py finds a page that
was not written anew.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import command_page
import config_page
import library_page

from backprop_lab.files.atomic import replacing

DOCS = Path(__file__).parents[1]
#: What stands above it is written by hand.
MARKER = "<!-- Written by docs/programs/write_pages.py from here on: do not edit. -->\n"
#: Page -> what returns its reference.
PAGES: dict[str, Callable[[], str]] = {
    "command-line.md": command_page.reference,
    "configuration.md": config_page.reference,
    "library.md": library_page.reference,
}


def whole(name: str) -> str:
    """Return a page with its reference written anew.

    Raises:
        ValueError: the page has no marker, or several.
    """
    above, _ = (DOCS / name).read_text(encoding="utf-8").split(MARKER)
    return f"{above}{MARKER}\n{PAGES[name]()}"


if __name__ == "__main__":
    for page in PAGES:
        text = whole(page)
        with replacing(DOCS / page, "w") as file:
            file.write(text)
