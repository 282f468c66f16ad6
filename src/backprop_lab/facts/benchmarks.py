"""Facts of the benchmarks: our speed against other programs, and what grows with the runs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.place import Place, cell, cells, counted, pointer
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
    rounds = cells(path, frame, "n_rounds", "min")
    book.add("benchmarks.n_rounds", frame["n_rounds"].min(), "count", rounds)
    others = cells(path, frame[frame["other"].isin(peers)], "other", "distinct")
    book.add("benchmarks.n_peers", len(peers), "count", others)
    for _, row in main.iterrows():
        prefix = f"benchmarks.main.{row['optimizer']}.b{row['batch_size']}"
        for names, unit in ((_RATIOS, "ratio"), (_SECONDS, "seconds")):
            for name in names:
                key = f"{prefix}.{row['ours']}.{row['other']}.{name}"
                book.add(key, row[name], unit, cell(path, row, name), row["n_rounds"])
    if len(main):
        first = main.iloc[0]
        for name in ("hidden_sizes", "activation", "n_images"):
            unit = "count" if name == "n_images" else "text"
            book.add(f"benchmarks.main.{name}", first[name], unit, cell(path, first, name))
    if len(grid):
        _add_grid(book, grid, path)


def _add_grid(book: FactBook, grid: pd.DataFrame, path: Path) -> None:
    """Add benchmarks.grid.*, as `add_trainers` lists them."""
    setting = ["hidden_sizes", "activation", "optimizer", "batch_size"]
    tried, first = cells(path, grid, setting, "distinct"), grid.iloc[0]
    book.add("benchmarks.grid.n_settings", len(grid[setting].drop_duplicates()), "count", tried)
    images = cell(path, first, "n_images")
    book.add("benchmarks.grid.n_images", first["n_images"], "count", images)
    for key, rows in grid.groupby(["ours", "other"], sort=False):
        prefix, medians = f"benchmarks.grid.{'.'.join(map(str, key))}", rows["ratio_median"]
        book.add(f"{prefix}.n_settings", len(rows), "count", counted(path, rows))
        above = cells(path, rows, "ratio_median", "such", "> 1")
        book.add(f"{prefix}.n_slower", (medians > 1).sum(), "count", above)
        for name, how in (("lowest", "min"), ("highest", "max")):
            place = cells(path, rows, "ratio_median", how)
            book.add(f"{prefix}.ratio_{name}", getattr(medians, how)(), "ratio", place)
    against_peers = grid[~grid["other"].isin(_NO_PEERS)]
    for ours, rows in against_peers.groupby("ours", sort=False):
        prefix = f"benchmarks.grid.{ours!s}"
        slower = rows.loc[rows["ratio_median"] > 1, setting]
        how = "distinct" if len(slower) else "computed"
        place = cells(path, slower if len(slower) else rows, setting, how)
        book.add(f"{prefix}.n_slower", len(slower.drop_duplicates()), "count", place)
        worst = rows.iloc[rows["ratio_median"].argmax()]
        for name in (*setting, "other"):
            unit = "count" if name == "batch_size" else "text"
            book.add(f"{prefix}.worst.{name}", worst[name], unit, cell(path, worst, name))
        for name in _RATIOS:
            book.add(f"{prefix}.worst.{name}", worst[name], "ratio", cell(path, worst, name))


def add_growth(book: FactBook, table: Table) -> None:
    """Add growth.n_sizes, and growth.<i>.* for the i-th number of runs, from 1.

    runs, dry_run_seconds, dry_run_peak_bytes, collect_seconds, collect_peak_bytes.
    """
    path = table.path
    book.add("growth.n_sizes", len(table.rows), "count", counted(path, table.rows))
    units = {"runs": "count"}
    for work in ("dry_run", "collect"):
        units |= {f"{work}_seconds": "seconds", f"{work}_peak_bytes": "bytes"}
    for i, (_, row) in enumerate(table.rows.sort_values("runs").iterrows(), start=1):
        for name, unit in units.items():
            book.add(f"growth.{i}.{name}", row[name], unit, cell(path, row, name))


def add_machine(book: FactBook, path: Path) -> None:
    """Add benchmarks.machine.*: processor, python, packages and BLAS kernels of the benchmark.

    Args:
        path: machine.json, as `measurements.environment.describe` describes it.
    """
    machine = read_json(path)

    def add(name: str, value: object, *keys: object) -> None:
        place = Place(path, keys=(pointer(*keys),))
        book.add(f"benchmarks.machine.{name}", value, "text", place)

    add("cpu", machine["cpu"]["model"], "cpu", "model")
    add("python", machine["python"], "python")
    for name in ("numpy", "torch", "scikit-learn"):
        add(name, machine["packages"][name], "packages", name)
    for number, blas in enumerate(machine["blas"]):
        for name in ("library", "version", "architecture"):
            add(f"{blas['package']}_blas.{name}", blas[name], "blas", number, name)
    add("torch_blas", machine["torch"]["blas"], "torch", "blas")


ADDERS: dict[str, Adder] = {"trainers_ratios": add_trainers, "growth": add_growth}
