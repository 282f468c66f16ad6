"""Facts of the forensics: nearest settings, frozen logs, and repairs."""

from __future__ import annotations

from backprop_lab.facts.book import FactBook
from backprop_lab.facts.place import cell, cells, counted
from backprop_lab.facts.table import Adder, Table
from backprop_lab.results.forensics import SETTING
from backprop_lab.results.original import NETWORKS


def add_distances(book: FactBook, table: Table) -> None:
    """Add forensics.{screen, refine}.*: how many settings were tried, and the nearest ones.

    n_settings, n_comparisons, and for each figure<n> and for "all" figures together the
    nearest setting: n_settings, distance, refined, and the setting's parameters.
    """
    prefix, rows, path = table.name.replace("forensics_", "forensics."), table.rows, table.path
    if rows.empty:
        return
    book.add(f"{prefix}.n_settings", len(rows), "count", counted(path, rows))
    columns = [f"distance_figure{figure}" for figure in NETWORKS]
    n, filled = int(rows[columns].notna().to_numpy().sum()), cells(path, rows, columns, "filled")
    book.add(f"{prefix}.n_comparisons", n, "count", filled)
    for name in (*(f"figure{figure}" for figure in NETWORKS), "all"):
        tried = rows.dropna(subset=f"distance_{name}")
        if tried.empty:
            continue
        nearest = tried.iloc[tried[f"distance_{name}"].argmin()]
        key = f"{prefix}.{name}"
        distance = f"distance_{name}"
        book.add(f"{key}.n_settings", len(tried), "count", cells(path, rows, distance, "filled"))
        book.add(f"{key}.distance", nearest[distance], "number", cell(path, nearest, distance))
        refined = cell(path, nearest, "refined")
        book.add(f"{key}.refined", bool(nearest["refined"]), "flag", refined)
        book.add_row(key, nearest[list(SETTING)], path)


def add_best(book: FactBook, table: Table) -> None:
    """Add forensics.figure<n>.*, forensics.all.* and forensics.all.figure<n>.*.

    The setting nearest to one figure, the one nearest to all, and how near the latter comes
    to each figure.
    """
    rows, path = table.rows, table.path
    for _, row in rows.iterrows():
        whole = "all." if row["choice"] == "all" else ""
        prefix = f"forensics.{whole}figure{row['figure']}"
        book.add_row(prefix, row, path, skip=["choice", "figure", "distance_all"])
    chosen = rows[rows["choice"] == "all"]
    if len(chosen):
        columns = [*SETTING, "n_settings", "distance_all"]
        book.add_row("forensics.all", chosen.iloc[0][columns], path)


def add_constant(book: FactBook, table: Table) -> None:
    """Add constant.figure<n>.<labels>.*: the setting whose frozen loss is nearest to the printed.

    And, over all its settings, n_logs simulated, the lowest and the highest
    training accuracy among them.
    """
    path = table.path
    for (figure, labels), rows in table.rows.groupby(["figure", "labels"]):
        prefix = f"constant.figure{figure!s}.{labels!s}"
        distance = (rows["train_loss_mean"] - rows["published_train_loss"]).abs()
        nearest = rows.iloc[distance.argmin()]
        book.add_row(prefix, nearest, path, skip=["figure", "labels", "n_orders"])
        orders = cells(path, rows, "n_orders", "sum")
        book.add(f"{prefix}.n_logs", int(rows["n_orders"].sum()), "count", orders)
        for name, how in (("lowest", "min"), ("highest", "max")):
            column = f"train_accuracy_{how}"
            value, place = getattr(rows[column], how)(), cells(path, rows, column, how)
            book.add(f"{prefix}.{name}_train_accuracy", value, "fraction", place)


def add_counterfactual(book: FactBook, table: Table) -> None:
    """Add counterfactual.<repair>.*; the names of several repairs are joined by "_and_"."""
    for _, row in table.rows.iterrows():
        prefix = f"counterfactual.{row['repair'].replace('+', '_and_')}"
        book.add_row(prefix, row, table.path, skip=["repair"])


ADDERS: dict[str, Adder] = {
    "forensics_screen": add_distances,
    "forensics_refine": add_distances,
    "forensics_best": add_best,
    "constant": add_constant,
    "counterfactual": add_counterfactual,
}
