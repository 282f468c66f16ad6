"""Is a build the one that a manifest describes?  Run by run, file by file."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from backprop_lab.builds.build import Build
from backprop_lab.builds.manifest import Manifest, reference_values
from backprop_lab.builds.platform import changes, kernels, platform_of, training
from backprop_lab.errors import LabError
from backprop_lab.facts.clock import content_digest
from backprop_lab.files.atomic import replacing

#: What a comparison can come to.
OUTCOMES = ("same", "within", "different", "missing")
#: What the outcomes are called in a table.
_WORDS = {
    "same": "same bytes",
    "within": "within tolerance",
    "different": "different",
    "missing": "missing",
}
#: How far figures may lie from a manifest's on another platform: accuracies in fractions, losses
#: relative to the manifest's.  Another kernel of BLAS rounds differently, and training amplifies.
ACCURACY_TOLERANCE = 0.02
LOSS_TOLERANCE = 0.05
#: Some runs are moved further than that by other kernels.  A manifest notes how far each was seen
#: to be moved; so many times as far is allowed.
SPREADS = 2


@dataclass(frozen=True)
class CheckedItem:
    """One thing of a manifest, compared.

    Attributes:
        kind: "run", "verdict" or "file".
        name: run id, claim or file.
        outcome: one of OUTCOMES.
        note: what differs; "" if nothing does.
    """

    kind: str
    name: str
    outcome: str
    note: str = ""


@dataclass(frozen=True)
class Verified:
    """The outcome of a comparison.

    Attributes:
        platform: what differs of the platform that runs depend on, a line each; nothing on the
            manifest's own platform.
        checked: all that was compared.
    """

    platform: tuple[str, ...]
    checked: tuple[CheckedItem, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Count the outcomes."""
        found = Counter(one.outcome for one in self.checked)
        return {outcome: found[outcome] for outcome in OUTCOMES}

    @property
    def good(self) -> bool:
        """Say whether nothing is different and nothing missing."""
        return not (self.counts["different"] or self.counts["missing"])

    @property
    def outcome(self) -> str:
        """Name the worst outcome: one of OUTCOMES."""
        return next((one for one in reversed(OUTCOMES) if self.counts[one]), "same")

    def as_json(self) -> dict[str, Any]:
        """Return what `--json` prints."""
        return {
            "outcome": self.outcome,
            "good": self.good,
            "counts": self.counts,
            "tolerance": {
                "accuracy": ACCURACY_TOLERANCE,
                "loss": LOSS_TOLERANCE,
                "spreads": SPREADS,
            },
            "platform": list(self.platform),
            "checked": [vars(one) for one in self.checked],
        }


def verify(manifest: Manifest, build: Build) -> Verified:
    """Compare a build with a manifest.

    On the manifest's platform the same bytes are asked for.  On another one a run may differ from
    them, as long as its figures stay within the tolerances; files and verdicts may not.

    Raises:
        LabError: the manifest is of another preset or data set.
    """
    for what, expected, found in (
        ("preset", manifest.preset, build.preset),
        ("data set", manifest.dataset["name"], build.dataset["name"]),
        ("images or split", manifest.dataset["sha256"], build.dataset["sha256"]),
    ):
        if expected != found:
            raise LabError(
                f"{build.out}: the manifest is of another {what} ({expected}, here {found}); "
                "take one that fits"
            )
    platforms = training(manifest.platform), training(platform_of(build.environment))
    differing = tuple(
        f"{key}: {before}, here {after}" for key, before, after in changes(*platforms)
    )
    checked = [
        *(_check_run(build, run, entry, not differing) for run, entry in manifest.runs.items()),
        *(_check("verdict", *pair, build.verdicts) for pair in manifest.verdicts.items()),
        *(_check_file(build, *pair) for pair in manifest.files.items()),
    ]
    return Verified(differing, tuple(checked))


def table(verified: Verified, every: bool = False) -> str:
    """Write a comparison as a table in plain text.

    Args:
        every: list also what is the same.
    """
    shown = [one for one in verified.checked if every or one.outcome != "same"]
    rows = [(one.kind, one.name, _WORDS[one.outcome], one.note) for one in shown]
    widths = [max((len(row[place]) for row in rows), default=0) for place in range(3)]
    lines = [
        "  ".join([*(text.ljust(width) for text, width in zip(row, widths, strict=False)), row[3]])
        for row in rows
    ]
    counts = ", ".join(f"{n} {_WORDS[outcome]}" for outcome, n in verified.counts.items())
    where = "the manifest's platform: the same bytes are asked for"
    if verified.platform:
        where = (
            f"another platform: accuracies may differ by {ACCURACY_TOLERANCE:g}, losses by "
            f"{LOSS_TOLERANCE:.0%}, both by {SPREADS} times the spread that the manifest notes"
        )
    listed = [*(f"  {line}" for line in verified.platform), *(line.rstrip() for line in lines)]
    return "\n".join([where, *listed, counts, f"outcome: {_WORDS[verified.outcome]}"])


