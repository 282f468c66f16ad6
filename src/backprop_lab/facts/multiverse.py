"""Facts of how robust the verdicts are."""

from __future__ import annotations

from backprop_lab.claims.choices import CHOICES
from backprop_lab.facts.book import FactBook
from backprop_lab.facts.place import cell, cells, counted
from backprop_lab.facts.table import Adder, Table
from backprop_lab.facts.ties import add_ties


def add_multiverse(book: FactBook, table: Table) -> None:
    """Add multiverse.*, where any claim can be judged.

    multiverse.n_cells; .n_judged, claims that can be judged; .n_stable, claims with the same
    verdict in all cells; .n_alone, claims that a single change flips; .n_alone_<choice>, claims
    that a change of this choice alone flips; .least.* and .most.*, the columns of the claims of
    the least and the greatest share, with .n_tied where several have it; and of each claim
    <id>.n_same and .share.  A claim that is judged by times has its own facts alone, and is left
    out of the others: a clock wrote it.
    """
    judged, path = table.rows[table.rows["n_cells"] > 0], table.path
    for _, row in judged.iterrows():
        prefix = f"multiverse.{row['claim']}"
        book.add(f"{prefix}.n_same", row["n_same"], "count", cell(path, row, "n_same"))
        book.add(f"{prefix}.share", row["share"], "fraction", cell(path, row, "share"))
        if row["timed"]:
            book.mark_clock(f"{prefix}.")
    rows = judged[~judged["timed"].astype(bool)]
    if rows.empty:
        return
    columns = [f"n_alone_{choice}" for choice in CHOICES]
    first, stable = rows.iloc[0], cells(path, rows, "share", "such", "= 1")
    book.add("multiverse.n_cells", first["n_cells"], "count", cell(path, first, "n_cells"))
    book.add("multiverse.n_judged", len(rows), "count", counted(path, rows))
    book.add("multiverse.n_stable", (rows["n_same"] == rows["n_cells"]).sum(), "count", stable)
    alone = cells(path, rows, columns, "computed")
    book.add("multiverse.n_alone", (rows[columns] > 0).any(axis=1).sum(), "count", alone)
    for column in columns:
        above = cells(path, rows, column, "such", "> 0")
        book.add(f"multiverse.{column}", (rows[column] > 0).sum(), "count", above)
    ranked = rows.sort_values("share", kind="stable")
    for name, place in (("least", 0), ("most", -1)):
        row, shares = ranked.iloc[place], cells(path, ranked, "share", "computed")
        add_ties(book, f"multiverse.{name}", ranked["share"], row["share"], shares)
        for column, unit in {"claim": "text", "n_same": "count", "share": "fraction"}.items():
            book.add(f"multiverse.{name}.{column}", row[column], unit, cell(path, row, column))


ADDERS: dict[str, Adder] = {"multiverse": add_multiverse}
