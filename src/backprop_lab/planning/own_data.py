"""The data set of one's own that a build is for, and whether its images have changed.

Snakemake cannot watch thousands of images one by one, so the rule that reads them has a digest
of their contents for a parameter.  It is computed when the build is planned; as long as names,
sizes and times of all files are those of the last time, it is read from a note.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from backprop_lab.data.archives import SOURCE
from backprop_lab.data.class_folders import ClassFolders
from backprop_lab.data.own import contents_digest, find_layout
from backprop_lab.data.own_set import Layout, OwnSet
from backprop_lab.errors import LabError
from backprop_lab.files.atomic import replacing
from backprop_lab.report.font_files import signs, unshown

#: What the digests were the last time: {folder: {"listed": digest, "contents": digest}}.
NOTES = Path(".snakemake/backprop-lab-own-images.json")


def own_set(config: Mapping[str, Any]) -> OwnSet | None:
    """Return the data set of one's own that config.yaml chooses; None if it chooses another one.

    Args:
        config: a config that fits its schema.
    """
    name, data = config["dataset"], config["data"]
    if name not in data["sets"]:
        return None
    return OwnSet.of(name, data["sets"][name], seed=data["split_seed"])


def settings(own: OwnSet) -> str:
    """Write what makes a data set besides its images, as JSON; the folder's place does not."""
    about = {
        "name": own.name,
        "title": own.title,
        "size": own.size,
        "invert": own.invert,
        "classes": own.classes,
        "licence": own.licence,
        "seed": own.seed,
    }
    return json.dumps(about, ensure_ascii=False)


def images_digest(own: OwnSet, raw: Path, notes: Path = NOTES) -> str:
    """Return the digest of the images' names and contents; see `data.own.contents_digest`.

    Where their folder has gone, the archives that were made of it are as good.

    Args:
        own: the data set.
        raw: folder of the archives, with their source.json.
        notes: a file in which the digest stands for the next time; no harm if it cannot be
            written.

    Raises:
        LabError: there are no images, their folder is not as it must be, or the report cannot
            show the name of a class.
    """
    if not own.folder.is_dir():
        made = _read(raw / SOURCE)
        if made.get("name") == own.name and "contents_sha256" in made:
            return str(made["contents_sha256"])
    layout = find_layout(own)
    _check_names_can_be_shown(own, layout)
    key, listed = str(own.folder.resolve()), _listing_digest(own, layout)
    noted = _read(notes)
    found = noted.get(key)
    if isinstance(found, dict) and found.get("listed") == listed and "contents" in found:
        return str(found["contents"])
    contents = contents_digest(own, layout)
    with suppress(LabError), replacing(notes, "w") as file:
        json.dump({**noted, key: {"listed": listed, "contents": contents}}, file)
    return contents


def _check_names_can_be_shown(own: OwnSet, layout: Layout) -> None:
    """Check that the report has a font for each class's name; labels without names are numbers.

    Raises:
        LabError: it has none.
    """
    names, where = list(own.classes), own.key("classes")
    what = "write its name there in other letters"
    if isinstance(layout, ClassFolders):
        names, where = list(layout.parts["train"]), f"{own.folder} (data set {own.name})"
        what = "give its folder another name"
    for name in names:
        if lacking := unshown(name):
            told = f"no font of the report has {signs(lacking)}"
            raise LabError(f"{where}: class {name!r}: {told}; {what}")


def _listing_digest(own: OwnSet, layout: Layout) -> str:
    """Return a digest of the names, sizes and times of all files of the images."""
    digest = hashlib.sha256()
    folder = f"{own.folder}{os.sep}"
    for path in map(str, layout.files):  # thousands: texts are faster than paths
        try:
            about = os.stat(path)
        except OSError as error:
            raise LabError(f"{path}: cannot be read ({error.strerror}); check it") from None
        line = f"{about.st_size} {about.st_mtime_ns} {path.removeprefix(folder)}\n"
        digest.update(line.encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _read(path: Path) -> dict[str, Any]:
    """Read a JSON file; {} if there is none, or it is damaged."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
