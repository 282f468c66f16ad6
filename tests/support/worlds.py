"""Builds of many kinds, made up: what config.yaml plans, with results that no run gave.

    inputs = WORLDS["ties"].build(tmp_path)  # a whole OUT, ready for the report's template

Used where a sentence of the report must be true whatever a build found, see `statements`.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml
from built_out import PROJECT, build_out
from measured_sample import add_measurements
from synthetic import World

from backprop_lab.planning.validation import plan
from backprop_lab.report.inputs import ReportInputs
from backprop_lab.runs.run import Run


@dataclass(frozen=True)
class Made:
    """A kind of build.

    Attributes:
        preset: of config.yaml.
        changes: keys that the preset gets besides, such as {"seeds": [0]}.
        dataset: mnist, digits, fashion_mnist or my_signs.
        outcome: "usual", "diverged" or "equal", see `synthetic.World`.
        timings: `report: timings:`.
    """

    preset: str = "full"
    changes: Mapping[str, object] = field(default_factory=dict)
    dataset: str = "mnist"
    outcome: str = "usual"
    timings: bool = True

    def build(self, folder: Path) -> ReportInputs:
        """Write an OUT of this kind; return the files of its report."""
        members = planned(self.preset, tuple(self.changes.items()), self.dataset)
        world = World(members, self.outcome, planned("full", (), "mnist"))
        inputs = build_out(folder, dataset=self.dataset, timings=self.timings, world=world)
        if self.timings:
            add_measurements(inputs, self.outcome)
        return inputs


def planned(
    preset: str, changes: tuple[tuple[str, object], ...], images: str
) -> dict[str, list[Run]]:
    """Return experiment -> runs, as the project's config.yaml plans them on the images."""
    config = copy.deepcopy(_config())
    config["preset"] = preset
    config["presets"][preset] |= dict(changes)
    if images == "my_signs":
        config["data"]["sets"] = {images: {"folder": "signs", "title": "Signs"}}
    return plan(config, root=PROJECT).on(images).experiments


@cache
def _config() -> dict:
    return yaml.safe_load((PROJECT / "config.yaml").read_text(encoding="utf-8"))


WORLDS = {
    "full": Made(),
    "quick": Made("quick"),
    "shape": Made("shape"),
    "one seed": Made(changes={"seeds": [0]}),
    "two seeds": Made(changes={"seeds": [0, 1]}),
    "no times": Made(timings=False),
    "diverged": Made(outcome="diverged"),
    "ties": Made(outcome="equal"),
    "embedded": Made(dataset="digits"),
    "embedded quick": Made("quick", dataset="digits"),
    "embedded diverged": Made(dataset="digits", outcome="diverged"),
    "fashion": Made(dataset="fashion_mnist"),
    "own": Made(dataset="my_signs"),
}
