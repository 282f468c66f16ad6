"""facts.json: every number that the report's prose uses, each with its source.

A fact is {"value", "unit", "source", "sha256"} and, where it summarises runs,
"n".  Its key is dotted and says where it belongs, from the general to the
special: `matrix.numpy.360.relu.sgd.val_accuracy_mean`.  What does not exist (the
standard deviation of one run, the accuracy of a diverged one, a sweep that the
quick preset skips) has no fact, and the prose must ask before it speaks.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from backprop_lab.facts import backends as backend_facts
from backprop_lab.facts import benchmarks as benchmark_facts
from backprop_lab.facts import build as build_facts
from backprop_lab.facts import forensics as forensics_facts
from backprop_lab.facts.book import Facts
from backprop_lab.facts.claims import claim_facts
from backprop_lab.facts.comparisons import add_comparisons
from backprop_lab.files.documents import read_json
from backprop_lab.files.frames import read_csv
from backprop_lab.results.collected import in_order_of, usual_variants
from backprop_lab.results.original import FROZEN_FIGURE, published_curve
from backprop_lab.results.units import unit_of
from backprop_lab.runs.columns import QUANTITIES

#: Table -> what adds its facts, for those with a function of their own.
ADDERS = forensics_facts.ADDERS | backend_facts.ADDERS | benchmark_facts.ADDERS | build_facts.ADDERS

#: Parameters of a run that are a setting of an experiment when all its runs share them.
SETTINGS = (
    "backend",
    "hidden_sizes",
    "activation",
    "optimizer",
    "learning_rate",
    "batch_size",
    "epochs",
    "init",
    "pixels",
)


def write_facts(
    *,
    dataset: Path,
    runs: Path,
    experiments: Path,
    published: Path,
    stated: Path,
    tables: Sequence[Path],
    output: Path,
    claims: Path | None = None,
    machine: Path | None = None,
) -> None:
    """Write facts.json from what was measured and from what the original prints.

    Args:
        dataset: dataset.json.
        runs, experiments: runs.csv and experiments.csv.
        published: published_curves.csv, the logs that the original prints.
        stated: stated.csv (key, value, unit, where), its single numbers.
        tables: the tables that were built; those of a skipped experiment are absent.
        claims: claims.json, if the claims were judged.
        machine: machine.json, if the benchmark was run.

    Raises:
        LabError: a source cannot be read or lacks a column.
    """
    facts = Facts(Path(output).parent)
    members = _by_experiment(read_csv(runs, ("id", "variant", "seed")), experiments)
    _add_dataset(facts, dataset)
    _add_settings(facts, members, runs, dataset)
    _add_original(facts, published, stated)
    _add_constant_classifier(facts, dataset, published)
    add_comparisons(facts, members, runs)
    if claims is not None:
        claim_facts(facts, claims)
    if machine is not None:
        benchmark_facts.add_machine(facts, read_json(machine), machine)
    for path in map(Path, tables):
        name, frame = path.stem, read_csv(path)
        if name == "variants":
            _add_variants(facts, frame, members["matrix"], path)
        elif name == "finals":
            for row in frame.to_dict("records"):
                facts.add_row(f"task{row['task']}_final", row, path, skip=["task"])
        elif name.startswith("log_"):
            _add_log(facts, frame, path)
        elif name == "learning_rate_transfer":
            for (pixels, optimizer), group in frame.groupby(["pixels", "optimizer"]):
                prefix = f"transfer.{pixels}.{optimizer}"
                _add_extremes(facts, prefix, group, "learning_rate", path)
        elif name in ADDERS:
            ADDERS[name](facts, frame, path)
        elif name == "variance":
            for row in frame.to_dict("records"):
                facts.add_row(f"variance.{row['source']}", row, path, skip=["source"])
        elif name == "sweep_epochs":
            for task, group in frame.groupby("task"):
                _add_extremes(facts, f"sweep.epochs.task{task}", group, "epoch", path)
        elif name.startswith("sweep_"):
            _add_sweep(facts, frame, name.removeprefix("sweep_"), path)
        elif name.startswith("confusion_"):
            _add_confusion(facts, frame, name.removeprefix("confusion_"), path)
        elif name.startswith("mistakes_") and len(frame):
            prefix = f"mistakes.{name.removeprefix('mistakes_')}"
            facts.add(f"{prefix}.n", len(frame), "count", path)
            facts.add_row(f"{prefix}.surest", frame.iloc[0].to_dict(), path)
    facts.write(output)


def _by_experiment(runs: pd.DataFrame, experiments: Path) -> dict[str, pd.DataFrame]:
    members = read_csv(experiments, ("experiment", "id"))
    return {
        name: in_order_of(group["id"], runs)
        for name, group in members.groupby("experiment", sort=False)
    }


def _add_dataset(facts: Facts, path: Path) -> None:
    data = read_json(path)
    for key in ("name", "title", "source", "split", "sha256"):
        facts.add(f"dataset.{key}", data[key], "text", path)
    facts.add("dataset.embedded", data["embedded"], "flag", path)
    facts.add("dataset.classes", len(data["class_names"]), "count", path)
    for part, size in data["sizes"].items():
        counts = data["class_counts"][part]
        facts.add(f"dataset.{part}_size", size, "count", path)
        facts.add(f"dataset.{part}_majority_share", max(counts) / size, "fraction", path)
        facts.add(f"dataset.{part}_minority_share", min(counts) / size, "fraction", path)


def _add_settings(
    facts: Facts, members: Mapping[str, pd.DataFrame], path: Path, dataset: Path
) -> None:
    train_size = read_json(dataset)["sizes"]["train"]
    for name, rows in members.items():
        facts.add(f"settings.{name}.n_runs", len(rows), "count", path)
        facts.add(f"settings.{name}.n_seeds", rows["seed"].nunique(), "count", path)
        if name == "matrix":  # of what the prose keeps to
            rows = rows[rows["variant"].isin(usual_variants(rows))]
        for setting in SETTINGS:
            if rows[setting].nunique() == 1:
                value = rows[setting].iloc[0]
                facts.add(f"settings.{name}.{setting}", value, unit_of(setting, value), path)
        for optimizer, group in rows.groupby("optimizer"):
            if group["learning_rate"].nunique() == 1:
                rate = group["learning_rate"].iloc[0]
                facts.add(f"settings.{name}.{optimizer}.learning_rate", rate, "number", path)
        if rows["batch_size"].nunique() == 1:
            updates = math.ceil(train_size / rows["batch_size"].iloc[0])
            facts.add(f"settings.{name}.updates_per_epoch", updates, "count", path)
    every = pd.concat(members.values()).drop_duplicates("id")
    seconds = (every["seconds_per_epoch"] * every["epochs_completed"]).sum()
    facts.add("runs.n", len(every), "count", path)
    facts.add("runs.n_diverged", (every["status"] == "diverged").sum(), "count", path)
    names = [name for name, rows in members.items() if (rows["status"] == "diverged").any()]
    facts.add("runs.diverged_experiments", ", ".join(names) or None, "text", path)
    facts.add("runs.training_seconds", seconds, "seconds", path, len(every))
    for sizes, rows in every.groupby("hidden_sizes"):
        parameters = rows["n_parameters"].iloc[0]
        facts.add(f"network.{sizes}.n_parameters", parameters, "count", path)


def _add_original(facts: Facts, published: Path, stated: Path) -> None:
    for figure in sorted(read_csv(published, ("figure",))["figure"].unique()):
        log = published_curve(published, figure)
        prefix = f"published.figure{figure}"
        for name, position in (
            ("first", 0),
            ("last", -1),
            ("best", log["val_accuracy"].to_numpy().argmax()),
        ):
            facts.add_row(f"{prefix}.{name}", log.iloc[position].to_dict(), published)
    for row in read_csv(stated, ("key", "value", "unit", "where")).to_dict("records"):
        value = int(row["value"]) if row["unit"] == "count" else row["value"]
        facts.add(f"stated.{row['key']}", value, row["unit"], stated)


def _add_constant_classifier(facts: Facts, dataset: Path, published: Path) -> None:
    """Whether the score that the original's frozen network ends at is a class's share of ours.

    A network that names one class for every image scores that class's share.
    """
    data = read_json(dataset)
    score = published_curve(published, FROZEN_FIGURE)["val_accuracy"].iloc[-1]
    for part in ("validation", "test"):
        count = round(score * data["sizes"][part])
        facts.add(
            f"dataset.{part}_has_frozen_share", count in data["class_counts"][part], "flag", dataset
        )


def _add_variants(facts: Facts, frame: pd.DataFrame, runs: pd.DataFrame, path: Path) -> None:
    usual = frame[frame["variant"].isin(usual_variants(runs))]
    for row in usual.to_dict("records"):
        key = ".".join(row[k] for k in ("backend", "hidden_sizes", "activation", "optimizer"))
        facts.add_row(f"matrix.{key}", row, path)
    facts.add("matrix.n_variants", len(frame), "count", path)
    if frame["val_accuracy_mean"].notna().any():
        ranked = frame.sort_values("val_accuracy_mean", kind="stable", na_position="first")
        facts.add_row("matrix.best", ranked.iloc[-1].to_dict(), path)
        facts.add_row("matrix.worst", ranked.dropna(subset="val_accuracy_mean").iloc[0], path)


def _add_log(facts: Facts, frame: pd.DataFrame, path: Path) -> None:
    """First, last and best epoch of our log, and its difference to the original's."""
    prefix = path.stem.replace("log_", "log.")
    own = frame[frame["n"] > 0]
    if own.empty:
        return
    columns = ["epoch", "n", *QUANTITIES]
    best = own.loc[own["val_accuracy"].idxmax()]
    for name, row in (("first", own.iloc[0]), ("last", own.iloc[-1]), ("best", best)):
        facts.add_row(f"{prefix}.{name}", row[columns].to_dict(), path)
    common = own.dropna(subset="published_val_accuracy")
    if common.empty:
        return
    row = common.iloc[-1]
    facts.add(f"{prefix}.common.epoch", int(row["epoch"]), "count", path)
    for quantity in QUANTITIES:
        difference = row[quantity] - row[f"published_{quantity}"]
        unit = unit_of(quantity)
        facts.add(f"{prefix}.common.{quantity}", row[quantity], unit, path, row["n"])
        facts.add(f"{prefix}.common.{quantity}_difference", difference, unit, path, row["n"])


