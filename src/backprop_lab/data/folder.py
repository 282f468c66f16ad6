"""Find the four files of a data set in a folder, by what they hold.

A file counts if it is the published archive, or if it holds the same images or labels: an
archive that was compressed anew, as in Debian's package dataset-fashion-mnist, or an
unpacked file, as Kaggle gives them away (with a dot in their names).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from backprop_lab.data.archives import ARCHIVES, TITLES, file_digest
from backprop_lab.data.pinned import Pin, Pinned
from backprop_lab.data.unpacking import contents_digest, is_gzip, repack
from backprop_lab.errors import LabError

#: The forms in which a file of a data set may be found.
PUBLISHED = "as published"
RECOMPRESSED = "compressed anew"
UNPACKED = "unpacked"


@dataclass(frozen=True)
class Found:
    """A file that holds what an archive should hold.

    Attributes:
        path: where it lies.
        form: PUBLISHED, RECOMPRESSED or UNPACKED.
    """

    path: Path
    form: str


def find_archives(name: str, folder: Path, pinned: Pinned) -> dict[str, Found]:
    """Find the four files of a data set in a folder, whatever their form.

    Args:
        name: of the data set, such as "mnist".
        folder: where they lie.
        pinned: what they are known by.

    Returns:
        Archive -> what was found in its place.

    Raises:
        LabError: one is missing, cannot be read, or does not hold what it should.
    """
    if not folder.is_dir():
        raise LabError(f"{folder}: no such folder; it should hold the archives of {TITLES[name]}")
    return {archive: _find(name, archive, folder, pinned) for archive in ARCHIVES}


def copy_archives(found: Mapping[str, Found], folder: Path, pins: Mapping[str, Pin]) -> None:
    """Copy files that were found into a folder, as archives under their usual names.

    A published archive stays as it is.  Another one is packed anew, so that equal contents
    give equal bytes whatever form they came in.

    Raises:
        LabError: a file has changed since it was found.
        OSError: the copy cannot be written.
    """
    for archive, one in found.items():
        copy = folder / archive
        if one.form == PUBLISHED:
            shutil.copyfile(one.path, copy)
        else:
            repack(one.path, copy)
        if not _form(copy, pins[archive]):
            raise LabError(f"{one.path}: has changed while it was copied; try again")


def describe_forms(found: Mapping[str, Found]) -> str:
    """Return the forms in which files were found, file by file if they differ.

    >>> files = {"a.gz": Found(Path("x/a"), UNPACKED), "b.gz": Found(Path("x/b"), UNPACKED)}
    >>> describe_forms(files)
    'unpacked'
    >>> describe_forms(files | {"b.gz": Found(Path("x/b.gz"), PUBLISHED)})
    'a unpacked, b.gz as published'
    """
    forms = {one.form for one in found.values()}
    if len(forms) == 1:
        return forms.pop()
    return ", ".join(f"{one.path.name} {one.form}" for one in found.values())


def _find(name: str, archive: str, folder: Path, pinned: Pinned) -> Found:
    """Find one file of a data set; raise a LabError that says why there is none."""
    pin = pinned[name][archive]
    problem = ""
    for path in _candidates(archive, folder):
        if not path.is_file():
            continue
        try:
            if form := _form(path, pin):
                return Found(path, form)
            problem = problem or f"{path}: {_explain_mismatch(name, archive, path, pinned)}"
        except OSError as error:
            problem = problem or f"{path}: cannot be read ({error.strerror}); check it"
    raise LabError(
        problem
        or f"{folder / archive}: no such file; the folder must hold {', '.join(ARCHIVES)} of "
        f"{TITLES[name]}, packed or unpacked"
    )


def _candidates(archive: str, folder: Path) -> Iterator[Path]:
    """Yield the paths at which a file may lie: the usual name, with a dot, unpacked."""
    stem = archive.removesuffix(".gz")
    dotted = ".idx".join(stem.rsplit("-idx", 1))  # train-images.idx3-ubyte
    yield folder / archive
    yield folder / f"{dotted}.gz"
    yield folder / stem
    yield folder / dotted
    yield folder / stem / stem  # Kaggle's archive of MNIST has it in a folder as well


def _form(path: Path, pin: Pin) -> str:
    """Return the form in which a file holds what is pinned, "" if it holds something else.

    Raises:
        OSError: it cannot be read.
    """
    if path.stat().st_size == pin.size and file_digest(path) == pin.archive:
        return PUBLISHED
    if pin.contents is None or _contents(path, pin.contents_size) != pin.contents:
        return ""
    return RECOMPRESSED if is_gzip(path) else UNPACKED


def _contents(path: Path, most: int) -> str:
    """Return the digest of a file's contents, "" if it is damaged or holds too much."""
    try:
        return contents_digest(path, most)
    except LabError:
        return ""


def _explain_mismatch(name: str, archive: str, path: Path, pinned: Pinned) -> str:
    """Say why a file is not what its name promises, and what to do.

    Raises:
        OSError: it cannot be read.
    """
    digest = file_digest(path)
    every = [(data_set, file, pin) for data_set in pinned for file, pin in pinned[data_set].items()]
    contents = _contents(path, max(pin.contents_size for _, _, pin in every))
    for other_name, other_archive, pin in every:
        if digest != pin.archive and (not contents or contents != pin.contents):
            continue
        if other_name == name:
            return (
                f"holds what belongs in {other_archive}: the files of {TITLES[name]} are "
                "swapped; give each its own name"
            )
        return (
            f"belongs to {TITLES[other_name]}, not {TITLES[name]}; set `dataset: {other_name}` "
            "in config.yaml, or name another folder"
        )
    wanted = pinned[name][archive]
    inside = f"or, unpacked, {wanted.contents}" if wanted.contents else "in no other form"
    return (
        f"its SHA-256 is {digest} where {TITLES[name]} has {wanted.archive}, {inside}; with "
        f"{path.stat().st_size:,} bytes it is truncated or altered: get it again, or leave the "
        "folder out to ask the mirrors"
    )
