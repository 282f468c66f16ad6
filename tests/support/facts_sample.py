"""A few runs, and the facts that are made of them."""

import json

import pandas as pd
from built_out import PUBLISHED, STATED
from whole import write_document, write_table

from backprop_lab.claims.printed import Printed
from backprop_lab.facts.book import FactBook
from backprop_lab.facts.facts import Sources, write_facts
from backprop_lab.facts.registry import add_table
from backprop_lab.runs.run import Run


def run_row(backend, optimizer, seed, val, test=0.9, *, status="completed", rate=0.1, seconds=1.0):
    run = Run(backend, (360,), "relu", optimizer, rate, 32, 2, seed)
    return {
        "id": run.id,
        "variant": run.variant,
        "seed": seed,
        "status": status,
        "backend": backend,
        "hidden_sizes": "360",
        "activation": "relu",
        "optimizer": optimizer,
        "learning_rate": rate,
        "batch_size": 32,
        "epochs": 2,
        "init": "he",
        "pixels": "unit",
        "val_accuracy": val,
        "test_accuracy": test,
        "n_parameters": 286210,
        "epochs_completed": 2,
        "seconds_per_epoch": seconds,
    }


def small_facts(folder, rows, experiments=None, *, tables=(), train=100):
    """Return facts.json of a few runs, all of the matrix unless said otherwise."""
    write_table(folder / "runs.csv", rows)
    pairs = experiments or [("matrix", row["id"]) for row in rows]
    pd.DataFrame(pairs, columns=["experiment", "id"]).to_csv(
        folder / "experiments.csv", index=False
    )
    sizes = {"train": train, "validation": 50, "test": 50}
    dataset = {
        "name": "mnist",
        "sizes": sizes,
        "class_counts": {part: [size - 10, 10, *[0] * 8] for part, size in sizes.items()},
    }
    write_document(folder / "dataset.json", dataset)
    return facts_of_folder(folder, tables)


def facts_of_folder(folder, tables=()):
    """Return facts.json of the files that `small_facts` writes."""
    write_facts(
        sources=Sources(
            dataset=folder / "dataset.json",
            runs=folder / "runs.csv",
            experiments=folder / "experiments.csv",
        ),
        printed=Printed(PUBLISHED, STATED),
        tables=list(tables),
        output=folder / "facts.json",
    )
    return json.loads((folder / "facts.json").read_text())


def book_of(*tables):
    """Return a book with the facts of these tables alone."""
    book = FactBook(tables[0].parent)
    for path in tables:
        add_table(book, path)
    return book


def values(facts):
    """Return key -> value."""
    return {key: fact["value"] for key, fact in facts.items()}
