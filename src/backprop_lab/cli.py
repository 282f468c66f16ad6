"""The command line: each rule of the workflow calls one of these commands.

A command only translates: it reads its arguments and calls one function.
Modules are imported where they are used, so that no command pays for another's.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from backprop_lab.errors import LabError

_STARTED = time.time()  # as near to the start of the process as its own code gets


def command() -> None:
    """Run one command and end the process, without a search for unreachable objects.

    A command's process ends with it, and its memory is the system's again.  PyTorch brings
    a hundred thousand objects, which Python would go through several times while it imports
    them and again when it ends: nearly half a second of a run.
    """
    gc.disable()
    status = main()
    gc.freeze()  # the interpreter's last collection has nothing to go through
    sys.exit(status)


def main(argv: list[str] | None = None) -> int:
    """Run one command; what went wrong becomes one line, and the status.

    Returns:
        0; 1 after a LabError, a file error or want of memory; 130 after an interruption.
    """
    arguments = _parser().parse_args(argv)
    try:
        arguments.command(arguments)
    except LabError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except OSError as error:
        # The loader of shared libraries names no file but in its text.
        named = f"{error.filename}: {error.strerror}"
        print(f"error: {named if error.filename else error}", file=sys.stderr)
        return 1
    except MemoryError as error:
        print(f"error: not enough memory ({str(error) or 'none left'})", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130  # as a shell says of a process that this signal ended
    return 0


def _fetch(arguments) -> None:
    from backprop_lab.download import fetch, local_folder

    name, raw = arguments.dataset, arguments.raw
    folder = local_folder(arguments.folder, os.environ, raw, name)
    fetch(name, raw, folder=folder, mirrors=arguments.mirrors)


def _prepare(arguments) -> None:
    from backprop_lab.datasets import prepare

    prepare(
        arguments.raw,
        arguments.npz,
        arguments.json,
        split=arguments.split,
        split_seed=arguments.split_seed,
    )


def _train(arguments) -> None:
    from backprop_lab.datasets import load
    from backprop_lab.job import write_job
    from backprop_lab.run import Run
    from backprop_lab.training import train, write_run

    folder = arguments.folder
    run = Run.from_id(f"{folder.parent.name}/{folder.name}")
    dataset = load(arguments.dataset, arguments.dataset.with_suffix(".json"))
    trained = train(run, dataset, device=arguments.device, log=sys.stdout)
    write_run(trained, folder, dataset.sha256)
    write_job(folder / "job.json", _STARTED)


def _submission(arguments) -> None:
    from backprop_lab.submission import write_submission

    write_submission(arguments.predictions, arguments.output)


def _environment(arguments) -> None:
    from backprop_lab.environment import write_environment

    write_environment(arguments.output, device=arguments.device)


def _signal(arguments) -> None:
    from backprop_lab.signal import write_signal

    write_signal(dataset=arguments.dataset, output=arguments.output, images=arguments.images)


def _parity(arguments) -> None:
    from backprop_lab.inputs import call, read_pairs
    from backprop_lab.parity import write_parity

    inputs, images = read_pairs(arguments.inputs), arguments.images
    call(write_parity, "parity", inputs, images=images, output=arguments.output)


def _speed(arguments) -> None:
    from backprop_lab.inputs import call, read_pairs
    from backprop_lab.speed import ROUNDS, write_speed

    inputs, images = read_pairs(arguments.inputs), arguments.images
    call(write_speed, "speed", inputs, rounds=ROUNDS, images=images, output=arguments.output)


def _floors(arguments) -> None:
    from backprop_lab.floors import write_floors
    from backprop_lab.inputs import call, read_pairs

    call(write_floors, "floors", read_pairs(arguments.inputs), output=arguments.output)


def _jobs(arguments) -> None:
    from backprop_lab.build_cost import write_jobs
    from backprop_lab.inputs import call, read_pairs

    inputs, folder = read_pairs(arguments.inputs), arguments.folder
    call(write_jobs, "jobs", inputs, folder=folder, output=arguments.output)


def _build(arguments) -> None:
    from backprop_lab.build_cost import write_build
    from backprop_lab.inputs import call, read_pairs

    call(write_build, "build", read_pairs(arguments.inputs), output=arguments.output)


def _gallery(arguments) -> None:
    from backprop_lab.gallery import write_gallery
    from backprop_lab.inputs import call, read_pairs

    call(write_gallery, "gallery", read_pairs(arguments.inputs), output=arguments.output)


def _table(arguments) -> None:
    from backprop_lab.inputs import comparable, read_pairs
    from backprop_lab.tables import write

    inputs = comparable(read_pairs(arguments.inputs))
    write(arguments.output.stem, inputs, arguments.output)


def _figure(arguments) -> None:
    from backprop_lab.figures import draw
    from backprop_lab.inputs import comparable, read_pairs
    from backprop_lab.words import load_words

    inputs = comparable(read_pairs(arguments.inputs))
    folder = inputs.pop("words", [Path("report/words")])[0].parent
    for output in arguments.output:
        draw(output.stem, inputs, load_words(output.parent.name, folder), output)


def _claims(arguments) -> None:
    from backprop_lab.claims import write_claims
    from backprop_lab.inputs import call, read_pairs

    inputs = read_pairs(arguments.inputs)
    call(write_claims, "claims", inputs, known=arguments.known, output=arguments.output)


def _facts(arguments) -> None:
    from backprop_lab.facts import write_facts
    from backprop_lab.inputs import call, read_pairs

    call(write_facts, "facts", read_pairs(arguments.inputs), output=arguments.output)


def _report_inputs(arguments):
    """The files beside OUT/report/, in the language that the output's name says."""
    from backprop_lab.environment import git_state
    from backprop_lab.report_source import ReportInputs

    out = arguments.output.parent.parent
    _, _, language = arguments.output.stem.partition(".")
    if not language:
        raise LabError(f"{arguments.output}: name its language, as in {arguments.named}")
    return ReportInputs(
        template=arguments.template,
        language=language,
        facts=out / "facts.json",
        tables=out / "tables",
        figures=out / "figures" / language,
        dataset=arguments.dataset,
        environment=out / "environment.json",
        bibliography=arguments.template.parent / "references.bib",
        assets=arguments.template.parent,
        git=git_state(Path(".")),
    )


