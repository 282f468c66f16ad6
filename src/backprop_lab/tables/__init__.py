"""Tables: pure functions from collected results to CSV files.

Numbers in a table are unrounded and accuracies are fractions.  An empty cell is
a number that does not exist: a standard deviation of one run, a mean of none.
Throughout, `n` counts all runs of a row, `n_diverged` those of them that
diverged, and every other figure is taken over the n - n_diverged that did not.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from backprop_lab.errors import LabError
from backprop_lab.inputs import Inputs, call
from backprop_lab.tables.finals import write_finals
from backprop_lab.tables.logs import write_log
from backprop_lab.tables.predictions import write_confusion, write_mistakes
from backprop_lab.tables.sweeps import write_sweep, write_sweep_epochs
from backprop_lab.tables.transfer import write_transfer
from backprop_lab.tables.variants import write_variants

#: Table name -> its writer, which takes its input files by keyword and `output`.
WRITERS = {
    "variants": write_variants,
    "finals": write_finals,
    **{f"log_figure{n}": partial(write_log, figure=n) for n in (2, 3, 4, 5, 6, 9, 10, 12)},
    "learning_rate_transfer": write_transfer,
    **{
        f"sweep_{key}": partial(write_sweep, swept=key)
        for key in ("learning_rate", "batch_size", "width")
    },
    "sweep_epochs": write_sweep_epochs,
    "confusion_task1": write_confusion,
    "confusion_task2": write_confusion,
    "mistakes_task1": write_mistakes,
}


def write(name: str, inputs: Inputs, output: Path) -> None:
    """Write the table `name` to `output` from the files that its writer asks for.

    Raises:
        LabError: no such table, or its inputs do not fit.
    """
    if name not in WRITERS:
        raise LabError(f"table {name}: there is none; choose from {', '.join(WRITERS)}")
    call(WRITERS[name], f"table {name}", inputs, output=Path(output))
