"""From config.yaml to a plan of runs, or one line that says why it cannot be used."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from backprop_lab.claims.declaration import load_claims
from backprop_lab.claims.printed import Printed, PrintedNumbers
from backprop_lab.claims.register import check_seals
from backprop_lab.claims.sequential import Rule
from backprop_lab.data.download import DATASETS
from backprop_lab.files.documents import read_yaml
from backprop_lab.planning.config_file import ConfigSource, located
from backprop_lab.planning.config_schema import fit
from backprop_lab.planning.further import further_runs
from backprop_lab.planning.images import EMBEDDED, JUDGED
from backprop_lab.report.assets import TEXTS
from backprop_lab.runs.config_error import ConfigError, shown
from backprop_lab.runs.further import EXPERIMENT
from backprop_lab.runs.grid import (
    Config,
    apply_preset,
    expand_experiments,
    expand_kernels,
    has_own_seeds,
)
from backprop_lab.runs.run import Run

#: The experiments that tables, facts and the report's text name: no report without their runs.
REQUIRED = ("matrix", "task1_final", "task2_final")


#: An experiment that has its own section -> the other experiments that the section needs.
TOGETHER = {
    "forensics_screen": ("forensics_refine", "counterfactual"),
    "variance_seed": ("variance_initialization", "variance_order", "variance_split"),
}


#: Names that no experiment can have besides those of rules: build.csv's last row is "total".
_RESERVED = ("total", EXPERIMENT)


@dataclass(frozen=True)
class Plan:
    """What a build is made from.

    Attributes:
        config: the config, with the defaults of its schema.
        experiments: name -> runs, of those that the chosen preset does not skip; "decide" has the
            runs that decide.yaml asks for.
        kernels: "<backend>-<kernels>" -> runs that are trained again under these kernels.
        claimed: the experiments that claims.yaml names, each once.
    """

    config: Config
    experiments: dict[str, list[Run]]
    kernels: dict[str, list[Run]]
    claimed: list[str]

    def on(self, images: str) -> Plan:
        """Return what of this is done on the images.

        Claims are judged on MNIST alone, so on other images experiments that serve the claims
        mean nothing, nor do further seeds and other kernels: the report would not show them.  On
        the embedded digits, which are a first look, experiments have few of the seeds that they
        share.
        """
        if images == JUDGED:
            return self
        embedded = self.config["embedded"]
        left_out = {EXPERIMENT, *embedded["skip"]}
        kept = {name: runs for name, runs in self.experiments.items() if name not in left_out}
        preset = self.config["presets"][self.config["preset"]]
        if images == EMBEDDED and "n_seeds" in embedded and "seeds" not in preset:
            declared = self.config["experiments"]
            kept |= {
                name: _first_seeds(runs, embedded["n_seeds"])
                for name, runs in kept.items()
                if not has_own_seeds(declared[name])
            }
        return replace(self, experiments=kept, kernels={})


def _first_seeds(runs: Sequence[Run], n: int) -> list[Run]:
    """Return the runs that have one of the first n seeds."""
    seeds = list(dict.fromkeys(run.seed for run in runs))[:n]
    return [run for run in runs if run.seed in seeds]


def plan(
    config: Config,
    sources: Sequence[ConfigSource] = (),
    root: Path = Path(),
) -> Plan:
    """Check a config and expand its experiments into runs.

    Args:
        config: as Snakemake has read it.
        sources: what it was made from, to name the line of a mistake.
        root: the project's folder, with the config's schema, the claims and the original's numbers,
            the texts, and decide.yaml where there is one.

    Raises:
        LabError: the config cannot be used; it names the file, the line and the key.
    """
    try:
        config = fit(config, read_yaml(root / "workflow/schemas/config.schema.yaml"))
        chosen = apply_preset(config)
        experiments, kernels = expand_experiments(chosen), expand_kernels(chosen)
        claims = root / "report/claims.yaml"
        declared = load_claims(claims, root / "workflow/schemas/claims.schema.yaml")
        Rule.of(declared)
        printed = PrintedNumbers(Printed.within(root / "report/original"))
        printed.check(declared["claims"])
        experiments |= further_runs(root, config["preset"], config["presets"])
        check_experiments(config, claims, declared)
        check_images(config["dataset"], config["data"]["sets"])
        check_languages(config["report"]["languages"], root / "report/text")
        check_timings(config["report"])
    except ConfigError as error:
        raise located(error, sources) from None
    return Plan(config, experiments, kernels, claimed(declared))


def check_experiments(config: Config, claims: Path, claims_declared: Mapping[str, Any]) -> None:
    """Check that config.yaml declares every experiment that a later step needs.

    Args:
        config: a config that fits workflow/schemas/config.schema.yaml, before its preset.
        claims: claims.yaml; its criteria must be sealed in register.json, beside it.
        claims_declared: what it says, from `load_claims`; its experiments may be skipped, but must
            be known.

    Raises:
        ConfigError: an experiment that is needed is not declared, or the preset skips it.
        LabError: a criterion has no seal, or a seal has no criterion.
    """
    declared, preset = config["experiments"], config["preset"]
    skipped = config["presets"][preset].get("skip", ())
    embedded = config["embedded"]["skip"]
    for number, name in enumerate(embedded):
        if name not in declared:
            reason = f"there is no experiment {shown(repr(name))}; correct the name or remove it"
            raise ConfigError(("embedded", "skip", number), reason)
    for left_out, keys in (
        (skipped, ("presets", preset, "skip")),
        ({*skipped, *embedded}, ("embedded", "skip")),
    ):
        for name, by in _needed(declared, left_out).items():
            if name not in declared:
                raise ConfigError(("experiments", name), f"missing, but {by} needs it; add it")
            if name in left_out:
                reason = f"{name} cannot be skipped where {by} needs it; take it off the list"
                raise ConfigError(keys, reason)
    for name in claimed(claims_declared):
        if name not in declared:
            raise ConfigError(
                ("experiments", name),
                f"missing, but {claims} names it; add it, and to presets.{preset}.skip if it is "
                "not to run",
            )
    check_seals(claims_declared, claims.with_name("register.json"))


def _needed(declared: Collection[str], skipped: Collection[str]) -> dict[str, str]:
    """Return the experiments that are needed when some are skipped -> by what."""
    needed = dict.fromkeys(REQUIRED, "the report")
    for first, others in TOGETHER.items():
        if first in declared and first not in skipped:
            needed |= dict.fromkeys(others, first)
    return needed


def check_languages(languages: Collection[str], folder: Path) -> None:
    """Check that each language of the report has a folder with all texts, and English too.

    Args:
        languages: `report: languages:` of config.yaml.
        folder: report/text, with a folder a language. Translations are compared with the English
            one, whether or not an English report is built.

    Raises:
        ConfigError: a folder is missing, or lacks a file.
    """
    there = sorted(path.parent.name for path in Path(folder).glob(f"*/{TEXTS[0]}"))
    for language in dict.fromkeys(("en", *languages)):
        if language not in there:
            raise ConfigError(
                ("report", "languages"),
                f"{language} has no folder with {TEXTS[0]} in {folder}; the languages there are "
                f"{', '.join(there)}",
            )
        lacking = [name for name in TEXTS if not (Path(folder) / language / name).is_file()]
        if lacking:
            raise ConfigError(
                ("report", "languages"),
                f"{folder}/{language} lacks {', '.join(lacking)}; translate those of {folder}/en, "
                f"or take {language} off the list",
            )


def check_images(dataset: str, own: Collection[str]) -> None:
    """Check that config.yaml describes the data set that it names, and gives no name twice.

    Args:
        dataset: `dataset:` of config.yaml.
        own: the names in `data: sets:`.

    Raises:
        ConfigError: it does not, or a data set of one's own has the name of another one.
    """
    for name in own:
        if name in (*DATASETS, EMBEDDED):
            reason = f"{name} is a data set of this project; give yours another name"
            raise ConfigError(("data", "sets", name), reason)
    known = [*(name for name in DATASETS if name != EMBEDDED), *own]
    if dataset not in known:
        near = get_close_matches(dataset, known, n=1)
        meant = f" (did you mean {near[0]!r}?)" if near else ""
        raise ConfigError(
            ("dataset",),
            f"there is no data set {shown(repr(dataset))}{meant}; name one of {', '.join(known)}, "
            "or describe yours under data: sets:",
        )


def check_timings(report: Mapping[str, Any]) -> None:
    """Check that a report without times is not asked for the section on speed.

    Args:
        report: `report` of config.yaml.

    Raises:
        ConfigError: it is.
    """
    if report["benchmarks"] and not report["timings"]:
        raise ConfigError(
            ("report", "benchmarks"),
            "the section on speed is made of times; set report.timings to true, or this to false",
        )


def check_names(experiments: Mapping[str, object], rules: Collection[str]) -> None:
    """Check that every experiment can be a target of Snakemake.

    Args:
        experiments: those of config.yaml, by name.
        rules: names of all rules.

    Raises:
        ConfigError: an experiment has a name that is taken.
    """
    for name in experiments:
        if name in (*rules, *_RESERVED):
            reason = "the name is taken by the workflow; give the experiment another one"
            raise ConfigError(("experiments", name), reason)


def claimed(declared: Mapping[str, Any]) -> list[str]:
    """List the experiments that claims.yaml, as `load_claims` reads it, names, each once."""
    settings = declared["settings"].values()
    return list(dict.fromkeys(name for setting in settings for name in setting["experiments"]))
