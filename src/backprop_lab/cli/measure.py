"""Commands that measure beside the runs: the machine, the signal, both backends, the cost."""

from __future__ import annotations

import argparse
from pathlib import Path

from backprop_lab.cli.arguments import Commands, add, add_images, add_inputs, read_pairs
from backprop_lab.errors import LabError


def add_commands(commands: Commands) -> None:
    """Add `environment`, `signal`, `parity`, `speed`, `kernel`, `floors`, `jobs` and `build`."""
    about = "note versions, processor and threads"
    environment = add(commands, "environment", _environment, about)
    environment.add_argument("output", type=Path)
    environment.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"])
    about = "what was laid over config.yaml, as JSON (default: nothing)"
    environment.add_argument("--over", default="{}", metavar="JSON", help=about)

    for name, function, about in (
        ("signal", _signal, "measure activations and gradients by layer"),
        ("parity", _parity, "train on both backends and compare them step by step"),
        ("speed", _speed, "time both backends in turn"),
    ):
        command = add(commands, name, function, about)
        add_inputs(command)
        add_images(command)

    about = "train runs again under other kernels of the linear algebra"
    kernel = add(commands, "kernel", _kernel, about)
    add_inputs(kernel)
    kernel.add_argument(
        "--job", required=True, metavar="BACKEND-KERNELS", help="numpy-Haswell, ..."
    )
    kernel.add_argument("--runs", nargs="+", required=True, metavar="ID", help="of the backend")

    about = "time the matrix products of every network alone"
    add_inputs(add(commands, "floors", _floors, about))
    jobs = add(commands, "jobs", _jobs, "gather when the training jobs ran and what they took")
    add_inputs(jobs)
    jobs.add_argument("--folder", type=Path, default=Path("results/runs"))
    add_inputs(add(commands, "build", _build, "sum up what the build cost"))


def _environment(arguments: argparse.Namespace) -> None:
    import json

    from backprop_lab.measurements.environment import write_environment

    try:
        over = dict(json.loads(arguments.over))
    except (TypeError, ValueError) as error:
        raise LabError(f"--over: is no JSON object ({error})") from None
    write_environment(arguments.output, device=arguments.device, over=over)


def _signal(arguments: argparse.Namespace) -> None:
    from backprop_lab.files.inputs import call
    from backprop_lab.measurements.signal import write_signal

    inputs, images = read_pairs(arguments.inputs), arguments.images
    call(write_signal, "signal", inputs, images=images, output=arguments.output)


def _parity(arguments: argparse.Namespace) -> None:
    from backprop_lab.files.inputs import call
    from backprop_lab.measurements.parity import write_parity

    inputs, images = read_pairs(arguments.inputs), arguments.images
    call(write_parity, "parity", inputs, images=images, output=arguments.output)


def _speed(arguments: argparse.Namespace) -> None:
    from backprop_lab.files.inputs import call
    from backprop_lab.measurements.speed import ROUNDS, write_speed

    inputs, images = read_pairs(arguments.inputs), arguments.images
    call(write_speed, "speed", inputs, rounds=ROUNDS, images=images, output=arguments.output)


def _kernel(arguments: argparse.Namespace) -> None:
    from backprop_lab.files.inputs import call
    from backprop_lab.measurements.kernels import write_kernel

    inputs, job, runs = read_pairs(arguments.inputs), arguments.job, arguments.runs
    call(write_kernel, "kernel", inputs, job=job, runs=runs, output=arguments.output)


def _floors(arguments: argparse.Namespace) -> None:
    from backprop_lab.files.inputs import call
    from backprop_lab.measurements.floors import write_floors

    call(write_floors, "floors", read_pairs(arguments.inputs), output=arguments.output)


def _jobs(arguments: argparse.Namespace) -> None:
    from backprop_lab.files.inputs import call
    from backprop_lab.measurements.build_cost import write_jobs

    inputs, folder = read_pairs(arguments.inputs), arguments.folder
    call(write_jobs, "jobs", inputs, folder=folder, output=arguments.output)


def _build(arguments: argparse.Namespace) -> None:
    from backprop_lab.files.inputs import call
    from backprop_lab.measurements.build_cost import write_build

    call(write_build, "build", read_pairs(arguments.inputs), output=arguments.output)
