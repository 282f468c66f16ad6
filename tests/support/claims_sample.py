"""Made-up results of every experiment of config.yaml, in which a test decides what is true."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection
from pathlib import Path

import numpy as np
import pandas as pd
import yaml
from built_out import PROJECT, PUBLISHED, STATED, dataset_json
from seals_sample import write_sealed
from synthetic import write_rounds
from whole import write_table

from backprop_lab.claims.evaluation import write_claims
from backprop_lab.files.inputs import Inputs, call
from backprop_lab.runs.further import EXPERIMENT, FILE, Decide
from backprop_lab.runs.grid import apply_preset, expand_experiments
from backprop_lab.runs.run import Run

CLAIMS = PROJECT / "report/claims.yaml"
SCHEMA = PROJECT / "workflow/schemas/claims.schema.yaml"
CONFIG = yaml.safe_load((PROJECT / "config.yaml").read_text(encoding="utf-8"))

#: What a run measures unless a test's world says otherwise; a pair is first and last epoch.
PLAIN = {
    "train_loss": (0.5, 0.1),
    "train_accuracy": (0.9, 0.98),
    "val_loss": (0.4, 0.1),
    "val_accuracy": (0.9, 0.97),
    "test_accuracy": None,  # as val_accuracy
    "seconds_per_epoch": 1.0,
    "seconds_in_turn": 1.0,  # of a round of speed.csv, whichever the seed
    "diverged": False,
}
World = Callable[[Run], dict]
#: Options of `collect_world`: no setting has more seeds than the usual three beforehand.
THREE_SEEDS = {
    "experiments": {
        name: {key: value for key, value in settings.items() if key != "seeds"}
        if len(settings.get("seeds", ())) > len(CONFIG["seeds"])
        else settings
        for name, settings in CONFIG["experiments"].items()
    }
}


def collect_world(
    folder: Path,
    world: World,
    *,
    preset: str = "short",
    sealed: str = "short",
    dataset: str = "mnist",
    decide: Decide | None = None,
    **config,
) -> dict[str, Path]:
    """Write runs.csv, history.csv, experiments.csv and dataset.json; return all inputs of claims.

    Args:
        world: run -> what differs from PLAIN; a seed adds some 1e-5 to every figure.
        preset: "short" has all experiments of "full", of 4 epochs each.
        sealed: the preset for which the register has the criteria sealed.
        decide: further seeds of criteria; they are written to decide.yaml, and run.
        config: keys to lay over config.yaml.
    """
    folder.mkdir(parents=True, exist_ok=True)
    presets = CONFIG["presets"] | {"short": {"epochs": 4}}
    asked = CONFIG | {"preset": preset, "presets": presets} | config
    members = expand_experiments(apply_preset(asked))
    further = {}
    if decide:
        members[EXPERIMENT] = decide.runs()
        further = {"decide": folder / FILE}
        decide.write(folder / FILE)
    rows, histories = [], []
    for run in dict.fromkeys(run for runs in members.values() for run in runs):
        row, history = _results(run, PLAIN | world(run))
        rows.append(row)
        histories.append(history)
    pairs = [(name, run.id) for name, runs in members.items() for run in runs]
    write_table(folder / "runs.csv", rows)
    pd.concat(histories).to_csv(folder / "history.csv", index=False, na_rep="nan")
    pd.DataFrame(pairs, columns=["experiment", "id"]).to_csv(
        folder / "experiments.csv", index=False
    )
    write_rounds(folder / "speed.csv", lambda run: (PLAIN | world(run))["seconds_in_turn"])
    (folder / "dataset.json").write_text(json.dumps(dataset_json(dataset)))
    registered = apply_preset(CONFIG | {"preset": sealed, "presets": presets})
    write_sealed(folder / "register.json", CLAIMS, expand_experiments(registered))
    return (
        further
        | {
            "claims": CLAIMS,
            "register": folder / "register.json",
            "schema": SCHEMA,
            "dataset": folder / "dataset.json",
            "published": PUBLISHED,
            "stated": STATED,
        }
        | {name: folder / f"{name}.csv" for name in ("runs", "history", "experiments", "speed")}
    )


def judged(folder: Path, world: World = lambda run: {}, **options) -> dict:
    """Return claims.json of a world."""
    return evaluated(collect_world(folder, world, **options), folder / "claims.json")


def evaluated(inputs: Inputs, output: Path, known: Collection[str] | None = None) -> dict:
    """Write claims.json from the inputs that `collect_world` returns; return what it says."""
    call(write_claims, "claims", inputs, output=output, known=known)
    return json.loads(output.read_text())


def _results(run: Run, values: dict) -> tuple[dict, pd.DataFrame]:
    """Make the row of runs.csv and the rows of history.csv: lines from first to last epoch."""
    noise = 1e-5 * np.sin(1 + run.seed)
    history = {"id": run.id, "variant": run.variant, "seed": run.seed}
    history["epoch"] = np.arange(1, run.epochs + 1)
    quantities = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")
    for name in quantities:
        value = values[name]
        first, last = value if isinstance(value, tuple) else (value, value)
        history[name] = np.linspace(first, last, run.epochs + 1)[1:] + noise
    history = pd.DataFrame(history)
    last = history.iloc[-1]
    row = run.parameters() | {
        "hidden_sizes": "-".join(map(str, run.hidden_sizes)),
        "id": run.id,
        "variant": run.variant,
        "status": "diverged" if values["diverged"] else "completed",
        "seconds_per_epoch": values["seconds_per_epoch"] * (1 + noise),
        "test_n": 10000,
        **{name: last[name] for name in quantities},
    }
    test = values["test_accuracy"]
    row["test_accuracy"] = last["val_accuracy"] if test is None else test + noise
    if values["diverged"]:
        history.loc[history.index[-1], ["train_loss", "val_loss"]] = math.nan
        row |= {"train_loss": None, "val_loss": None, "val_accuracy": 0.5, "test_accuracy": 0.5}
    return row, history


def c8(run: Run) -> dict:
    """A world in which claim C8 is true, that SGD does better than Adam."""
    return {"val_accuracy": 0.93 if run.optimizer == "adam" else 0.97}