def _add_extremes(facts: Facts, prefix: str, rows: pd.DataFrame, value: str, path: Path) -> None:
    """The rows with the lowest and highest `value` and with the best mean accuracy."""
    rows = rows.sort_values(value)
    facts.add(f"{prefix}.n_values", len(rows), "count", path)
    picked = {"lowest": rows.iloc[0], "highest": rows.iloc[-1]}
    if rows["val_accuracy_mean"].notna().any():
        picked["best"] = rows.loc[rows["val_accuracy_mean"].idxmax()]
        picked["worst"] = rows.loc[rows["val_accuracy_mean"].idxmin()]
    for name, row in picked.items():
        facts.add_row(f"{prefix}.{name}", row.to_dict(), path)


def _add_sweep(facts: Facts, frame: pd.DataFrame, swept: str, path: Path) -> None:
    prefix = f"sweep.{swept}"
    facts.add(f"{prefix}.n_values", frame[swept].nunique(), "count", path)
    facts.add(f"{prefix}.n_runs", frame["n"].sum(), "count", path)
    facts.add(f"{prefix}.n_diverged", frame["n_diverged"].sum(), "count", path)
    best = {}
    for optimizer, rows in frame.groupby("optimizer"):
        facts.add(f"{prefix}.{optimizer}.n_diverged", rows["n_diverged"].sum(), "count", path)
        _add_extremes(facts, f"{prefix}.{optimizer}", rows, swept, path)
        best[optimizer] = rows["val_accuracy_mean"].max()
    if {"sgd", "adam"} <= best.keys():
        difference = best["sgd"] - best["adam"]
        facts.add(f"{prefix}.sgd_minus_adam_at_best", difference, "fraction", path)


