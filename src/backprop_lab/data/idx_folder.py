"""Images in IDX files under any of their usual names.

As MNIST was published (train-images-idx3-ubyte.gz), unpacked, with a dot as on Kaggle
(train-images.idx3-ubyte, there also in a folder of its own name), with `test` for `t10k`, or
with the name of the data set before it, as EMNIST has them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backprop_lab.data.grey import GreyReader
from backprop_lab.data.idx import check_as_many, read_idx
from backprop_lab.data.own_set import MOST_CLASSES, Labelled, OwnSet, Pictures, check_class_names
from backprop_lab.errors import LabError

_NAME = re.compile(
    r"(?:.*[-_.])?(train|t10k|test)[-_](images|labels)[-_.]idx[13][-_.]ubyte(?:\.gz)?",
    re.IGNORECASE,
)
#: What a file is called in messages that ask for it: part, kind -> name.
_USUAL = {
    ("train", "images"): "train-images-idx3-ubyte",
    ("train", "labels"): "train-labels-idx1-ubyte",
    ("test", "images"): "t10k-images-idx3-ubyte",
    ("test", "labels"): "t10k-labels-idx1-ubyte",
}


@dataclass(frozen=True)
class IdxFolder:
    """A folder of IDX files.

    Attributes:
        folder: of the data set.
        parts: "train", and "test" if it is given -> its images and its labels.
    """

    folder: Path
    parts: Mapping[str, tuple[Path, Path]]
    kind: str = "IDX files in a local folder"

    @classmethod
    def of(cls, folder: Path) -> IdxFolder | None:
        """Find the IDX files of a folder; None if there is none.

        Raises:
            LabError: two files could be the same part, or one is missing.
        """
        found = _find(folder)
        if not found:
            return None
        for paths in found.values():
            if len(paths) > 1:
                one, other, *_ = sorted(paths)
                raise LabError(f"{one}: {other.name} has the same images or labels; keep one")
        wanted = [role for role in _USUAL if role[0] in {"train", *(part for part, _ in found)}]
        for part, kind in wanted:
            if (part, kind) not in found:
                raise LabError(
                    f"{folder / _USUAL[part, kind]}: no such file, packed or unpacked, beside "
                    f"{sorted(found.values())[0][0].name}; put it there"
                )
        parts = dict.fromkeys(part for part, _ in wanted)
        return cls(folder, {p: (found[p, "images"][0], found[p, "labels"][0]) for p in parts})

    @property
    def files(self) -> list[Path]:
        """List the files, in order."""
        return [path for pair in self.parts.values() for path in pair]

    def read(self, own: OwnSet) -> Pictures:
        """Read all images and labels.

        Raises:
            LabError: a file is damaged, numbers differ, or a label is none of the classes.
        """
        reader = GreyReader(own.key("size"), own.size, own.invert)
        read = {part: _read_pair(images, labels) for part, (images, labels) in self.parts.items()}
        names, values = self._classes(own, read["train"][1])
        parts = {}
        for part, (images, labels) in read.items():
            path, labels_path = self.parts[part]
            unknown = np.flatnonzero(~np.isin(labels, values))
            if len(unknown):
                place = unknown[0]
                raise LabError(
                    f"{labels_path}: label {labels[place]} at position {place} is none of the "
                    f"{len(values)} classes ({self._known(own)}); correct it"
                )
            grey = np.stack([reader.array(image, path) for image in images])
            parts[part] = Labelled(grey, np.searchsorted(values, labels).astype(np.uint8))
        return Pictures(names, parts["train"], parts.get("test"), reader.notes())

    def _classes(self, own: OwnSet, labels: np.ndarray) -> tuple[list[str], np.ndarray]:
        """Return the names of the classes, and the label of each, in ascending order."""
        path = self.parts["train"][1]
        if own.classes:
            check_class_names(own.classes, own.key("classes"))
            return list(own.classes), np.arange(len(own.classes))
        values = np.unique(labels)
        if len(values) > MOST_CLASSES:
            raise LabError(
                f"{path}: has {len(values)} different labels, more than the {MOST_CLASSES} classes "
                "that a network here can have; see whether it holds labels"
            )
        names = [str(value) for value in values]
        check_class_names(names, str(path))
        return names, values

    def _known(self, own: OwnSet) -> str:
        """Say where the classes are from."""
        return own.key("classes") if own.classes else f"of {self.parts['train'][1].name}"


def _find(folder: Path) -> dict[tuple[str, str], list[Path]]:
    """Find files by their names: part and kind -> those that it could be."""
    found: dict[tuple[str, str], list[Path]] = defaultdict(list)
    try:
        inside = sorted(folder.iterdir())
    except OSError as error:
        raise LabError(f"{folder}: cannot be read ({error.strerror}); check it") from None
    for path in inside:
        match = _NAME.fullmatch(path.name)
        if not match:
            continue
        # Kaggle's archive of MNIST has it in a folder as well.
        file = path / path.name if path.is_dir() else path
        if file.is_file():
            part = "train" if match[1].lower() == "train" else "test"
            found[part, match[2].lower()].append(file)
    return dict(found)


def _read_pair(images_path: Path, labels_path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Read images, uint8 (n, height, width), and labels, uint8 (n,)."""
    images, labels = read_idx(images_path, dimensions=3), read_idx(labels_path, dimensions=1)
    check_as_many(images_path, images, labels_path, labels)
    if images.size == 0:
        raise LabError(f"{images_path}: holds no image; put another file there")
    return images, labels
