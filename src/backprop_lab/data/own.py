"""Make the four archives of a data set of one's own, so that later steps see no difference.

Its images lie in a folder of config.yaml's `data: sets:`, by class or as IDX files.  They are
read, checked, divided, and written as the same four archives in which MNIST comes.  So later
steps take them as they take MNIST; source.json says what they are.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Any

import numpy as np

from backprop_lab.data.archives import (
    ARCHIVES,
    TEST_IMAGES,
    TEST_LABELS,
    TRAIN_IMAGES,
    TRAIN_LABELS,
    describe,
    file_digest,
)
from backprop_lab.data.class_folders import ClassFolders
from backprop_lab.data.idx import write_idx
from backprop_lab.data.idx_folder import IdxFolder
from backprop_lab.data.own_set import LEAST, Labelled, Layout, OwnSet, Pictures
from backprop_lab.data.staging import publish, staging
from backprop_lab.data.stratified import OF_ALL, OF_THE_OTHERS, stratified_split
from backprop_lab.errors import LabError

#: Of compression: a fifth of the time of the highest level, for a few per cent more bytes.
_LEVEL = 6


def find_layout(own: OwnSet) -> Layout:
    """See how the images of a data set lie in its folder; none is read yet.

    Raises:
        LabError: there is no such folder, or it holds no classes and no IDX files.
    """
    if not own.folder.is_dir():
        raise LabError(
            f"{own.key('folder')}: there is no folder {own.folder}; name the one with a folder for "
            "each class, or with IDX files"
        )
    return IdxFolder.of(own.folder) or ClassFolders.of(own.folder)


def contents_digest(own: OwnSet, layout: Layout) -> str:
    """Return the hexadecimal SHA-256 over the names and the bytes of all files of the images.

    Raises:
        LabError: a file cannot be read.
    """
    digest = hashlib.sha256()
    for path in layout.files:
        try:
            found = file_digest(path)
        except OSError as error:
            raise LabError(f"{path}: cannot be read ({error.strerror}); check it") from None
        name = path.relative_to(own.folder).as_posix()
        digest.update(f"{found} {name}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def gather(own: OwnSet, destination: Path) -> dict[str, Any]:
    """Write the four archives of a data set of one's own, and source.json, into a folder.

    Returns:
        What source.json says: as that of `download.fetch`, and besides class_names,
        image_shape ([height, width] in pixels), contents_sha256 (see `contents_digest`),
        inverted and, if it is known, licence.

    Raises:
        LabError: the images cannot be used, or `destination` cannot be written.
    """
    layout = find_layout(own)
    contents = contents_digest(own, layout)
    pictures = layout.read(own)
    _check_counts(own, pictures)
    parts = _divide(pictures, own.seed)
    sizes = {part: len(one.labels) for part, one in parts.items()}
    learn = Labelled(
        np.concatenate([parts[part].images for part in ("train", "validation")]),
        np.concatenate([parts[part].labels for part in ("train", "validation")]),
    )
    shape = learn.images.shape[1:]
    notes = "; ".join(pictures.notes)
    _say(own, pictures, sizes, notes)
    with staging(destination) as staged:
        for images, labels, one in (
            (TRAIN_IMAGES, TRAIN_LABELS, learn),
            (TEST_IMAGES, TEST_LABELS, parts["test"]),
        ):
            write_idx(staged / images, one.images, level=_LEVEL)
            write_idx(staged / labels, one.labels, level=_LEVEL)
        source = {
            "name": own.name,
            "title": own.title,
            "embedded": False,
            "source": layout.kind,
            "folder": str(own.folder.resolve()),
            "archives": {archive: describe(staged / archive) for archive in ARCHIVES},
            "forms": notes or None,
            "tried": [],
            "split": {
                "kind": "given_test" if pictures.test else "stratified",
                "seed": own.seed,
                "sizes": sizes,
            },
            "class_names": list(pictures.class_names),
            "image_shape": list(shape),
            "inverted": own.invert,
            "contents_sha256": contents,
        }
        if own.licence:
            source["licence"] = own.licence
        publish(staged, destination, source)
    return source


def _check_counts(own: OwnSet, pictures: Pictures) -> None:
    """Raise a LabError if a class has too few images, or no image shows anything."""
    parts = [(pictures.learn, LEAST, "to be divided")]
    if pictures.test:
        parts.append((pictures.test, 1, "of the test"))
    for part, least, what in parts:
        counts = np.bincount(part.labels, minlength=len(pictures.class_names))
        place = int(counts.argmin())
        if counts[place] < least:
            raise LabError(
                f"{own.folder}: class {pictures.class_names[place]} has {counts[place]} images "
                f"{what}, where {least} are needed; add images, or take the class away"
            )
    if not pictures.learn.images.any():
        raise LabError(f"{own.folder}: every image is black; give images that show something")


def _divide(pictures: Pictures, seed: int) -> dict[str, Labelled]:
    """Divide images into training, validation and test set, unless the test set was given."""
    images, labels = pictures.learn.images, pictures.learn.labels
    shares = OF_THE_OTHERS if pictures.test else OF_ALL
    drawn = [
        Labelled(images[place], labels[place]) for place in stratified_split(labels, seed, shares)
    ]
    if pictures.test:
        drawn.append(pictures.test)
    return dict(zip(("train", "validation", "test"), drawn, strict=True))


def _say(own: OwnSet, pictures: Pictures, sizes: dict[str, int], notes: str) -> None:
    """Write to stderr what was found and what was done to it."""
    height, width = pictures.learn.images.shape[1:]
    classes = f"{len(pictures.class_names)} classes of {height} x {width} pixels"
    parts = ", ".join(f"{n:,} {part}" for part, n in sizes.items())
    told = f"{own.folder}: {classes}, {parts}"
    print(f"{told}; {notes}" if notes else told, file=sys.stderr)
