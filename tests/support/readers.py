"""Who reads which file: a whole OUT folder, and what the pipeline does with each file of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from built_out import ENVIRONMENT, PUBLISHED, REPORT, STATED, build_out
from claims_sample import CLAIMS, SCHEMA
from synthetic import write_test_outputs
from whole import write_document, write_table

from backprop_lab.claims.declaration import load_claims
from backprop_lab.claims.evaluation import write_claims
from backprop_lab.claims.measures import Measured, Results
from backprop_lab.claims.printed import Printed, PrintedNumbers
from backprop_lab.claims.register import Register
from backprop_lab.data.datasets import load, prepare
from backprop_lab.data.download import fetch, is_local
from backprop_lab.facts.benchmarks import add_machine
from backprop_lab.facts.book import FactBook
from backprop_lab.facts.claims import add_claims
from backprop_lab.facts.comparisons import add_comparisons
from backprop_lab.facts.dataset import add_dataset
from backprop_lab.facts.experiments import add_settings, add_totals, read_experiments
from backprop_lab.facts.original import add_frozen_share, add_original
from backprop_lab.facts.registry import add_table
from backprop_lab.files.inputs import call
from backprop_lab.measurements.build_cost import write_build
from backprop_lab.report.facts import KnownFacts
from backprop_lab.report.gallery import write_gallery
from backprop_lab.report.inputs import ReportInputs
from backprop_lab.report.rows import read_rows
from backprop_lab.report.widgets import Widgets
from backprop_lab.results.check import KnownImages
from backprop_lab.results.original import LOG_FIGURES, PrintedLogs
from backprop_lab.tables.claims import write_claims_table
from backprop_lab.tables.multiverse import write_multiverse_table
from backprop_lab.tables.registry import tables

#: Reads one file, given by its path, as the pipeline does.
Reader = Callable[[Path], object]

COLLECTED = ("runs.csv", "history.csv", "experiments.csv")
#: Tables that are made of the collected runs, one of each kind.
_MADE = ("finals", "variants", "learning_rate_transfer", "sweep_epochs", "log_figure2")


class Readers:
    """A whole OUT folder, and the readers of its files.

    Attributes:
        folder: the folder.
        files: path of each file that can be damaged, below `folder`.
    """

    def __init__(self, folder: Path) -> None:
        """Args: where to write the folder."""
        self.folder = folder
        self.inputs: ReportInputs = build_out(folder, quick=True)
        shutil.copy(PUBLISHED, folder)
        shutil.copy(STATED, folder)
        shutil.copy(CLAIMS, folder)
        (folder / "images").mkdir()
        write_test_outputs(folder / "images", seeds=1, n=40)
        write_document(folder / "machine.json", ENVIRONMENT | {"packages": _Packages})
        _write_measured(folder / "tables")
        call(
            write_gallery,
            "gallery",
            self._images("dataset.npz", folder / "images/dataset.npz"),
            output=folder / "gallery.json",
        )
        fetch("digits", folder / "raw")
        shutil.copytree(folder / "raw", folder / "fetched")
        self._readers = self._choose()
        self.files = list(self._readers)

    def read(self, file: str, path: Path) -> None:
        """Read the file `file`, which lies at `path`, in every way in which it is read."""
        for reader in self._readers[file]:
            reader(path)

    def _choose(self) -> dict[str, list[Reader]]:
        found: dict[str, list[Reader]] = {
            "published_curves.csv": [self._published, self._logs],
            "stated.csv": [self._stated],
            "raw/source.json": [self._source],
            "dataset.json": [self._dataset],
            "claims.json": [self._claims],
            "claims.yaml": [partial(load_claims, schema=SCHEMA)],
            "register.json": [Register.read],
            "facts.json": [self._facts],
            "gallery.json": [self._gallery],
            "multiverse.json": [self._multiverse],
            "environment.json": [lambda path: replace(self.inputs, environment=path).surroundings],
            "machine.json": [lambda path: add_machine(self._book(), path)],
            "images/seed0/predictions.npz": [partial(self._predictions, "predictions.npz")],
            "images/dataset.npz": [partial(self._predictions, "dataset.npz"), self._images_of],
            "images/seed0/result.json": [self._result],
        }
        for name in COLLECTED:
            found[name] = [self._collected]
        for path in sorted((self.folder / "tables").glob("*.csv")):
            found[f"tables/{path.name}"] = [self._table, read_rows]
        found["tables/speed.csv"].append(self._results)
        found["tables/jobs.csv"].append(
            lambda path: write_build(jobs=path, output=path.with_name("build.csv"))
        )
        return found

    def _book(self) -> FactBook:
        return FactBook(self.folder)

    def _with(self, path: Path) -> dict[str, Path]:
        """Return the collected files, one of them replaced by `path`."""
        return {
            name.removesuffix(".csv"): path if path.name == name else self.folder / name
            for name in COLLECTED
        }

    def _collected(self, path: Path) -> None:
        files = self._with(path)
        output = path.with_name("made")
        for name in _MADE:
            table = tables()[name]
            printed = {"published": PUBLISHED, "dataset": self.folder / "dataset.json"}
            inputs = {key: (files | printed)[key] for key in table.inputs}
            table.make(inputs, output=output)
        experiments = read_experiments(files["runs"], files["experiments"])
        add_settings(self._book(), experiments, path, self.folder / "dataset.json")
        add_totals(self._book(), experiments, path)
        add_comparisons(self._book(), experiments, path)
        self._results(path)

    def _results(self, path: Path) -> None:
        """Judge the claims on measured files."""
        files = self._with(path)
        speed = path if path.name == "speed.csv" else self.folder / "speed.csv"
        measured = Measured(**files, dataset=self.folder / "dataset.json", speed=speed)
        inputs = {name: getattr(measured, name) for name in (*files, "dataset", "speed")}
        inputs |= {"claims": CLAIMS, "schema": SCHEMA, "published": PUBLISHED, "stated": STATED}
        inputs |= {"register": self.folder / "register.json"}
        call(write_claims, "claims", inputs, output=path.with_name("made.json"))

    def _published(self, path: Path) -> None:
        add_original(self._book(), PrintedNumbers(Printed(path, STATED)))

    def _stated(self, path: Path) -> None:
        add_original(self._book(), PrintedNumbers(Printed(PUBLISHED, path)))

    def _logs(self, path: Path) -> None:
        printed = PrintedLogs(path, self.folder / "dataset.json")
        for figure in LOG_FIGURES:
            printed.comparable_curve(figure)

    def _source(self, path: Path) -> None:
        folder = self.folder / "fetched"
        shutil.copy(path, folder / "source.json")
        is_local(None, folder, "digits")
        prepare(folder, path.with_name("made.npz"), path.with_name("made.json"))

    def _dataset(self, path: Path) -> None:
        add_dataset(self._book(), path)
        add_frozen_share(self._book(), path, PrintedNumbers(Printed(PUBLISHED, STATED)))
        KnownImages(path)
        load(self.folder / "images/dataset.npz", path)
        files = {name.removesuffix(".csv"): self.folder / name for name in COLLECTED}
        Results(Measured(**files, dataset=path, speed=self.folder / "speed.csv"))

    def _claims(self, path: Path) -> None:
        add_claims(self._book(), path)
        write_claims_table(claims=path, output=path.with_name("claims.csv"))

    def _facts(self, path: Path) -> None:
        facts = KnownFacts(path)
        for key in facts.entries:
            facts[key]

    def _multiverse(self, path: Path) -> None:
        Widgets(path.parent, REPORT / "page", self.inputs.labels, str).multiverse()
        output = path.with_name("made.csv")
        call(
            write_multiverse_table,
            "table",
            {"claims": self.folder / "claims.json", "multiverse": path},
            output=output,
        )

    def _gallery(self, path: Path) -> None:
        Widgets(path.parent, REPORT / "page", self.inputs.labels, str).gallery()

    def _images(self, name: str, path: Path) -> dict[str, Path]:
        images = self.folder / "images"
        return {
            "predictions": path if name == "predictions.npz" else images / "seed0/predictions.npz",
            "dataset_npz": path if name == "dataset.npz" else images / "dataset.npz",
            "dataset_json": images / "dataset.json",
        }

    def _images_of(self, path: Path) -> None:
        load(path, self.folder / "images/dataset.json")

    def _predictions(self, name: str, path: Path) -> None:
        inputs = self._images(name, path)
        call(write_gallery, "gallery", inputs, output=path.with_name("gallery.json"))
        mistakes = {"predictions": inputs["predictions"], "dataset": inputs["dataset_json"]}
        tables()["mistakes_task1"].make(mistakes, output=path.with_name("mistakes_task1.csv"))

    def _result(self, path: Path) -> None:
        inputs = {"results": [path], "dataset": self.folder / "images/dataset.json"}
        tables()["confusion_task1"].make(inputs, output=path.with_name("confusion_task1.csv"))

    def _table(self, path: Path) -> None:
        files = {name.removesuffix(".csv"): self.folder / name for name in COLLECTED}
        add_table(self._book(), path, read_experiments(files["runs"], files["experiments"]))


_Packages = {"numpy": "2.4.0", "torch": "2.9.0", "scikit-learn": "1.9.0"}


def _write_measured(folder: Path) -> None:
    """Write small tables of what is measured beside the runs, and of the forensics."""
    sizes, rng = "360-100", np.random.default_rng(0)
    layers = [
        {"hidden_sizes": sizes, "init": init, "epoch": 0, "layer": layer}
        for init in ("he", "xavier")
        for layer in (1, 2, 3)
    ]
    write_table(folder / "signal.csv", layers)
    steps = [
        {"comparison": name, "step": step, "epochs": step // 10}
        for name in ("float32", "rounding")
        for step in (1, 10)
    ]
    write_table(folder / "parity.csv", steps)
    shutil.copy(folder.parent / "speed.csv", folder)
    jobs = [
        {
            "id": f"run/seed{i}",
            "experiment": "matrix",
            "backend": ("numpy", "torch")[i % 2],
            "started": 10 * i,
            "finished": 10 * i + 9,
            "job_seconds": 9,
        }
        for i in range(6)
    ]
    write_table(folder / "jobs.csv", jobs)
    write_build(jobs=folder / "jobs.csv", output=folder / "build.csv")
    write_table(folder / "floors.csv", [{"batch_size": size} for size in (32, 64)])
    settings = [
        {"learning_rate": 0.1 * i, **{f"distance_figure{f}": rng.random() for f in (2, 3)}}
        for i in (1, 2, 3)
    ]
    write_table(folder / "forensics_screen.csv", settings)
    best = [{"choice": choice, "figure": f} for choice in ("figure", "all") for f in (2, 3)]
    write_table(folder / "forensics_best.csv", best)
    repairs = [{"repair": name, "id": name} for name in ("none", "init", "init+shuffle")]
    write_table(folder / "counterfactual.csv", repairs)
    frozen = [
        {"figure": 4, "labels": labels, "learning_rate": 0.1 * i}
        for labels in ("dataset", "balanced")
        for i in (1, 2)
    ]
    write_table(folder / "constant.csv", frozen)
    spread = [{"source": name} for name in ("initialization", "order")]
    write_table(folder / "variance.csv", spread)
    rates = [
        {"learning_rate": rate, "optimizer": name, "val_accuracy_mean": 0.9}
        for name in ("sgd", "adam")
        for rate in (0.1, 0.01)
    ]
    write_table(folder / "sweep_learning_rate.csv", rates)
    ratios = [
        {"group": group, "batch_size": size, "ours": "numpy", "other": other}
        for group in ("main", "grid")
        for size in (32, 128)
        for other in ("keras", "floor")
    ]
    write_table(folder / "trainers_ratios.csv", ratios)
    write_table(folder / "growth.csv", [{"runs": runs} for runs in (100, 1000)])
