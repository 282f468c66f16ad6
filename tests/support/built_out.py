"""A whole OUT folder of made-up results: tables, facts and what the report's template needs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd
import yaml
from kernels_sample import write_kernel_file
from seals_sample import write_sealed
from synthetic import World, experiments, write_collected, write_rounds, write_test_outputs

from backprop_lab.claims.declaration import Declared
from backprop_lab.claims.evaluation import write_claims
from backprop_lab.claims.measures import Measured
from backprop_lab.claims.multiverse import write_multiverse
from backprop_lab.claims.printed import Printed
from backprop_lab.facts.facts import Sources, write_facts
from backprop_lab.figures.registry import figures as all_figures
from backprop_lab.report.inputs import ReportInputs
from backprop_lab.tables.registry import tables as all_tables

PROJECT = Path(__file__).parents[2]
REPORT = PROJECT / "report"
PUBLISHED = REPORT / "original/published_curves.csv"
STATED = REPORT / "original/stated.csv"

#: Tables whose runs the made-up results do not hold; the report is whole without them.
NOT_MADE_UP = (
    "variance",
    "forensics_screen",
    "forensics_refine",
    "forensics_best",
    "counterfactual",
    "drawn_forensics",
    "drawn_counterfactual",
    "constant",
    "frozen",
    "forensics_near",
    "forensics_near_settings",
    "forensics_identified",
    "forensics_holdout",
    "forensics_task2",
    "forensics_gap",
    "forensics_gap_settings",
)

#: Figures of such tables, and of measurements.
NOT_DRAWN = (
    "signal",
    "forensics",
    "counterfactual",
    "parity",
    "speed",
    "benchmarks",
    "growth",
    "build",
)

#: Tables that take too long, or predictions of many runs; and one whose text needs them.
NEVER_MADE_UP = (
    *("constant", "frozen"),
    *("forensics_task2", "forensics_gap", "forensics_gap_settings"),
)

#: Figures of measurements.
MEASURED = ("signal", "parity", "speed", "benchmarks", "growth", "build")

#: How the names of tables and figures begin that a quick build leaves out.
NOT_QUICK = ("sweep_", "tuning_")

#: What a reader may build, as arguments of `build_out`.
PRESETS = {
    "full": {},
    "quick": {"quick": True},
    "more": {"more": [{"learning_rate": 0.01}, {"batch_size": 16}]},
    "embedded": {"dataset": "digits"},
    "embedded-quick": {"dataset": "digits", "quick": True},
    "fashion": {"dataset": "fashion_mnist"},
    "own": {"dataset": "my_signs"},
}
DATASETS = {
    "mnist": {"title": "MNIST", "embedded": False, "split": "last_10000", "split_seed": None},
    "fashion_mnist": {
        "title": "Fashion-MNIST",
        "embedded": False,
        "split": "random",
        "split_seed": 0,
    },
    "digits": {
        "title": "scikit-learn digits",
        "embedded": True,
        "split": "stratified",
        "split_seed": 0,
    },
    "my_signs": {
        "title": "Signs of mine & others (2)",
        "embedded": False,
        "split": "given_test",
        "split_seed": 0,
        "image_shape": [12, 9],
        "class_names": ["<b>", "$x$", "a_b*", "[l](j:x)", "`c`", "類別", '"', "@a", "{it}", "a, b"],
        "licence": "CC BY 4.0 <someone>",
    },
}
ENVIRONMENT = {
    "git": {"commit": "0123456789" * 4, "date": "2024-09-23T12:00:00+02:00", "dirty": False},
    "python": "CPython 3.12.0",
    "packages": {"numpy": "2.4.0", "scipy": "1.17.0", "snakemake": "9.0.0", "typst": None},
    "operating_system": "Debian GNU/Linux 12 (Linux 6.1)",
    "cpu": {"model": "A processor", "architecture": "x86_64", "cores": 2},
    "memory_bytes": 8_000_000_000,
    "blas": [
        {"package": "numpy", "library": "openblas", "version": "0.3.30", "architecture": "Haswell"}
    ],
    "torch": {"blas": "Intel oneAPI Math Kernel Library", "cuda": None, "device": "CPU"},
    "threads_per_run": 1,
    "config": {"text": "dataset: auto\nseeds: [0, 1, 2]", "over": "preset: quick"},
}


def dataset_json(name: str) -> dict:
    """What dataset.json says; the ten classes of each part are equally large but for two."""
    sizes = {"train": 50000, "validation": 10000, "test": 10000}
    if name == "digits":
        sizes = {"train": 1250, "validation": 270, "test": 270}
    counts = {}
    for part, size in sizes.items():
        counts[part] = [size // 10] * 10
        counts[part][0] += 7
        counts[part][1] += size - sum(counts[part])
    return {
        "name": name,
        "source": "a local folder",
        "archives": {"train-images-idx3-ubyte.gz": {"sha256": "ab" * 32, "bytes": 9912422}},
        "sizes": sizes,
        "class_names": [str(digit) for digit in range(10)],
        "class_counts": counts,
        "sha256": "cd" * 32,
        **DATASETS[name],
    }


def build_out(
    folder: Path,
    *,
    quick: bool = False,
    dataset: str = "mnist",
    more: Sequence[dict] = (),
    timings: bool = True,
    world: World | None = None,
) -> ReportInputs:
    """Write collected results, tables and facts into `folder`; return the report's inputs.

    The figures are empty files: filling in the template only asks whether they are there.

    Args:
        more: values that a reader adds, see `synthetic.experiments`.
        timings: `report: timings:` of config.yaml.
        world: other runs than these; `quick` and `more` are not asked then.
    """
    folder.mkdir(parents=True, exist_ok=True)
    requested = {"timings": timings, "kernels": dataset == "mnist", "benchmarks": False}
    kinds = _Kinds(requested, quick, world)
    outcome = world.outcome if world else "usual"
    write_collected(folder, quick=quick, more=more, world=world)
    if not timings:
        runs = pd.read_csv(folder / "runs.csv")
        runs.assign(seconds_per_epoch=None).to_csv(folder / "runs.csv", index=False)
    seeds = len(world.members["task1_final"]) if world else 1 if quick else 3
    write_test_outputs(folder, seeds=seeds, outcome=outcome)
    (folder / "dataset.json").write_text(json.dumps(dataset_json(dataset)))
    slower, drift = (1.0, 0.0) if outcome == "equal" else (1.3, 0.01)
    write_rounds(
        folder / "speed.csv", lambda run: slower if run.backend == "torch" else 1.0, drift=drift
    )
    (folder / "environment.json").write_text(json.dumps(ENVIRONMENT))
    files = {
        "runs": folder / "runs.csv",
        "history": folder / "history.csv",
        "experiments": folder / "experiments.csv",
        "dataset": folder / "dataset.json",
        "predictions": folder / "seed0/predictions.npz",
        "results": sorted(folder.glob("seed*/result.json")),
    }
    files["published"] = PUBLISHED
    files["claims"] = folder / "claims.json"
    files["multiverse"] = folder / "multiverse.json"
    if kinds.table("kernels"):
        files["kernels"] = _kernels(folder, files["runs"])
    first = {}
    for name in ("kernels", "variance"):
        if kinds.table(name):
            first[name], table = folder / f"tables/{name}.csv", all_tables()[name]
            table.make({key: files[key] for key in table.inputs}, output=first[name])
    config = yaml.safe_load((REPORT.parent / "config.yaml").read_text(encoding="utf-8"))
    write_sealed(
        folder / "register.json",
        REPORT / "claims.yaml",
        world.registered if world else experiments(),
    )
    judged = {
        "declared": Declared(
            REPORT / "claims.yaml", REPORT.parent / "workflow/schemas/claims.schema.yaml"
        ),
        "measured": Measured(
            **{key: files[key] for key in ("runs", "history", "experiments", "dataset")},
            speed=folder / "speed.csv" if timings else None,
            **first,
        ),
        "printed": Printed(PUBLISHED, STATED),
        "register": folder / "register.json",
        "known": list(config["experiments"]),
    }
    write_claims(**judged, output=files["claims"])
    del judged["register"]
    write_multiverse(**judged, verdicts=files["claims"], output=files["multiverse"])
    no_mistakes = {"class_names": [], "mistakes": [], "n_mistakes": 0, "n_test": 1}
    no_mistakes |= {"height": 28, "width": 28}
    (folder / "gallery.json").write_text(json.dumps(no_mistakes))
    written = []
    for name, table in all_tables().items():
        if not kinds.table(name):
            continue
        output = folder / f"tables/{name}.csv"
        table.make({key: files[key] for key in table.inputs}, output=output)
        written.append(output)
    figures = folder / "figures/en"
    figures.mkdir(parents=True)
    for name in all_figures():
        if kinds.figure(name):
            (figures / f"{name}.svg").write_text("<svg/>")
    write_facts(
        sources=Sources(
            **{key: files[key] for key in ("dataset", "runs", "experiments", "claims")}
        ),
        printed=Printed(PUBLISHED, STATED),
        tables=written,
        output=folder / "facts.json",
    )
    return inputs_of(folder)


def inputs_of(folder: Path) -> ReportInputs:
    """Return the report's files of what `build_out` wrote into a folder."""
    return ReportInputs(
        template=REPORT / "text/en/lab-report.md",
        facts=folder / "facts.json",
        tables=folder / "tables",
        figures=folder / "figures/en",
        dataset=folder / "dataset.json",
        environment=folder / "environment.json",
        bibliography=REPORT / "references.bib",
        report=REPORT,
    )


