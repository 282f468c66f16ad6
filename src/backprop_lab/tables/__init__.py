"""Tables: pure functions from collected results to CSV files.

Numbers in a table are unrounded and accuracies are fractions.  An empty cell is
a number that does not exist: a standard deviation of one run, a mean of none.
Throughout, `n` counts all runs of a row, `n_diverged` those of them that
diverged, and every other figure is taken over the n - n_diverged that did not.

`write(name, inputs, output)` imports the one module that writes `name`, so that
a table's code is only that module and what it imports.
"""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import Path

from backprop_lab.errors import LabError
from backprop_lab.files.inputs import Inputs, call

#: What may be swept: the experiment sweep_<key> becomes the table of that name.
SWEPT = ("learning_rate", "batch_size", "width")

#: Table name -> "module:function" in this package, and arguments that are fixed.
#: The function takes its input files by keyword and `output`.
WRITERS = {
    "variants": ("variants:write_variants", {}),
    "finals": ("finals:write_finals", {}),
    **{f"log_figure{n}": ("logs:write_log", {"figure": n}) for n in (2, 3, 4, 5, 6, 9, 10, 12)},
    "learning_rate_transfer": ("transfer:write_transfer", {}),
    **{f"sweep_{key}": ("sweeps:write_sweep", {"swept": key}) for key in SWEPT},
    "sweep_epochs": ("sweeps:write_sweep_epochs", {}),
    "confusion_task1": ("predictions:write_confusion", {}),
    "confusion_task2": ("predictions:write_confusion", {}),
    "mistakes_task1": ("predictions:write_mistakes", {}),
    "claims": ("claims:write_claims_table", {}),
    "variance": ("variance:write_variance", {}),
    **{
        f"forensics_{name}": ("forensics:write_distances", {"experiment": f"forensics_{name}"})
        for name in ("screen", "refine")
    },
    "forensics_best": ("forensics:write_best", {}),
    "counterfactual": ("forensics:write_counterfactual", {}),
    "constant": ("constant:write_constant", {}),
}


def write(name: str, inputs: Inputs, output: Path) -> None:
    """Write the table `name` to `output` from the files that its writer asks for.

    Raises:
        LabError: no such table, or its inputs do not fit.
    """
    if name not in WRITERS:
        raise LabError(f"table {name}: there is none; choose from {', '.join(WRITERS)}")
    place, fixed = WRITERS[name]
    module, function = place.split(":")
    writer = getattr(import_module(f"backprop_lab.tables.{module}"), function)
    call(partial(writer, **fixed), f"table {name}", inputs, output=Path(output))
