"""Facts of the benchmarks: our speed against other programs, and what grows with the runs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.table import Adder, Table
from backprop_lab.files.documents import read_json
from backprop_lab.runs.run import BACKENDS

#: Compared with `ours` as well, but not as programs of other people.
_NO_PEERS = (*BACKENDS, "floor")
_RATIOS = ("ratio_median", "ratio_min", "ratio_max")
_SECONDS = ("our_seconds", "other_seconds")


def add_trainers(book: FactBook, table: Table) -> None:
    """Add the facts of trainers_ratios.csv; a ratio is our time over the other's.

    benchmarks.{n_rounds, n_peers}
    benchmarks.main.{hidden_sizes, activation, n_images}
    benchmarks.main.<optimizer>.b<batch size>.<ours>.<other>.{ratio_*, *_seconds}
    benchmarks.grid.{n_settings, n_images}
    benchmarks.grid.<ours>.<other>.{n_settings, n_slower, ratio_lowest, ratio_highest}:
        over the medians of the settings
    benchmarks.grid.<ours>.n_slower: settings in which any peer was faster
    benchmarks.grid.<ours>.worst.*: the setting and peer of the highest ratio
    """
    frame, path = table.rows, table.path
    main, grid = (frame[frame["group"] == group] for group in ("main", "grid"))
    peers = set(frame["other"]) - set(_NO_PEERS)
    book.add("benchmarks.n_rounds", frame["n_rounds"].min(), "count", path)
    book.add("benchmarks.n_peers", len(peers), "count", path)
    for row in main.to_dict("records"):
        prefix = f"benchmarks.main.{row['optimizer']}.b{row['batch_size']}"
        for names, unit in ((_RATIOS, "ratio"), (_SECONDS, "seconds")):
            for name in names:
                key = f"{prefix}.{row['ours']}.{row['other']}.{name}"
                book.add(key, row[name], unit, path, row["n_rounds"])
    if len(main):
        first = main.iloc[0]
        book.add("benchmarks.main.hidden_sizes", first["hidden_sizes"], "text", path)
        book.add("benchmarks.main.activation", first["activation"], "text", path)
        book.add("benchmarks.main.n_images", first["n_images"], "count", path)
    if len(grid):
        _add_grid(book, grid, path)


def _add_grid(book: FactBook, grid: pd.DataFrame, path: Path) -> None:
    """Add benchmarks.grid.*, as `add_trainers` lists them."""
    setting = ["hidden_sizes", "activation", "optimizer", "batch_size"]
    book.add("benchmarks.grid.n_settings", len(grid[setting].drop_duplicates()), "count", path)
    book.add("benchmarks.grid.n_images", grid["n_images"].iloc[0], "count", path)
    for key, rows in grid.groupby(["ours", "other"], sort=False):
        prefix, medians = f"benchmarks.grid.{'.'.join(map(str, key))}", rows["ratio_median"]
        book.add(f"{prefix}.n_settings", len(rows), "count", path)
        book.add(f"{prefix}.n_slower", (medians > 1).sum(), "count", path)
        book.add(f"{prefix}.ratio_lowest", medians.min(), "ratio", path)
        book.add(f"{prefix}.ratio_highest", medians.max(), "ratio", path)
    against_peers = grid[~grid["other"].isin(_NO_PEERS)]
    for ours, rows in against_peers.groupby("ours", sort=False):
        prefix = f"benchmarks.grid.{ours!s}"
        slower = rows.loc[rows["ratio_median"] > 1, setting].drop_duplicates()
        book.add(f"{prefix}.n_slower", len(slower), "count", path)
        worst = rows.iloc[rows["ratio_median"].argmax()]
        for name in (*setting, "other"):
            unit = "count" if name == "batch_size" else "text"
            book.add(f"{prefix}.worst.{name}", worst[name], unit, path)
        for name in _RATIOS:
            book.add(f"{prefix}.worst.{name}", worst[name], "ratio", path)


def add_growth(book: FactBook, table: Table) -> None:
    """Add growth.n_sizes, and growth.<i>.* for the i-th number of runs, from 1.

    runs, dry_run_seconds, dry_run_peak_bytes, collect_seconds, collect_peak_bytes.
    """
    path = table.path
    book.add("growth.n_sizes", len(table.rows), "count", path)
    for i, row in enumerate(table.rows.sort_values("runs").to_dict("records"), start=1):
        book.add(f"growth.{i}.runs", row["runs"], "count", path)
        for work in ("dry_run", "collect"):
            book.add(f"growth.{i}.{work}_seconds", row[f"{work}_seconds"], "seconds", path)
            book.add(f"growth.{i}.{work}_peak_bytes", row[f"{work}_peak_bytes"], "bytes", path)


def add_machine(book: FactBook, path: Path) -> None:
    """Add benchmarks.machine.*: processor, python, packages and BLAS kernels of the benchmark.

    Args:
        path: machine.json, as `measurements.environment.describe` describes it.
    """
    machine = read_json(path)
    book.add("benchmarks.machine.cpu", machine["cpu"]["model"], "text", path)
    book.add("benchmarks.machine.python", machine["python"], "text", path)
    for name in ("numpy", "torch", "scikit-learn"):
        book.add(f"benchmarks.machine.{name}", machine["packages"][name], "text", path)
    for blas in machine["blas"]:
        prefix = f"benchmarks.machine.{blas['package']}_blas"
        for name in ("library", "version", "architecture"):
            book.add(f"{prefix}.{name}", blas[name], "text", path)
    book.add("benchmarks.machine.torch_blas", machine["torch"]["blas"], "text", path)


ADDERS: dict[str, Adder] = {"trainers_ratios": add_trainers, "growth": add_growth}
