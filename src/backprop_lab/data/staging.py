"""The folder of the archives, filled all at once or not at all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from backprop_lab.data.archives import ARCHIVES, SOURCE
from backprop_lab.files.atomic import unwritable


@contextmanager
def staging(destination: Path) -> Iterator[Path]:
    """Make a folder inside `destination` that is gone afterwards, whatever happens.

    Raises:
        LabError: it cannot be written.
    """
    place = destination / ".partial"
    try:
        shutil.rmtree(place, ignore_errors=True)  # of a fetch that was killed
        place.mkdir(parents=True)
        yield place
    except OSError as error:
        raise unwritable(destination, error) from error
    finally:
        shutil.rmtree(place, ignore_errors=True)


def publish(staged: Path, destination: Path, source: Mapping[str, Any]) -> None:
    """Give the four archives their final names, and source.json with them.

    Args:
        staged: the folder that `staging` made, with the archives in it.
        destination: where they go.
        source: what source.json is to say.

    Raises:
        OSError: a file cannot be written.
    """
    text = json.dumps(source, indent=1) + "\n"
    (staged / SOURCE).write_text(text, encoding="utf-8")
    for file in (*ARCHIVES, SOURCE):  # source.json last: it vouches for the others
        os.replace(staged / file, destination / file)