def _render(arguments) -> None:
    from backprop_lab.render import render_html, render_pdf

    kinds = {".html": render_html, ".pdf": render_pdf}
    if arguments.output.suffix not in kinds:
        raise LabError(f"{arguments.output}: a report is .html or .pdf")
    kinds[arguments.output.suffix](_report_inputs(arguments), arguments.output)


def _check(arguments) -> None:
    from backprop_lab.atomic import replacing
    from backprop_lab.report_checks import check_report
    from backprop_lab.translation_checks import check_translation

    inputs = _report_inputs(arguments)
    check_translation(inputs.template, inputs.language)
    report = arguments.output.parent / arguments.template.stem
    files = (report.with_name(f"{report.name}.{kind}") for kind in ("html", "pdf"))
    checked = check_report(inputs, *files)
    with replacing(arguments.output, "w") as file:
        json.dump(asdict(checked), file, indent=1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="backprop-lab", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, function, help: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=help, description=help)
        command.set_defaults(command=function)
        return command

    fetch = add("fetch", _fetch, "get the four archives of a data set and verify them")
    fetch.add_argument("dataset", choices=["auto", "mnist", "fashion_mnist", "kmnist"])
    fetch.add_argument("raw", type=Path, help="folder to put them into")
    fetch.add_argument("--folder", default="", help="local folder instead of MNIST_DIR")
    fetch.add_argument("--mirrors", nargs="*", default=[], help="base addresses, tried in order")

    prepare = add("prepare", _prepare, "split the images into training, validation and test")
    prepare.add_argument("raw", type=Path, help="folder with the archives and source.json")
    prepare.add_argument("npz", type=Path)
    prepare.add_argument("json", type=Path)
    prepare.add_argument("--split", default="last_10000", choices=["last_10000", "random"])
    prepare.add_argument("--split-seed", type=_at_least(0), default=0)

    train = add("train", _train, "train the run that a folder's name spells")
    train.add_argument("folder", type=Path, help="results/runs/<variant>/seed<seed>")
    train.add_argument("--dataset", type=Path, default=Path("results/dataset.npz"))
    train.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"])

    submission = add("submission", _submission, "write predictions in Kaggle's format")
    submission.add_argument("predictions", type=Path, help="predictions.npz of a run")
    submission.add_argument("output", type=Path)

    environment = add("environment", _environment, "note versions, processor and threads")
    environment.add_argument("output", type=Path)
    environment.add_argument("--device", default="auto", choices=["auto", "cpu", "cuda"])

    signal = add("signal", _signal, "measure activations and gradients by layer")
    signal.add_argument("output", type=Path)
    signal.add_argument("--dataset", type=Path, default=Path("results/dataset.npz"))
    few = "train on the first so many only"
    signal.add_argument("--images", type=_at_least(1), help=few)

    for name, function, help in (
        ("parity", _parity, "train on both backends and compare them step by step"),
        ("speed", _speed, "time both backends in turn"),
        ("floors", _floors, "time the matrix products of every network alone"),
        ("jobs", _jobs, "gather when the training jobs ran and what they took"),
        ("build", _build, "sum up what the build cost"),
        ("table", _table, "write the table that the output's name says"),
        ("gallery", _gallery, "write the images that a network gets wrong"),
        ("claims", _claims, "judge the original's claims"),
        ("facts", _facts, "write every number that the prose uses"),
    ):
        command = add(name, function, help)
        command.add_argument("output", type=Path)
        command.add_argument("inputs", nargs="*", metavar="NAME=PATH", help="repeat for a list")
        if name in ("parity", "speed"):
            command.add_argument("--images", type=_at_least(1), help=few)
        if name == "jobs":
            command.add_argument("--folder", type=Path, default=Path("results/runs"))
        if name == "claims":
            command.add_argument("--known", nargs="+", help="the experiments of config.yaml")

    figure = add("figure", _figure, "draw the figure that the outputs' name says")
    figure.add_argument("inputs", nargs="*", metavar="NAME=PATH", help="repeat for a list")
    figure.add_argument(
        "--output", nargs="+", type=Path, required=True, help="OUT/figures/<language>/<figure>.svg"
    )

    for name, function, help, output in (
        ("render", _render, "write the report", "OUT/report/lab-report.<language>.{html,pdf}"),
        ("check", _check, "see that the report is whole", "OUT/report/checked.<language>.json"),
    ):
        command = add(name, function, help)
        command.add_argument("output", type=Path, help=output)
        command.add_argument("--template", type=Path, required=True)
        command.add_argument("--dataset", type=Path, default=Path("results/dataset.json"))
        command.set_defaults(named=output)
    return parser


def _at_least(least: int) -> Callable[[str], int]:
    """What reads a whole number that is not below `least`."""

    def number(text: str) -> int:
        if int(text) < least:
            raise argparse.ArgumentTypeError(f"{text} is below {least}")
        return int(text)

    return number


if __name__ == "__main__":
    command()
