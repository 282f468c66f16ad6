"""What Snakemake noted of each file that it made: its rule, its inputs, code and settings.

The notes lie in the project's .snakemake/metadata, a JSON file for each file made.  Files are
named here as two builds have them in common: relative to OUT ("tables/finals.csv"), to results
("runs/<id>/history.csv", "dataset.json"), or to the project ("./report/claims.yaml").
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backprop_lab.builds.build import Build

#: How a parameter begins that is a fingerprint of code (`code` in workflow/rules/common.smk).
_CODE = "'code of "
#: What of results all presets share.
_SHARED = ("runs/", "dataset.", "benchmarks/")
#: What stands before the name of a file of the project itself.
PROJECT = "./"


@dataclass(frozen=True)
class Record:
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


def read_records(build: Build) -> dict[str, Record]:
    """Return name -> how it was made, of all files that the project's Snakemake knows.

    A note that cannot be read is left out: it explains nothing.
    """
    records = {}
    for path in (build.project / ".snakemake/metadata").rglob("*"):
        if not path.is_file():
            continue
        try:
            parts = path.relative_to(build.project / ".snakemake/metadata").parts
            # A long name is cut into folders, each with an @ before it.
            name = base64.urlsafe_b64decode("".join(parts).replace("@", "")).decode()
            records[shared_name(build, name)] = _record(build, json.loads(path.read_text()))
        except (AttributeError, KeyError, TypeError, ValueError, OSError, binascii.Error):
            continue
    return records


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


def _record(build: Build, content: Mapping[str, Any]) -> Record:
    names = {path: shared_name(build, path) for path in content["input"]}
    params = sorted(map(str, content["params"] or ()))
    fingerprints = [one for one in params if one.startswith(_CODE)]
    checksums = content.get("input_checksums") or {}
    return Record(
        rule=content["rule"],
        inputs=frozenset(names.values()),
        code=(content["rule"], str(content.get("code")), *fingerprints),
        settings=tuple(one for one in params if not one.startswith(_CODE)),
        checksums={names[path]: digest for path, digest in checksums.items() if path in names},
    )


def changed_code(first: Record, second: Record) -> Iterator[str]:
    """Yield what of the code differs between two records, in words."""
    for before, after in zip(first.code[2:], second.code[2:], strict=False):
        if before != after:
            yield after.strip("'").rpartition(":")[0].removeprefix("code of ")
    if first.code[:2] != second.code[:2] or len(first.code) != len(second.code):
        yield f"rule {second.rule}"
