"""The names of the columns that runs write and results are told apart by."""

from __future__ import annotations

from backprop_lab.files.forms.run_files import HISTORY, TIMING

#: Columns of a run's history.csv and timing.csv.
HISTORY_COLUMNS = HISTORY.names
TIMING_COLUMNS = TIMING.names
#: What every epoch of every run records.
QUANTITIES = HISTORY_COLUMNS[1:]

#: What tells the settings of the matrix apart, in tables, prose and the explorer.
CELL = ("backend", "hidden_sizes", "activation", "optimizer")
