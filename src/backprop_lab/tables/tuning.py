"""tuning_curves.csv: what accuracy to expect from a search over so many learning rates."""

from __future__ import annotations

from collections.abc import Sequence
from math import comb
from pathlib import Path

import pandas as pd

from backprop_lab.files.documents import read_json
from backprop_lab.files.frames import write_csv
from backprop_lab.results.collected import Collected
from backprop_lab.results.statistics import summarize
from backprop_lab.runs.run import ACTIVATIONS, OPTIMIZERS

TABLES = {
    "tuning_curves": {
        "function": "write_tuning_curves",
        "inputs": ("runs", "experiments", "history", "dataset"),
        "needs": ("learning_rate_grid",),
    },
}


def write_tuning_curves(*, collected: Collected, dataset: Path, output: Path) -> None:
    """Write the best validation accuracy to expect of so many rates, by activation and optimiser.

    The expected best of k rates is its mean over all choices of k of the rates that were tried
    (`expected_best`), for each seed by itself.  A run that diverged counts with the accuracy
    of random guessing, as where claims are judged.  Columns: activation, optimizer, n_rates (k),
    n (seeds), n_diverged (runs of all rates), val_accuracy_mean, _std, _min, _max (over seeds),
    learning_rate (the best of all by its mean), at_edge (whether it is the lowest or highest).
    """
    chance = 1 / len(read_json(dataset)["class_names"])
    every = collected.experiment("learning_rate_grid")
    diverged = every["status"] == "diverged"
    every = every.assign(accuracy=every["val_accuracy"].mask(diverged, chance))
    rows = []
    for (activation, optimizer), group in _in_order(every):
        # One row a seed, one column a rate; a seed that lacks a rate has no curve.
        table = group.pivot_table(index="seed", columns="learning_rate", values="accuracy")
        table = table.dropna()
        best = table.mean().idxmax()
        for k in range(1, table.shape[1] + 1):
            found = summarize(expected_best(list(row), k) for row in table.to_numpy())
            rows.append(
                {
                    "activation": activation,
                    "optimizer": optimizer,
                    "n_rates": k,
                    "n": found.n,
                    "n_diverged": int((group["status"] == "diverged").sum()),
                    **{
                        f"val_accuracy_{name}": getattr(found, name)
                        for name in ("mean", "std", "min", "max")
                    },
                    "learning_rate": best,
                    "at_edge": best in (table.columns[0], table.columns[-1]),
                }
            )
    write_csv(pd.DataFrame(rows), output)


def expected_best(values: Sequence[float], k: int) -> float:
    """Return the mean, over all subsets of k of the values, of the greatest in the subset.

    The i-th smallest value is the greatest of C(i - 1, k - 1) of the C(n, k) subsets.  It is the
    expected maximum of Dodge et al. (2019), with the rates drawn without replacement, as one
    searches, which also leaves its estimate unbiased (Tang et al. 2020).

    Args:
        values: one accuracy a rate.
        k: how many rates are tried, from 1 to the number of values.

    >>> expected_best([0.5, 0.8, 0.9], 1), expected_best([0.9, 0.5, 0.8], 3)
    (0.7333333333333334, 0.9)
    >>> round(expected_best([0.5, 0.8, 0.9], 2), 4)  # (0.8 + 0.9 + 0.9) / 3
    0.8667
    """
    total = comb(len(values), k)
    weights = [comb(i, k - 1) / total for i in range(len(values))]
    return float(sum(w * value for w, value in zip(weights, sorted(values), strict=True)))


def _in_order(runs: pd.DataFrame) -> list[tuple[tuple[str, str], pd.DataFrame]]:
    """Return the runs of each activation and optimiser, ReLU before sigmoid, SGD before Adam."""
    groups = {
        (str(activation), str(optimizer)): group
        for (activation, optimizer), group in runs.groupby(["activation", "optimizer"])
    }
    order = [(activation, optimizer) for activation in ACTIVATIONS for optimizer in OPTIMIZERS]
    return [(pair, groups[pair]) for pair in order if pair in groups]