@dataclass(frozen=True)
class _Kinds:
    """Which tables and figures a build makes."""

    requested: Mapping[str, bool]
    quick: bool
    world: World | None

    def table(self, name: str) -> bool:
        if self.world is None:
            return name not in NOT_MADE_UP and not (self.quick and name.startswith(NOT_QUICK))
        made = all_tables()[name].wanted(self.world.members, self.requested)
        return made and name not in NEVER_MADE_UP

    def figure(self, name: str) -> bool:
        if self.world is None:
            return name not in NOT_DRAWN and not (self.quick and name.startswith(NOT_QUICK))
        made = all_figures()[name].wanted(self.world.members, self.requested)
        return made and name not in MEASURED


def _kernels(folder: Path, runs: Path) -> list[Path]:
    """Write the matrix's first run, as it came out and as it does under kernels of two others.

    One of the others cannot be loaded.
    """
    first = pd.read_csv(runs).query("hidden_sizes == '360' and backend == 'numpy'").iloc[0]
    figures = {name: first[name] for name in ("val_accuracy", "test_accuracy")}
    moved = {name: value + 0.001 for name, value in figures.items()}
    write = partial(write_kernel_file, folder, runs=[first["id"]])
    return [
        write("numpy-native", loaded="OpenBLAS SkylakeX", **figures),
        write("numpy-Haswell", loaded="OpenBLAS Haswell", **moved),
        write("numpy-Nehalem"),
    ]
