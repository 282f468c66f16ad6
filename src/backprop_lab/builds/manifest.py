"""A manifest: what a build is expected to consist of, in one small file that can be committed.

It holds a digest of each run and each file that no clock wrote, reference values (the final and
test figures of each run, the verdicts), and the platform that they were computed on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from backprop_lab.builds.build import Build
from backprop_lab.builds.platform import Platform, platform_key, platform_of
from backprop_lab.errors import LabError
from backprop_lab.facts.clock import content_digest
from backprop_lab.files.atomic import replacing
from backprop_lab.files.documents import read_json

#: Version of the file's form.
FORMAT = 1


@dataclass(frozen=True)
class Manifest:
    """What a build is expected to consist of.

    Attributes:
        preset: of config.yaml.
        dataset: {"name", "sha256"} of the images.
        platform: see `builds.platform`.
        runs: id -> {"sha256", "status", the final and test figures by name, and "spread": how
            far each of them was found to move on other platforms}.
        verdicts: claim -> verdict.
        files: name -> digest of what no clock wrote of it; {} where only runs are listed.
    """

    preset: str
    dataset: dict[str, str]
    platform: Platform
    runs: dict[str, dict[str, Any]]
    verdicts: dict[str, str]
    files: dict[str, str]

    @classmethod
    def of(cls, build: Build, *, others: Sequence[Build] = (), with_files: bool = True) -> Manifest:
        """Describe a build.

        Args:
            others: the same build on other platforms, from which the spread is measured.
            with_files: whether to list files besides those of the runs.

        Raises:
            LabError: a run lacks a file, or another build is of another preset or other images.
        """
        for other in others:
            if (other.preset, other.dataset["sha256"]) != (build.preset, build.dataset["sha256"]):
                raise LabError(f"{other.out}: is of another preset or data set than {build.out}")
        runs = {}
        for run in build.runs:
            digest = build.run_digest(run)
            if digest is None:
                raise LabError(f"{build.run_file(run, '')}: lacks a file of the run; train it anew")
            values = reference_values(build, run)
            found = [reference_values(other, run) for other in others if run in other.runs]
            runs[run] = {"sha256": digest, **values, "spread": _spread(values, found)}
        files = build.files if with_files else {}
        return cls(
            preset=build.preset,
            dataset={name: build.dataset[name] for name in ("name", "sha256")},
            platform=platform_of(build.environment),
            runs=runs,
            verdicts=build.verdicts,
            files={name: content_digest(path) for name, path in files.items()},
        )

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Read a manifest.

        Raises:
            LabError: the file cannot be read, is no manifest, or was edited.
        """
        advice = "write one with `backprop-lab manifest`"
        content = read_json(path, advice)
        own = content.pop("sha256", None)
        if content.pop("format", None) != FORMAT or set(content) != set(cls.__annotations__):
            raise LabError(f"{path}: not a manifest of format {FORMAT}; {advice}")
        if own != _digest(content):
            raise LabError(f"{path}: was edited, its digest does not fit; {advice}")
        return cls(**content)

    def whole(self) -> dict[str, Any]:
        """Return what the file says: the manifest with a digest of itself."""
        content = asdict(self)
        return {"format": FORMAT, **content, "sha256": _digest(content)}

    def write(self, output: Path) -> None:
        """Write the manifest whole or not at all."""
        with replacing(Path(output), "w") as file:
            json.dump(self.whole(), file, indent=1, ensure_ascii=False)
            file.write("\n")


def usual_path(manifest: Manifest, folder: Path = Path("report/manifests")) -> Path:
    """Name the file of a manifest by its preset, data set and platform."""
    key = platform_key(manifest.platform)
    return folder / f"{manifest.preset}-{manifest.dataset['name']}.{key}.json"


def reference_values(build: Build, run: str) -> dict[str, Any]:
    """Read the status of a run, and its final and test figures."""
    result = read_json(build.run_file(run, "result.json"))
    test = {f"test_{name}": result["test"][name] for name in ("loss", "accuracy")}
    return {"status": result["status"], **result["final"], **test}


def _spread(values: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Return how far the figures of a run lie from those of others, where they do at all."""
    spread: dict[str, float] = {}
    for name, value in values.items():
        for other in others:
            if isinstance(value, float) and isinstance(other[name], float) and other[name] != value:
                spread[name] = max(spread.get(name, 0.0), abs(other[name] - value))
    return spread


def _digest(content: dict[str, Any]) -> str:
    """Return the SHA-256 of a manifest without its own digest."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
