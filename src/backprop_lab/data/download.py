"""Bring the four archives of a data set into one folder, verified.

They come from a local folder, or from the first mirror that has them, or, for
the data set "auto" when no mirror answers, from the digits inside scikit-learn.
Nothing gets its final name before its digest has been compared with the pinned
one, and the four files and source.json appear together or not at all.  Archives
that hold what is pinned and are there already stay.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from backprop_lab.data.archives import ARCHIVES, SOURCE, TITLES, describe
from backprop_lab.data.digits import write_digits
from backprop_lab.data.folder import (
    PUBLISHED,
    Found,
    copy_archives,
    describe_forms,
    find_archives,
)
from backprop_lab.data.mirrors import download_archives
from backprop_lab.data.pinned import PINNED, Pinned
from backprop_lab.data.staging import publish, staging
from backprop_lab.data.transfer import DownloadSettings
from backprop_lab.errors import LabError
from backprop_lab.files.documents import read_json

DATASETS = ("auto", *TITLES)

#: What source.json says, see `fetch`.
Source = dict[str, Any]

#: Set for a Snakemake that only fetches; its console says little, as another call follows.
FETCHING = "BACKPROP_LAB_FETCHING"
FALLBACK = (
    "warning: no mirror of MNIST answered: this report uses the embedded data set instead, "
    "scikit-learn's 1,797 handwritten digits (to insist on MNIST, set `dataset: mnist`)."
)


def fetch(
    dataset: str,
    destination: Path,
    *,
    folder: Path | None = None,
    mirrors: Sequence[str] = (),
    settings: DownloadSettings | None = None,
    pinned: Pinned = PINNED,
) -> Source:
    """Put the four archives of a data set and source.json into a folder.

    Those of an earlier fetch are left as they are, with their source.json, if they hold
    what is pinned: there are no better ones.

    Args:
        dataset: "mnist", "fashion_mnist", "kmnist", "digits" (the embedded ones), or
            "auto": MNIST, or else the embedded digits when no mirror answers.
        destination: the folder; made if missing.
        folder: take the files from here and ask no mirror (see `local_folder`).
        mirrors: base URLs, asked in this order; an archive's name is appended.
        settings: of the downloads; by default those of `DownloadSettings`.
        pinned: what the archives are known by.

    Returns:
        What source.json says: {"name", "title", "embedded": bool, "source": one line,
        "folder": str|null, "archives": {file: {"sha256", "bytes"}}, "forms": the forms in
        which the files were found (see `folder.describe_forms`), null for the digits,
        "tried": [one line a mirror], "split": null | {"kind", "seed", "sizes"}}.

    Raises:
        LabError: unknown data set; a file in `folder` is missing or not a pinned one; no
            mirror has the archives (never for "auto"); `destination` cannot be written.
    """
    if dataset not in DATASETS:
        raise LabError(f"dataset: {dataset!r} is not one of {', '.join(DATASETS)}")
    name = "mnist" if dataset == "auto" else dataset
    destination = Path(destination)
    there = {} if name == "digits" else _already_there(name, destination, pinned)
    if there and (last := _unchanged_fetch(name, destination)):
        print(f"{destination} holds the archives of {TITLES[name]} already", file=sys.stderr)
        return last
    split: dict[str, Any] | None = None
    tried: list[str] = []
    forms: str | None = PUBLISHED
    with staging(destination) as staged:
        if name == "digits":
            folder = None
        elif folder is not None or there:  # without source.json: put there by hand
            place = destination if folder is None else Path(folder)
            found = there if folder is None else find_archives(name, place, pinned)
            forms = describe_forms(found)
            print(f"{place}: {TITLES[name]}, {forms}", file=sys.stderr)
            copy_archives(found, staged, pinned[name])
            origin = "a local folder"
        else:
            served, tried = download_archives(
                pinned[name], mirrors, staged, settings or DownloadSettings()
            )
            origin = " and ".join(served)
            if not served and dataset != "auto":
                raise LabError(_no_mirror(name, tried))
            if not served:
                name = "digits"
                print(FALLBACK, file=sys.stderr)
        if name == "digits":
            split = write_digits(staged)
            origin, forms = "embedded in scikit-learn", None
        source = {
            "name": name,
            "title": TITLES[name],
            "embedded": name == "digits",
            "source": origin,
            "folder": None if folder is None else str(Path(folder).resolve()),
            "archives": {archive: describe(staged / archive) for archive in ARCHIVES},
            "forms": forms,
            "tried": tried,
            "split": split,
        }
        publish(staged, destination, source)
    return source


def local_folder(
    config_value: str | None, environ: Mapping[str, str], raw_dir: Path, dataset: str = "auto"
) -> Path | None:
    """Return the folder to take the archives from, or None to ask the mirrors.

    The folder in config.yaml comes first, then MNIST_DIR (only for MNIST itself).
    When neither is named: the folder that the last fetch took this data set from, if
    it is still there, so that a later call without MNIST_DIR fetches nothing anew.

    Args:
        config_value: the folder in config.yaml; None or "" when it names none.
        environ: os.environ.
        raw_dir: where the last fetch left its source.json, if there was one.
        dataset: as for `fetch`, or a data set of one's own, which is not fetched.

    Returns:
        An absolute path.

    Raises:
        LabError: the folder that is named does not exist.
    """
    if dataset not in DATASETS or dataset == "digits":
        return None
    if config_value:
        return _existing_folder(config_value, "the data folder in config.yaml")
    if dataset in ("auto", "mnist") and environ.get("MNIST_DIR"):
        return _existing_folder(environ["MNIST_DIR"], "MNIST_DIR")
    last = _last_fetch(dataset, raw_dir)
    folder = last.get("folder") if last else None
    return Path(folder) if folder and Path(folder).is_dir() else None


def is_local(folder: Path | None, raw_dir: Path, dataset: str = "auto") -> bool:
    """Return whether the archives are those of a local folder.

    A change of this fetches them anew.  It was settled by the fetch that brought them,
    even if the folder has gone since.  The embedded digits settle nothing: a folder
    replaces them.

    Args:
        folder: what `local_folder` returned.
        raw_dir: where the last fetch left its source.json, if there was one.
        dataset: as for `fetch`.
    """
    last = _last_fetch(dataset, raw_dir)
    return bool(last.get("folder") if last else folder)


def _last_fetch(dataset: str, raw_dir: Path) -> Source | None:
    """Read the source.json of the last fetch, if that was of this data set itself."""
    try:
        last = read_json(Path(raw_dir) / SOURCE)
    except LabError:
        return None  # never fetched, or not by us
    return last if last["name"] == ("mnist" if dataset == "auto" else dataset) else None


def _unchanged_fetch(name: str, folder: Path) -> Source | None:
    """Read the source.json of the last fetch, if it describes the archives that are there."""
    last = _last_fetch(name, folder)
    try:
        there = {archive: describe(folder / archive) for archive in ARCHIVES}
    except OSError:
        return None  # one is missing, or cannot be read
    return last if last and last["archives"] == there else None


def _already_there(name: str, folder: Path, pinned: Pinned) -> dict[str, Found]:
    """Return the four files of a data set that a folder holds, {} unless it holds them all."""
    try:
        return find_archives(name, folder, pinned)
    except LabError:
        return {}


def _existing_folder(value: str, named_by: str) -> Path:
    """Return a folder as an absolute path; raise a LabError if there is none."""
    folder = Path(value).expanduser()
    if not folder.is_dir():
        raise LabError(
            f"{named_by}: there is no folder {value}; name the folder that holds "
            f"{ARCHIVES[0]} and the other three archives, or leave it out to ask the mirrors"
        )
    return folder.resolve()


def _no_mirror(name: str, tried: list[str]) -> str:
    """Say that no mirror has the archives, what each answered, and what to do."""
    attempts = "; ".join(tried) or "config.yaml lists no mirror"
    remedy = "check the network, or name a local folder that holds them in config.yaml"
    if name == "mnist":
        remedy += " or MNIST_DIR, or set `dataset: auto`"
    return (
        f"dataset {name}: no mirror has the four archives of {TITLES[name]} ({attempts}); {remedy}"
    )
