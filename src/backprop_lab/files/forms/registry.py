"""Which form a file has, by its name."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path

from backprop_lab.files.forms import (
    claim_tables,
    claims,
    collected,
    documents,
    forensics,
    kernels,
    measured,
    run_files,
    seals,
    tables,
)
from backprop_lab.files.forms.document import DocumentForm
from backprop_lab.files.forms.kinds import AnyCell
from backprop_lab.files.forms.table import TableForm

#: Name of a CSV file, in which * stands for any text -> its form.  (A run's own history.csv
#: and timing.csv are not read by their name: `run_files`.)
TABLES: dict[str, TableForm] = {
    "runs.csv": collected.RUNS,
    "history.csv": collected.HISTORY,
    "experiments.csv": collected.EXPERIMENTS,
    "published_curves.csv": collected.PUBLISHED,
    "stated.csv": collected.STATED,
    "variants.csv": tables.VARIANTS,
    "finals.csv": tables.FINALS,
    "sweep_learning_rate.csv": tables.sweep("learning_rate"),
    "sweep_batch_size.csv": tables.sweep("batch_size"),
    "sweep_width.csv": tables.sweep("width"),
    "sweep_epochs.csv": tables.SWEEP_EPOCHS,
    "log_figure*.csv": tables.LOG,
    "drawn_*.csv": tables.DRAWN,
    "learning_rate_transfer.csv": tables.TRANSFER,
    "variance.csv": tables.VARIANCE,
    "confusion_*.csv": tables.CONFUSION,
    "mistakes_*.csv": tables.MISTAKES,
    "claims.csv": claim_tables.CLAIMS,
    "criteria_strength.csv": claim_tables.STRENGTH,
    "looks.csv": claim_tables.LOOKS,
    "kernel_runs.csv": kernels.KERNEL_RUNS,
    "kernels.csv": kernels.KERNELS,
    "numpy-*.csv": kernels.KERNEL_RUNS,
    "torch-*.csv": kernels.KERNEL_RUNS,
    "forensics_screen.csv": tables.DISTANCES,
    "forensics_refine.csv": tables.DISTANCES,
    "forensics_best.csv": tables.BEST,
    "counterfactual.csv": tables.COUNTERFACTUAL,
    "constant.csv": tables.CONSTANT,
    "frozen.csv": forensics.FROZEN,
    "forensics_near.csv": forensics.NEAR,
    "forensics_near_settings.csv": forensics.NEAR_SETTINGS,
    "forensics_identified.csv": forensics.IDENTIFIED,
    "forensics_holdout.csv": forensics.HOLDOUT,
    "forensics_task2.csv": forensics.TASK2,
    "forensics_gap.csv": forensics.GAP,
    "forensics_gap_settings.csv": forensics.GAP_SETTINGS,
    "multiverse.csv": claim_tables.MULTIVERSE,
    "signal.csv": measured.SIGNAL,
    "parity.csv": measured.PARITY,
    "speed.csv": measured.SPEED,
    "floors.csv": measured.FLOORS,
    "jobs.csv": measured.JOBS,
    "build.csv": measured.BUILD,
    "trainers_ratios.csv": measured.TRAINERS_RATIOS,
    "growth.csv": measured.GROWTH,
    "tuning_curves.csv": tables.TUNING_CURVES,
    "compute.csv": tables.COMPUTE,
}

#: The form of any other CSV file: rows as long as its header.
ANY_TABLE = TableForm({}, least=0, others=AnyCell())

#: Name of a JSON file -> its form.
DOCUMENTS: dict[str, DocumentForm] = {
    "result.json": run_files.RESULT,
    "job.json": run_files.JOB,
    "source.json": documents.SOURCE,
    "dataset.json": documents.DATASET,
    "claims.json": claims.CLAIMS,
    "facts.json": documents.FACTS,
    "gallery.json": documents.GALLERY,
    "environment.json": documents.ENVIRONMENT,
    "machine.json": documents.MACHINE,
    "multiverse.json": claims.MULTIVERSE,
    "register.json": seals.REGISTER,
}


def table_form(path: Path) -> TableForm | None:
    """Return the form of a CSV file; None for one that no form is declared for.

    >>> table_form(Path("results/tables/log_figure3.csv")).key
    ('epoch',)
    """
    if path.name in TABLES:
        return TABLES[path.name]
    return next((form for name, form in TABLES.items() if fnmatchcase(path.name, name)), None)


def document_form(path: Path) -> DocumentForm | None:
    """Return the form of a JSON file; None for one that no form is declared for."""
    return DOCUMENTS.get(path.name)
