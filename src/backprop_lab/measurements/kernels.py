"""The processor as a factor: the same runs under kernels that other processors would load.

Kernels add the terms of a matrix product in different orders, so their sums differ by rounding,
which training carries on (`measurements.parity`).  How far this moves an accuracy is measured
here, to be set beside what another seed does.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from backprop_lab.errors import LabError
from backprop_lab.files.documents import read_json
from backprop_lab.files.frames import write_csv
from backprop_lab.files.scratch import scratch_folder
from backprop_lab.measurements import emulated
from backprop_lab.runs.kernels import KERNELS, NATIVE, VARIABLES
from backprop_lab.runs.run import Run

#: Columns of a run's row; from `status` on they are empty if it was not trained.
COLUMNS = (
    "backend",
    "kernels",
    "loaded",
    "emulated",
    "id",
    "variant",
    *emulated.SETTING,
    "status",
    "train_loss",
    "train_accuracy",
    "val_loss",
    "val_accuracy",
    "test_loss",
    "test_accuracy",
    "weights_sha256",
)


def write_kernel(*, npz: Path, json: Path, output: Path, job: str, runs: Sequence[str]) -> None:
    """Train runs in a process with other kernels, and write a row a run.

    Columns: backend, kernels (asked for; "native" with none of the variables set), loaded (what
    the libraries then say), emulated (whether they were loaded), id, variant, those of
    `emulated.SETTING`, status ("completed" or "diverged"), losses and accuracies of the last
    epoch and of the test images, and the digest of the final weights.  Where the kernels could
    not be loaded, or end in an instruction that the processor does not have, the rows say so
    and the runs are not trained.

    Args:
        npz, json: dataset.npz and dataset.json.
        job: "<backend>-<kernels>", as in `runs.grid.expand_kernels`.
        runs: ids, of the backend.

    Raises:
        LabError: there are no such kernels, or the process failed otherwise.
    """
    backend, _, kernel = job.partition("-")
    if kernel != NATIVE and kernel not in KERNELS.get(backend, {}):
        raise LabError(f"{job}: no such kernels; see runs/kernels.py")
    with scratch_folder() as folder:
        written = folder / "rows.json"
        status = _run([kernel, str(npz), str(json), str(written), *runs], environment(job))
        if status == -signal.SIGILL:
            rows = [
                emulated.row_of(Run.from_id(run), kernel, "none", emulated=False) for run in runs
            ]
        elif status:
            raise LabError(f"{job}: the process that trains ended with status {status}; see above")
        else:
            rows = read_json(written)["rows"]
    write_csv(pd.DataFrame(rows, columns=list(COLUMNS)), Path(output))


def environment(job: str) -> dict[str, str]:
    """Return this process's environment with the variables of a job's kernels, and no others.

    >>> sorted(set(environment("numpy-Haswell")) & set(VARIABLES))
    ['OPENBLAS_CORETYPE']
    """
    backend, _, kernel = job.partition("-")
    rest = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    if kernel == NATIVE:
        return rest
    asked = KERNELS[backend][kernel]
    return rest | {asked.variable: asked.value}


def _run(arguments: Sequence[str], environ: dict[str, str]) -> int:
    """Run `measurements.emulated`; return its status, below 0 that of the signal that ended it.

    What it prints goes where this process prints.  It ends when this process ends.
    """
    command = [sys.executable, "-m", emulated.__name__, *arguments]
    with subprocess.Popen(command, env=environ, stdin=subprocess.PIPE) as process:
        return process.wait()
