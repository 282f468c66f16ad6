"""A data set of one's own, as config.yaml describes it, and its images as they were read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from backprop_lab.data.idx import Shape
from backprop_lab.errors import LabError
from backprop_lab.files.forms.kinds import MISSING

#: Images that a class must have, of those that are divided; each part then has one at least.
LEAST = 10
MOST_CLASSES = 100
MOST_PIXELS = 65_536  # of an image
_LONGEST = 40  # characters of a class's name
#: Names that tables have a meaning of their own for.
_TAKEN = MISSING | {"label"}


@dataclass(frozen=True)
class OwnSet:
    """A data set of one's own.

    Attributes:
        name: what config.yaml calls it.
        title: what the report calls it.
        folder: where its images lie.
        size: height and width to which images are resized; None if all have one size.
        invert: whether its images are dark on light, and are to be light on dark.
        classes: names of the labels 0, 1, ... of IDX files; () takes the labels themselves.
        licence: of the images, for the report; "" says nothing.
        seed: draws which image goes into which part.
    """

    name: str
    title: str
    folder: Path
    size: Shape | None = None
    invert: bool = False
    classes: tuple[str, ...] = ()
    licence: str = ""
    seed: int = 0

    @classmethod
    def of(cls, name: str, about: Mapping[str, Any], seed: int = 0) -> OwnSet:
        """Read an entry of `data: sets:` in config.yaml.

        >>> own = OwnSet.of("mine", {"folder": "images", "size": [8, 8]})
        >>> own.title, own.size
        ('mine', (8, 8))
        """
        size = about.get("size")
        return cls(
            name,
            title=about.get("title") or name,
            folder=Path(about["folder"]).expanduser(),
            size=(size[0], size[1]) if size else None,
            invert=about.get("invert", False),
            classes=tuple(about.get("classes") or ()),
            licence=about.get("licence") or "",
            seed=seed,
        )

    def key(self, name: str) -> str:
        """Return how messages call a key of this data set."""
        return f"data.sets.{self.name}.{name} in config.yaml"


@dataclass(frozen=True, eq=False)
class Labelled:
    """Images and their labels.

    Attributes:
        images: uint8 (n, height, width), 0 background to 255 ink.
        labels: uint8 (n,), places in a list of class names.
    """

    images: np.ndarray
    labels: np.ndarray


@dataclass(frozen=True, eq=False)
class Pictures:
    """All images of a data set of one's own.

    Attributes:
        class_names: what the labels stand for.
        learn: those for training and validation, and for the test too unless `test` has them.
        test: those that were given for the test; None if there are none.
        notes: what was done to them, such as "3 in colour turned grey".
    """

    class_names: Sequence[str]
    learn: Labelled
    test: Labelled | None
    notes: Sequence[str]


class Layout(Protocol):
    """How the images lie in their folder."""

    @property
    def kind(self) -> str:
        """Return it in words, for the report."""

    @property
    def files(self) -> list[Path]:
        """List the files that hold the images, in a fixed order."""

    def read(self, own: OwnSet) -> Pictures:
        """Read them all; raise a LabError if one cannot be used."""


def check_class_names(names: Sequence[str], where: str) -> None:
    """Check that there are classes, not too many, and that tables and figures can name them.

    Args:
        names: the names.
        where: the folder or key that gives them, for messages.

    Raises:
        LabError: there are too few or too many, or a name cannot be used.
    """
    if not 2 <= len(names) <= MOST_CLASSES:
        found = ", ".join(names) if 0 < len(names) <= 3 else str(len(names))
        raise LabError(
            f"{where}: has {len(names)} classes ({found}) where 2 to {MOST_CLASSES} are needed; "
            "give each class a folder of its own, or its own label"
        )
    for name in names:
        wrong = ""
        if name in _TAKEN:
            wrong = "is taken: tables read it as something else"
        elif len(name) > _LONGEST:
            wrong = f"has {len(name)} characters, more than {_LONGEST}"
        elif not name.isprintable() or name != name.strip():
            wrong = "begins or ends with a space, or holds a sign that cannot be printed"
        if wrong:
            raise LabError(f"{where}: the class name {name!r} {wrong}; give it another name")
    if len(set(names)) < len(names):
        twice = next(name for name in names if list(names).count(name) > 1)
        raise LabError(f"{where}: two classes are called {twice!r}; give each its own name")
