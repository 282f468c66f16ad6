"""The modules whose meaning has changed since the pipeline last ran.

Of a job that runs again, Snakemake says that the code of its rule has changed; this says in
which modules.
"""

from __future__ import annotations

import json
from pathlib import Path

from backprop_lab.files.atomic import replacing
from backprop_lab.planning.sources import SourceTree


def changed_modules(sources: SourceTree, ledger: Path) -> list[str]:
    """List the modules whose meaning differs from what `note_modules` wrote, new ones included.

    Args:
        ledger: the file that `note_modules` wrote; without it, or if it cannot be read, there
            is nothing to compare with and the list is empty.
    """
    try:
        before = json.loads(ledger.read_text(encoding="utf-8"))
        return [name for name, now in sources.digests().items() if before.get(name) != now]
    except (AttributeError, OSError, ValueError):
        return []


def note_modules(sources: SourceTree, ledger: Path) -> None:
    """Write what each module means now, as JSON: name -> digest."""
    with replacing(ledger, "w") as file:
        json.dump(sources.digests(), file, indent=1)
