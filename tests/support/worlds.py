"""Builds of many kinds, made up: what config.yaml plans, with results that no run gave.

    inputs = WORLDS["ties"].build(tmp_path)  # a whole OUT, ready for the report's template

Used where a sentence of the report must be true whatever a build found, see `statements`.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import yaml
from built_out import PROJECT, PUBLISHED, REPORT, build_out
from measured_sample import add_measurements
from synthetic import World

from backprop_lab.figures.registry import draw, figures
from backprop_lab.figures.words import load_words
from backprop_lab.planning.validation import plan
from backprop_lab.report.inputs import ReportInputs
from backprop_lab.runs.run import Run


@dataclass(frozen=True)
class Made:
    """A kind of build.

    Attributes:
        preset: of config.yaml.
        seeds: those of config.yaml; None has three.
        all_seeds: those that the preset lays over every experiment; None has none.
        dataset: mnist, digits, fashion_mnist or my_signs.
        outcome: "usual", "diverged" or "equal", see `synthetic.World`.
        timings: `report: timings:`.
    """

    preset: str = "full"
    seeds: tuple[int, ...] | None = None
    all_seeds: tuple[int, ...] | None = None
    dataset: str = "mnist"
    outcome: str = "usual"
    timings: bool = True

    def build(self, folder: Path) -> ReportInputs:
        """Write an OUT of this kind; return the files of its report."""
        world = World(planned(self), self.outcome, planned(Made()))
        inputs = build_out(folder, dataset=self.dataset, timings=self.timings, world=world)
        if self.timings:
            add_measurements(inputs, self.outcome)
        return inputs


def drawn(inputs: ReportInputs, language: str) -> ReportInputs:
    """Draw the figures that a build has files for; return its report's files in a language."""
    out = inputs.out
    folder = out / "figures" / language
    words = load_words(language, REPORT / "text")
    for stub in sorted((out / "figures/en").glob("*.svg")):
        taken = figures()[stub.stem].inputs
        paths = {key: _file(out, name) for key, name in taken.items()}
        draw(stub.stem, paths, words, folder / stub.name)
    template = REPORT / "text" / language / "lab-report.md"
    return replace(inputs, template=template, figures=folder)


def _file(out: Path, name: str) -> Path:
    """Return a file of an OUT by its name in the declarations of figures."""
    whole = {"published": PUBLISHED, "dataset": out / "dataset.json"}
    return whole.get(name, out / (name if name.endswith(".npz") else f"{name}.csv"))


def planned(made: Made) -> dict[str, list[Run]]:
    """Return experiment -> runs, as the project's config.yaml plans a build of this kind."""
    config = copy.deepcopy(_config()) | {"preset": made.preset}
    if made.seeds:
        config["seeds"] = list(made.seeds)
    if made.all_seeds:
        config["presets"][made.preset]["seeds"] = list(made.all_seeds)
    if made.dataset == "my_signs":
        config["data"]["sets"] = {made.dataset: {"folder": "signs", "title": "Signs"}}
    return plan(config, root=PROJECT).on(made.dataset).experiments


@cache
def _config() -> dict:
    return yaml.safe_load((PROJECT / "config.yaml").read_text(encoding="utf-8"))


WORLDS = {
    "full": Made(),
    "quick": Made("quick"),
    "shape": Made("shape"),
    "one seed": Made(seeds=(0,)),
    "one seed everywhere": Made(all_seeds=(0,)),
    "two seeds": Made(seeds=(0, 1)),
    "no times": Made(timings=False),
    "diverged": Made(outcome="diverged"),
    "ties": Made(outcome="equal"),
    "embedded": Made(dataset="digits"),
    "embedded quick": Made("quick", dataset="digits"),
    "embedded diverged": Made(dataset="digits", outcome="diverged"),
    "fashion": Made(dataset="fashion_mnist"),
    "own": Made(dataset="my_signs"),
}