def write_verified(manifests: Path, output: Path) -> None:
    """Verify the build that `output` lies in by a manifest that fits it, and write the outcome.

    Args:
        manifests: folder of manifests.
        output: OUT/verified.json: {"manifest": file name or null, "own_platform", "counts"}.

    Raises:
        LabError: a manifest cannot be read or was edited.
    """
    build = Build(Path(output).parent)
    content: dict[str, Any] = {"manifest": None}
    found = fitting(sorted(Path(manifests).glob("*.json")), build)
    if found is not None:
        path, manifest = found
        verified = verify(replace(manifest, files={}), build)  # some are made later
        content = {
            "manifest": path.name,
            "own_platform": not verified.platform,
            "counts": verified.counts,
        }
    with replacing(Path(output), "w") as file:
        json.dump(content, file, indent=1)
        file.write("\n")


def fitting(paths: Iterable[Path], build: Build) -> tuple[Path, Manifest] | None:
    """Choose the manifest that fits a build: its preset and images, runs that it has all of.

    Of several, the one whose platform differs in the fewest kernels, then in the fewest points.
    """
    own = platform_of(build.environment)
    runs = set(build.runs)

    def distance(pair: tuple[Path, Manifest]) -> tuple[int, int]:
        other = pair[1].platform
        apart = len(list(changes(kernels(other), kernels(own))))
        return apart, len(list(changes(other, own)))

    found = [
        (path, manifest)
        for path, manifest in ((path, Manifest.read(path)) for path in paths)
        if manifest.preset == build.preset
        and manifest.dataset["sha256"] == build.dataset["sha256"]
        and runs >= set(manifest.runs)
    ]
    return min(found, key=distance, default=None)


def _check_run(build: Build, run: str, entry: Mapping[str, Any], same_bytes: bool) -> CheckedItem:
    """Compare one run with its entry in a manifest."""
    digest = build.run_digest(run) if run in build.runs else None
    if digest is None:
        return CheckedItem("run", run, "missing")
    if digest == entry["sha256"]:
        return CheckedItem("run", run, "same")
    apart = list(_apart(entry, reference_values(build, run)))
    worst = max(apart, key=lambda one: one[0], default=(0.0, "figures equal, other bytes differ"))
    within = worst[0] <= 1 and not same_bytes
    return CheckedItem("run", run, "within" if within else "different", worst[1])


def _apart(expected: Mapping[str, Any], found: Mapping[str, Any]) -> Iterator[tuple[float, str]]:
    """Yield each figure that differs: how far, in tolerances, and both values in words."""
    for name, value in expected.items():
        if name in ("sha256", "spread") or found.get(name) == value:
            continue
        other, share = found.get(name), math.inf
        if isinstance(value, float | int) and isinstance(other, float | int):
            allowed = ACCURACY_TOLERANCE
            if name.endswith("loss"):
                allowed = LOSS_TOLERANCE * abs(value)
            allowed = max(allowed, SPREADS * expected["spread"].get(name, 0.0))
            share = abs(other - value) / allowed if allowed else math.inf
        yield share, f"{name} {_short(value)}, here {_short(other)}"


def _check(kind: str, name: str, expected: str, found: Mapping[str, str]) -> CheckedItem:
    """Compare one text of a manifest."""
    if name not in found:
        return CheckedItem(kind, name, "missing")
    if found[name] == expected:
        return CheckedItem(kind, name, "same")
    return CheckedItem(kind, name, "different", f"{expected}, here {found[name]}")


def _check_file(build: Build, name: str, digest: str) -> CheckedItem:
    """Compare one file of a manifest, byte by byte but for what a clock wrote."""
    if name not in build.files:
        return CheckedItem("file", name, "missing")
    same = content_digest(build.files[name]) == digest
    return CheckedItem("file", name, "same" if same else "different")


def _short(value: object) -> str:
    return f"{value:.9g}" if isinstance(value, float) else str(value)
