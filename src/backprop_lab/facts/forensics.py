"""Facts of the forensics: nearest settings, frozen logs, repairs, strength of the signal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from backprop_lab.facts.book import Facts
from backprop_lab.results.forensics import SETTING
from backprop_lab.results.original import NETWORKS


def add_distances(facts: Facts, frame: pd.DataFrame, path: Path) -> None:
    """forensics.screen.* or forensics.refine.*: how many settings, and each figure's nearest."""
    prefix = path.stem.replace("forensics_", "forensics.")
    if frame.empty:
        return
    facts.add(f"{prefix}.n_settings", len(frame), "count", path)
    measured = frame[[f"distance_figure{figure}" for figure in NETWORKS]].notna()
    facts.add(f"{prefix}.n_comparisons", int(measured.to_numpy().sum()), "count", path)
    for name in (*(f"figure{figure}" for figure in NETWORKS), "all"):
        tried = frame.dropna(subset=f"distance_{name}")
        if tried.empty:
            continue
        nearest = tried.loc[tried[f"distance_{name}"].idxmin()]
        key = f"{prefix}.{name}"
        facts.add(f"{key}.n_settings", len(tried), "count", path)
        facts.add(f"{key}.distance", nearest[f"distance_{name}"], "number", path)
        facts.add(f"{key}.refined", bool(nearest["refined"]), "flag", path)
        facts.add_row(key, nearest[list(SETTING)].to_dict(), path)


def add_best(facts: Facts, frame: pd.DataFrame, path: Path) -> None:
    """forensics.figure<n>.*, forensics.all.* and forensics.all.figure<n>.*."""
    for _, row in frame.iterrows():
        one = row["choice"] == "all"
        prefix = (
            f"forensics.all.figure{row['figure']}" if one else f"forensics.figure{row['figure']}"
        )
        facts.add_row(prefix, row.to_dict(), path, skip=["choice", "figure", "distance_all"])
    chosen = frame[frame["choice"] == "all"]
    if len(chosen):
        columns = [*SETTING, "n_settings", "distance_all"]
        facts.add_row("forensics.all", chosen.iloc[0][columns].to_dict(), path)


def add_constant(facts: Facts, frame: pd.DataFrame, path: Path) -> None:
    """constant.figure<n>.<labels>.*: the setting whose frozen loss is nearest to the printed one.

    And, over all its settings, n_logs simulated, the lowest and the highest
    training accuracy among them.
    """
    for (figure, labels), rows in frame.groupby(["figure", "labels"]):
        prefix = f"constant.figure{figure}.{labels}"
        nearest = rows.loc[(rows["train_loss_mean"] - rows["published_train_loss"]).abs().idxmin()]
        facts.add_row(prefix, nearest.to_dict(), path, skip=["figure", "labels", "n_orders"])
        facts.add(f"{prefix}.n_logs", int(rows["n_orders"].sum()), "count", path)
        lowest, highest = rows["train_accuracy_min"].min(), rows["train_accuracy_max"].max()
        facts.add(f"{prefix}.lowest_train_accuracy", lowest, "fraction", path)
        facts.add(f"{prefix}.highest_train_accuracy", highest, "fraction", path)


def add_counterfactual(facts: Facts, frame: pd.DataFrame, path: Path) -> None:
    """counterfactual.<repair>.*, several repairs joined by "_and_"."""
    for _, row in frame.iterrows():
        prefix = f"counterfactual.{row['repair'].replace('+', '_and_')}"
        facts.add_row(prefix, row.to_dict(), path, skip=["repair"])


def add_signal(facts: Facts, frame: pd.DataFrame, path: Path) -> None:
    """signal.<activation>.<hidden sizes>.<init>.epoch<n>.*: first and last layer, and their ratio.

    activation_ratio: standard deviation of the last hidden layer's activations over
    that of the first.  gradient_ratio: of the gradients, first hidden layer over
    logits.  A dot in an initialisation's name becomes an underscore.
    signal.n_training_images: in an epoch.
    """
    facts.add("signal.n_training_images", frame["n_training_images"].iloc[0], "count", path)
    keys = ["activation", "hidden_sizes", "init", "epoch"]
    for (activation, sizes, init, epoch), rows in frame.groupby(keys):
        prefix = f"signal.{activation}.{sizes}.{init.replace('.', '_')}.epoch{epoch}"
        rows = rows.sort_values("layer")
        first, hidden, logits = rows.iloc[0], rows.iloc[-2], rows.iloc[-1]
        for name, row in (("first", first), ("last_hidden", hidden), ("logits", logits)):
            for column in ("activation_std", "gradient_std", "dead_share"):
                unit = "fraction" if column == "dead_share" else "number"
                facts.add(f"{prefix}.{name}.{column}", row[column], unit, path)
        if first["activation_std"] > 0:
            ratio = hidden["activation_std"] / first["activation_std"]
            facts.add(f"{prefix}.activation_ratio", ratio, "ratio", path)
        if logits["gradient_std"] > 0:
            ratio = first["gradient_std"] / logits["gradient_std"]
            facts.add(f"{prefix}.gradient_ratio", ratio, "ratio", path)


#: Table -> what adds its facts.
ADDERS: dict[str, Callable[[Facts, pd.DataFrame, Path], None]] = {
    "forensics_screen": add_distances,
    "forensics_refine": add_distances,
    "forensics_best": add_best,
    "constant": add_constant,
    "counterfactual": add_counterfactual,
    "signal": add_signal,
}
