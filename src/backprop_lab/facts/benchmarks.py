"""Facts of the benchmarks: our speed against other programs, and what grows with the runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from backprop_lab.facts.book import Facts
from backprop_lab.runs.run import BACKENDS

#: What `ours` is also compared with, and no peer.
_NO_PEERS = (*BACKENDS, "floor")
_RATIOS = ("ratio_median", "ratio_min", "ratio_max")
_SECONDS = ("our_seconds", "other_seconds")


def add_trainers(facts: Facts, frame: pd.DataFrame, path: Path) -> None:
    """What trainers_ratios.csv says; a ratio is our time over the other's.

    benchmarks.{n_rounds, n_peers}
    benchmarks.main.{hidden_sizes, activation, n_images}
    benchmarks.main.<optimizer>.b<batch size>.<ours>.<other>.{ratio_*, *_seconds}
    benchmarks.grid.{n_settings, n_images}
    benchmarks.grid.<ours>.<other>.{n_settings, n_slower, ratio_lowest, ratio_highest}:
        over the medians of the settings
    benchmarks.grid.<ours>.n_slower: settings in which any peer was faster
    benchmarks.grid.<ours>.worst.*: the setting and peer of the highest ratio
    """
    main, grid = (frame[frame["group"] == group] for group in ("main", "grid"))
    peers = set(frame["other"]) - set(_NO_PEERS)
    facts.add("benchmarks.n_rounds", frame["n_rounds"].min(), "count", path)
    facts.add("benchmarks.n_peers", len(peers), "count", path)
    for row in main.to_dict("records"):
        prefix = f"benchmarks.main.{row['optimizer']}.b{row['batch_size']}"
        for names, unit in ((_RATIOS, "ratio"), (_SECONDS, "seconds")):
            for name in names:
                key = f"{prefix}.{row['ours']}.{row['other']}.{name}"
                facts.add(key, row[name], unit, path, row["n_rounds"])
    if len(main):
        first = main.iloc[0]
        facts.add("benchmarks.main.hidden_sizes", first["hidden_sizes"], "text", path)
        facts.add("benchmarks.main.activation", first["activation"], "text", path)
        facts.add("benchmarks.main.n_images", first["n_images"], "count", path)
    if len(grid):
        _add_grid(facts, grid, path)


def _add_grid(facts: Facts, grid: pd.DataFrame, path: Path) -> None:
    setting = ["hidden_sizes", "activation", "optimizer", "batch_size"]
    facts.add("benchmarks.grid.n_settings", len(grid[setting].drop_duplicates()), "count", path)
    facts.add("benchmarks.grid.n_images", grid["n_images"].iloc[0], "count", path)
    for (ours, other), rows in grid.groupby(["ours", "other"], sort=False):
        prefix, medians = f"benchmarks.grid.{ours}.{other}", rows["ratio_median"]
        facts.add(f"{prefix}.n_settings", len(rows), "count", path)
        facts.add(f"{prefix}.n_slower", (medians > 1).sum(), "count", path)
        facts.add(f"{prefix}.ratio_lowest", medians.min(), "ratio", path)
        facts.add(f"{prefix}.ratio_highest", medians.max(), "ratio", path)
    against_peers = grid[~grid["other"].isin(_NO_PEERS)]
    for ours, rows in against_peers.groupby("ours", sort=False):
        slower = rows.loc[rows["ratio_median"] > 1, setting].drop_duplicates()
        facts.add(f"benchmarks.grid.{ours}.n_slower", len(slower), "count", path)
        worst = rows.loc[rows["ratio_median"].idxmax()]
        for name in (*setting, "other"):
            unit = "count" if name == "batch_size" else "text"
            facts.add(f"benchmarks.grid.{ours}.worst.{name}", worst[name], unit, path)
        for name in _RATIOS:
            facts.add(f"benchmarks.grid.{ours}.worst.{name}", worst[name], "ratio", path)


def add_growth(facts: Facts, frame: pd.DataFrame, path: Path) -> None:
    """growth.n_sizes, and growth.<i>.* for the i-th number of runs, from 1.

    runs, dry_run_seconds, dry_run_peak_bytes, collect_seconds, collect_peak_bytes.
    """
    facts.add("growth.n_sizes", len(frame), "count", path)
    for i, row in enumerate(frame.sort_values("runs").to_dict("records"), start=1):
        facts.add(f"growth.{i}.runs", row["runs"], "count", path)
        for work in ("dry_run", "collect"):
            facts.add(f"growth.{i}.{work}_seconds", row[f"{work}_seconds"], "seconds", path)
            facts.add(f"growth.{i}.{work}_peak_bytes", row[f"{work}_peak_bytes"], "bytes", path)


def add_machine(facts: Facts, machine: Mapping, path: Path) -> None:
    """benchmarks.machine.*: processor, python, packages and BLAS kernels of the benchmark.

    Args:
        machine: machine.json, as `environment.describe` makes it.
    """
    facts.add("benchmarks.machine.cpu", machine["cpu"]["model"], "text", path)
    facts.add("benchmarks.machine.python", machine["python"], "text", path)
    for name in ("numpy", "torch", "scikit-learn"):
        facts.add(f"benchmarks.machine.{name}", machine["packages"][name], "text", path)
    for blas in machine["blas"]:
        prefix = f"benchmarks.machine.{blas['package']}_blas"
        for name in ("library", "version", "architecture"):
            facts.add(f"{prefix}.{name}", blas[name], "text", path)
    facts.add("benchmarks.machine.torch_blas", machine["torch"]["blas"], "text", path)


#: Table -> what adds its facts.
ADDERS: dict[str, Callable[[Facts, pd.DataFrame, Path], None]] = {
    "trainers_ratios": add_trainers,
    "growth": add_growth,
}
