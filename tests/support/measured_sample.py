"""Made-up measurements of a build: how far programs drift apart, rounds, jobs, signals."""

from __future__ import annotations

import json
import shutil

import pandas as pd
from facts_sample import book_of

from backprop_lab.measurements.build_cost import write_build
from backprop_lab.report.inputs import ReportInputs

#: Comparison -> the relative difference of the weights after one step.
_DRIFTS = {"float32": 5e-9, "float64": 1e-17, "rounding": 8e-9}
#: Steps after which programs are compared, and the epochs that have ended by then.
_POINTS = ((1, 0), (10, 0), (100, 0), (1563, 1), (3126, 2))


def add_measurements(inputs: ReportInputs, outcome: str) -> None:
    """Add the tables parity, signal, speed, jobs and build, their facts and figures, to an OUT.

    Args:
        outcome: "equal" has programs that do not differ, and jobs that all end together.
    """
    out, tables = inputs.out, inputs.tables
    shutil.copy(out / "speed.csv", tables / "speed.csv")
    _write_parity(tables / "parity.csv", alike=outcome == "equal")
    _write_signal(tables / "signal.csv")
    write_jobs(out, tables / "jobs.csv", alike=outcome == "equal")
    write_build(jobs=tables / "jobs.csv", output=tables / "build.csv")
    book = book_of(*(tables / f"{name}.csv" for name in ("speed", "parity", "signal", "jobs")))
    book.facts |= book_of(tables / "build.csv").facts
    book.facts |= json.loads(inputs.facts.read_text())
    book.write(inputs.facts)
    for name in ("speed", "parity", "signal", "build"):
        (inputs.figures / f"{name}.svg").write_text("<svg/>")


def write_jobs(out, path, *, alike: bool) -> None:
    """Write jobs.csv of the runs in `out`, in turn on two cores.

    Args:
        alike: whether each takes as long; their floors then take longer than their epochs.
    """
    runs = pd.read_csv(out / "runs.csv", dtype={"hidden_sizes": str})
    first = pd.read_csv(out / "experiments.csv").drop_duplicates("id")
    rows = runs[["id", "backend", "epochs_completed"]].merge(first, on="id")
    free = [0.0, 0.0]
    written = []
    for number, row in enumerate(rows.to_dict("records")):
        core = free.index(min(free))
        seconds = 10.0 + 1e-6 * number if alike else 0.5 + row["epochs_completed"] + 0.01 * number
        epoch = seconds - 0.4
        job = {name: row[name] for name in ("id", "experiment", "backend")} | {
            "started": free[core],
            "finished": free[core] + seconds,
            "cpu_seconds": 0.9 * seconds,
            "peak_memory_bytes": 300_000_000,
            "part": 1,
            "core": core + 1,
            "job_seconds": seconds,
            "epoch_seconds": epoch,
            "floor_seconds": epoch * (1.3 if alike else 0.6),
        }
        free[core] += seconds
        written.append(job)
    pd.DataFrame(written).to_csv(path, index=False)


def _write_parity(path, *, alike: bool) -> None:
    # Single precision is never as exact as double precision.
    drifts = {name: 0.0 if alike and name != "rounding" else d for name, d in _DRIFTS.items()}
    rows = [
        {
            "comparison": name,
            "step": step,
            "epochs": epochs,
            "hidden_sizes": "360",
            "learning_rate": 0.1,
            "batch_size": 32,
            "n_images": 50000,
            "n_probes": 10000,
            "first_loss": 0.5,
            "second_loss": 0.5 + drift * step,
            "loss_difference": drift * step,
            "loss_relative_difference": 2 * drift * step,
            "weight_difference": drift * step / 10,
            "weight_relative_difference": drift * step,
            "n_predicted_differently": 0,
        }
        for name, drift in drifts.items()
        for step, epochs in _POINTS
    ]
    pd.DataFrame(rows).to_csv(path, index=False)


def _write_signal(path) -> None:
    rows = []
    for sizes in ("360", "360-100", "360-100-40"):
        units = [*map(int, sizes.split("-")), 10]
        for init, kept in (("normal0.01", 0.1), ("xavier", 0.9), ("he", 1.0)):
            for epoch in (0, 1):
                for layer, width in enumerate(units, start=1):
                    last = layer == len(units)
                    rows.append(
                        {
                            "hidden_sizes": sizes,
                            "activation": "relu",
                            "init": init,
                            "epoch": epoch,
                            "learning_rate": 0.1,
                            "batch_size": 64,
                            "n_training_images": 50000,
                            "n_images": 2000,
                            "layer": layer,
                            "units": width,
                            "sum_std": kept**layer,
                            "activation_std": float("nan") if last else 0.6 * kept**layer,
                            "activation_rms": 0.7 * kept**layer,
                            "gradient_std": 0.01 * kept ** (len(units) - layer),
                            "weight_gradient_std": 0.001,
                            "dead_share": 0.0,
                        }
                    )
    pd.DataFrame(rows).to_csv(path, index=False)
