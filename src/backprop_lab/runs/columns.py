"""The names of the columns that runs write and results are told apart by."""

from __future__ import annotations

#: What every epoch of every run records.
QUANTITIES = ("train_loss", "train_accuracy", "val_loss", "val_accuracy")

#: Derived quantity -> (first, second): first minus second, of each epoch.
GAPS = {"accuracy_gap": ("train_accuracy", "val_accuracy"), "loss_gap": ("val_loss", "train_loss")}

#: Columns of a run's history.csv.
HISTORY_COLUMNS = ("epoch", *QUANTITIES)
#: Columns of a run's timing.csv.
TIMING_COLUMNS = ("epoch", "train_seconds", "evaluate_seconds")

#: Columns of collected files and tables that a clock wrote, so that equal builds differ in them.
CLOCK_COLUMNS = ("seconds_per_epoch",)

#: What tells the settings of the matrix apart, in tables, prose and the explorer.
CELL = ("backend", "hidden_sizes", "activation", "optimizer")
