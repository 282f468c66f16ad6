"""Train runs in a process of its own, and say which kernels this process has really loaded.

`measurements.kernels` starts it as a program, `python -m backprop_lab.measurements.emulated`,
because a library chooses its kernels once, when it is loaded, by variables of the environment.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from threadpoolctl import threadpool_info

from backprop_lab.data.datasets import Dataset, load
from backprop_lab.errors import LabError
from backprop_lab.files.atomic import replacing
from backprop_lab.runs.kernels import KERNELS, NATIVE
from backprop_lab.runs.run import Run
from backprop_lab.training.backends import build
from backprop_lab.training.loop import train
from backprop_lab.training.outputs import summarize

#: Columns that tell what a run is, beside its id.
SETTING = ("hidden_sizes", "activation", "optimizer", "epochs", "seed")


def loaded_kernels(backend: str) -> dict[str, str]:
    """Ask the libraries of a backend, which must be loaded by now, for their kernels.

    Returns:
        Library -> what it says: {"OpenBLAS": "Haswell"}, or {"ATen": "AVX2", "MKL": "OFF"}.
        MKL tells its mode of conditional numerical reproducibility, in which "OFF" and "AUTO"
        stand for the kernels that it thinks best.  A library that is not there is left out.
    """
    if backend == "numpy":
        names = {one.get("architecture") for one in threadpool_info()} - {None}
        return {"OpenBLAS": "+".join(sorted(map(str, names)))} if names else {}
    import torch

    found = {"ATen": str(torch.backends.cpu.get_cpu_capability())}
    mode = _mkl_mode() if torch.backends.mkl.is_available() else None
    return found | ({"MKL": mode} if mode else {})


def _mkl_mode() -> str | None:
    """Return the mode that MKL reports of a matrix product, or None if it reports none.

    Its report goes to the process's standard output, below Python's.
    """
    import torch

    a = torch.ones(64, 64)
    sys.stdout.flush()
    kept = os.dup(1)
    with tempfile.TemporaryFile() as report:
        os.dup2(report.fileno(), 1)
        try:
            with torch.backends.mkl.verbose(torch.backends.mkl.VERBOSE_ON):
                torch.mm(a, a)
            ctypes.CDLL(None).fflush(None)
        finally:
            os.dup2(kept, 1)
            os.close(kept)
        report.seek(0)
        found = re.search(rb"\bCNR:(\w+)", report.read())
    return found[1].decode() if found else None


def answers(backend: str, kernel: str, loaded: Mapping[str, str]) -> bool:
    """Say whether the kernels that were asked for are those that were loaded.

    >>> answers("numpy", "Haswell", {"OpenBLAS": "SkylakeX"})
    False
    """
    if kernel == NATIVE:
        return True
    wanted = KERNELS[backend][kernel]
    return loaded.get(wanted.library) in wanted.answers


def trained_under(kernel: str, runs: list[Run], dataset: Dataset) -> list[dict[str, Any]]:
    """Train runs of one backend on one thread, unless other kernels were loaded than asked for.

    Returns:
        A row a run, with its columns as `measurements.kernels.write_kernel` lists them.
    """
    backend = runs[0].backend
    build(runs[0])  # loads the libraries
    loaded = loaded_kernels(backend)
    told = ", ".join(f"{library} {name}" for library, name in loaded.items())
    print(f"{backend}: asked for {kernel}, loaded {told}", file=sys.stderr, flush=True)
    emulated = answers(backend, kernel, loaded)
    rows = []
    for run in runs:
        row = row_of(run, kernel, told, emulated=emulated)
        if emulated:
            result = summarize(train(run, dataset, device="cpu"), dataset.sha256)
            row |= {"status": result["status"], **result["final"]}
            row |= {f"test_{name}": result["test"][name] for name in ("loss", "accuracy")}
            row["weights_sha256"] = result["weights_sha256"]
        rows.append(row)
    return rows


def row_of(run: Run, kernel: str, loaded: str, *, emulated: bool) -> dict[str, Any]:
    """Return the cells of a run that do not depend on its training.

    Args:
        kernel: the kernels that were asked for.
        loaded: those that were loaded, in words.
        emulated: whether they are the same.
    """
    row = {"backend": run.backend, "kernels": kernel, "loaded": loaded, "emulated": emulated}
    settings = run.parameters() | {"hidden_sizes": "-".join(map(str, run.hidden_sizes))}
    row |= {"id": run.id, "variant": run.variant}
    return row | {name: settings[name] for name in SETTING}


def main(arguments: list[str]) -> None:
    """Write the rows as JSON to a file: kernels, dataset.npz, dataset.json, the file, ids."""
    kernel, npz, described, output, *ids = arguments
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    dataset = load(Path(npz), Path(described))
    rows = trained_under(kernel, [Run.from_id(run) for run in ids], dataset)
    with replacing(Path(output), "w") as file:
        json.dump({"rows": rows}, file)


def _end_with_the_parent() -> None:
    """End this process when the other end of its standard input is closed, by whatever means."""
    os.read(0, 1)  # nothing is ever sent
    os._exit(1)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except LabError as error:
        sys.exit(f"error: {error}")
