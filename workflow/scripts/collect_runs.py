"""Hand the collected runs' ids to the package.

A script, not a command: thousands of file names do not fit a command line.
"""

import sys
from pathlib import Path

from backprop_lab.errors import LabError
from backprop_lab.results.collect import Tables, collect

try:
    collect(
        snakemake.params.experiments,
        Path("results/runs"),
        Path(snakemake.input.dataset),
        Tables(
            Path(snakemake.output.runs),
            Path(snakemake.output.history),
            Path(snakemake.output.experiments),
        ),
        timings=snakemake.params.timings,
    )
except LabError as error:
    sys.exit(f"error: {error}")
