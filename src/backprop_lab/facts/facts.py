"""facts.json: every number that the report's prose uses, each with its source.

A fact is {"value", "unit", "source", "place", "content_sha256"} and, where it summarises runs,
"n"; see `facts.book`.  Its key is dotted and says where it belongs, from the general to the
special: `matrix.numpy.360.relu.sgd.val_accuracy_mean`.  What does not exist (the
standard deviation of one run, the accuracy of a diverged one, a sweep that the
quick preset skips) has no fact.  The prose must therefore test that a fact exists
before it uses one that may be absent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from backprop_lab.claims.printed import Printed, PrintedNumbers
from backprop_lab.facts.benchmarks import add_machine
from backprop_lab.facts.book import FactBook
from backprop_lab.facts.claims import add_claims
from backprop_lab.facts.comparisons import add_comparisons
from backprop_lab.facts.dataset import add_dataset
from backprop_lab.facts.experiments import add_settings, add_totals, read_experiments
from backprop_lab.facts.original import add_frozen_share, add_original
from backprop_lab.facts.registry import add_table
from backprop_lab.facts.verified import add_verified


@dataclass(frozen=True)
class Sources:
    """The files that facts are read from, besides the tables.

    Attributes:
        dataset: dataset.json.
        runs: runs.csv, a row a run.
        experiments: experiments.csv, which says what runs an experiment has.
        claims: claims.json, if the claims were judged.
        machine: machine.json, if the benchmark was run.
        verified: verified.json, how the build compares with a committed manifest.
    """

    dataset: Path
    runs: Path
    experiments: Path
    claims: Path | None = None
    machine: Path | None = None
    verified: Path | None = None


def write_facts(
    *, sources: Sources, printed: Printed, tables: Sequence[Path], output: Path
) -> None:
    """Write facts.json from what was measured and from what the original prints.

    Args:
        tables: the tables that were built; those of a skipped experiment are absent.

    Raises:
        LabError: a source cannot be read or lacks a column.
    """
    book = FactBook(Path(output).parent)
    numbers = PrintedNumbers(printed)
    experiments = read_experiments(sources.runs, sources.experiments)
    add_dataset(book, sources.dataset)
    add_settings(book, experiments, sources.runs, sources.dataset)
    add_totals(book, experiments, sources.runs)
    add_original(book, numbers)
    add_frozen_share(book, sources.dataset, numbers)
    add_comparisons(book, experiments, sources.runs)
    if sources.claims is not None:
        add_claims(book, sources.claims)
    if sources.machine is not None:
        add_machine(book, sources.machine)
    if sources.verified is not None:
        add_verified(book, sources.verified)
    for path in tables:
        add_table(book, path, experiments)
    book.write(output)
