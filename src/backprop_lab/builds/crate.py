"""What an archive of a build says of itself: an RO-Crate of version 1.1.

RO-Crate (Soiland-Reyes et al. 2022, https://w3id.org/ro/crate/1.1) is a form for metadata in the
words of schema.org, which archives of research data read.  The archive also follows the profile
Process Run Crate 0.5, for what was computed from what and by which program.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rocrate.model import ContextEntity
from rocrate.rocrate import ROCrate

from backprop_lab.builds.build import Build
from backprop_lab.builds.descriptions import describe, encoding_format
from backprop_lab.builds.tracked import TrackedCode
from backprop_lab.errors import LabError
from backprop_lab.files.documents import read_json, read_yaml

#: The name that the file has by the standard.
METADATA = "ro-crate-metadata.json"
_VERSION = "1.1"
_PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
#: What the build is made from, and what it comes to, by the beginning of their paths.
_SOURCES = ("config.yaml", "decide.yaml", "requirements.lock", "report/", "results/dataset.json")


@dataclass(frozen=True)
class Packed:
    """A file of an archive.

    Attributes:
        path: in the archive, with / between its parts.
        size: bytes.
        sha256: digest, in hex digits.
    """

    path: str
    size: int
    sha256: str


def describe_crate(build: Build, code: TrackedCode, packed: Sequence[Packed]) -> dict[str, Any]:
    """Return what ro-crate-metadata.json says of an archive.

    Args:
        build: the build that it holds.
        code: the code that it holds.
        packed: every file in it, besides those that describe it.

    Raises:
        LabError: CITATION.cff is missing, or has no title, authors or licence.
    """
    cited = _citation(build.project / "CITATION.cff")
    crate = ROCrate(version=_VERSION)
    crate.metadata.extra_terms["sha256"] = "http://schema.org/sha256"  # younger than version 1.1
    added = [_add(crate, author) for author in _authors(cited["authors"])]
    authors = added if len(added) > 1 else added[0]
    licence = _add(crate, _licence(cited["license"]))
    images = _images(crate, build.dataset)
    for one in packed:
        _add_file(crate, one, build, code)
    action = _add(crate, _action(build, code, packed))
    profile = {"@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"}
    changed = f", with changes in: {', '.join(code.changed)}" if code.changed else ""
    crate.update_jsonld(
        {
            "@id": "./",
            "conformsTo": _add(crate, {"@id": _PROFILE, **profile}),
            "name": f"{cited['title']}: {build.dataset['title']}, preset {build.preset}",
            "description": (
                f"{cited.get('abstract', cited['title'])} Code, settings, results of the runs and "
                f"the report, of commit {code.commit}{changed}. The images are not in it."
            ),
            "datePublished": code.date,
            "version": code.commit,
            "license": licence,
            "author": authors,
            "publisher": authors,
            "keywords": ", ".join(cited.get("keywords", [])),
            "mentions": [action, images],
        }
    )
    found: dict[str, Any] = crate.metadata.generate()
    return found


def _citation(path: Path) -> dict[str, Any]:
    cited = read_yaml(path)
    for key in ("title", "authors", "license"):
        if not cited.get(key):
            raise LabError(f"{path}: has no {key}, which an archive needs; add it")
    return cited


def _add(crate: ROCrate, properties: Mapping[str, Any]) -> dict[str, str]:
    """Add an entity that is no file; return what refers to it."""
    others = {key: value for key, value in properties.items() if key != "@id"}
    crate.add(ContextEntity(crate, properties["@id"], properties=others))
    return {"@id": properties["@id"]}


def _authors(authors: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """Return the authors of CITATION.cff: people, or a group under one name."""
    found = []
    for number, author in enumerate(authors, start=1):
        name = " ".join(filter(None, (author.get("given-names"), author.get("family-names"))))
        kind = "Person" if name else "Organization"
        found.append(
            {
                "@id": author.get("orcid") or author.get("website") or f"#author-{number}",
                "@type": kind,
                "name": name or author.get("name", "unknown"),
            }
        )
    return found


def _licence(name: str) -> dict[str, str]:
    return {
        "@id": f"https://spdx.org/licenses/{name}",
        "@type": "CreativeWork",
        "name": f"{name} License",
        "description": "The text is in the file LICENSE.",
    }


def _images(crate: ROCrate, dataset: Mapping[str, Any]) -> dict[str, str]:
    """Add the data set, which is not packed: its archives, each with its digest."""
    archives = [
        _add(
            crate,
            {
                "@id": f"#{name}",
                "@type": "MediaObject",
                "name": name,
                "sha256": archive["sha256"],
                "encodingFormat": "application/gzip",
            }
            | ({"contentSize": str(archive["bytes"])} if "bytes" in archive else {}),
        )
        for name, archive in dataset["archives"].items()
    ]
    return _add(
        crate,
        {
            "@id": "#images",
            "@type": "CreativeWork",
            "name": dataset["title"],
            "description": (
                "The images that the runs learned from. They are not in this archive: "
                "`snakemake results/dataset.npz` gets them and verifies their digests "
                f"(source of this build: {dataset['source']})."
            ),
            "identifier": f"sha256:{dataset['sha256']}",
            "hasPart": archives,
        },
    )


def _add_file(crate: ROCrate, packed: Packed, build: Build, code: TrackedCode) -> None:
    properties = {
        "name": packed.path,
        "description": describe(packed.path),
        "contentSize": str(packed.size),
        "sha256": packed.sha256,
        "encodingFormat": encoding_format(packed.path),
    }
    if packed.path == "Snakefile":
        version = build.environment["packages"].get("snakemake")
        crate.add_workflow(
            dest_path=packed.path,
            properties=properties | {"version": code.commit},
            lang="snakemake",
            lang_version=version,
        )
    else:
        crate.add_file(dest_path=packed.path, properties=properties)


def _action(build: Build, code: TrackedCode, packed: Sequence[Packed]) -> dict[str, Any]:
    """Return the build as an action: what was made from what, with which program, and when."""
    out = build.out.resolve().relative_to(build.project).as_posix()
    made = [{"@id": one.path} for one in packed if one.path.startswith(f"{out}/")]
    used = [{"@id": one.path} for one in packed if one.path.startswith(_SOURCES)]
    option = "" if build.preset == "full" else f" --config preset={build.preset}"
    noted = build.commit or "(unknown)"
    described = {
        "@id": "#build",
        "@type": "CreateAction",
        "name": f"Build of the preset {build.preset}",
        "description": (
            f"snakemake --cores all{option}; the runs were collected at commit {noted}, the code "
            f"in this archive is that of commit {code.commit}."
        ),
        "instrument": {"@id": "Snakefile"},
        "object": [*used, {"@id": "#images"}],
        "result": made,
        "actionStatus": "http://schema.org/CompletedActionStatus",
    }
    return described | _times(build)


def _times(build: Build) -> dict[str, str]:
    """Return when the first training job began and the last one ended."""
    jobs = [read_json(build.run_file(run, "job.json")) for run in build.runs]
    if not jobs:
        return {}
    return {
        "startTime": _iso(min(job["started"] for job in jobs)),
        "endTime": _iso(max(job["finished"] for job in jobs)),
    }


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
