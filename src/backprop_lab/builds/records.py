"""What Snakemake noted of each file that it made: its rule, its inputs, code and settings.

The notes lie in the project's .snakemake/metadata, a JSON file for each file made.  Files are
named here as two builds have them in common: relative to OUT ("tables/finals.csv"), to results
("runs/<id>/history.csv", "dataset.json"), or to the project ("./report/claims.yaml").
"""

from __future__ import annotations

import base64
import binascii
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backprop_lab.builds.build import Build

#: The folder of the notes, relative to the project.
_METADATA = ".snakemake/metadata"
#: How a parameter begins that is a fingerprint of code (`code` in workflow/rules/common.smk).
_CODE = "'code of "
#: What of results all presets share.
_SHARED = ("runs/", "dataset.", "benchmarks/")
#: What stands before the name of a file of the project itself.
PROJECT = "./"


@dataclass(frozen=True)
class JobRecord:
    """How one file was made.

    Attributes:
        rule: the rule.
        inputs: names of the files that it was made from.
        code: the rule's command and the fingerprints of the code behind it.
        settings: the rule's other parameters: what config.yaml decided.
        checksums: input -> digest of it at that time, for small files.
    """

    rule: str
    inputs: frozenset[str]
    code: tuple[str, ...]
    settings: tuple[str, ...]
    checksums: Mapping[str, str]


def read_records(build: Build) -> dict[str, JobRecord]:
    """Return name -> how it was made, of all files that the project's Snakemake knows.

    A note that cannot be read is left out: it explains nothing.
    """
    records = {}
    for path, name in _notes(build.project):
        try:
            records[shared_name(build, name)] = _record(build, json.loads(path.read_text()))
        except (AttributeError, KeyError, TypeError, ValueError, OSError):
            continue
    return records


def copy_shared(project: Path, other: Path) -> None:
    """Copy the images and the runs that a project has, with the notes on them, to another folder.

    Snakemake decides there what of them is still right, as it would in the project itself.
    """
    for part in ("data/raw", "results/runs"):
        if (project / part).is_dir():
            shutil.copytree(project / part, other / part)
    for path in (project / "results").glob("dataset.*"):
        shutil.copy2(path, other / "results")
    for path, name in _notes(project):
        if name.startswith(("data/raw/", *(f"results/{shared}" for shared in _SHARED))):
            target = other / path.relative_to(project)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)


def _notes(project: Path) -> Iterator[tuple[Path, str]]:
    """Yield each note of a project's Snakemake, and the path of the file that it is on."""
    folder = project / _METADATA
    for path in folder.rglob("*"):
        with suppress(ValueError, binascii.Error):  # a file that is no note
            if path.is_file():
                # A long name is cut into folders, each with an @ before it.
                name = "".join(path.relative_to(folder).parts).replace("@", "")
                yield path, base64.urlsafe_b64decode(name).decode()


def shared_name(build: Build, path: str) -> str:
    """Name a file of the project as other builds name theirs.

    Args:
        path: relative to the project, as Snakemake knows it.
    """
    results = build.shared.name
    out = results if build.preset == "full" else f"{results}/{build.out.name}"
    if path.startswith(f"{out}/"):
        return path.removeprefix(f"{out}/")
    inside = path.removeprefix(f"{results}/")
    # The project may hold builds of other presets, with tables of the same names.
    return inside if inside != path and inside.startswith(_SHARED) else PROJECT + path


def located(build: Build, name: str) -> Path:
    """Return where a file of such a name lies."""
    if name.startswith(PROJECT):
        return build.project / name.removeprefix(PROJECT)
    if name.startswith(_SHARED):
        return build.shared / name
    return build.out / name


def _record(build: Build, content: Mapping[str, Any]) -> JobRecord:
    names = {path: shared_name(build, path) for path in content["input"]}
    params = sorted(map(str, content["params"] or ()))
    fingerprints = [one for one in params if one.startswith(_CODE)]
    checksums = content.get("input_checksums") or {}
    return JobRecord(
        rule=content["rule"],
        inputs=frozenset(names.values()),
        code=(content["rule"], str(content.get("code")), *fingerprints),
        settings=tuple(one for one in params if not one.startswith(_CODE)),
        checksums={names[path]: digest for path, digest in checksums.items() if path in names},
    )


def changed_code(first: JobRecord, second: JobRecord) -> Iterator[str]:
    """Yield what of the code differs between two records, in words."""
    for before, after in zip(first.code[2:], second.code[2:], strict=False):
        if before != after:
            yield after.strip("'").rpartition(":")[0].removeprefix("code of ")
    if first.code[:2] != second.code[:2] or len(first.code) != len(second.code):
        yield f"rule {second.rule}"
