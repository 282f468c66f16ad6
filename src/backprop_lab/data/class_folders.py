"""Images that lie in a folder for each class, `<class>/*.png`, or `train/<class>`, `test/<class>`.

The folders' names are the names of the classes; their order is that of the names.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

import numpy as np

from backprop_lab.data.grey import ENDINGS, GreyReader
from backprop_lab.data.own_set import Labelled, OwnSet, Pictures, check_class_names
from backprop_lab.errors import LabError

#: Folders that hold parts, if a folder has the first of them.
_PARTS = ("train", "test")
#: Files that a system leaves in folders of images, besides those with a dot before their name.
_LITTER = ("thumbs.db", "desktop.ini", "__macosx")


@dataclass(frozen=True)
class ClassFolders:
    """Images by class.

    Attributes:
        folder: of the data set.
        parts: "train", and "test" if it is given -> class -> its files, in order.
    """

    folder: Path
    parts: Mapping[str, Mapping[str, list[Path]]]
    kind: str = "images by class in a local folder"

    @classmethod
    def of(cls, folder: Path) -> ClassFolders:
        """List the images of a folder; nothing is read yet.

        Raises:
            LabError: there are no classes, or something lies where no image is expected.
        """
        inside = {one.name: one for one in _listed(folder)}
        if "train" not in inside or not inside["train"].is_dir():
            return cls(folder, {"train": _classes(folder)})
        for name, one in inside.items():
            if one.is_dir() and name not in _PARTS:
                raise LabError(
                    f"{one.path}: is neither train nor test, the two parts of {folder}; move its "
                    "images into one of them, or take it away"
                )
        parts = {name: _classes(folder / name) for name in _PARTS if name in inside}
        for part, classes in parts.items():
            if other := sorted(set(classes) ^ set(parts["train"])):
                raise LabError(
                    f"{folder / part}: has other classes than {folder / 'train'} ({other[0]}); "
                    "each class needs a folder in both"
                )
        return cls(folder, parts)

    @property
    def files(self) -> list[Path]:
        """List all images, in order."""
        return [
            path for classes in self.parts.values() for files in classes.values() for path in files
        ]

    def read(self, own: OwnSet) -> Pictures:
        """Read all images.

        Raises:
            LabError: one cannot be used, or config.yaml names the classes a second time.
        """
        if own.classes:
            raise LabError(
                f"{own.key('classes')}: the folders in {self.folder} name the classes; "
                "leave the key out"
            )
        reader = GreyReader(own.key("size"), own.size, own.invert)
        read = {part: _read(classes, reader) for part, classes in self.parts.items()}
        names = list(self.parts["train"])
        return Pictures(names, read["train"], read.get("test"), reader.notes())


def _classes(folder: Path) -> dict[str, list[Path]]:
    """List the images of each class that has a folder in `folder`, both in order."""
    found: dict[str, list[Path]] = {}
    for one in _listed(folder):
        if one.is_dir():
            found[one.name] = _images(folder / one.name)
        elif one.name.lower().endswith(ENDINGS):
            raise LabError(
                f"{one.path}: lies in no class's folder; move it into one, as in {folder}/<class>/"
            )
    check_class_names(list(found), str(folder))
    return found


def _images(folder: Path) -> list[Path]:
    """List the images of one class."""
    found = _listed(folder)
    for one in found:
        if not one.name.lower().endswith(ENDINGS) or not one.is_file():
            what = "is a folder" if one.is_dir() else "is no image"
            raise LabError(
                f"{one.path}: {what}, but the folder of a class holds images alone "
                f"({', '.join(ENDINGS)}); take it away"
            )
    if not found:
        raise LabError(f"{folder}: holds no image; put some there, or take the class away")
    return [folder / one.name for one in found]


def _listed(folder: Path) -> list[os.DirEntry[str]]:
    """List what lies in a folder, in the order of the names, but for hidden files."""
    try:
        with os.scandir(folder) as inside:  # tells files from folders without a look at each
            return sorted(
                (
                    one
                    for one in inside
                    if not one.name.startswith(".") and one.name.lower() not in _LITTER
                ),
                key=attrgetter("name"),
            )
    except OSError as error:
        raise LabError(f"{folder}: cannot be read ({error.strerror}); check it") from None


def _read(classes: Mapping[str, list[Path]], reader: GreyReader) -> Labelled:
    """Read the images of one part."""
    images = [reader.picture(path) for files in classes.values() for path in files]
    counts = [len(files) for files in classes.values()]
    labels = np.repeat(np.arange(len(counts), dtype=np.uint8), counts)
    return Labelled(np.stack(images), labels)