def _add_confusion(facts: Facts, frame: pd.DataFrame, task: str, path: Path) -> None:
    """How many errors there are, and which pair of classes is confused most often."""
    names = [str(name) for name in frame["label"]]
    counts = frame.drop(columns="label").to_numpy()  # (classes, classes): true, predicted
    total, correct = int(counts.sum()), int(counts.trace())
    facts.add(f"confusion.{task}.n_predictions", total, "count", path)
    facts.add(f"confusion.{task}.n_errors", total - correct, "count", path)
    if total == correct:
        return
    errors = counts.copy()
    errors[range(len(names)), range(len(names))] = 0
    true, predicted = divmod(int(errors.argmax()), len(names))
    facts.add(f"confusion.{task}.most_confused.n", errors[true, predicted], "count", path)
    facts.add(f"confusion.{task}.most_confused.label", names[true], "text", path)
    facts.add(f"confusion.{task}.most_confused.predicted", names[predicted], "text", path)
    share = counts.diagonal() / counts.sum(axis=1).clip(min=1)
    for name, place in (("hardest", share.argmin()), ("easiest", share.argmax())):
        facts.add(f"confusion.{task}.{name}.label", names[place], "text", path)
        facts.add(f"confusion.{task}.{name}.correct_share", share[place], "fraction", path)
