"""An archive of a build: code, settings, results and report in one ZIP file that describes itself.

It unpacks to a folder of the project, with the results where a build would put them.  Two files
more say what is in it: ro-crate-metadata.json (see `builds.crate`), and checksums.sha256, which
`sha256sum --check` reads.  The same build and the same code give the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from backprop_lab.builds.build import Build
from backprop_lab.builds.crate import METADATA, Packed, describe_crate
from backprop_lab.builds.manifest import Manifest
from backprop_lab.builds.tracked import TrackedCode
from backprop_lab.errors import LabError
from backprop_lab.files.atomic import replacing
from backprop_lab.runs.config_text import without_places

#: The list of digests in an archive.
CHECKSUMS = "checksums.sha256"
#: Files of a run that an archive has, and large ones that it has on request.
_RUN_FILES = ("history.csv", "result.json", "timing.csv", "job.json")
_LARGE = ("model.npz", "predictions.npz")
#: What of OUT an archive has; not every build has all of it.
_RESULTS = (
    "*.csv",
    "*.json",
    "tables/*.csv",
    "kernels/*.csv",
    "figures/*/*.svg",
    "report/lab-report.*",
    "report/supplement.*",
    "report/checked.*.json",
)
_BENCHMARKS = ("benchmarks/*.csv", "benchmarks/machine.json")
_FIRST = (1980, 1, 1, 0, 0, 0)  # the first time that a ZIP file can name
_CHUNK = 1 << 20  # bytes


def write_archive(
    build: Build,
    output: Path,
    settings: Mapping[str, Any],
    *,
    may_differ: bool = False,
    weights: bool = False,
) -> None:
    """Pack a build and the code of its project, whole or not at all.

    Args:
        build: the build, whose project is a git repository.
        output: the ZIP file.
        settings: the config that it was built with.
        may_differ: whether files of the project may differ from the commit.
        weights: whether to pack the weights and predictions of each run, too.

    Raises:
        LabError: the code cannot be named (see `TrackedCode.of`), a run or the report lacks a
            file, a file changes meanwhile, or the archive cannot be written.
    """
    code = TrackedCode.of(build.project, may_differ=may_differ)
    contents = _contents(build, code, settings, _RUN_FILES + (_LARGE if weights else ()))
    packed = [_measured(name, contents[name]) for name in sorted(contents)]
    crate = _json(describe_crate(build, code, packed))
    packed.append(_measured(METADATA, crate))
    sums = "".join(f"{one.sha256}  {one.path}\n" for one in packed).encode()
    packed.append(_measured(CHECKSUMS, sums))
    contents |= {METADATA: crate, CHECKSUMS: sums}
    with replacing(output) as file, zipfile.ZipFile(file, "w") as archive:
        for one in packed:
            _pack(archive, one, contents[one.path])


def _contents(
    build: Build, code: TrackedCode, settings: Mapping[str, Any], run_files: tuple[str, ...]
) -> dict[str, Path | bytes]:
    """Return path in the archive -> the file, or what it says."""
    if not list(build.out.glob("report/lab-report.*")):
        raise LabError(f"{build.out}: has no report yet; build it with: snakemake --cores all")
    contents: dict[str, Path | bytes] = {name: build.project / name for name in code.files}
    found = [path for pattern in _RESULTS for path in build.out.glob(pattern)]
    found.append(build.shared / "dataset.json")
    if settings["report"]["benchmarks"]:
        found += [path for pattern in _BENCHMARKS for path in build.shared.glob(pattern)]
    found += [build.run_file(run, name) for run in build.runs for name in run_files]
    contents |= {_inside(build, path): path for path in found}
    out = _inside(build, build.out)
    contents[f"{out}/manifest.json"] = _json(Manifest.of(build).whole())
    contents[f"{out}/config.json"] = _json(_public(settings))
    return contents


def _inside(build: Build, path: Path) -> str:
    """Name a path below results as the archive does."""
    return (Path(build.shared.name) / path.relative_to(build.shared)).as_posix()


def _public(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return settings without what names a folder of this machine."""
    shown: dict[str, Any] = without_places(dict(settings))
    return {**shown, "data": {**shown["data"], "folder": None}}


def _json(content: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(content, indent=1, ensure_ascii=False)}\n".encode()


def _measured(name: str, source: Path | bytes) -> Packed:
    digest, size = hashlib.sha256(), 0
    for chunk in _chunks(source):
        digest.update(chunk)
        size += len(chunk)
    return Packed(name, size, digest.hexdigest())


def _chunks(source: Path | bytes) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    try:
        with source.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except OSError as error:
        raise LabError(f"{source}: cannot be read ({error.strerror})") from None


def _pack(archive: zipfile.ZipFile, packed: Packed, source: Path | bytes) -> None:
    """Add a file, without its time and its owner.

    Raises:
        LabError: it is not what it was when its digest was taken.
    """
    entry = zipfile.ZipInfo(packed.path, _FIRST)
    entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
    # Programs, like .ci/run, stay programs.
    runs = isinstance(source, Path) and source.stat().st_mode & 0o100
    entry.external_attr = (0o100755 if runs else 0o100644) << 16
    digest = hashlib.sha256()
    with archive.open(entry, "w") as file:
        for chunk in _chunks(source):
            digest.update(chunk)
            file.write(chunk)
    if digest.hexdigest() != packed.sha256:
        raise LabError(f"{packed.path}: has changed while it was packed; pack again")
